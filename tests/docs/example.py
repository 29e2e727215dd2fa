#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes docs/reference/worker-stream-example.md: one whole session in bytes, from fixed keys and ids, with Google's
protobuf and the `cryptography` package. Writes to standard output; the test compares it with the page."""
import hashlib
import sys

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import contracts
import wire

SECOND = 1_000
NOW = 1_767_225_600_000  # 2026-01-01T00:00:00Z
PLAN_TYPE = b"application/vnd.reeve.plan-statement.v1+protobuf"


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def uuid(last):
    return bytes.fromhex("019b76da a800 7000 8000 0000000000".replace(" ", "")) + bytes([last])


class Key:
    def __init__(self, byte):
        self.seed = bytes([byte]) * 32
        self._key = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = sha256(self.public)[:16].hex()

    def sign(self, message):
        return self._key.sign(message)


def pae(body):
    """DSSE v1."""
    return b"DSSEv1 %d %s %d %s" % (len(PLAN_TYPE), PLAN_TYPE, len(body), body)


class Session:
    def __init__(self, modules):
        self.job, self.audit, self.worker = modules["job"], modules["audit"], modules["worker"]
        self.journal, self.boot, self.gateway, self.job_id, self.plan_id = (uuid(n) for n in range(1, 6))
        self.audit_key, self.gateway_key, self.approver = Key(0xA1), Key(0xB2), Key(0xC3)
        self.fingerprint = sha256(b"an example's task")
        self.head, self.sequence = bytes(32), 0

    def hello(self):
        w = self.worker
        offer = w.TaskOffer(task="acme.v1.Lamp/Switch", fingerprint=self.fingerprint, allowed=True, max_in_flight=4)
        return w.WorkerMessage(frames=[w.WorkerFrame(hello=w.Hello(
            version_min=1, version_max=1, build="acme-worker/1.0", journal_id=self.journal, boot_id=self.boot,
            nonce=uuid(6), tasks=[offer], max_frame_bytes=65536, max_in_flight=4,
            audit_public_key=self.audit_key.public, time_unix_ms=NOW))])

    def welcome(self):
        w = self.worker
        return w.GatewayMessage(frames=[w.GatewayFrame(welcome=w.Welcome(
            version=1, epoch=1, gateway_id=self.gateway, tenant="acme", pools=["default"],
            heartbeat_interval_ms=3 * SECOND, lease_ms=9 * SECOND, max_frame_bytes=1 << 20,
            max_job_spec_bytes=1 << 18, max_result_bytes=1 << 20, time_unix_ms=NOW, result_limit=256,
            aligned_tasks=1, countersign_public_key=self.gateway_key.public))])

    def resume(self):
        w = self.worker
        return w.WorkerMessage(frames=[
            w.WorkerFrame(resume_done=w.ResumeDone()),
            w.WorkerFrame(heartbeat=w.Heartbeat(sequence=1, ready=True)),
            w.WorkerFrame(limit=w.Limit(dispatches=4)),
            w.WorkerFrame(audit=w.Audit(entries=[self.record(chain_opened=self.audit.ChainOpened(
                audit_public_key=self.audit_key.public, build="acme-worker/1.0"))]))])

    def dispatch(self):
        w, j = self.worker, self.job
        self.spec = j.JobSpec(
            tenant="acme", job_id=self.job_id, plan_id=self.plan_id, task="acme.v1.Lamp/Switch",
            fingerprint=self.fingerprint, input=b"\x0a\x03hut\x10\x01", pool="default", not_before_unix_ms=NOW,
            not_after_unix_ms=NOW + 3600 * SECOND).SerializeToString()
        statement = j.PlanStatement(tenant="acme", plan_id=self.plan_id, job_digests=[sha256(self.spec)],
                                    issued_at_unix_ms=NOW).SerializeToString()
        signature = j.Signature(key_id=self.approver.id, signature=self.approver.sign(pae(statement)))
        return w.GatewayMessage(frames=[
            w.GatewayFrame(outcome_ack=w.OutcomeAck(audit_sequence=1)),
            w.GatewayFrame(heartbeat=w.Heartbeat(sequence=1, answers=1, ready=True)),
            w.GatewayFrame(dispatch=w.Dispatch(
                sequence=1, attempt=1, time_left_ms=10 * SECOND, job_spec=self.spec,
                plan=j.SignedPlan(statement=statement, signatures=[signature])))])

    def outcome(self):
        w, a, j = self.worker, self.audit, self.job
        given, made = b"\x0a\x03hut\x10\x01", b"\x08\x01"
        salts = [bytes(range(16)), bytes(range(16, 32))]
        commitments = [a.Commitment(digest=sha256(salt, body), size_bytes=len(body))
                       for salt, body in zip(salts, (given, made))]
        entry = self.record(job_ended=a.JobEnded(
            job_id=self.job_id, plan_id=self.plan_id, attempt=1, dispatch_sequence=1, task="acme.v1.Lamp/Switch",
            fingerprint=self.fingerprint, binding="native", job_digest=sha256(self.spec),
            approved_by=[self.approver.id], input=commitments[0], output=commitments[1],
            started_unix_ms=NOW + 5, ended_unix_ms=NOW + 7, status=j.OUTCOME_STATUS_SUCCEEDED,
            effect=j.EFFECT_DONE))
        entry.input_salt, entry.output_salt = salts
        self.checkpoint = a.Checkpoint(journal_id=self.journal, sequence=self.sequence, head_hash=self.head,
                                       time_unix_ms=NOW + 8).SerializeToString()
        signed = self.audit_key.sign(b"reeve.audit.checkpoint.v1\0" + self.checkpoint)
        return w.WorkerMessage(frames=[
            w.WorkerFrame(outcome=w.Outcome(
                job_id=self.job_id, attempt=1, sequence=1, status=j.OUTCOME_STATUS_SUCCEEDED,
                effect=j.EFFECT_DONE, output=made, audit=entry)),
            w.WorkerFrame(audit=w.Audit(checkpoint=a.SignedCheckpoint(
                checkpoint=self.checkpoint, signature=j.Signature(key_id=self.audit_key.id, signature=signed))))])

    def acknowledge(self):
        w, a, j = self.worker, self.audit, self.job
        signed = self.gateway_key.sign(b"reeve.audit.countersignature.v1\0" + self.checkpoint)
        return w.GatewayMessage(frames=[
            w.GatewayFrame(outcome_ack=w.OutcomeAck(audit_sequence=2)),
            w.GatewayFrame(audit_ack=w.AuditAck(countersignature=a.Countersignature(
                checkpoint=self.checkpoint, signature=j.Signature(key_id=self.gateway_key.id, signature=signed))))])

    def retry(self):
        w = self.worker
        return w.GatewayMessage(frames=[w.GatewayFrame(retry=w.Retry(
            after_ms=SECOND, code=w.SESSION_CODE_RESTARTING, message="RESTARTING"))])

    def record(self, **event):
        self.sequence += 1
        record = self.audit.AuditRecord(sequence=self.sequence, previous_hash=self.head, journal_id=self.journal,
                                        time_unix_ms=NOW + self.sequence, **event).SerializeToString()
        self.head = sha256(b"reeve.audit.v1\0", record)
        return self.audit.AuditEntry(record=record)


HEAD = """# One session, in bytes

