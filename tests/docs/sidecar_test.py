#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What docs/reference/grpc-binding.md shows is in the files that are built, and the worker calls the container next door."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import contracts

PAGE = "docs/reference/grpc-binding.md"
FOLDER = "tests/docs/sidecar"
FILES = {"proto": "acme/stock/v1/stock.proto", "cmake": "CMakeLists.txt", "yaml": "agent.yaml", "python": "server.py"}
PROTOS = ["acme/stock/v1/stock.proto", "buf/validate/validate.proto", "reeve/v1/task.proto"]


class Page(unittest.TestCase):
    def test_blocks_are_in_the_files(self):
        blocks = re.findall(r"^```(proto|cmake|yaml|python)\n(.*?)^```", contracts.text_of(PAGE), re.M | re.S)
        self.assertEqual(sorted(kind for kind, _ in blocks), sorted(FILES))
        for kind, text in blocks:
            self.assertIn(text, contracts.text_of(f"{FOLDER}/{FILES[kind]}"), f"{FILES[kind]} differs from {PAGE}")


@unittest.skipUnless(os.environ.get("STOCK_WORKER"), "STOCK_WORKER names the built program")
class Neighbour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        shutil.copytree(contracts.ROOT / FOLDER, cls.folder, dirs_exist_ok=True)
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc", "-I", ".", "-I", contracts.ROOT / "proto",
                        "-I", contracts.ROOT / "proto/third_party", "--python_out=.", "--grpc_python_out=.", *PROTOS],
                       cwd=cls.folder, check=True, timeout=60)
        cls.server = subprocess.Popen([sys.executable, "server.py", "stock.sock"], cwd=cls.folder, text=True,
                                      stdout=subprocess.PIPE)
        cls.serving = cls.server.stdout.readline()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        cls.server.stdout.close()
        shutil.rmtree(cls.folder)

    def task(self, name, request, *words):
        return subprocess.run([os.environ["STOCK_WORKER"], "run", f"acme.stock.v1.Stock/{name}", "--config", "agent.yaml",
                               "--input", json.dumps(request), *words],
                              cwd=self.folder, capture_output=True, text=True, check=False, timeout=30)

    def test_a_unary_task(self):
        self.assertEqual(self.serving, "serving stock.sock\n")
        said = self.task("GetItem", {"number": "A-1"})
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertEqual(json.loads(said.stdout), {"number": "A-1", "count": 7})

    def test_a_stream(self):
        said = self.task("ListItems", {"shelf": "A"})
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertEqual([json.loads(line)["number"] for line in said.stdout.splitlines()], ["A-1", "A-2"])

    def test_a_refusal_has_no_effect(self):
        said = self.task("GetItem", {"number": "Z-1"})
        self.assertEqual(said.returncode, 1, said.stderr)
        self.assertIn("UPSTREAM_REFUSED", said.stderr)
        self.assertEqual(self.task("Reserve", {"number": "A-2", "count": 1}).returncode, 1)

    def test_what_breaks_a_rule_does_not_reach_it(self):
        said = self.task("Reserve", {"number": "A-1", "count": 1000})
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("uint32", said.stderr)

    def test_explained(self):
        said = self.task("Reserve", {"number": "A-1", "count": 2}, "--explain")
        self.assertEqual(said.returncode, 0, said.stderr)
        for words in ("call /acme.stock.v1.Stock/Reserve", "stock.sock", "idempotency-key", '"count": 2'):
            self.assertIn(words, said.stdout)
        self.assertEqual(json.loads(self.task("GetItem", {"number": "A-1"}).stdout)["count"], 7, "nothing was taken")


if __name__ == "__main__":
    unittest.main()
