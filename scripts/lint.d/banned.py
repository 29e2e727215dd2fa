#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Functions and words that do not belong into this tree, each with the reason and what to use."""
import pathlib
import re
import subprocess
import sys

BASE = ("agent/base/",)
# name: (reason, folders where it is allowed)
BANNED = {
    r"mem(cpy|move|cmp|mem|set)": ("raw memory stays in agent/base: use reeve_bytes, reeve_copy, "
                                   "reeve_move, reeve_zero, reeve_wipe", BASE),
    r"str(cpy|cat|ncpy|ncat|cmp|ncmp|casecmp|str|chr|rchr|dup|ndup)":
        ("C strings are compared and copied in agent/base: use reeve_bytes and reeve_arena_strdup",
         BASE),
    r"strtok(_r)?": ("changes its argument", ()),
    r"v?sprintf|v?asprintf": ("unbounded: use reeve_format or reeve_buffer_append_format", ()),
    r"v?snprintf": ("cut silently: use reeve_format", BASE),
    r"ato(i|l|ll|f)": ("no errors: use a checked conversion", ()),
    r"gets|scanf|sscanf|fscanf": ("unbounded or unchecked", ()),
    r"alloca": ("the size may come from a peer", ()),
    r"system|popen": ("a shell: use posix_spawn of our own binary", ()),
    r"fork|vfork": ("never after grpc_init: use posix_spawn", ("agent/io/process/keeper.c",)),
    r"rand|srand|random|drand48": ("not injected: use struct reeve_random", ()),
    r"time|gettimeofday|clock_gettime|localtime|gmtime":
        ("the clock is injected: use struct reeve_now", BASE + ("tests/",)),
    r"abort|assert|exit|_exit|quick_exit":
        ("bytes from outside must not end the process: return a status",
         ("agent/io/process/process.c", "gateway-stub/main/main.c", "gateway-stub/reevectl/main.c",
          "proto/gen/main.c")),
    r"protobuf_c_message_unpack": ("no depth or memory bound: use reeve_message_decode",
                                   ("proto/gen/",)),
    r"listen|accept|accept4": ("the worker never listens (P1)",
                               ("agent/main/status_server.c",)),
}
WORDS = {
    r"\bTODO\b|\bFIXME\b|\bXXX\b|\bHACK\b": "finish it, or write down in docs/ what is missing",
    r"/(home|Users)/[a-z]": "a path of one machine",
}
SOURCES = ("agent/", "creds/", "gateway-stub/", "proto/")
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def without_comments(text):
    """The code with comments and literals blanked, line numbers kept."""
    return COMMENT_OR_TEXT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def check_functions(name, text):
    code = without_comments(text)
    for pattern, (reason, allowed) in BANNED.items():
        if name.startswith(tuple(allowed)):
            continue
        for match in re.finditer(r"(?<![\w.>])(" + pattern + r")\s*\(", code):
            line = code.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: {match[1]}(): {reason}"


def own_words(name, text):
    """Of a patch only what it adds is ours; the rest is blanked, line numbers kept."""
    if not name.endswith(".patch"):
        return text
    return "\n".join(line if line.startswith("+") else "" for line in text.split("\n"))


def check_words(name, text):
    text = own_words(name, text)
    for pattern, reason in WORDS.items():
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: {match[0]}: {reason}"


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    names = subprocess.run(["git", "ls-files"], cwd=root, check=True, capture_output=True,
                           text=True).stdout.split("\n")
    errors = []
    for name in filter(None, names):
        path = root / name
        if name.startswith("scripts/lint.d/") or not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # binary seeds and golden files
        errors += check_words(name, text)
        if name.startswith(SOURCES) and name.endswith((".c", ".cc", ".h")):
            errors += check_functions(name, text)
            if not text.startswith("/* SPDX-License-Identifier: Apache-2.0 */\n"):
                errors.append(f"{name}:1: begins with /* SPDX-License-Identifier: Apache-2.0 */")
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
