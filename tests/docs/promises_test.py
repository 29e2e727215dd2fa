#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each of the promises P1 to P8 is cited by tests, and docs/security.md names tests that do cite it."""
import re
import unittest

import contracts

PROMISES = [f"P{n}" for n in range(1, 9)]
SOURCES = ("*.cc", "*.py", "*.sh")
PAGE = "docs/security.md"


def cites(text):
    """The promises in comments, messages and names of tests; "P4Fresh…" cites, "P256" does not."""
    found = set(re.findall(r"\bP[1-8](?![0-9])", text))
    for first, last in re.findall(r"\b(P[1-8])–(P[1-8])\b", text):
        found |= set(PROMISES[PROMISES.index(first):PROMISES.index(last) + 1])
    return found


def has_tests(text):
    return re.search(r"\bTEST(_F|_P)?\(|unittest|\btest_", text) is not None


def cited_by():
    tests = contracts.ROOT / "tests"
    by = {promise: [] for promise in PROMISES}
    for pattern in SOURCES:
        for path in sorted(tests.rglob(pattern)):
            text = path.read_text(errors="replace")
            if "golden" in path.parts or path.parent.name == "docs" or not has_tests(text):
                continue
            for promise in cites(text):
                by[promise].append(str(path.relative_to(contracts.ROOT)))
    return by


def named():
    """The tests that security.md names for each promise."""
    rows = re.findall(r"^\| \*\*(P[1-8])\*\* .*?\|.*?\| (.+?) \|$", contracts.text_of(PAGE), re.M)
    return {promise: re.findall(r"`([^`]+)`", tests) for promise, tests in rows}


class Promises(unittest.TestCase):
    def test_none_is_without_a_test(self):
        by = cited_by()
        self.assertEqual([promise for promise in PROMISES if not by[promise]], [])

    def test_security_page_names_tests_that_cite(self):
        by, rows = cited_by(), named()
        self.assertEqual(sorted(rows), PROMISES, f"{PAGE} has one row for each")
        for promise, tests in rows.items():
            self.assertTrue(tests, promise)
            for test in tests:
                self.assertIn(test, by[promise], f"{test} does not cite {promise}")

    def test_first_pages_say_the_same_eight(self):
        text = contracts.text_of("SECURITY.md")
        self.assertEqual(re.findall(r"^\| \*\*(P[1-8])\*\*", text, re.M), PROMISES)

    def test_it_can_fail(self):
        self.assertEqual(cites("// P4, P5: x\nTEST(A, P6Drains) REEVE_PKI_P256 P12"), {"P4", "P5", "P6"})
        self.assertEqual(cites("(P3–P5)"), {"P3", "P4", "P5"})


if __name__ == "__main__":
    unittest.main()
