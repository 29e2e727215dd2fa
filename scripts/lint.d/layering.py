#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every #include follows scripts/lint.d/layers.txt.

The tree is the dependency order: a module that reaches up, or sideways without a listed edge, makes
the next change harder for everybody, and no compiler says so."""
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]')
# Third-party headers and the only modules that may see them: what stays behind one seam can be
# replaced, fuzzed and reviewed there.
SEAMS = {
    "grpc/": ["agent/io/rpc"],
    "curl/": ["agent/io/http"],
    "libpq-fe.h": ["agent/io/sql"],
    "ares.h": ["agent/io/resolve"],
    "sqlite3.h": ["gateway-stub/store"],
    "pb.h": ["agent/codec"],
    "pb_encode.h": ["agent/codec"],
    "pb_decode.h": ["agent/codec"],
    "yajl/": ["proto/runtime"],
    "yaml.h": ["proto/runtime"],
    "re2/": ["proto/runtime"],
    "openssl/": ["agent/base", "agent/trust", "agent/audit", "agent/io", "creds"],
}
SOURCES = ("agent/", "creds/", "gateway-stub/", "proto/", "scripts/demo.d/")


def read_layers(path):
    raw = {}
    for line in path.read_text().splitlines():
        line = line.split("#", 1)[0].strip()
        if line:
            name, _, rest = line.partition(":")
            raw[name.strip()] = rest.split()
    allowed = {}

    def resolve(name):
        if name not in allowed:
            allowed[name] = {name}
            for word in raw[name]:
                allowed[name] |= resolve(word[1:]) if word.startswith("+") else {word}
        return allowed[name]

    for name in raw:
        resolve(name)
    return allowed


def module_of(path, modules):
    """The longest listed prefix that `path` lies under."""
    best = None
    for module in modules:
        if (path == module or path.startswith(module + "/")) and len(module) > len(best or ""):
            best = module
    return best


def seam_error(file, header):
    for prefix, owners in SEAMS.items():
        if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
            if not any(file.startswith(owner + "/") for owner in owners):
                return f"<{header}> may be included only in {', '.join(owners)}"
    return None


def include_error(file, quote, header, layers):
    error = seam_error(file, header)
    if error or quote == "<":
        return error
    own = module_of(file, layers)
    if own is None:
        return "this folder is not listed in scripts/lint.d/layers.txt"
    if header.startswith("reeve/") and not header.endswith((".reeve.h", ".pb.h")):
        header = "agent/include/" + header
    target = module_of(header, layers)
    if target is None or target in layers[own]:
        return None
    return f"{own} may not include {target} (\"{header}\")"


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    layers = read_layers(root / "scripts/lint.d/layers.txt")
    names = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.cc"], cwd=root, check=True,
                           capture_output=True, text=True).stdout.split()
    errors = 0
    for name in names:
        if not name.startswith(SOURCES):
            continue
        for number, line in enumerate((root / name).read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            error = match and include_error(name, match[1], match[2], layers)
            if error:
                errors += 1
                print(f"{name}:{number}: {error}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
