# SPDX-License-Identifier: Apache-2.0
"""Runs protobuf's conformance suite against a testee and checks what the runner's exit status does not say.

usage: run.py RUNNER KNOWN_FAILURES TESTEE

The runner's own words go to stdout, with its summary lines. Beyond its verdict: every known failure has a reason above
it, as many cases ran as the suite has for proto3, and the detector works: with an empty list, the known failures fail.
"""
import re
import subprocess
import sys
import tempfile

# Cases of 3.21.12 that concern proto3 in binary and JSON, known failures included.
CASES = 1364
SUMMARY = re.compile(r"CONFORMANCE SUITE (PASSED|FAILED): (\d+) successes, (\d+) skipped, "
                     r"(\d+) expected failures, (\d+) unexpected failures")


def names_with_reasons(path):
    """The names in the list; a block of them without a comment above it is refused."""
    names, reason = [], False
    with open(path, encoding="utf-8") as lines:
        for line in map(str.strip, lines):
            if not line:
                reason = False
            elif line.startswith("#"):
                reason = True
            elif not reason:
                sys.exit(f"{path}: {line} has no reason above it")
            else:
                names.append(line)
    return names


def run(runner, testee, failures):
    with tempfile.TemporaryDirectory() as directory:
        command = [runner, "--enforce_recommended", "--output_dir", directory + "/"]
        done = subprocess.run(command + ["--failure_list", failures, testee], capture_output=True, text=True,
                              errors="replace", check=False)
    words = done.stdout + done.stderr
    # The first suite has the cases in binary and JSON, the second those in text format: all skipped.
    summary = SUMMARY.search(words)
    if summary is None:
        sys.exit(f"the runner did not finish:\n{words[-4000:]}")
    return words, [summary.group(1)] + [int(n) for n in summary.groups()[1:]], done.returncode


def main():
    runner, failures, testee = sys.argv[1:]
    known = names_with_reasons(failures)
    words, (verdict, successes, _, expected, _), status = run(runner, testee, failures)
    for line in words.splitlines():
        # Cases that fail as expected print themselves whole: only what counts is shown.
        if line.startswith(("CONFORMANCE", "ERROR")) or "unexpected" in line:
            print(line)
    if status != 0 or verdict != "PASSED":
        print(words[-20000:])
        sys.exit("the suite did not pass")
    if expected != len(known) or successes + expected != CASES:
        sys.exit(f"{successes} successes and {expected} expected failures; wanted {CASES} in all, {len(known)} expected")

    _, (verdict, _, _, _, unexpected), status = run(runner, testee, "/dev/null")
    if status == 0 or verdict != "FAILED" or unexpected != len(known):
        sys.exit(f"without the list {unexpected} cases fail; wanted {len(known)}")
    print(f"{successes + expected} cases of proto3, {len(known)} known failures")


main()
