#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies an export of the audit trail without any of reeve's code.

It knows docs/reference/audit.md and the .proto files, and uses hashlib, Google's protobuf and the `cryptography`
package. Read it as the second implementation of that page: where the two differ, one of them is wrong.

Exit status: 0 unbroken, 1 broken (the last line names chain, record and fault), 2 cannot run or cannot read the file.
"""
import argparse
import hashlib
import pathlib
import subprocess
import sys
import tempfile

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

RECORD = b"reeve.audit.v1\0"
CHECKPOINT = b"reeve.audit.checkpoint.v1\0"
COUNTERSIGNATURE = b"reeve.audit.countersignature.v1\0"
AUDIT_KEY = b"reeve.audit.key.v1\0"
GATEWAY_CHAIN = b"reeve.gateway.chain.v1\0"
ITEM_MAX = 64 * 1024 * 1024


class Broken(Exception):
    """What does not hold, and at which record of which chain."""

    def __init__(self, fault, text, sequence=None):
        super().__init__(text)
        self.fault, self.text, self.sequence = fault, text, sequence


class Unreadable(Exception):
    """The file is not an export."""


def compile_contracts(proto_root, to):
    """The contracts as Python modules, made by protoc."""
    roots = [proto_root, proto_root / "third_party"]
    files = ["reeve/v1/job.proto", "reeve/v1/audit.proto", "reeve/v1/manifest.proto", "reeve/v1/control.proto",
             "buf/validate/validate.proto"]
    command = ["protoc", "--python_out", to, *[f"-I{root}" for root in roots], *files]
    subprocess.run(command, check=True)
    sys.path.insert(0, to)
    from reeve.v1 import audit_pb2, control_pb2  # pylint: disable=import-error,import-outside-toplevel
    return audit_pb2, control_pb2


# ---- bytes ----

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key_id(public_key):
    return sha256(public_key)[:16].hex()


def verify_ed25519(public_key, signature, message):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def crc32c(data):
    """Castagnoli's, reflected, with initial and final inversion (RFC 3720)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _crc_row(value):
    for _ in range(8):
        value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    return value


CRC = [_crc_row(value) for value in range(256)]


def messages(data):
    """The export file: each message behind its length as a varint."""
    at = 0
    while at < len(data):
        length, shift = 0, 0
        while True:
            if at >= len(data) or shift > 63:
                raise Unreadable("the file ends inside a length")
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if length > ITEM_MAX or at + length > len(data):
            raise Unreadable(f"the file ends inside an item of {length} bytes")
        yield data[at:at + length]
        at += length


# ---- one chain ----

