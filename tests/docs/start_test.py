#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What docs/getting-started.md shows is in the files that are built, and the worker that they make runs."""
import os
import re
import subprocess
import unittest

import contracts

PAGE = "docs/getting-started.md"
FOLDER = "tests/docs/own_worker"
FILES = {"proto": "acme/lamp/v1/lamp.proto", "cmake": "CMakeLists.txt", "yaml": "agent.yaml", "c": "lamp.c"}


class Start(unittest.TestCase):
    def test_blocks_are_in_the_files(self):
        blocks = re.findall(r"^```(proto|cmake|yaml|c)\n(.*?)^```", contracts.text_of(PAGE), re.M | re.S)
        self.assertEqual(len(blocks), 5)
        for kind, text in blocks:
            self.assertIn(text, contracts.text_of(f"{FOLDER}/{FILES[kind]}"), f"{FILES[kind]} differs from {PAGE}")

    def run_worker(self, *words):
        worker = os.environ.get("ACME_WORKER")
        if not worker:
            self.skipTest("ACME_WORKER names the built program")
        return subprocess.run([worker, *words], capture_output=True, text=True, check=False, timeout=30)

    def test_the_worker_has_the_tasks(self):
        said = self.run_worker("tasks")
        self.assertEqual(said.returncode, 0, said.stderr)
        for task in ("acme.lamp.v1.Lamps/DimLamp", "acme.lamp.v1.Lamps/GetLamp"):
            self.assertIn(task, said.stdout)

    def test_the_configuration_is_understood(self):
        said = self.run_worker("check-config", "--config", str(contracts.ROOT / FOLDER / "agent.yaml"))
        self.assertNotEqual(said.returncode, 2, said.stderr)
        said = said.stdout + said.stderr
        self.assertIn("ca.pem", said, "the files that it names are not there, and that is all that is wrong")
        for word in ("unknown", "syntax", "not compiled"):
            self.assertNotIn(word, said)


if __name__ == "__main__":
    unittest.main()
