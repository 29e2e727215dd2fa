#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/simulation.md has one row for each planted bug, with its own words, and no other."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def main():
    wanted = {}
    for patch in sorted(HERE.glob("[0-9][0-9]-*.patch")):
        promise, what = patch.read_text().split("\n", 1)[0].split(": ", 1)
        wanted[patch.stem] = (promise, what)
    text = (ROOT / "docs/simulation.md").read_text()
    rows = {m[1]: (m[2], m[3]) for m in re.finditer(r"^\| `(\d\d-[a-z0-9-]+)` \| (P\d) \| ([^|]+) \|", text, re.M)}
    for name in sorted(set(wanted) | set(rows)):
        if wanted.get(name) != rows.get(name):
            print(f"{name}: the patch says {wanted.get(name)}, docs/simulation.md {rows.get(name)}")
    return 0 if wanted == rows else 1


if __name__ == "__main__":
    sys.exit(main())
