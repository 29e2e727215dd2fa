#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""P1: what scripts/deploy/ starts opens no port, is not root, and has a configuration that the worker takes."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import textwrap
import unittest

import contracts

UNIT = contracts.text_of("scripts/deploy/systemd/reeve-agent.service")
POD = contracts.text_of("scripts/deploy/kubernetes/worker.yaml")
SIDECAR = contracts.text_of("scripts/deploy/kubernetes/sidecar.yaml")
IMAGE = contracts.text_of("scripts/deploy/container/Containerfile")
# What check-config finds where only the files are missing that the configuration names.
MISSING_FILES = {"identity.NOT_FOUND", "ca_file", "directory", "secret.unavailable"}


def configuration_of(pod):
    return textwrap.dedent(re.search(r"^  agent\.yaml: \|\n(.*?)^---", pod, re.M | re.S)[1])


def findings(configuration, worker="REEVE_AGENT"):
    """The rules that check-config finds broken."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(configuration)
        file.flush()
        said = subprocess.run([os.environ[worker], "check-config", "--json", "--config", file.name],
                              capture_output=True, text=True, check=False, timeout=30)
    return {finding["rule"] for finding in json.loads(said.stdout)["findings"]}


@unittest.skipUnless(os.environ.get("REEVE_AGENT"), "REEVE_AGENT names the built program")
class Configuration(unittest.TestCase):
    def setUp(self):
        self.text = configuration_of(POD)

    def test_the_pods_is_taken(self):
        self.assertLessEqual(findings(self.text), MISSING_FILES)

    @unittest.skipUnless(os.environ.get("STOCK_WORKER"), "STOCK_WORKER names the built program")
    def test_the_sidecars_is_taken(self):
        self.assertLessEqual(findings(configuration_of(SIDECAR), "STOCK_WORKER"), MISSING_FILES)

    def test_a_wrong_one_would_be_found(self):
        wrong = self.text.replace("/GetTicket", "/CreateTicket")  # needs approvers
        self.assertIn("allow.approvals", findings(wrong))
        self.assertIn("unknown_field", findings("gate: 1\n"))


class Defaults(unittest.TestCase):
    def test_no_port_is_opened(self):
        for word in ("containerPort", "hostPort", "hostNetwork", "kind: Service\n"):
            self.assertNotIn(word, POD)
            self.assertNotIn(word, SIDECAR)
        self.assertIn("ingress: []", POD)
        self.assertIn("ingress: []", SIDECAR)
        self.assertIn("\nSocketBindDeny=any\n", UNIT)
        self.assertNotRegex(IMAGE, r"(?m)^EXPOSE")

    def test_nobody_is_root(self):
        for word in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false",
                     "automountServiceAccountToken: false", "drop: [ALL]"):
            self.assertIn(word, POD)
            # Those of a container stand in both.
            twice = word in ("readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "drop: [ALL]")
            self.assertEqual(SIDECAR.count(word), 2 if twice else 1, word)
        for line in ("DynamicUser=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict"):
            self.assertIn(f"\n{line}\n", UNIT)
        self.assertRegex(IMAGE, r"(?m)^USER [1-9][0-9]*:[1-9][0-9]*$")

    def test_the_sidecars_containers_share_a_socket_and_a_user(self):
        self.assertEqual(SIDECAR.count("{ name: socket, mountPath: /run/stock }"), 2)
        self.assertIn("unix_socket: /run/stock/stock.sock\n", SIDECAR)
        self.assertIn("args: [/run/stock/stock.sock]\n", SIDECAR)
        self.assertEqual(SIDECAR.count("runAsUser:"), 1, "the pod's, for both")
        self.assertIn("name: socket\n          emptyDir:", SIDECAR)

    def test_a_changed_configmap_reaches_the_worker_and_a_wrong_one_no_probe(self):
        for pod in (POD, SIDECAR):
            self.assertNotIn("subPath", pod, "never changes while the pod runs")
            self.assertIn("{ name: config, mountPath: /etc/reeve/config, readOnly: true }", pod)
            self.assertIn("args: [serve, --config, /etc/reeve/config/agent.yaml]", pod)
            directory = re.search(r"^ +journal:\n +directory: (.*)$", pod, re.M)[1]
            self.assertEqual(pod.count(f"status, --socket, {directory}/agent.sock"), 2)

    def test_the_services_user_can_read_its_configuration(self):
        """That user exists only while the service runs: nobody can give it a file."""
        for name, text in (("unit", UNIT), ("page", contracts.text_of("docs/operations.md"))):
            self.assertIn("install -d -m 755 /etc/reeve && install -m 644 agent.yaml /etc/reeve/", text, name)


def verified(unit):
    """What systemd says of the unit file, with the built worker in the installed one's place."""
    text = unit.replace("/usr/local/bin/reeve-agent", os.environ["REEVE_AGENT"])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "reeve-agent.service")
        with open(path, "w") as file:
            file.write(text)
        said = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True,
                              check=False, timeout=60)
        exposure = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", path],
                                  capture_output=True, text=True, check=False, timeout=60)
    found = [line for line in said.stderr.splitlines() if "reeve-agent" in line]
    return found + ([] if exposure.returncode == 0 else [exposure.stdout.strip().splitlines()[-1]])


@unittest.skipUnless(shutil.which("systemd-analyze"), "this machine has no systemd-analyze")
@unittest.skipUnless(os.environ.get("REEVE_AGENT"), "REEVE_AGENT names the built program")
class Unit(unittest.TestCase):
    def test_systemd_takes_it_whole_and_finds_little_exposed(self):
        self.assertEqual(verified(UNIT), [])

    def test_a_wrong_one_would_be_found(self):
        self.assertIn("Unknown key", " ".join(verified(UNIT.replace("ProtectSystem=", "ProtectSystm="))))
        self.assertIn("not executable", " ".join(verified(UNIT.replace("ExecStart=/usr", "ExecStart=/gone"))))
        bare = "[Service]\nExecStart=/usr/local/bin/reeve-agent serve\n"
        self.assertIn("exposure level", " ".join(verified(bare)))


if __name__ == "__main__":
    unittest.main()