class Chain:
    """Takes a chain's items in order; raises Broken at the first that does not hold."""

    def __init__(self, head, contracts, options):
        if len(head.journal_id) != 16 or len(head.audit_public_key) != 32:
            raise Broken("HEAD", "the chain's head lacks its id or key")
        self.head, self.contracts, self.options = head, contracts, options
        self.hashes = [bytes(32)]  # by sequence; of sequence 0, which there is not: 32 zero bytes
        self.time_unix_ms = None
        self.lost = 0
        self.introduced = self.bodies = self.checkpointed = self.countersigned = 0

    @property
    def last(self):
        return len(self.hashes) - 1

    def entry(self, stored):
        record_bytes = stored.entry.record
        expected = self.last + 1
        record = self.contracts.AuditRecord()
        try:
            record.ParseFromString(record_bytes)
        except Exception as error:
            raise Broken("RECORD_MALFORMED", "the record does not parse", expected) from error
        digest = sha256(RECORD, record_bytes)
        if digest != stored.hash:
            raise Broken("HASH", "the record's bytes do not have the hash that was stored beside them", expected)
        expected = self.pass_hole(record, expected)
        self.link(record, expected)
        self.event(record, stored.entry, expected)
        self.hashes.append(digest)
        self.time_unix_ms = record.time_unix_ms

    def pass_hole(self, record, expected):
        """Over records that a gateway's own chain says it lost; nothing vouches for the link behind them."""
        to = self.options.holes.get((self.head.journal_id, expected))
        if to is None or record.sequence != to + 1:
            return expected
        self.hashes += [None] * (to - expected) + [record.previous_hash]
        self.lost += to - expected + 1
        return record.sequence

    def link(self, record, expected):
        if record.journal_id != self.head.journal_id:
            raise Broken("JOURNAL", "the record belongs to another chain", expected)
        if record.sequence != expected:
            raise Broken("SEQUENCE", f"record {record.sequence} stands where {expected} should", expected)
        if record.previous_hash != self.hashes[-1]:
            raise Broken("PREVIOUS_HASH", "the record does not follow from the one before it", expected)
        if self.time_unix_ms is not None and record.time_unix_ms < self.time_unix_ms:
            raise Broken("TIME", "the record's time is before its predecessor's", expected)

    def event(self, record, entry, sequence):
        kind = record.WhichOneof("event")
        if (kind == "chain_opened") != (sequence == 1):
            raise Broken("NOT_OPENED", "a chain begins with its one ChainOpened", sequence)
        if kind == "chain_opened":
            self.opened(record.chain_opened, sequence)
        elif kind == "job_ended":
            ended = record.job_ended
            self.commitment(ended, "input", entry, sequence)
            self.commitment(ended, "output", entry, sequence)
        elif kind == "gap":
            gap = record.gap
            own = gap.journal_id or gap.to_sequence == sequence - 1
            if not own or not 0 < gap.from_sequence <= gap.to_sequence:
                raise Broken("GAP", "a gap record contradicts the chain", sequence)

    def commitment(self, ended, name, entry, sequence):
        """The body beside the record is what was committed to. Erased bodies and salts are fine."""
        if not entry.HasField(f"{name}_body"):
            return
        if not ended.HasField(name):
            raise Broken("BODY", f"an {name} stands beside a record that has none", sequence)
        commitment, body = getattr(ended, name), getattr(entry, f"{name}_body")
        salt = getattr(entry, f"{name}_salt")
        if len(salt) != 16:
            raise Broken("SALT", f"the {name} lacks its salt", sequence)
        whole = not commitment.body_digest
        if whole and len(body) != commitment.size_bytes:
            raise Broken("BODY", f"the {name} has another length than was committed to", sequence)
        if sha256(salt, body) != (commitment.digest if whole else commitment.body_digest):
            raise Broken("BODY", f"the {name} is not what was committed to", sequence)
        self.bodies += 1

    # ---- who opened it ----

    def opened(self, opened, sequence):
        if opened.audit_public_key != self.head.audit_public_key:
            raise Broken("AUDIT_KEY", "the chain introduces another key than its head names", sequence)
        if not opened.identity_signature:
            if opened.identity:
                raise Broken("INTRODUCTION", "a worker's chain without its identity's signature", sequence)
            self.gateways_own(sequence)
            return
        try:
            certificate = x509.load_der_x509_certificate(opened.identity_certificate)
        except ValueError as error:
            raise Broken("INTRODUCTION", "the identity's certificate does not parse", sequence) from error
        message = AUDIT_KEY + self.head.journal_id + opened.audit_public_key
        if not verify_introduction(certificate, opened.identity_scheme, opened.identity_signature, message):
            raise Broken("INTRODUCTION", "the identity's signature over the audit key does not verify", sequence)
        if spiffe_ids(certificate) != [opened.identity]:
            raise Broken("INTRODUCTION", "the certificate is another identity's", sequence)
        if self.options.ca and not any(issued_by(certificate, ca) for ca in self.options.ca):
            raise Broken("INTRODUCTION", "no given CA issued the identity's certificate", sequence)
        self.introduced = 1

    def gateways_own(self, sequence):
        """A gateway's own chain has no identity; its id follows from gateway and tenant."""
        if self.options.gateway_id is None:
            return
        name = sha256(GATEWAY_CHAIN, self.options.gateway_id, self.options.tenant.encode())[:16]
        if self.head.journal_id != name:
            raise Broken("JOURNAL", "this is not that gateway's chain of that tenant", sequence)

    # ---- signed heads ----

    def checkpoint(self, stored):
        signed = stored.checkpoint
        head = self.named(signed.checkpoint)
        self.signature(signed.signature, self.head.audit_public_key, CHECKPOINT + signed.checkpoint, "CHECKPOINT")
        self.checkpointed = max(self.checkpointed, head.sequence)
        if not stored.HasField("countersignature"):
            return
        counter = stored.countersignature
        head = self.named(counter.checkpoint)
        key = self.options.gateway_key
        if key is not None:
            self.signature(counter.signature, key, COUNTERSIGNATURE + counter.checkpoint, "COUNTERSIGNATURE")
            self.countersigned = max(self.countersigned, head.sequence)

    def named(self, checkpoint_bytes):
        """The checkpoint, if the record that it names is here and has that hash."""
        head = self.contracts.Checkpoint()
        try:
            head.ParseFromString(checkpoint_bytes)
        except Exception as error:
            raise Broken("CHECKPOINT_MALFORMED", "the checkpoint does not parse", self.last) from error
        if not 0 < head.sequence <= self.last:
            raise Broken("SEQUENCE", f"the checkpoint names record {head.sequence}, which is missing", self.last + 1)
        if head.journal_id != self.head.journal_id or head.head_hash != self.hashes[head.sequence]:
            raise Broken("CHECKPOINT_HEAD", "the checkpoint names another head than the records give", head.sequence)
        return head

    def signature(self, signature, public_key, message, what):
        if signature.key_id != key_id(public_key):
            raise Broken(f"{what}_KEY", "signed by another key", self.last)
        if not verify_ed25519(public_key, signature.signature, message):
            raise Broken(f"{what}_SIGNATURE", "the signature does not verify", self.last)

    def end(self):
        if self.last != self.head.last_sequence or self.hashes[-1] != self.head.last_hash:
            raise Broken("HEAD", f"the head promises {self.head.last_sequence} records", self.last + 1)


