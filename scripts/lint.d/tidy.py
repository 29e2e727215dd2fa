#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over the product's sources, C and C++. A file whose preprocessed text passed before is skipped.
usage: tidy.py BUILD CACHE"""
import sys

import compiled


def main():
    build, cache = sys.argv[1:3]
    commands = compiled.load_commands(build)
    passed = compiled.Passed(cache, "tidy")
    config = (compiled.ROOT / ".clang-tidy").read_text()
    sources = compiled.tracked(*(f"{folder}/*.{ending}" for ending in ("c", "cc")
                                 for folder in ("agent", "creds", "gateway-stub", "proto")))
    unread = [s for s in sources if str(compiled.ROOT / s) not in commands]
    if unread:
        print("no target of this build compiles these, so nothing checks them:", *unread, sep="\n")
        return 1

    def check(source):
        words = commands[str(compiled.ROOT / source)]
        text = compiled.run(["gcc", *words, "-E", source])
        digest = passed.digest(config, text.stdout)
        if passed.known(digest):
            return None
        result = compiled.run(["clang-tidy-14", "--quiet", "-p", build, source])
        if result.returncode:
            return f"{source}:\n{result.stdout}"
        passed.remember(digest)
        return None

    errors = compiled.each(check, sources)
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
