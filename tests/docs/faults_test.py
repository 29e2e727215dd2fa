#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/faults.md has the rows of tests/faults/faults.json, and those are the tests that there are."""
import json
import re
import unittest

import contracts

PAGE = "docs/faults.md"
RESULTS = {"as expected", "skipped"}


def table():
    return json.loads(contracts.text_of("tests/faults/faults.json"))


def shown():
    """(fault, expected, seen, result) of the page's rows."""
    text = contracts.text_of(PAGE)
    rows = text[text.index("| fault | expected |"):].split("\n")[2:]
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in rows if row.startswith("|")]


def written():
    """Suite.Name of each test in tests/faults."""
    found = set()
    for path in (contracts.ROOT / "tests" / "faults").glob("*.cc"):
        found |= {".".join(pair) for pair in re.findall(r"^TEST_F\((\w+), (\w+)\)", path.read_text(), re.M)}
    return found


class Faults(unittest.TestCase):
    def test_page_has_the_rows_of_the_table(self):
        self.assertEqual([row[:2] for row in shown()], [(row["fault"], row["expectation"]) for row in table()])

    def test_each_row_says_what_was_seen(self):
        for fault, _, seen, result in shown():
            with self.subTest(fault):
                self.assertTrue(seen)
                self.assertIn(result, RESULTS)

    def test_rows_are_the_tests(self):
        own = {row["test"] for row in table() if "program" not in row}
        self.assertEqual(own, written())
        self.assertEqual(len(table()), len({row["test"] for row in table()}), "each once")

    def test_rows_from_elsewhere_exist(self):
        sources = "".join(path.read_text() for path in (contracts.ROOT / "tests" / "integration").glob("*.cc"))
        for row in table():
            if "program" in row:
                suite, name = row["test"].split(".")
                self.assertIn(f"({suite}, {name})", sources)


if __name__ == "__main__":
    unittest.main()
