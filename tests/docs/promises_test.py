#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each of the promises P1 to P8 is cited by tests, in their name or directly above them, and docs/security.md names tests that do cite it."""
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


# A test with the comment directly above it: of GoogleTest, of unittest (where the text directly below counts as well),
# of a shell script.
COMMENT = r"(?P<said>(?:^[ \t]*(?://|#)[^\n]*\n|^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n)*)"
TESTS = {
    ".cc": re.compile(COMMENT + r"^TEST(?:_F|_P)?\(\s*(?P<suite>\w+),\s*(?P<name>\w+)\)", re.M),
    ".py": re.compile(COMMENT + r"^[ \t]*(?:def (?P<name>test_\w+)|class (?P<suite>\w+)\(unittest)[^\n]*:\n"
                      r'(?P<below>[ \t]*"""(?:[^"]|"(?!""))*""")?', re.M),
    ".sh": re.compile(COMMENT + r"^(?P<name>\w+)\(\) \{", re.M),
}


def in_name(name):
    """P4Restart, OneSyncForAllThatWaits_P4, test_p1_…"""
    return {found.upper() for found in re.findall(r"(?:^|_)([Pp][1-8])(?![0-9])", name or "")}


def cited_in(text, ending):
    """The promises that tests cite in their name or directly above: one at the top of a file says what the file is
    about, and not which of its tests fails when the promise is broken."""
    found = set()
    for match in TESTS[ending].finditer(text):
        groups = match.groupdict()
        found |= in_name(groups.get("suite")) | in_name(groups.get("name"))
        found |= cites(match["said"]) | cites(groups.get("below") or "")
    return found


def cited_by():
    tests = contracts.ROOT / "tests"
    by = {promise: [] for promise in PROMISES}
    for pattern in SOURCES:
        for path in sorted(tests.rglob(pattern)):
            text = path.read_text(errors="replace")
            if "golden" in path.parts or path.parent.name == "docs":
                continue
            for promise in cited_in(text, path.suffix):
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

    def test_only_tests_cite(self):
        for text, expected in (
                ("// P1: of the file\n#include <x>\n\nTEST(A, B)\n", set()),
                ("TEST(A, B)\n{\n    EXPECT_TRUE(x) << \"P1\"; // P2\n}\n", set()),
                ("// P1: said above\n\nTEST(A, B)\n", set()),
                ("// P1: said\n// above\nTEST_F(A, B)\n", {"P1"}),
                ("/* P1: said\n * above */\nTEST_P(A, B)\n", {"P1"}),
                ("TEST_F(P4Restart, Loses)\nTEST(Journal, Syncs_P7)\nTEST(A, B_P256)\n", {"P4", "P7"})):
            self.assertEqual(cited_in(text, ".cc"), expected, text)
        self.assertEqual(cited_in('"""P1"""\nclass A(unittest.TestCase):\n    """P2: so."""\n\n    def test_p3_x(self):\n'
                                  '        x()  # P4\n', ".py"), {"P2", "P3"})
        self.assertEqual(cited_in("# P1: no test\nset -u\n\n# P2: so\nleaves_nothing() {\n", ".sh"), {"P2"})


if __name__ == "__main__":
    unittest.main()
