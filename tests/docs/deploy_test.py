#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""P1: what scripts/deploy/ starts opens no port, is not root, and has a configuration that the worker takes."""
import json
import os
import re
import subprocess
import tempfile
import textwrap
import unittest

import contracts

UNIT = contracts.text_of("scripts/deploy/systemd/reeve-agent.service")
POD = contracts.text_of("scripts/deploy/kubernetes/worker.yaml")
IMAGE = contracts.text_of("scripts/deploy/container/Containerfile")
# What check-config finds where only the files are missing that the configuration names.
MISSING_FILES = {"identity.NOT_FOUND", "ca_file", "directory", "secret.unavailable"}


def findings(configuration):
    """The rules that check-config finds broken."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(configuration)
        file.flush()
        said = subprocess.run([os.environ["REEVE_AGENT"], "check-config", "--json", "--config", file.name],
                              capture_output=True, text=True, check=False, timeout=30)
    return {finding["rule"] for finding in json.loads(said.stdout)["findings"]}


@unittest.skipUnless(os.environ.get("REEVE_AGENT"), "REEVE_AGENT names the built program")
class Configuration(unittest.TestCase):
    def setUp(self):
        self.text = textwrap.dedent(re.search(r"^  agent\.yaml: \|\n(.*?)^---", POD, re.M | re.S)[1])

    def test_the_pods_is_taken(self):
        self.assertLessEqual(findings(self.text), MISSING_FILES)

    def test_a_wrong_one_would_be_found(self):
        wrong = self.text.replace("/GetTicket", "/CreateTicket")  # needs approvers
        self.assertIn("allow.approvals", findings(wrong))
        self.assertIn("unknown_field", findings("gate: 1\n"))


class Defaults(unittest.TestCase):
    def test_no_port_is_opened(self):
        for word in ("containerPort", "hostPort", "hostNetwork", "kind: Service\n"):
            self.assertNotIn(word, POD)
        self.assertIn("ingress: []", POD)
        self.assertIn("\nSocketBindDeny=any\n", UNIT)
        self.assertNotRegex(IMAGE, r"(?m)^EXPOSE")

    def test_nobody_is_root(self):
        for word in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false",
                     "automountServiceAccountToken: false", "drop: [ALL]"):
            self.assertIn(word, POD)
        for line in ("DynamicUser=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict"):
            self.assertIn(f"\n{line}\n", UNIT)
        self.assertRegex(IMAGE, r"(?m)^USER [1-9][0-9]*:[1-9][0-9]*$")

    def test_the_services_user_can_read_its_configuration(self):
        """That user exists only while the service runs: nobody can give it a file."""
        for name, text in (("unit", UNIT), ("page", contracts.text_of("docs/operations.md"))):
            self.assertIn("install -d -m 755 /etc/reeve && install -m 644 agent.yaml /etc/reeve/", text, name)


if __name__ == "__main__":
    unittest.main()
