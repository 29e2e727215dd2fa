#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every #include follows scripts/lint.d/layers.txt, whichever brackets it has.

The tree is the dependency order: a module that reaches up, or sideways without a listed edge, makes
the next change harder for everybody, and no compiler says so."""
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r"^\s*#\s*include(?:_next)?\b\s*(.*)")
NAMED = re.compile(r'([<"])([^">]+)[">]')
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
    "openssl/": ["agent/base", "agent/trust", "creds/identity"],
    "google/protobuf/": ["proto/gen"],
}
# The same for generated headers, by their ending: what nanopb makes of the contracts.
GENERATED_SEAMS = {".pb.h": ["agent/codec"]}
# What the build generates under names of its own. A "…" that is neither this nor a file is a mistake.
GENERATED = (".reeve.h", ".pb-c.h")
SOURCES = ("agent/", "creds/", "gateway-stub/", "proto/")
# Where a path below one of these is ours, in whichever brackets it is written.
OWN = SOURCES + ("scripts/", "tests/")


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


def owned_by(file, owners):
    return any(file.startswith(owner + "/") for owner in owners)


def seam_error(file, header):
    seams = [owners for prefix, owners in SEAMS.items()
             if header == prefix or (prefix.endswith("/") and header.startswith(prefix))]
    seams += [owners for ending, owners in GENERATED_SEAMS.items() if header.endswith(ending)]
    for owners in seams:
        if not owned_by(file, owners):
            return f"<{header}> may be included only in {', '.join(owners)}"
    return None


def path_of(header):
    """Public headers have a name of their own; every other path begins at the repository's root."""
    if header.startswith("reeve/") and not header.endswith((*GENERATED, *GENERATED_SEAMS)):
        return "agent/include/" + header
    return header


def form_error(root, quote, header):
    """Only a path from the root says which module is meant, to this check and to a reader."""
    if any(part in ("", ".", "..") for part in header.split("/")):
        return f"\"{header}\" is relative or absolute: write the path from the repository's root"
    if header.startswith(OWN) and not header.endswith(GENERATED) and not (root / header).is_file():
        return f"\"{header}\" is no file of this repository"
    if quote == '"' and not header.endswith(GENERATED) and not (root / path_of(header)).is_file():
        return f"\"{header}\" is no file from the repository's root: write the whole path"
    return None


def layer_error(root, file, header, layers):
    own = module_of(file, layers)
    if own is None:
        return "this folder is not listed in scripts/lint.d/layers.txt"
    path = path_of(header)
    target = module_of(path, layers)
    if target in layers[own]:
        return None
    if target is not None:
        return f"{own} may not include {target} (\"{header}\")"
    if (root / path).is_file():
        return f"\"{header}\" is in no module of scripts/lint.d/layers.txt"
    return None


def include_error(root, file, text, layers):
    named = NAMED.match(text)
    if named is None:
        return "an #include names its header itself, not through a macro"
    quote, header = named.groups()
    return (seam_error(file, header) or form_error(root, quote, header)
            or layer_error(root, file, header, layers))


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
            error = match and include_error(root, name, match[1], layers)
            if error:
                errors += 1
                print(f"{name}:{number}: {error}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