Every byte of a short session, made from fixed ids and keys by `tests/docs/example.py` with other libraries than ours
(Google's protobuf, Python's `cryptography`); tests compare this page with that program, verify every hash and signature
in it, and feed every message to reeve's own decoder. [The worker stream](worker-stream.md) says what it all means.

One field a line: its bytes in hex, then its name. Each block is one gRPC message; gRPC's own five bytes in front of it
(a zero, and the length in four bytes) are not shown. The Ed25519 seeds are one byte repeated 32 times:

| key | seed byte | public key | key id |
|---|---|---|---|
"""

STEPS = [
    ("Worker: Hello", "hello", "WorkerMessage",
     "A new journal: no epoch, no marks. It offers one task and can hold four jobs."),
    ("Gateway: Welcome", "welcome", "GatewayMessage",
     "Epoch 1. The worker stores it before it sends anything else."),
    ("Worker: what it still holds, and how much may come", "resume", "WorkerMessage",
     "Nothing to resume, so `ResumeDone` is empty. `Heartbeat` and `Limit` are control frames and come before the "
     "first audit record. A worker that has an identity certificate also fills `identity`, `identity_signature`, "
     "`identity_scheme` and `identity_certificate`; they are left out here, as they differ with every certificate."),
    ("Gateway: an acknowledgement, a heartbeat, a job", "dispatch", "GatewayMessage",
     "The `job_spec` bytes are what the plan's digest covers, and the `statement` bytes are what the approver signed."),
    ("Worker: how it ended", "outcome", "WorkerMessage",
     "The outcome carries its audit record; the signed head of the chain comes right behind it."),
    ("Gateway: durable", "acknowledge", "GatewayMessage",
     "Everything up to record 2 is on the gateway's disk, and its countersignature says so."),
    ("Gateway: leaving", "retry", "GatewayMessage",
     "The last frame; the gateway then ends the call with status UNAVAILABLE and the text `RESTARTING`."),
]


def make():
    modules = contracts.load()
    session = Session(modules)
    lines = [HEAD + "".join(
        f"| {name} | `{key.seed[0]:02x}` | `{key.public.hex()}` | `{key.id}` |\n"
        for name, key in (("audit", session.audit_key), ("gateway", session.gateway_key),
                          ("approver", session.approver)))]
    for title, step, kind, text in STEPS:
        data = getattr(session, step)().SerializeToString()
        descriptor = modules["worker"].DESCRIPTOR.message_types_by_name[kind]
        lines += [f"## {title}", "", text, "", f"```wire {kind}", *wire.render(modules, descriptor, data), "```", ""]
        if step == "dispatch":
            lines += ["SHA-256 over the JobSpec's bytes, as the statement lists it:", "", "```text",
                      sha256(session.spec).hex(), "```", ""]
        if step == "outcome":
            lines += ["The hash of record 2, SHA-256 over `reeve.audit.v1`, a NUL and its bytes:", "", "```text",
                      session.head.hex(), "```", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.write(make())
