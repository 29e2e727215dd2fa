#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone, as C11 and as C++17 (those of the tests: C++17): whoever includes one
must not have to know what else to include first. usage: headers.py BUILD CACHE"""
import sys

import compiled

LANGUAGES = (("c", "gcc", "-std=c11"), ("c++", "g++", "-std=c++17"))


def main():
    build, cache = sys.argv[1:3]
    flags = compiled.include_flags(compiled.load_commands(build)) + ["-D_GNU_SOURCE"]
    passed = compiled.Passed(cache, "headers")

    def check(header):
        if header.startswith("tests/"):
            languages = LANGUAGES[1:]
        else:
            languages = LANGUAGES
        for language, compiler, standard in languages:
            words = [compiler, standard, "-x", language, *flags]
            source = compiled.run([*words, "-E", header])
            digest = passed.digest(standard, source.stdout)
            if source.returncode == 0 and passed.known(digest):
                continue
            result = compiled.run([*words, "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                                   header])
            if result.returncode:
                return f"{header} does not compile alone as {language}:\n{result.stderr}"
            passed.remember(digest)
        return None

    headers = compiled.tracked("agent/*.h", "creds/*.h", "gateway-stub/*.h", "proto/*.h", "tests/*.h",
                               ":!tests/golden")  # copies of generated ones
    errors = compiled.each(check, headers)
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
