#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Links in the documentation lead somewhere, and files that it names are there."""
import re
import subprocess
import unittest

import contracts

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.M)
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
TOP = ("agent/", "creds/", "docs/", "gateway-stub/", "proto/", "scripts/", "tests/")


def anchor(heading):
    """As repository hosts make them."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def tracked():
    """Files and folders, those that are about to be added too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(command, cwd=contracts.ROOT, check=True, capture_output=True, text=True).stdout
    names = {name for name in out.split("\n") if name and (contracts.ROOT / name).exists()}
    for name in list(names):
        while "/" in name:
            name = name.rsplit("/", 1)[0]
            names.add(name)
    return names


def wrong_links(page, text, exists, read):
    """Every relative link of a page that leads nowhere."""
    for target in LINK.findall(FENCED.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        full = page if not path else str((contracts.ROOT / page).parent.joinpath(path).resolve().relative_to(
            contracts.ROOT))
        if full != "." and full.rstrip("/") not in exists:
            yield f"{page}: {target}: there is no {full}"
        elif fragment and fragment not in {anchor(h) for h in HEADING.findall(read(full))}:
            yield f"{page}: {target}: no heading makes #{fragment}"


def wrong_paths(page, text, exists):
    """Every file named in `backticks` that is not there."""
    for name in CODE.findall(FENCED.sub("", text)):
        name = name.split(" ")[0].rstrip("/")
        if not name.startswith(TOP) or re.search(r"[{}*<>…$|()]|NAME|\bX\b", name):
            continue
        path = name.split(":")[0].split("#")[0]
        if path not in exists:
            yield f"{page}: `{name}` is not there"


class Pages(unittest.TestCase):
    def test_relative_links_resolve(self):
        exists = tracked()
        wrong = [w for p in contracts.pages() for w in wrong_links(p, contracts.text_of(p), exists, contracts.text_of)]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_named_files_exist(self):
        exists = tracked()
        wrong = [w for page in contracts.pages() for w in wrong_paths(page, contracts.text_of(page), exists)]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def test_every_reference_and_decision_is_in_its_index(self):
        for folder, index in (("docs/decisions", "docs/decisions/README.md"),
                              ("docs/reference", "docs/reference/contracts.md")):
            text = contracts.text_of(index)
            for path in (contracts.ROOT / folder).glob("*.md"):
                if path.name != index.rsplit("/", 1)[1]:
                    self.assertIn(f"({path.name})", text, f"{index} does not list {path.name}")

    def test_it_can_fail(self):
        read = {"docs/a.md": "# One thing\n"}.get
        self.assertEqual(list(wrong_links("docs/a.md", "[x](b.md) [y](#one-thing)", {"docs/a.md"}, read)),
                         ["docs/a.md: b.md: there is no docs/b.md"])
        self.assertEqual(len(list(wrong_links("docs/a.md", "[y](#other)", {"docs/a.md"}, read))), 1)
        self.assertEqual(len(list(wrong_paths("docs/a.md", "see `agent/core/nothing.c`", set()))), 1)


if __name__ == "__main__":
    unittest.main()
