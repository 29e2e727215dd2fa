#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/lint finds what it is there for: each check is run over a small tree of its own, clean and with one thing
wrong in it."""
import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN = "/* SPDX-License-Identifier: Apache-2.0 */\n"
# A tree without fault, with a file for each kind that the checks read.
CLEAN = {
    "agent/base/bytes.h": BEGIN + "#ifndef BYTES_H\n#define BYTES_H\nint reeve_one(void);\n#endif\n",
    "agent/base/bytes.c": BEGIN + '#include "agent/base/bytes.h"\n\n#include <string.h>\n\n'
                                  "int reeve_one(void)\n{\n    return 1;\n}\n",
    "agent/core/engine.h": BEGIN + '#ifndef ENGINE_H\n#define ENGINE_H\n#include "agent/base/bytes.h"\n#endif\n',
    "agent/include/reeve/handler.h": BEGIN + "#ifndef HANDLER_H\n#define HANDLER_H\n#endif\n",
    "gateway-stub/core/plan.c": BEGIN + '#include "agent/base/bytes.h"\n\n'
                                        "int plan(void);\n\nint plan(void)\n{\n    return reeve_one();\n}\n",
    "proto/runtime/pattern.cc": BEGIN + "int pattern();\n\nint pattern()\n{\n    return 1;\n}\n",
    "scripts/deps.d/lib/one.patch": "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,3 @@\n // TO" "DO(them): theirs\n+int one;\n",
    "tests/unit/fixture.h": BEGIN + "#ifndef FIXTURE_H\n#define FIXTURE_H\n#include <vector>\n#endif\n",
}
PLAN, PATTERN = "gateway-stub/core/plan.c", "proto/runtime/pattern.cc"


def plan_with(line):
    """The gateway's file with one line more, above its #includes."""
    return {PLAN: CLEAN[PLAN].replace(BEGIN, BEGIN + line + "\n")}


def after(path, code):
    return {path: CLEAN[path] + "\n" + code}


# Name, check, what is planted, and what the check has to say of it.
PLANTED = [
    ("a layer is skipped", "layering", plan_with('#include "agent/core/engine.h"'),
     "gateway-stub/core may not include agent/core"),
    ("a layer is skipped in angle brackets", "layering", plan_with("#include <agent/core/engine.h>"),
     "gateway-stub/core may not include agent/core"),
    ("a layer is skipped by a relative path", "layering", plan_with('#include "../../agent/core/engine.h"'),
     "is relative or absolute"),
    ("a layer is skipped by a path with a dot", "layering", plan_with('#include "agent/base/../core/engine.h"'),
     "is relative or absolute"),
    ("a layer is skipped by a relative path in angle brackets", "layering",
     plan_with("#include <../agent/core/engine.h>"), "is relative or absolute"),
    ("a layer is skipped by an absolute path", "layering", plan_with('#include "/agent/core/engine.h"'),
     "is relative or absolute"),
    ("a layer is skipped by a public header", "layering", plan_with('#include "reeve/handler.h"'),
     "gateway-stub/core may not include agent/include/reeve"),
    ("a layer is skipped by a public header in angle brackets", "layering", plan_with("#include <reeve/handler.h>"),
     "gateway-stub/core may not include agent/include/reeve"),
    ("a neighbour is named without its folder", "layering", plan_with('#include "plan.h"'),
     "is no file from the repository's root"),
    ("a header that is not there", "layering", plan_with("#include <agent/base/gone.h>"),
     "is no file of this repository"),
    ("a header of the tests", "layering", plan_with('#include "tests/unit/fixture.h"'), "is in no module"),
    ("a macro hides the header", "layering", plan_with("#include ENGINE"), "not through a macro"),
    ("a seam is opened", "layering", plan_with("#include <grpc/grpc.h>"), "only in agent/io/rpc"),
    ("a generated seam is opened", "layering", plan_with("#include <reeve/v1/worker.pb.h>"), "only in agent/codec"),
    ("a seam is opened from C++", "layering", {PATTERN: "#include <sqlite3.h>\n" + CLEAN[PATTERN]},
     "only in gateway-stub/store"),
    ("a folder that no layer names", "layering", {"agent/new/new.c": BEGIN + "#include <stdio.h>\n"},
     "not listed in scripts/lint.d/layers.txt"),
    ("a banned function", "banned", after(PLAN, "void f(char *a) { strcpy(a, a); }\n"), "strcpy(): "),
    ("a banned function in C++", "banned", after(PATTERN, "void f(char *a) { strcpy(a, a); }\n"), "strcpy(): "),
    ("a banned word", "banned", after(PLAN, "/* TO" "DO: later */\n"), "finish it"),
    ("a banned word in what a patch adds", "banned",
     {"scripts/deps.d/lib/one.patch": CLEAN["scripts/deps.d/lib/one.patch"] + "+// TO" "DO: ours\n"},
     "scripts/deps.d/lib/one.patch:6: TO" "DO: finish it"),
    ("a path of one machine", "banned", {"docs/page.md": "see /ho" "me/ada/reeve\n"}, "a path of one machine"),
    ("no licence line", "banned", {PLAN: CLEAN[PLAN].replace(BEGIN, "")}, "begins with /* SPDX"),
    ("a listening worker", "banned", after(PLAN, "int f(void) { return listen(1, 1); }\n"), "P1"),
    ("wrong format", "format", after(PLAN, "int  f( void );\n"), "clang-format"),
    ("a header that needs another first", "headers",
     {"agent/core/engine.h": BEGIN + "#ifndef ENGINE_H\n#define ENGINE_H\nsize_t engine(void);\n#endif\n"},
     "agent/core/engine.h does not compile alone as c:"),
    ("a header that is no C++", "headers",
     {"agent/core/engine.h": BEGIN + "#ifndef ENGINE_H\n#define ENGINE_H\nint engine(int class);\n#endif\n"},
     "agent/core/engine.h does not compile alone as c++:"),
    ("a header of the tests that needs another first", "headers",
     {"tests/unit/fixture.h": BEGIN + "#ifndef FIXTURE_H\n#define FIXTURE_H\nstd::string f();\n#endif\n"},
     "tests/unit/fixture.h does not compile alone as c++:"),
    ("a bug that clang-tidy finds", "tidy", after(PLAN, "int f(int a);\nint f(int a)\n{\n    return a - a;\n}\n"),
     "misc-redundant-expression"),
    ("a bug that clang-tidy finds in C++", "tidy",
     after(PATTERN, "int f(int a);\nint f(int a)\n{\n    return a - a;\n}\n"), "misc-redundant-expression"),
    ("a source that no target compiles", "tidy", {"agent/base/lost.c": BEGIN}, "agent/base/lost.c"),
]
NOT_COMPILED = {"agent/base/lost.c"}
CHECKS = ["format", "banned", "layering", "headers", "tidy"]


