# SPDX-License-Identifier: Apache-2.0
"""The measurements: each takes a Plan and gives numbers by name, all of one run."""
import contextlib
import dataclasses
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import time
from pathlib import Path

from relay import Relay
from world import (IN_FLIGHT, Failed, Process, Programs, fresh, is_ready, make_leaf, make_pki, read_port, run_json,
                   start_agent, start_gateway)

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
    journal_bytes: int  # that are recovered
    times: int  # rotations, and half-open links at once

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


def barriers(plan):
    """Engine and journal on disk, with and without waiting for the disk."""
    numbers = {}
    for name, task in TASKS.items():
        folder = fresh(plan.work / "barriers")
        numbers |= named(f"barriers.{name}", run_json(plan.programs.bench("journal_barriers"), "--dir", folder,
                                                      "--task", task, "--seconds", plan.seconds))
    return numbers


def recovery(plan):
    """A journal of plan.journal_bytes, opened and replayed."""
    folder = fresh(plan.work / "recovery")
    numbers = named("recovery", run_json(plan.programs.bench("journal_recovery"), "--dir", folder, "--bytes",
                                         plan.journal_bytes))
    shutil.rmtree(folder)
    return numbers


def audit(plan):
    return named("audit", run_json(plan.programs.bench("audit_cost"), "--task", ECHO, "--seconds", plan.seconds))


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

def register(plan, port, pki):
    """The example tasks at a gateway."""
    run_json(plan.programs.bench("load"), "--target", f"127.0.0.1:{port}", "--pki", pki, "--manifest",
             plan.programs.manifest, "--register-only", "yes")


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
        register(plan, port, plan.pki)
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


# ---- while something changes ----

QUIET_S = 1.0  # between rotations; what is quiet is measured here


def percentile_us(took_ns, share):
    took_ns = sorted(took_ns)
    return took_ns[min(len(took_ns) - 1, int(len(took_ns) * share))] / 1000


def rotate(plan, pki, agent, gateway):
    """New certificate files and SIGHUP; when (monotonic, ns) that was, and when the older session was closed."""
    def superseded():
        return [event["at_s"] for event in gateway.events() if "closed (SUPERSEDED)" in event.get("note", "")]

    before = len(superseded())
    make_leaf(plan.programs, pki / "next", "agent")
    wall_less_monotonic_ns = time.time_ns() - time.monotonic_ns()
    began = time.monotonic_ns()
    for name in ("agent.key", "agent.pem"):
        os.replace(pki / "next" / name, pki / name)
    agent.signal(signal.SIGHUP)
    done = gateway.wait_for(lambda: superseded()[before:], "the takeover by the new certificate")
    # The log has milliseconds: up to one more.
    return began, int(done[0] * 1e9) - wall_less_monotonic_ns + 1_000_000


def split_samples(file, spans):
    """What plans took that were under way in one of the spans; and that were over in a quiet time before one."""
    changing, quiet = [], []
    for line in file.read_text().splitlines():
        began, ended = map(int, line.split())
        if any(ended >= first and began <= last for first, last in spans):
            changing.append(ended - began)
        elif any(first - QUIET_S * 1e9 <= began and ended < first for first, _ in spans):
            quiet.append(ended - began)
    if not changing or not quiet:
        raise Failed("load: no job was under way when a certificate changed")
    return changing, quiet


def rotation(plan):
    """p99 submit to result while a certificate is changed under load, beside the p99 of the second before."""
    folder = fresh(plan.work / "rotation")
    pki = make_pki(plan.programs, folder / "pki")
    shutil.copytree(pki, pki / "next")
    samples = folder / "samples"
    gateway, port = start_gateway(plan.programs, folder, pki, level="INFO")
    with gateway:
        register(plan, port, pki)
        with start_agent(plan.programs, folder, pki, port) as agent:
            agent.wait_for(lambda: is_ready(plan.programs, folder), "readiness")
            argv = [plan.programs.bench("load"), "--target", f"127.0.0.1:{port}", "--pki", pki, "--task", ECHO, "--jobs",
                    1, "--plans", 16, "--seconds", 3 * QUIET_S * (plan.times + 1), "--samples", samples]
            with Process("load", argv, folder / "load.log") as load:
                time.sleep(0.5 + 2 * QUIET_S)  # its warm-up, and some quiet
                spans = []
                for _ in range(plan.times):
                    spans.append(rotate(plan, pki, agent, gateway))
                    time.sleep(1.5 * QUIET_S)
                load.wait_for(lambda: samples.exists() and samples.stat().st_size, "its end")
                load.wait_for_end()
    changing, quiet = split_samples(samples, spans)
    return {"rotation.p99_us": percentile_us(changing, 0.99), "rotation.longest_us": max(changing) / 1000,
            "rotation.quiet_p99_us": percentile_us(quiet, 0.99), "rotation.quiet_longest_us": max(quiet) / 1000,
            "rotation.takeover_ms": statistics.median(last - first for first, last in spans) / 1e6}


def noticed(process, words, since_s):
    """When (wall clock) a process logged an event with all the words, at `since_s` or later."""
    for event in process.events():
        if event["at_s"] >= since_s and all(word in json.dumps(event, ensure_ascii=False) for word in words):
            return event["at_s"]
    return None


def journal_of(gateway):
    """That of the session that was opened last."""
    notes = [event["note"] for event in gateway.events() if event.get("note", "").startswith("session opened")]
    return notes[-1].split("journal ")[1].split(",")[0]


def half_open(plan):
    """Links that stop to carry anything, without a word to either end; how long until each end noticed."""
    folder = fresh(plan.work / "half_open")
    gateway, port = start_gateway(plan.programs, folder, plan.pki, level="INFO")
    took = {"worker": [], "gateway": []}
    with contextlib.ExitStack() as stack:
        stack.enter_context(gateway)
        register(plan, port, plan.pki)
        links = []
        for i in range(plan.times):
            home = fresh(folder / str(i))
            relay = stack.enter_context(Relay(port))
            agent = stack.enter_context(start_agent(plan.programs, home, plan.pki, relay.port))
            agent.wait_for(lambda home=home: is_ready(plan.programs, home), "readiness")
            links.append((relay, agent, journal_of(gateway)))
        cuts = []
        for relay, agent, journal in links:  # at any moment between two heartbeats
            time.sleep(random.uniform(0, 3) / plan.times)
            relay.cut()
            cuts.append((time.time(), agent, journal))
        for cut_s, agent, journal in cuts:
            at = agent.wait_for(lambda: noticed(agent, ["heartbeats stopped"], cut_s), "noticing a half-open link")
            took["worker"].append(at - cut_s)
            at = gateway.wait_for(lambda: noticed(gateway, ["session closed", journal], cut_s), "noticing it")
            took["gateway"].append(at - cut_s)
    return {"half_open.worker_s": statistics.median(took["worker"]),
            "half_open.gateway_s": statistics.median(took["gateway"]),
            "half_open.longest_s": max(took["worker"] + took["gateway"])}


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
    (barriers, "a worker's journal with and without waiting for the disk"),
    (recovery, "coming up on a large journal"),
    (messages, "one message"),
    (engine, "the engine alone"),
    (audit, "the audit chain"),
    (http, "the http binding against nginx"),
    (worker, "the worker alone"),
    (whole_way, "the whole way"),
    (rotation, "new certificates under load"),
    (half_open, "half-open links"),
    (idle_workers, "idle workers at a gateway"),
    (sizes, "sizes"),
]
