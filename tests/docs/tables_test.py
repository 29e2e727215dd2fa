#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tables of the reference that repeat what the code or the contract has: codes, statuses, methods, roles."""
import re
import unittest

import contracts

GRPC = ["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"]


def statuses():
    """gRPC's code of each of our statuses."""
    rows = re.findall(r"^    X\((\w+), \w+, (\d+), \d+, \"", contracts.text_of("agent/base/status.h"), re.M)
    return {name: GRPC[int(code)] for name, code in rows}


def session_codes():
    """Number and our status of each session code."""
    rows = re.findall(r"^    X\((\w+), (\d+), (\w+)\)", contracts.text_of("agent/codec/session_code.h"), re.M)
    return {name: (int(code), status) for name, code, status in rows if name != "UNSPECIFIED"}


def table(page, head):
    """The rows behind a table's head line, as lists of cells."""
    text = contracts.text_of(page)
    rows = text[text.index(head):].split("\n")[2:]
    cells = []
    for row in rows:
        if not row.startswith("|"):
            break
        cells.append([cell.strip() for cell in row.strip("|").split(" | ")])
    return cells


def refusals():
    """(gRPC code, our word) of everything that the gateway's control API refuses with."""
    grpc, found = statuses(), set()
    for path in sorted((contracts.ROOT / "gateway-stub/core").glob("*.c")):
        text = path.read_text()
        for status, code in re.findall(r"\.status = (?:[^,{}]*\? *\w+ *: *)?REEVE_(\w+),\s*\.code = \"(\w+)\"", text):
            found.add((grpc[status], code))
        for status, code in re.findall(r"refuse\(g, call, REEVE_(\w+),\s*\"(\w+)\"", text):
            found.add((grpc[status], code))
    if '.code = "RESPONSE_TOO_LARGE"' in contracts.text_of("gateway-stub/core/reply.c"):
        found.add((grpc["LIMIT"], "RESPONSE_TOO_LARGE"))  # the encoder's word: its buffer is bounded
    submit = contracts.text_of("gateway-stub/core/control_submit.c")
    for code in re.findall(r"problem(?:\(s, i,|_at\(s, \")[^;]*?\"([A-Z_]+)\"\);", submit):
        found.add(("INVALID_ARGUMENT", code))
    return found


class Tables(unittest.TestCase):
    def test_session_codes_of_the_contract_and_the_code(self):
        values = contracts.load()["worker"].SessionCode.items()
        contract = {name.replace("SESSION_CODE_", ""): number for name, number in values if number}
        self.assertEqual(contract, {name: number for name, (number, _) in session_codes().items()})

    def test_session_codes_of_the_page(self):
        grpc = statuses()
        said = {row[0]: row[1] for row in table("docs/reference/worker-stream.md", "| SessionCode | gRPC status |")}
        self.assertEqual(said, {name: grpc[status] for name, (_, status) in session_codes().items()})

    def test_conditions_of_the_page(self):
        names = re.findall(r"^    X\([A-Z_]+, \"([a-z_]+)\", \"", contracts.text_of("agent/core/engine.h"), re.M)
        self.assertGreater(len(names), 5)
        line, = re.findall(r"`not_ready` names: (.*)", contracts.text_of("docs/reference/worker-stream.md"))
        self.assertEqual(re.findall(r"`(\w+)`", line), names)

    def test_methods_and_roles(self):
        code = contracts.text_of("gateway-stub/core/control.c")
        roles = dict(re.findall(r'METHOD\("(\w+)"\), \w+,\s*[\w |]+,\s*"([^"]+)"', code))
        service = contracts.load()["control"].DESCRIPTOR.services_by_name["ControlService"]
        self.assertEqual(sorted(roles), sorted(method.name for method in service.methods))
        said = {}
        for methods, who, _ in table("docs/reference/control-api.md", "| method | roles |"):
            for method in re.sub(r" \(stream\)", "", methods).split(", "):
                said[method] = who
        self.assertEqual(sorted(said), sorted(roles))
        for method, words in roles.items():
            for role in re.findall(r"[A-Z]{3,}|any", words):
                self.assertIn(role, said[method], method)
            for role in re.findall(r"[A-Z]{3,}|any", said[method]):
                self.assertIn(role, words, method)

    def test_words_of_errors(self):
        said = {(status, code) for status, codes, _ in table("docs/reference/control-api.md", "| status | codes |")
                for code in codes.split(", ")}
        self.assertEqual(said, refusals())

    def test_frames_that_go_first(self):
        code = contracts.text_of("agent/codec/frame.h")
        worker = code[code.index("WORKER_FRAME_MAP(X)"):code.index("GATEWAY_FRAME_MAP(X)")]
        control = re.findall(r"X\((\w+), \d+, \w+, true\)", worker)
        line, = re.findall(r"control frames first: (.*?); all of the gateway's but Dispatch",
                           contracts.text_of("docs/reference/worker-stream.md"))
        self.assertEqual(sorted(name.replace("_", "") for name in control),
                         sorted(name.upper() for name in line.split(", ")))
        gateway = re.findall(r"X\((\w+), \d+, \w+, false\)", code[code.index("GATEWAY_FRAME_MAP(X)"):])
        self.assertEqual(gateway, ["DISPATCH"])


if __name__ == "__main__":
    unittest.main()
