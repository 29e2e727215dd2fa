#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every test that docs/reference/features.md names is there, under that name, in the file that the link leads to."""
import re
import unittest

import contracts

PAGE = "docs/reference/features.md"


def named_tests():
    """(name, file) of each link of the last column."""
    rows = [line for line in contracts.text_of(PAGE).split("\n") if line.startswith("|")]
    return [(row, found) for row in rows for found in re.findall(r"\[([^\]]+)\]\(\.\./\.\./([^)]+)\)", row)]


def is_there(name, file):
    text = (contracts.ROOT / file).read_text()
    if file.endswith("CMakeLists.txt"):
        return re.search(rf"add_test\(NAME {re.escape(name)}\b", text) is not None
    if file.endswith(".py"):
        method = name.split(".")[-1]
        return method.startswith("test_") and re.search(rf"^ *def {method}\(", text, re.M) is not None
    if "." not in name:
        return re.search(rf"\b{name}\(", text) is not None
    suite, test = name.split(".")
    return re.search(rf"^TEST(_F|_P)?\({suite},\s*{test}\)", text, re.M) is not None


class Features(unittest.TestCase):
    def test_every_row_names_a_test(self):
        rows = [line for line in contracts.text_of(PAGE).split("\n")
                if line.startswith("| ") and not line.startswith("| |")]
        self.assertGreater(len(rows), 40)
        for row in rows:
            self.assertIn("](../../tests/", row)

    def test_every_named_test_is_there(self):
        named = named_tests()
        self.assertGreater(len(named), 80)
        for row, (name, file) in named:
            with self.subTest(name=name):
                self.assertTrue(is_there(name, file), f"{file} has no {name}; the row is {row}")

    def test_it_can_fail(self):
        self.assertFalse(is_there("Features.test_nothing", "tests/docs/features_test.py"))
        self.assertFalse(is_there("main", "tests/interop/conformance/run.py"))
        self.assertFalse(is_there("conformance", "tests/interop/conformance/CMakeLists.txt"))
        self.assertFalse(is_there("Decode.Nothing", "tests/unit/proto/runtime/decode_test.cc"))


if __name__ == "__main__":
    unittest.main()
