#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every command that the first pages tell people to type is run by some test, named in commands.txt."""
import re
import unittest

import contracts

PAGES = ["README.md", "CONTRIBUTING.md", "docs/building.md", "docs/getting-started.md"]
LIST = "tests/docs/commands.txt"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


def commands_in(text):
    """The commands of its sh blocks, without comments, one for each && and ;."""
    for block in BLOCK.findall(text):
        for line in re.sub(r"\\\n\s*", "", block).split("\n"):
            line = re.sub(r"(^|\s)#.*$", "", line).strip()
            yield from (part.strip() for part in re.split(r"&&|;", line) if part.strip())


def listed():
    """Command and the file of the test that runs it."""
    rows = {}
    for line in contracts.text_of(LIST).split("\n"):
        if line and not line.startswith("#"):
            command, _, runner = line.partition(" | ")
            rows[command.strip()] = runner.strip()
    return rows


class Commands(unittest.TestCase):
    def told(self):
        pages = [page for page in PAGES if (contracts.ROOT / page).exists()]
        return {command for page in pages for command in commands_in(contracts.text_of(page))}

    def test_each_is_run_by_a_test(self):
        missing = self.told() - set(listed())
        self.assertEqual(missing, set(), f"say in {LIST} which test runs them")

    def test_the_list_has_nothing_else(self):
        self.assertEqual(set(listed()) - self.told(), set(), f"no page tells people to type these; drop them")

    def test_the_runner_names_the_command(self):
        for command, runner in listed().items():
            if runner.startswith("by hand: "):
                continue
            text = contracts.text_of(runner)
            program = command.split()[0]
            for word in [program.split("/")[-1], *(w for w in command.split()[1:] if w.startswith("--"))]:
                self.assertIn(word.split("=")[0], text, f"{runner} does not run `{command}`: no {word} in it")

    def test_it_can_fail(self):
        self.assertEqual(list(commands_in("```sh\na --b   # c\nd && e\n```\n")), ["a --b", "d", "e"])


if __name__ == "__main__":
    unittest.main()
