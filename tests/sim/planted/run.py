#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plants bugs, one at a time, and counts the seeds that the simulation needs to find each.

usage: run.py BUILD [--only NN …] [--every N --at K] [--seeds N] [--check] [--markdown]

A bug is a patch NN-name.patch beside this file: a first line that says which promise it breaks and how, then a unified
diff against the tree. The patched copies of its sources are compiled with the flags of BUILD, a configured and built
directory, and linked in front of the libraries of reeve_sim, which then runs seeds until an invariant breaks.
--check applies the patches and compiles nothing. Exit status: 0 every bug was found, 1 one was not or does not apply.
"""
import argparse
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def patches():
    return sorted(HERE.glob("[0-9][0-9]-*.patch"))


def header(patch):
    """(number, name, promise, what) of a patch."""
    first = patch.read_text().split("\n", 1)[0]
    match = re.fullmatch(r"(P[3-7]): (.+)", first)
    if match is None:
        sys.exit(f"{patch.name}: the first line must be 'P4: what it breaks'")
    return patch.name[:2], patch.stem[3:], match[1], match[2]


def files_of(patch):
    return re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), re.M)


def apply(patch, to):
    """Copies what the patch changes and changes the copies; False when it does not fit any more."""
    for name in files_of(patch):
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    done = subprocess.run(["patch", "-p1", "-s", "-F0", "--no-backup-if-mismatch", "-i", str(patch)], cwd=to,
                          capture_output=True, text=True)
    return done.returncode == 0


def commands(build):
    entries = json.loads((build / "compile_commands.json").read_text())
    return {str(pathlib.Path(e["file"]).resolve()): e for e in entries}


def link_command(build):
    lines = subprocess.run(["ninja", "-C", str(build), "-t", "commands", "reeve_sim"], check=True, capture_output=True,
                           text=True).stdout.strip().split("\n")
    words = shlex.split(lines[-1])
    start = next(i for i, word in enumerate(words) if re.search(r"(^|/)(c\+\+|g\+\+|clang\+\+)", word))
    end = next((i for i in range(start, len(words)) if words[i] == "&&"), len(words))
    return words[start:end]


def compile_one(build, known, name, work):
    entry = known[str((ROOT / name).resolve())]
    words = shlex.split(entry["command"])
    if pathlib.Path(words[0]).name == "ccache":
        words = words[1:]
    out = work / (name.replace("/", "_") + ".o")
    words[words.index("-o") + 1] = str(out)
    for i, word in enumerate(words):
        if word.endswith(".c") and words[i - 1] == "-c":
            words[i] = str(work / "src" / name)
    words = [w for w in words if not w.startswith("-Werror")]
    subprocess.run(words, cwd=entry["directory"], check=True)
    return out


def link(build, objects, out):
    words = link_command(build)
    words[words.index("-o") + 1] = str(out)
    main = next(i for i, word in enumerate(words) if word.endswith("main.cc.o"))
    words[main:main] = [str(o) for o in objects]
    subprocess.run(words, cwd=build, check=True)


def hunt(build, known, patch, seeds):
    """(seeds, promise, what) or None."""
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        (work / "src").mkdir()
        if not apply(patch, work / "src"):
            return "does not apply"
        objects = [compile_one(build, known, source, work) for source in files_of(patch)]
        link(build, objects, work / "sim")
        done = subprocess.run([str(work / "sim"), "--seeds", str(seeds), "--quiet"], capture_output=True, text=True)
        if done.returncode == 0:
            return None
        last = (done.stdout.strip().split("\n") or [""])[-1].split("\t")
        return last if len(last) == 4 else [str(seeds), "?", "crash", (done.stderr or "crashed").strip()[:80]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--at", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    a = parser.parse_args()
    build = a.build.resolve()
    chosen = [p for i, p in enumerate(patches()) if (not a.only or p.name[:2] in a.only) and i % a.every == a.at]
    if a.check:
        with tempfile.TemporaryDirectory() as name:
            bad = [p.name for p in chosen if not apply(p, pathlib.Path(name) / p.stem)
                   or header(p)[2] is None]
        print("\n".join(f"{b} does not apply" for b in bad) or f"{len(chosen)} patches apply")
        return 1 if bad else 0
    known = commands(build)
    missed = 0
    print("| bug | breaks | what it does | seeds | found by |\n|---|---|---|---|---|" if a.markdown else
          f"{'bug':32} {'breaks':6} {'seeds':>5}  found by", flush=True)
    for patch in chosen:
        number, name, promise, what = header(patch)
        found = hunt(build, known, patch, a.seeds)
        good = isinstance(found, list) and found[2].startswith("P")
        missed += 0 if good else 1
        seeds = found[0] if good else "-"
        by = f"{found[2]}: {found[3]}" if good else (found if isinstance(found, str) else
                                                     f"NOT FOUND {found or ''}")
        by = re.sub(r"#\d+", "a job", re.sub(r"journal #\d+", "a journal", by))
        print(f"| `{number}-{name}` | {promise} | {what} | {seeds} | {by} |" if a.markdown else
              f"{number}-{name:29} {promise:6} {seeds:>5}  {by}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} found" if not a.markdown else "", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
