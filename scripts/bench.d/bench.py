#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the measurements, takes medians, writes the table. scripts/bench builds first and then calls this."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import report  # noqa: E402
from measures import STEPS, Plan  # noqa: E402
from world import Failed, Programs  # noqa: E402


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def filesystem(folder):
    done = subprocess.run(["df", "--output=fstype", str(folder)], capture_output=True, text=True, check=False)
    return done.stdout.split()[-1] if done.returncode == 0 else "unknown file system"


def machine(work, runs):
    """What this is, in words and for programs; the load is that before the first run."""
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    busy = load > 0.25 * cores
    return {
        "cores": cores,
        "cpu": cpu_model(),
        "kernel": platform.release(),
        "filesystem": filesystem(work),
        "load_average_before": round(load, 2),
        "runs": runs,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "words": f"{cores} cores ({cpu_model()}), Linux {platform.release()}, {filesystem(work)}; median of {runs} "
                 f"interleaved runs; load average before the first: {load:.2f}. All processes shared these cores, the "
                 "load generator too.",
        "warning": f"The machine was busy (load average {load:.2f} on {cores} cores): absolute numbers are too low and "
                   "vary; ratios within a run still tell something." if busy else "",
    }


def measure(plan, runs, steps):
    """Every step once in each run: lists of numbers by name."""
    collected = {}
    total = runs * len(steps)
    began = time.monotonic()
    for run in range(runs):
        for place, (step, words) in enumerate(steps):
            done = run * len(steps) + place
            left = (time.monotonic() - began) / done * (total - done) if done else 0
            say(f"run {run + 1} of {runs}: {words}" + (f" (about {left:.0f} s left)" if done else ""))
            for name, value in step(plan).items():
                collected.setdefault(name, []).append(value)
    return collected


def derive(numbers):
    if "messages.decode_ns" in numbers:
        numbers["messages.strict_ns"] = [a + b for a, b in zip(numbers["messages.decode_ns"],
                                                               numbers["messages.validate_ns"])]


    if "recovery.records" in numbers:
        numbers["recovery.records_per_s"] = [count / took for count, took in zip(numbers["recovery.records"],
                                                                                 numbers["recovery.replay_s"])]


def check(numbers, programs):
    """Every number is there and makes sense: what a test can say without a limit on time."""
    wanted = {line[1] for _, rows in report.SECTIONS for line in rows}
    if not programs.reevectl.exists():  # a tree may be built without it
        wanted.discard("size.reevectl_bytes")
    missing = sorted(name for name in wanted if name not in numbers)
    wrong = sorted(name for name, value in numbers.items() if not value > 0 and name != "whole.agent_bytes_per_job")
    for name in missing:
        say(f"missing: {name}")
    for name in wrong:
        say(f"not above zero: {name} is {numbers[name]}")
    return not missing and not wrong


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=Path("build/default"), help="a built tree")
    parser.add_argument("--work", type=Path, default=Path("build/bench"), help="where files go while it measures")
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--only", default="", metavar="NAME,…", help="these measurements alone")
    parser.add_argument("--list", action="store_true", help="name the measurements")
    parser.add_argument("--quick", action="store_true", help="one short run")
    parser.add_argument("--smoke", action="store_true", help="a moment each, and check that every number is there")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    return parser.parse_args()


def chosen_steps(only):
    """All, or those that were named, in their order; None when there is none of that name."""
    names = [name for name in only.split(",") if name]
    known = {step.__name__: (step, words) for step, words in STEPS}
    unknown = [name for name in names if name not in known]
    if unknown:
        say(f"no measurement is called {', '.join(unknown)}; there are: {', '.join(known)}")
        return None
    return [item for name, item in known.items() if not names or name in names]


def main():
    given = arguments()
    steps = chosen_steps(given.only)
    if steps is None:
        return 2
    if given.list:
        print("\n".join(f"{step.__name__:14} {words}" for step, words in steps))
        return 0
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    short = given.quick or given.smoke
    runs = given.runs if given.runs > 0 else 1 if short else 5
    seconds = 0.3 if given.smoke else 1.0 if given.quick else 3.0
    plan = Plan(Programs(given.build.resolve()), work, seconds, workers=20 if short else 200,
                store_jobs=20000 if short else 100000,
                journal_bytes=(16 if given.smoke else 128 if given.quick else 1024) << 20,
                times=1 if given.smoke else 2 if given.quick else 4)
    about = machine(work, runs)
    say(about["words"])
    if about["warning"]:
        say("warning: " + about["warning"])
    try:
        collected = measure(plan, runs, steps)
    except Failed as failure:
        say(str(failure))
        return 1
    derive(collected)
    numbers = {name: statistics.median(values) for name, values in collected.items()}
    spread = {name: (min(values), max(values)) for name, values in collected.items()}
    table = report.markdown(about, numbers, spread)
    (given.json or work / "bench.json").write_text(
        json.dumps({"machine": about, "medians": numbers, "runs": collected}, indent=2) + "\n")
    (given.markdown or work / "bench.md").write_text(table + "\n")
    print(table)
    return 0 if not given.smoke or given.only or check(numbers, plan.programs) else 1


if __name__ == "__main__":
    sys.exit(main())
