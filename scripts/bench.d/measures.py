# SPDX-License-Identifier: Apache-2.0
"""The measurements: each takes a Plan and gives numbers by name, all of one run."""
import dataclasses
import json
import socket
import subprocess
from pathlib import Path

from world import (IN_FLIGHT, Failed, Process, Programs, fresh, is_ready, make_pki, read_port, run_json, start_agent,
                   start_gateway)

ECHO = "demo.native.v1.Native/Echo"
STEP = "demo.native.v1.Native/Step"
TASKS = {"echo": ECHO, "step": STEP}


@dataclasses.dataclass
class Plan:
    programs: Programs
    work: Path
    seconds: float  # of each measurement
    workers: int  # idle ones
    store_jobs: int

    @property
    def pki(self):
        return make_pki(self.programs, self.work / "pki")


def named(prefix, answer):
    return {f"{prefix}.{name}": value for name, value in answer.items() if isinstance(value, (int, float))}


# ---- ceilings of the machine ----

def disk(plan):
    folder = fresh(plan.work / "disk")
    return named("disk", run_json(plan.programs.bench("fdatasync"), "--dir", folder, "--seconds", plan.seconds))


def stream(plan):
    return named("stream", run_json(plan.programs.bench("rpc_echo"), "--seconds", plan.seconds / 2))


def store(plan):
    folder = fresh(plan.work / "store")
    return named("store", run_json(plan.programs.bench("store_rows"), folder / "rows.db", plan.store_jobs, 256, 12))


# ---- parts of reeve ----

def journal(plan):
    folder = fresh(plan.work / "journal")
    return named("journal", run_json(plan.programs.bench("journal_append"), "--dir", folder, "--seconds", plan.seconds))


def messages(plan):
    return named("messages", run_json(plan.programs.bench("messages"), "--seconds", plan.seconds))


NGINX_CONF = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 '{{"customerId":"C-1","name":"Ada Lovelace","tier":"CUSTOMER_TIER_GOLD",\
"email":"ada@bench.example","address":{{"street":"Main Street 1","postalCode":"12345","city":"Berlin","country":"DE"}},\
"creditLimitEur":5000}}'; }}
  }}
}}
"""


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def http(plan):
    """The http binding and a bare libcurl loop against nginx, in turns."""
    folder = fresh(plan.work / "http").resolve()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf = folder / "nginx.conf"
    conf.write_text(NGINX_CONF.format(folder=folder, port=port))
    argv = ["/usr/sbin/nginx", "-e", folder / "start.log", "-p", folder, "-c", conf]
    with Process("nginx", argv, folder / "nginx.log") as nginx:
        nginx.wait_for(lambda: listens(port), "its port")
        return named("http", run_json(plan.programs.bench("http_requests"), "--port", port, "--seconds",
                                      2 * plan.seconds))


def engine(plan):
    numbers = {}
    for name, task in TASKS.items():
        numbers |= named(f"engine.{name}", run_json(plan.programs.bench("engine_jobs"), "--task", task,
                                                    "--seconds", plan.seconds / 2))
    return numbers


def worker_against(plan, name):
    """reeve-agent against a gateway that only hands out jobs."""
    folder = fresh(plan.work / "worker")
    port_file = folder / "port"
    out = folder / "worker_jobs.json"
    argv = ["/bin/sh", "-c", 'out=$1; shift; exec "$@" >"$out"', "sh", out, plan.programs.bench("worker_jobs"),
            "--pki", plan.pki, "--port-file", port_file, "--seconds", plan.seconds, "--task", TASKS[name]]
    with Process("worker_jobs", argv, folder / "worker_jobs.log") as handout:
        port = handout.wait_for(lambda: read_port(port_file), "its start")
        with start_agent(plan.programs, folder, plan.pki, port):
            answer = handout.wait_for(lambda: out.stat().st_size and out.read_text(), "its end")
    return named(f"worker.{name}", json.loads(answer))


def worker(plan):
    return worker_against(plan, "echo") | worker_against(plan, "step")


# ---- the whole way ----

def loaded(plan, port, name, processes):
    """Load on a gateway with a worker; with what each process spent on a job."""
    before = {process.name: process.cpu_s() for process in processes}
    answer = run_json(plan.programs.bench("load"), "--target", f"127.0.0.1:{port}", "--pki", plan.pki, "--task",
                      TASKS[name], "--seconds", plan.seconds)
    for process in processes:
        answer[f"{process.name}_cpu_us_per_job"] = (
            (process.cpu_s() - before[process.name]) * 1e6 / answer["jobs_in_all"])
    return answer


def one_at_a_time(plan, port, name):
    answer = run_json(plan.programs.bench("load"), "--target", f"127.0.0.1:{port}", "--pki", plan.pki, "--task",
                      TASKS[name], "--seconds", plan.seconds, "--one", "yes")
    return {key: value for key, value in answer.items() if key.startswith("one_")}


def whole_way(plan):
    folder = fresh(plan.work / "whole")
    numbers = {}
    gateway, port = start_gateway(plan.programs, folder, plan.pki)
    with gateway:
        run_json(plan.programs.bench("load"), "--target", f"127.0.0.1:{port}", "--pki", plan.pki, "--manifest",
                 plan.programs.manifest, "--register-only", "yes")
        with start_agent(plan.programs, folder, plan.pki, port) as agent:
            agent.wait_for(lambda: is_ready(plan.programs, folder), "readiness")
            idle = agent.resident_bytes()
            numbers["whole.agent_idle_bytes"] = idle
            for name in TASKS:
                numbers |= named(f"whole.{name}", one_at_a_time(plan, port, name))
                numbers |= named(f"whole.{name}", loaded(plan, port, name, [agent, gateway]))
            peak = agent.resident_bytes("VmHWM")
            numbers["whole.agent_bytes_per_job"] = (peak - idle) / IN_FLIGHT
    return numbers


def idle_workers(plan):
    folder = fresh(plan.work / "idle")
    gateway, port = start_gateway(plan.programs, folder, plan.pki)
    with gateway:
        numbers = {"idle.gateway_bytes": gateway.resident_bytes()}
        return numbers | named("idle", run_json(plan.programs.bench("idle_workers"), "--target", f"127.0.0.1:{port}",
                                                "--pki", plan.pki, "--gateway-pid", gateway.pid, "--workers",
                                                plan.workers))


# ---- sizes ----

def sizes(plan):
    numbers = {}
    for name in ("agent", "gateway", "reevectl"):
        binary = getattr(plan.programs, name)
        if not binary.exists():
            continue
        stripped = plan.work / f"{binary.name}.stripped"
        done = subprocess.run(["strip", "-o", str(stripped), str(binary)], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"strip: {done.stderr.strip()}")
        numbers[f"size.{name}_bytes"] = stripped.stat().st_size
        stripped.unlink()
    return numbers


# What each step says while it runs.
STEPS = [
    (disk, "what the disk can do"),
    (stream, "what a bare mTLS stream can do"),
    (store, "what SQLite can do"),
    (journal, "the worker's journal alone"),
    (messages, "one message"),
    (engine, "the engine alone"),
    (http, "the http binding against nginx"),
    (worker, "the worker alone"),
    (whole_way, "the whole way"),
    (idle_workers, "idle workers at a gateway"),
    (sizes, "sizes"),
]