# ---- certificates ----

def verify_introduction(certificate, scheme, signature, message):
    key = certificate.public_key()
    try:
        if scheme == "ed25519" and isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        elif scheme == "ecdsa-p256-sha256" and isinstance(key, ec.EllipticCurvePublicKey) \
                and isinstance(key.curve, ec.SECP256R1):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif scheme == "rsa-pss-sha256" and isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
            key.verify(signature, message, pss, hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def spiffe_ids(certificate):
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    return [uri for uri in uris if uri.startswith("spiffe://")]


def issued_by(certificate, ca):
    if certificate.issuer != ca.subject:
        return False
    key, message = ca.public_key(), certificate.tbs_certificate_bytes
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(certificate.signature, message, ec.ECDSA(certificate.signature_hash_algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(certificate.signature, message)
        else:
            key.verify(certificate.signature, message, padding.PKCS1v15(), certificate.signature_hash_algorithm)
    except InvalidSignature:
        return False
    return True


# ---- the file ----

def check_end(end, checksums):
    """The end mark of a file: what the chains do not cover was not changed by accident either."""
    if end.checksum != crc32c(end.item_checksums) or end.items != len(checksums) // 4:
        raise Broken("END", "the end mark contradicts itself")
    if end.item_checksums != checksums:
        at = next(i for i in range(0, len(checksums), 4) if end.item_checksums[i:i + 4] != checksums[i:i + 4])
        raise Broken("CHECKSUM", f"item {at // 4} of the file is not as it was written")


def items_of(data, control):
    checksums, ended = b"", False
    for item_bytes in messages(data):
        if ended:
            raise Unreadable("something stands behind the end mark")
        item = control.ExportAuditResponse()
        try:
            item.ParseFromString(item_bytes)
        except Exception as error:
            raise Unreadable("an item is not an ExportAuditResponse") from error
        if item.WhichOneof("item") is None:
            raise Unreadable("an item holds nothing")
        if item.HasField("end"):
            check_end(item.end, checksums)
            ended = True
            continue
        checksums += crc32c(item_bytes).to_bytes(4, "little")
        yield item
    if not ended:
        raise Unreadable("the file has no end mark: it was cut, or is still being written")


def read_all(data, control):
    """The items, and what is wrong with the file; a broken chain says more than a broken file, so it goes first."""
    items = []
    try:
        for item in items_of(data, control):
            items.append(item)
    except (Broken, Unreadable) as error:
        return items, error
    return items, None


def read_gateways_own(items, contracts, options):
    """What the gateway's own chain says: its key, unless one was given, and which records of others it lost. Good
    against damage, not against a gateway that lies; give --gateway-key for that. The chain itself is verified with
    the others."""
    head = own = None
    for item in items:
        if item.HasField("chain"):
            head, own = item.chain, False
        if not item.HasField("entry") or head is None:
            continue
        record = contracts.AuditRecord()
        try:
            record.ParseFromString(item.entry.entry.record)
        except Exception:  # the chain itself will say so
            continue
        if record.HasField("chain_opened") and not record.chain_opened.identity:
            own = True
            options.gateway_key = options.gateway_key or head.audit_public_key
        if own and record.HasField("gap") and record.gap.journal_id:
            options.holes[record.gap.journal_id, record.gap.from_sequence] = record.gap.to_sequence


def verify(items, contracts, options):
    """Yields each chain when it was found whole."""
    chain = None
    for item in items:
        if item.HasField("chain"):
            if chain is not None:
                chain.end()
                yield chain
            chain = Chain(item.chain, contracts, options)
            options.current = chain
        elif chain is None:
            raise Unreadable("the file does not begin with a chain's head")
        elif item.HasField("entry"):
            chain.entry(item.entry)
        elif item.HasField("checkpoint"):
            chain.checkpoint(item.checkpoint)
        # An end mark proves nothing that the chains do not.
    if chain is not None:
        chain.end()
        yield chain


def arguments(words):
    parser = argparse.ArgumentParser(description="Verifies an export of reeve's audit trail independently.")
    parser.add_argument("export", type=pathlib.Path)
    root = pathlib.Path(__file__).resolve().parents[3]
    parser.add_argument("--proto-root", type=pathlib.Path, default=root / "proto", help="where reeve/v1 lies")
    parser.add_argument("--gateway-key", type=bytes.fromhex, help="the gateway's Ed25519 key, in hex; else the one "
                        "that the export names")
    parser.add_argument("--ca", type=pathlib.Path, help="PEM of the CAs that may have issued workers' certificates")
    parser.add_argument("--gateway-id", type=bytes.fromhex, help="in hex; checks that a chain without identity is "
                        "this gateway's")
    parser.add_argument("--tenant", default="", help="with --gateway-id")
    return parser.parse_args(words)


def load_cas(path):
    if path is None:
        return []
    end = b"-----END CERTIFICATE-----"
    return [x509.load_pem_x509_certificate(part + end) for part in path.read_bytes().split(end)[:-1]]


def report(chain):
    own = "worker" if chain.introduced else "gateway"
    unsigned = chain.last - chain.checkpointed
    lost = f" but for {chain.lost} that the gateway's own chain names as lost" if chain.lost else ""
    print(f"{chain.head.journal_id.hex()}: {own}'s chain, {chain.last} records unbroken{lost}, signed up to "
          f"{chain.checkpointed}, countersigned up to {chain.countersigned}, {unsigned} behind the last signature, "
          f"{chain.bodies} bodies match")


def main(words):
    options = arguments(words)
    options.current, options.holes = None, {}
    try:
        options.ca = load_cas(options.ca)
        with tempfile.TemporaryDirectory() as to:
            contracts, control = compile_contracts(options.proto_root, to)
            items, late = read_all(options.export.read_bytes(), control)
            read_gateways_own(items, contracts, options)
            chains = 0
            for chain in verify(items, contracts, options):
                report(chain)
                chains += 1
            if late is not None:  # the chains are whole: the file is not
                options.current = None
                raise late
    except Broken as broken:
        where = "the file" if options.current is None else \
            f"chain {options.current.head.journal_id.hex()}, record {broken.sequence}"
        print(f"BROKEN: {where}: {broken.fault}: {broken.text}")
        return 1
    except (Unreadable, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"cannot verify: {error}", file=sys.stderr)
        return 2
    print(f"verified: {chains} chains")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
