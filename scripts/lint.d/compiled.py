# SPDX-License-Identifier: Apache-2.0
"""What headers.py and tidy.py share: compile flags, preprocessing, and a memory of what passed."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load_commands(build):
    """Absolute source path -> list of compiler arguments without compiler, -c, -o and the file."""
    commands = {}
    for entry in json.loads((ROOT / build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])[1:]
        keep, skip = [], False
        for word in words:
            if skip or word in ("-c", entry["file"]):
                skip = False
            elif word == "-o":
                skip = True
            else:
                keep.append(word)
        commands[entry["file"]] = keep
    return commands


def include_flags(commands):
    """Every include directory that any target uses, in a stable order."""
    flags = []
    for words in commands.values():
        previous = ""
        for word in words:
            pair = None
            if previous == "-isystem":
                pair = ["-isystem", word]
            elif word.startswith("-I"):
                pair = [word]
            if pair and pair not in flags:
                flags.append(pair)
            previous = word
    return [word for pair in sorted(flags, key=lambda p: len(p)) for word in pair]


class Passed:
    """Remembers digests of what passed, in the cache outside the tree."""

    def __init__(self, cache, kind):
        self.folder = pathlib.Path(cache) / kind
        self.folder.mkdir(parents=True, exist_ok=True)

    def digest(self, *parts):
        h = hashlib.sha256()
        for part in parts:
            h.update(part if isinstance(part, bytes) else part.encode())
            h.update(b"\0")
        return h.hexdigest()

    def known(self, digest):
        return (self.folder / digest).exists()

    def remember(self, digest):
        (self.folder / digest).touch()


def run(words, **options):
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, errors="replace",
                          check=False, **options)


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, check=True,
                         capture_output=True, text=True).stdout
    return out.split()


def each(function, items):
    """Runs function over items on all cores; returns the texts of those that failed."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return [text for text in pool.map(function, items) if text]
