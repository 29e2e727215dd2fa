# SPDX-License-Identifier: Apache-2.0
"""What is measured: certificates, configuration files, the processes, and how much they use."""
import datetime
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PATIENCE_S = 60
IN_FLIGHT = 2048

AGENT_YAML = """\
gateway: {{ address: "127.0.0.1:{port}", server_name: localhost, ca_file: {pki}/ca.pem }}
identity: {{ certificate_file: {pki}/agent.pem, key_file: {pki}/agent.key }}
journal: {{ directory: journal, max_bytes: 4294967296 }}
allow: [ {{ task: "demo.native.v1.Native/*" }} ]
limits: {{ max_in_flight: {in_flight} }}
log: {{ level: WARN, format: JSON }}
"""

GATEWAY_YAML = """\
listen: 127.0.0.1:0
tls: {{ certificate_file: {pki}/gateway.pem, key_file: {pki}/gateway.key, client_ca_file: {pki}/ca.pem }}
store: {{ sqlite: {{ path: reeve.db }} }}
grants:
  - {{ identity: spiffe://reeve.bench/agent/*, tenant: bench, roles: [WORKER] }}
  - {{ identity: spiffe://reeve.bench/planner/*, tenant: bench, roles: [PLANNER] }}
  - {{ identity: spiffe://reeve.bench/operator/*, tenant: bench, roles: [OPERATOR] }}
log: {{ level: {level}, format: JSON }}
"""


class Failed(Exception):
    """Something that was to be measured did not work; the text is for people."""


class Programs:
    """Where the binaries of a build are."""

    def __init__(self, build):
        self.agent = build / "agent/main/reeve-agent"
        self.gateway = build / "gateway-stub/main/reeve-gateway"
        self.reevectl = build / "gateway-stub/reevectl/reevectl"
        self.dev_pki = build / "creds/identity/dev_pki/reeve-dev-pki"
        self.manifest = build / "proto/tasks/demo_tasks/demo.manifest.binpb"
        self._bench = build / "tests/bench"

    def bench(self, name):
        return self._bench / name / name


def run_json(program, *words):
    """Runs a measuring program to its end; its one JSON object."""
    done = subprocess.run([str(program), *map(str, words)], capture_output=True, text=True,
                          timeout=10 * PATIENCE_S, check=False)
    if done.returncode != 0:
        raise Failed(f"{program.name} ended with status {done.returncode}: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout)


def make_leaf(programs, folder, role):
    """A certificate, in place of an older one."""
    subprocess.run([str(programs.dev_pki), "--out", str(folder), "--leaf", role, "--spiffe",
                    f"spiffe://reeve.bench/{role}/one"], check=True, stdout=subprocess.DEVNULL)


def make_pki(programs, folder):
    """A CA and one certificate for each role."""
    if (folder / "operator.key").exists():
        return folder
    make = [str(programs.dev_pki), "--out", str(folder)]
    gateway = ["--leaf", "gateway", "--spiffe", "spiffe://reeve.bench/gateway", "--dns", "localhost", "--ip",
               "127.0.0.1"]
    for words in (["--ca"], gateway):
        subprocess.run(make + words, check=True, stdout=subprocess.DEVNULL)
    for role in ("agent", "planner", "operator"):
        make_leaf(programs, folder, role)
    return folder


class Process:
    """A child that is stopped with the block that it is used in."""

    def __init__(self, name, argv, log):
        self.name = name
        self._log = log
        with open(log, "wb") as out:
            self._child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL,
                                           stdout=out, stderr=out)
        self.pid = self._child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(30)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def wait_for(self, condition, what):
        """Until `condition` gives something; its value."""
        until = time.monotonic() + PATIENCE_S
        while True:
            value = condition()
            if value:
                return value
            if self._child.poll() is not None or time.monotonic() > until:
                raise Failed(f"{self.name}: {what} did not happen: {self.log()}")
            time.sleep(0.02)

    def log(self):
        return Path(self._log).read_text(errors="replace")[-600:].strip()

    def events(self):
        """The lines of its log, as objects; "at_s" is their time on the wall clock."""
        found = []
        for line in Path(self._log).read_text(errors="replace").splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            event["at_s"] = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
            found.append(event)
        return found

    def wait_for_end(self):
        """Until it has ended by itself, and well."""
        if self._child.wait(PATIENCE_S) != 0:
            raise Failed(f"{self.name} ended with status {self._child.returncode}: {self.log()}")

    def signal(self, number):
        self._child.send_signal(number)

    def cpu_s(self):
        """Seconds of processor time so far, in user and kernel mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK_S

    def resident_bytes(self, name="VmRSS"):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise Failed(f"{self.name} is gone: {self.log()}")


def read_port(file):
    return file.read_text().strip() if file.exists() and file.stat().st_size > 0 else ""


def start_gateway(programs, folder, pki, level="WARN"):
    (folder / "gateway.yaml").write_text(GATEWAY_YAML.format(pki=pki, level=level))
    port_file = folder / "gateway.port"
    gateway = Process("reeve-gateway", [programs.gateway, "serve", "--config", folder / "gateway.yaml",
                                        "--port-file", port_file], folder / "gateway.log")
    return gateway, gateway.wait_for(lambda: read_port(port_file), "its start")


def start_agent(programs, folder, pki, port):
    config = folder / "agent.yaml"
    config.write_text(AGENT_YAML.format(pki=pki, port=port, in_flight=IN_FLIGHT))
    return Process("reeve-agent", [programs.agent, "serve", "--config", config], folder / "agent.log")


def is_ready(programs, folder):
    return subprocess.run([str(programs.agent), "status", "--config", str(folder / "agent.yaml")],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
