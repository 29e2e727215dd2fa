# SPDX-License-Identifier: Apache-2.0
"""Runs the faults of tests/faults/faults.json, each as one test of its program, and prints what was seen."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "tests" / "faults" / "faults.json"
LIMIT_S = 3600
WIDTHS = (34, 44, 44)


def rows():
    """The faults in their order; each knows its program."""
    table = json.loads(TABLE.read_text())
    for row in table:
        row.setdefault("program", f"faults_{row['test'].split('.')[0].lower()}_test")
    return table


def chosen(names):
    found = [row for row in rows() if not names or any(row["test"].startswith(name) for name in names)]
    if not found:
        sys.exit("faults: there is no such fault; next: scripts/faults --list")
    return found


def environment(arguments):
    return dict(os.environ, REEVE_FAULTS_KILLS=str(arguments.kills), REEVE_TEST_SEED=str(arguments.seed))


def outcome(report):
    """(result, seen) of the one test that a report of GoogleTest's has."""
    tests = [test for suite in report["testsuites"] for test in suite["testsuite"]]
    if len(tests) != 1:
        return "failed", "the program has no such test"
    test = tests[0]
    if test.get("failures"):
        return "failed", test["failures"][0]["failure"].split("\n")[0]
    if test["result"] == "SKIPPED":
        return "skipped", ""
    return "as expected", test.get("saw", "as expected")


def skipped_with(output):
    """The words that a test was skipped with stand behind the line that says so."""
    lines = output.split("\n")
    return next((lines[at + 1].strip() for at, line in enumerate(lines[:-1]) if line.endswith(": Skipped")), "skipped")


def run(row, build, env):
    program = next((path for path in sorted((build / "tests").rglob(row["program"])) if path.is_file()), None)
    if program is None:
        return "failed", f"{row['program']} is not built"
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        words = [str(program), f"--gtest_filter={row['test']}", f"--gtest_output=json:{report}"]
        try:
            ended = subprocess.run(words, env=env, capture_output=True, text=True, errors="replace", timeout=LIMIT_S,
                                   cwd=folder, check=False)
        except subprocess.TimeoutExpired:
            return "failed", f"it did not end within {LIMIT_S} s"
        if not report.exists():
            return "failed", f"it ended with {ended.returncode} before its report"
        result, seen = outcome(json.loads(report.read_text()))
        if result == "failed":
            print(ended.stdout + ended.stderr, file=sys.stderr)
        return result, seen or skipped_with(ended.stdout)


def folded(text, width):
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def print_cells(cells):
    columns = [folded(cell, width) for cell, width in zip(cells, WIDTHS)]
    for at in range(max(len(column) for column in columns)):
        line = [column[at] if at < len(column) else "" for column in columns]
        print("  ".join(text.ljust(width) for text, width in zip(line, WIDTHS)) + ("  " + cells[3] if at == 0 else ""))
    print()


def print_table(results):
    print_cells(("FAULT", "EXPECTED", "SEEN", "RESULT"))
    for row in results:
        print_cells((f"{row['test']}: {row['fault']}", row["expectation"], row["seen"], row["result"]))
    counts = {word: sum(1 for row in results if row["result"] == word) for word in ("as expected", "skipped", "failed")}
    print(", ".join(f"{count} {word}" for word, count in counts.items()))


def print_markdown(results):
    print("| fault | expected | seen | result |\n|---|---|---|---|")
    for row in results:
        print(f"| {row['fault']} | {row['expectation']} | {row['seen']} | {row['result']} |")


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", type=pathlib.Path)
    for flag in ("--list", "--programs", "--json", "--markdown"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def main():
    arguments = parse()
    table = chosen(arguments.only)
    if arguments.programs:
        print(" ".join(sorted({row["program"] for row in table})))
        return 0
    if arguments.list:
        for row in table:
            print(f"{row['test']}\n    {row['fault']}\n    → {row['expectation']}")
        return 0
    results = []
    for row in table:
        began = time.monotonic()
        result, seen = run(row, arguments.build.resolve(), environment(arguments))
        seconds = round(time.monotonic() - began, 1)
        print(f"faults: {row['test']}: {result} ({seconds} s)", file=sys.stderr)
        results.append({**row, "result": result, "seen": seen, "seconds": seconds})
    if arguments.json:
        print(json.dumps(results, indent=2, ensure_ascii=False))
    elif arguments.markdown:
        print_markdown(results)
    else:
        print_table(results)
    return 1 if any(row["result"] == "failed" for row in results) else 0


if __name__ == "__main__":
    sys.exit(main())