@contextlib.contextmanager
def tree(files):
    """A repository with the linter and these files, as if a build had been configured."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        shutil.copytree(ROOT / "scripts/lint.d", root / "scripts/lint.d",
                        ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("scripts/lint", ".clang-format", ".clang-tidy"):
            shutil.copy(ROOT / name, root / name)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        entries = [{"directory": folder, "file": str(root / name), "command": f"cc -I{folder} -c {root / name}"}
                   for name in files if name.endswith((".c", ".cc")) and name not in NOT_COMPILED]
        (root / "build/dev").mkdir(parents=True)
        (root / "build/dev/compile_commands.json").write_text(json.dumps(entries))
        for words in (["init", "-q"], ["add", "--", "scripts", *files]):
            subprocess.run(["git", *words], cwd=root, check=True)
        yield root


def lint(root, *checks):
    """Exit status and words."""
    done = subprocess.run(["bash", root / "scripts/lint", *checks], capture_output=True, text=True, check=False,
                          env={"PATH": "/usr/bin:/bin", "HOME": str(root), "PYTHONDONTWRITEBYTECODE": "1"}, timeout=120)
    return done.returncode, done.stdout + done.stderr


class Lint(unittest.TestCase):
    maxDiff = None

    def test_a_clean_tree_is_clean(self):
        with tree(CLEAN) as root:
            status, said = lint(root)
            self.assertEqual(said.split("\n"), [*(f"lint: {check} ok" for check in CHECKS), ""])
            self.assertEqual(status, 0)

    def test_each_check_finds_what_is_planted(self):
        for name, check, planted, words in PLANTED:
            with self.subTest(name), tree({**CLEAN, **planted}) as root:
                status, said = lint(root, check)
                self.assertIn(words, said)
                self.assertIn(f"lint: {check} FAILED", said)
                self.assertEqual(status, 1)

    def test_every_check_has_something_planted(self):
        self.assertEqual(sorted({check for _, check, _, _ in PLANTED}), sorted(CHECKS))

    def test_what_passed_once_is_read_again_when_it_changes(self):
        with tree(CLEAN) as root:
            self.assertEqual(lint(root, "headers", "tidy")[0], 0)
            self.assertEqual(lint(root, "headers", "tidy")[0], 0, "from memory")
            with (root / PLAN).open("a") as file:
                file.write("int f(int a);\nint f(int a)\n{\n    return a - a;\n}\n")
            status, said = lint(root, "tidy")
            self.assertEqual(status, 1, said)

    def test_formatting_is_done_when_asked(self):
        with tree({**CLEAN, **after(PLAN, "int  f( void );\n")}) as root:
            self.assertEqual(lint(root, "--fix", "format")[0], 0)
            self.assertEqual(lint(root, "format")[0], 0)

    def test_wrong_usage(self):
        with tree(CLEAN) as root:
            self.assertEqual(lint(root, "spelling")[0], 2)


if __name__ == "__main__":
    unittest.main()
