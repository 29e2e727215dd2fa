#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Numbers in the contracts' comments and tables are those that the code holds."""
import re
import unittest

import contracts

NUMBER = r"([\d,]+)"
# Where the code has it; the .proto and what its comment says, with the number as a group.
BOUNDS = [
    ("agent/codec/hello.h", "REEVE_HELLO_TASKS_MAX", "worker", rf"What the worker can run; at most {NUMBER}, in name"),
    ("agent/codec/hello.h", "REEVE_HELLO_LABELS_MAX", "worker", rf"At most {NUMBER} of 63 \+ 63 bytes"),
    ("agent/codec/hello.h", "REEVE_HELLO_LABEL_MAX", "worker", rf"At most 16 of {NUMBER} \+ 63 bytes"),
    ("agent/codec/hello.h", "REEVE_HELLO_BUILD_MAX", "worker", rf'"reeve-agent/0.1.0"; at most {NUMBER} bytes'),
    ("agent/codec/hello.h", "REEVE_HELLO_POOLS_MAX", "worker", rf"empty means all. At most {NUMBER}\."),
    ("agent/codec/hello.h", "REEVE_HELLO_ACCEPTED_FINGERPRINTS_MAX", "worker", rf"proved compatible; at most {NUMBER}\."),
    ("agent/codec/hello.h", "REEVE_HELLO_MAX_BYTES / 1024", "worker", rf"Introduces the worker. At most {NUMBER} KiB"),
    ("agent/codec/batch.h", "REEVE_BATCH_BYTES / 1024", "worker", rf"fills a message up to {NUMBER} KiB"),
    ("agent/codec/resume.h", "REEVE_RESUME_ENTRIES_MAX", "worker", rf"earlier sessions: at most {NUMBER} entries"),
    ("agent/codec/audit_frames.h", "REEVE_AUDIT_ENTRIES_MAX", "worker", rf"// At most {NUMBER}\.\n  repeated AuditEntry"),
    ("agent/codec/flow.h", "REEVE_RECALL_MAX", "worker", rf"not started, at most {NUMBER}\."),
    ("agent/codec/heartbeat.h", "REEVE_HEARTBEAT_CONDITIONS_MAX", "worker", rf"at most {NUMBER} of 63 bytes"),
    ("agent/codec/heartbeat.h", "REEVE_HEARTBEAT_CONDITION_MAX", "worker", rf"at most 8 of {NUMBER} bytes"),
    ("agent/codec/dispatch.h", "REEVE_DISPATCH_TRACEPARENT_MAX", "worker", rf"W3C traceparent; at most {NUMBER} bytes"),
    ("agent/codec/session_frames.h", "REEVE_RETRY_MESSAGE_MAX", "worker", rf"Our own words; at most {NUMBER} bytes"),
    ("gateway-stub/core/gateway.h", "REEVE_HEARTBEAT_INTERVAL_MAX_MS", "worker", rf"10 to {NUMBER}: a worker that"),
    ("agent/codec/batch.h", "REEVE_BATCH_BYTES", "worker", rf"frame \(at least {NUMBER}\)"),
    ("agent/codec/job_spec.h", "REEVE_JOB_SPEC_TASK_MAX", "job", rf'"package.Service/Method", at most {NUMBER} bytes'),
    ("agent/codec/job_spec.h", "REEVE_JOB_SPEC_TENANT_MAX", "job", rf"welcomed as\.\n  // 1–{NUMBER} bytes"),
    ("agent/codec/job_spec.h", "REEVE_JOB_SPEC_POOL_MAX", "job", rf"belongs to this pool; 1–{NUMBER} bytes"),
    ("agent/codec/plan.h", "REEVE_PLAN_JOBS_MAX", "job", rf"in plan order; 1 to {NUMBER} of them"),
    ("agent/codec/plan.h", "REEVE_PLAN_SIGNATURES_MAX", "job", rf"At most {NUMBER}. A verifier counts"),
    ("agent/codec/job_error.h", "REEVE_JOB_ERROR_MESSAGE_MAX", "job", rf"Our own words: at most {NUMBER} bytes"),
    ("agent/codec/job_error.h", "REEVE_JOB_ERROR_REFERENCE_MAX", "job", rf"local log: at most {NUMBER} bytes"),
    ("agent/codec/job_error.h", "REEVE_JOB_ERROR_VIOLATIONS_MAX", "job", rf"At most {NUMBER}; `violations_total`"),
    ("agent/trust/job_check.h", "REEVE_TRUST_SKEW_MS / 1000", "job", rf"at most\n  // {NUMBER} s of skew"),
    ("agent/core/chain_state.h", "REEVE_ENGINE_CHECKPOINT_RECORDS", "audit", rf"every second and every {NUMBER} records"),
]
# The bounds that worker-stream.md repeats.
REPEATED = ["REEVE_HELLO_TASKS_MAX", "REEVE_RESUME_ENTRIES_MAX", "REEVE_AUDIT_ENTRIES_MAX", "REEVE_RECALL_MAX",
            "REEVE_HELLO_POOLS_MAX", "REEVE_HELLO_BUILD_MAX", "REEVE_WELCOME_STANDINGS_MAX", "REEVE_JOB_SPEC_TASK_MAX",
            "REEVE_RETRY_MESSAGE_MAX", "REEVE_JOB_ERROR_MESSAGE_MAX", "REEVE_DISPATCH_TRACEPARENT_MAX"]


