#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/tour.md, typed from its first command to its last, in the world that the page begins with."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import contracts

PAGE = "docs/tour.md"
# The world as scripts/demo leaves it, of the programs in $bin: what was submitted there has made the ticket T-00001.
WORLD = r"""
set -euo pipefail
keep=no
. "$root/scripts/lib/ui.sh"
. "$root/scripts/demo.d/world.sh"
bin=$REEVE_BUILD_DIR
manifest=$bin/proto/tasks/demo_tasks/demo.manifest.binpb
ui_init tour
trap stop_world_quietly EXIT
make_world
start_outside
ctl planner register "$manifest" >/dev/null
start_agent
ctl planner submit "$dir/plan.json" >/dev/null
newest() { ctl planner plans --json | json_field plans 0 planId; }
ctl approver approve "$(newest)" --yes >/dev/null
ctl planner watch "$(newest)" >/dev/null
PATH=$bin/gateway-stub/reevectl:$bin/agent/main:$PATH
echo "== the tour"
"""
# The page's last command stops everything: each has ended in order, the API of the signal.
END = r"""
for name in agent gateway crm; do
  status=0
  wait "$(cat "run/$name.pid")" || status=$?
  echo "$name ended with $status"
done
"""
# What only a person has: a build of their own and its folder, and the answer to a question.
BY_PERSON = {"scripts/demo --keep\n": "",
             "export PATH=$PWD/build/default/gateway-stub/reevectl:$PWD/build/default/agent/main:$PATH\n": "",
             "cd build/demo\n": 'cd "$dir"\n'}


def blocks(text):
    """(language, text) of each block, in the page's order."""
    return re.findall(r"^```(sh|yaml)\n(.*?)^```", text, re.M | re.S)


def as_typed(block):
    """A block with the reader's own part filled in."""
    for told, typed in BY_PERSON.items():
        block = block.replace(told, typed)
    block = block.replace("approve PLAN", "approve PLAN --yes")
    return re.sub(r"\bPLAN\b", '"$(newest)"', block)


def script(text):
    """The page as one script: commands are typed, YAML takes its place in agent.yaml."""
    out = [WORLD]
    for language, block in blocks(text):
        if language == "sh":
            out.append(as_typed(block))
        else:
            out.append("/usr/bin/python3 - <<'EDIT'\nimport re\n"
                       "text = open('agent.yaml').read()\n"
                       "text, n = re.subn(r'^allow:\\n(  .*\\n)*', '''" + block + "''', text, flags=re.M)\n"
                       "assert n == 1\nopen('agent.yaml', 'w').write(text)\nEDIT\n")
    return "".join([*out, END])


class Tour(unittest.TestCase):
    def test_every_command_does_what_the_page_says(self):
        build = os.environ.get("REEVE_BUILD_DIR")
        if not build:
            self.skipTest("REEVE_BUILD_DIR names the folder with the built programs")
        with tempfile.TemporaryDirectory(prefix="reeve-tour-") as folder:
            world = pathlib.Path(folder) / "demo"
            ran = subprocess.run(["bash", "-c", script(contracts.text_of(PAGE))], text=True, timeout=150, check=False,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 env={**os.environ, "root": str(contracts.ROOT), "dir": str(world)})
            self.assertEqual(ran.returncode, 0, ran.stdout)
            said = ran.stdout[ran.stdout.index("== the tour"):]
            at = 0
            for words in ("PLANNER", "APPROVER", "demo.crm.v1.Customers/GetCustomer", "must have at least 1 character", "pending approval",
                          "Call back", "1 of 1 approvals", "succeeded", "no aligned worker", "not allowed",
                          "agent.yaml: ok", "T-00001", "succeeded", "records", "unbroken",
                          "agent ended with 0", "gateway ended with 0", "crm ended with "):
                self.assertIn(words, said[at:], f"behind {said[:at][-300:]}")
                at = said.index(words, at) + len(words)

    def test_the_page_is_read_whole(self):
        typed = script(contracts.text_of(PAGE))
        for command in ("whoami", "submit order.json", "approve \"$(newest)\" --yes", "check-config", "kill -HUP",
                        "audit export", "audit verify", "kill $(cat run/*.pid)"):
            self.assertIn(command, typed)
        for word in ("scripts/demo --keep", "cd build", "PLAN\n"):
            self.assertNotIn(word, typed)


if __name__ == "__main__":
    unittest.main()
