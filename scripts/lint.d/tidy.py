#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over our C sources. A file whose preprocessed text passed before is skipped.
usage: tidy.py BUILD CACHE"""
import sys

import compiled


def main():
    build, cache = sys.argv[1:3]
    commands = compiled.load_commands(build)
    passed = compiled.Passed(cache, "tidy")
    config = (compiled.ROOT / ".clang-tidy").read_text()
    sources = compiled.tracked("agent/*.c", "creds/*.c", "gateway-stub/*.c", "proto/*.c",
                               "scripts/demo.d/*.c")
    sources = [s for s in sources if str(compiled.ROOT / s) in commands]

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
