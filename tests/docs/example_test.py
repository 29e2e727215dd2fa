#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The session in bytes is what other libraries make of it, and every hash and signature in it verifies."""
import re
import unittest

from cryptography.hazmat.primitives.asymmetric import ed25519

import contracts
import example
import wire

PAGE = "docs/reference/worker-stream-example.md"


def blocks():
    """(message name, bytes) of each block, in order."""
    found = re.findall(r"```wire (\w+)\n(.*?)\n```", contracts.text_of(PAGE), re.S)
    return [(name, wire.parse(text.split("\n"))) for name, text in found]


def public_keys():
    return {identifier: bytes.fromhex(key) for key, identifier in
            re.findall(r"`([0-9a-f]{64})` \| `([0-9a-f]{32})`", contracts.text_of(PAGE))}


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.contracts = contracts.load()
        cls.frames = []
        for name, data in blocks():
            message = getattr(cls.contracts["worker"], name)()
            message.ParseFromString(data)
            cls.frames += list(message.frames)

    def only(self, kind):
        return [getattr(f, kind) for f in self.frames if f.WhichOneof("frame") == kind]

    def verify(self, signature, message):
        key = public_keys()[signature.key_id]
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature.signature, message)

    def test_page_is_made_by_the_program(self):
        self.assertEqual(contracts.text_of(PAGE), example.make(),
                         f"run tests/docs/example.py > {PAGE}")

    def test_approval_covers_the_job(self):
        dispatch, = self.only("dispatch")
        statement = self.contracts["job"].PlanStatement()
        statement.ParseFromString(dispatch.plan.statement)
        self.assertEqual(list(statement.job_digests), [example.sha256(dispatch.job_spec)])
        kind = b"application/vnd.reeve.plan-statement.v1+protobuf"
        body = dispatch.plan.statement
        encoded = b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(body)).encode(), body])
        self.verify(dispatch.plan.signatures[0], encoded)

    def test_chain_links_and_heads_verify(self):
        entries = [e for audit in self.only("audit") for e in audit.entries] + \
                  [outcome.audit for outcome in self.only("outcome")]
        head = bytes(32)
        for number, entry in enumerate(entries, 1):
            record = self.contracts["audit"].AuditRecord()
            record.ParseFromString(entry.record)
            self.assertEqual((record.sequence, record.previous_hash), (number, head))
            head = example.sha256(b"reeve.audit.v1\0", entry.record)
        self.assertIn(f"\n{head.hex()}\n", contracts.text_of(PAGE))
        signed = self.only("audit")[-1].checkpoint
        counter = self.only("audit_ack")[0].countersignature
        for bytes_, signature, prefix in ((signed.checkpoint, signed.signature, b"reeve.audit.checkpoint.v1\0"),
                                          (counter.checkpoint, counter.signature,
                                           b"reeve.audit.countersignature.v1\0")):
            checkpoint = self.contracts["audit"].Checkpoint()
            checkpoint.ParseFromString(bytes_)
            self.assertEqual((checkpoint.sequence, checkpoint.head_hash), (len(entries), head))
            self.verify(signature, prefix + bytes_)

    def test_commitments_match(self):
        outcome, = self.only("outcome")
        dispatch, = self.only("dispatch")
        record = self.contracts["audit"].AuditRecord()
        record.ParseFromString(outcome.audit.record)
        spec = self.contracts["job"].JobSpec()
        spec.ParseFromString(dispatch.job_spec)
        ended = record.job_ended
        self.assertEqual(ended.input.digest, example.sha256(outcome.audit.input_salt, spec.input))
        self.assertEqual(ended.output.digest, example.sha256(outcome.audit.output_salt, outcome.output))


if __name__ == "__main__":
    unittest.main()
