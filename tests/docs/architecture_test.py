#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/architecture.md names every module that scripts/lint.d/layers.txt knows, and what the gateway uses of them."""
import re
import sys
import unittest

import contracts

sys.path.insert(0, str(contracts.ROOT / "scripts/lint.d"))
import layering  # noqa: E402  the linter's own reading of the file

PAGE = "docs/architecture.md"
LAYERS = layering.read_layers(contracts.ROOT / "scripts/lint.d/layers.txt")


def rows(text):
    """Module -> what it may not do."""
    return {name: may_not for name, may_not in re.findall(r"^\| `([^`]+)` \|[^|]*\|([^|]*)\|$", text, re.M)}


def used_by_gateway(text):
    """The modules that the paragraph about the gateway names as used."""
    paragraph = re.search(r"^The gateway stands on.*?; of the worker proper", text, re.M | re.S)[0]
    return set(re.findall(r"`([^`]+)`", paragraph))


class Architecture(unittest.TestCase):
    def setUp(self):
        self.text = contracts.text_of(PAGE)

    def test_every_module_has_a_row(self):
        self.assertEqual(set(LAYERS) - set(rows(self.text)), set())

    def test_every_row_is_there_and_says_what_it_may_not_do(self):
        for name, may_not in rows(self.text).items():
            self.assertTrue((contracts.ROOT / name).is_dir(), name)
            self.assertTrue(may_not.strip(), name)

    def test_every_folder_of_agents_io_is_named(self):
        for folder in (contracts.ROOT / "agent/io").iterdir():
            if folder.is_dir():
                self.assertRegex(self.text, rf"agent/io \([^)]*\b{folder.name}\b")

    def test_the_gateway_uses_what_the_page_says(self):
        allowed = set().union(*(edges for name, edges in LAYERS.items() if name.startswith("gateway-stub/")))
        self.assertEqual({name for name in allowed if not name.startswith("gateway-stub/")}, used_by_gateway(self.text))

    def test_it_can_fail(self):
        self.assertEqual(rows("| `a/b` | x | y |\n| `c` | x | |\n"), {"a/b": " y ", "c": " "})
        self.assertEqual(used_by_gateway("The gateway stands on `a`,\n`b`; of the worker proper, not `c`"), {"a", "b"})


if __name__ == "__main__":
    unittest.main()