def number(text):
    return int(text.replace(",", ""))


def constant(header, expression):
    name, _, divisor = expression.partition(" / ")
    match = re.search(rf"#define {name} \(?(?:\(size_t\))?(\d+(?: \* \d+)*)", contracts.text_of(header))
    if match is None:
        raise AssertionError(f"{header} has no {name}")
    value = 1
    for factor in match[1].split("*"):
        value *= int(factor)
    return value // int(divisor or 1)


class Numbers(unittest.TestCase):
    def test_comments_of_the_contracts(self):
        for header, name, proto, pattern in BOUNDS:
            with self.subTest(name):
                match = re.search(pattern, contracts.text_of(f"proto/reeve/v1/{proto}.proto"))
                self.assertIsNotNone(match, f"{proto}.proto does not say {pattern}")
                self.assertEqual(number(match[1]), constant(header, name), name)

    def test_interval_that_a_worker_takes(self):
        code = contracts.text_of("agent/core/welcome.c")
        least, most = re.search(r"heartbeat_interval_ms < (\d+) \|\| w->heartbeat_interval_ms > (\d+)", code).groups()
        said = [re.search(rf"a worker takes {NUMBER} to\n  // {NUMBER}, and ends",
                          contracts.text_of("proto/reeve/v1/worker.proto")),
                re.search(rf"\| heartbeat_interval_ms \| {NUMBER} to {NUMBER} is what a worker takes",
                          contracts.text_of("docs/reference/worker-stream.md"))]
        for match in said:
            self.assertIsNotNone(match)
            self.assertEqual([number(match[1]), number(match[2])], [int(least), int(most)])

    def test_table_of_the_stream(self):
        table = contracts.text_of("docs/reference/worker-stream.md")
        headers = {name: header for header, name, *_ in BOUNDS}
        headers["REEVE_WELCOME_STANDINGS_MAX"] = "agent/codec/welcome.h"
        rows = {"REEVE_HELLO_TASKS_MAX": "Hello.tasks", "REEVE_RESUME_ENTRIES_MAX": "Resume.entries",
                "REEVE_AUDIT_ENTRIES_MAX": "Audit.entries", "REEVE_RECALL_MAX": "Recall, Recalled.sequences",
                "REEVE_HELLO_POOLS_MAX": "Hello.pools, Welcome.pools", "REEVE_HELLO_BUILD_MAX": "Hello.build",
                "REEVE_WELCOME_STANDINGS_MAX": "Welcome.standings", "REEVE_JOB_SPEC_TASK_MAX": "task name",
                "REEVE_RETRY_MESSAGE_MAX": "Retry.message", "REEVE_JOB_ERROR_MESSAGE_MAX": "JobError.message",
                "REEVE_DISPATCH_TRACEPARENT_MAX": "Dispatch.traceparent"}
        for name in REPEATED:
            with self.subTest(name):
                match = re.search(rf"\| {re.escape(rows[name])} \| {NUMBER}", table)
                self.assertIsNotNone(match, f"no row {rows[name]}")
                self.assertEqual(number(match[1]), constant(headers[name], name))

    def test_limits_of_messages(self):
        page = contracts.text_of("docs/reference/messages.md")
        rows = [("levels of messages in one another", "proto/runtime/bounds.h", "REEVE_DEPTH_DEFAULT"),
                ("elements of all lists and maps together", "proto/runtime/bounds.h", "REEVE_ELEMENTS_DEFAULT")]
        for row, header, name in rows:
            with self.subTest(name):
                match = re.search(rf"\| {re.escape(row)} \| {NUMBER} \| (?:{NUMBER}|[a-z ]+) \|", page)
                self.assertIsNotNone(match, f"no row {row}")
                self.assertEqual(number(match[1]), constant(header, name))
                if match[2]:
                    self.assertEqual(number(match[2]), constant(header, "REEVE_DEPTH_MAX"))

    def test_summary_of_the_conformance_suite(self):
        page = contracts.text_of("docs/reference/messages.md")
        cases = int(re.search(r"^CASES = (\d+)", contracts.text_of("tests/interop/conformance/run.py"), re.M)[1])
        known = re.findall(r"^(?:Required|Recommended)\..*$",
                           contracts.text_of("tests/interop/conformance/known_failures.txt"), re.M)
        said = re.search(r"PASSED: (\d+) successes, \d+ skipped, (\d+) expected failures", page)
        self.assertEqual((int(said[1]), int(said[2])), (cases - len(known), len(known)))

    def test_it_can_fail(self):
        with self.assertRaises(AssertionError):
            constant("agent/codec/hello.h", "REEVE_NO_SUCH_MAX")
        self.assertEqual(constant("agent/codec/hello.h", "REEVE_HELLO_MAX_BYTES"), 262144)


if __name__ == "__main__":
    unittest.main()
