#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Fingerprints of tasks, computed from .proto files by code that shares nothing with reeve's: protoc's descriptors,
Python's protobuf library, and docs/reference/schemas.md. Exits 1 where a manifest says otherwise.

usage: fingerprint.py MANIFEST.json FILE.proto … -- IMPORT_DIR …
"""
import hashlib
import json
import math
import struct
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor as F

WELL_KNOWN = {"google.protobuf." + name for name in (
    "Timestamp", "Duration", "Empty", "FieldMask", "DoubleValue", "FloatValue", "Int64Value", "UInt64Value",
    "Int32Value", "UInt32Value", "BoolValue", "StringValue", "BytesValue")}
SIGNED = {"int32", "int64", "sint32", "sint64", "sfixed32", "sfixed64", "enum"}
UNSIGNED = {"uint32", "uint64", "fixed32", "fixed64"}


# ---- the wire format, as far as TaskSchema needs it ----

def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7f:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint((n << 1) ^ (n >> 63))


def number(field, n, always=False):
    return varint(field << 3) + varint(n) if n or always else b""


def data(field, content, always=False):
    return varint(field << 3 | 2) + varint(len(content)) + content if content or always else b""


def text(field, content):
    return data(field, content.encode())


# ---- rules ----

def nanoseconds(message):
    return message.seconds * 10**9 + message.nanos


def operand(kind, name, value):
    """Rule's operand fields for one member of a rule message."""
    if isinstance(value, bool):
        return number(7, int(value), True) if name == "const" else b""
    if hasattr(value, "nanos"):
        return number(3, (nanoseconds(value) << 1) ^ (nanoseconds(value) >> 127), True)
    if isinstance(value, str):
        return data(5, value.encode(), True)
    if isinstance(value, bytes):
        return data(6, value, True)
    if isinstance(value, float):
        return varint(4 << 3 | 1) + struct.pack("<d", value)
    if kind in SIGNED:
        return number(3, (value << 1) ^ (value >> 63), True)
    return number(2, value, True)


def ascending(values):
    """`in` and `not_in` are sets."""
    if hasattr(values[0], "nanos"):
        keyed = {nanoseconds(v): v for v in values}
    elif isinstance(values[0], str):
        keyed = {v.encode(): v for v in values}
    elif isinstance(values[0], float):
        keyed = {(v, math.copysign(1, v)): v for v in values}
    else:
        keyed = {v: v for v in values}
    return [keyed[key] for key in sorted(keyed)]


def list_operand(kind, values):
    first = values[0]
    if hasattr(first, "nanos"):
        packed = b"".join(zigzag(nanoseconds(v)) for v in values)
        return data(8, data(2, packed), True)
    if isinstance(first, str):
        return data(8, b"".join(data(4, v.encode(), True) for v in values), True)
    if isinstance(first, bytes):
        return data(8, b"".join(data(5, v, True) for v in values), True)
    if isinstance(first, float):
        return data(8, data(3, b"".join(struct.pack("<d", v) for v in values)), True)
    if kind in SIGNED:
        return data(8, data(2, b"".join(zigzag(v) for v in values)), True)
    return data(8, data(1, b"".join(varint(v) for v in values)), True)


def collect(rules, target, out):
    """(id, target, operand) of a FieldRules message."""
    if rules.ignore == 3:  # IGNORE_ALWAYS
        return
    if rules.ignore == 1:  # IGNORE_IF_ZERO_VALUE
        out.append(("ignore_if_zero_value", target, b""))
    if rules.required:
        out.append(("required", target, b""))
    for field, group in rules.ListFields():
        if field.type != F.TYPE_MESSAGE:
            continue
        kind = field.name
        for member, value in group.ListFields():
            if member.name == "example":
                continue
            if kind == "repeated" and member.name == "items":
                collect(value, 1, out)
            elif kind == "map" and member.name in ("keys", "values"):
                collect(value, 2 if member.name == "keys" else 3, out)
            elif member.label == F.LABEL_REPEATED:
                out.append((f"{kind}.{member.name}", target, list_operand(kind, ascending(list(value)))))
            elif not (isinstance(value, bool) and not value and member.name != "const"):
                out.append((f"{kind}.{member.name}", target, operand(kind, member.name, value)))


# ---- schemas ----

class Schemas:
    def __init__(self, descriptor_set):
        self.pool = descriptor_pool.DescriptorPool()
        for file in descriptor_set.file:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)

    def options(self, descriptor, extension):
        """An option, read again with the types of this pool."""
        raw = descriptor.GetOptions().SerializeToString()
        kind = next((n for n in ("Field", "Method", "Oneof") if n in type(descriptor).__name__), "Message")
        message_type = self.pool.FindMessageTypeByName(f"google.protobuf.{kind}Options")
        parsed = self.factory.GetPrototype(message_type).FromString(raw)
        return parsed.Extensions[self.pool.FindExtensionByName(extension)]

    def field(self, f, oneofs):
        is_map = f.message_type is not None and f.message_type.GetOptions().map_entry
        value = f.message_type.fields_by_name["value"] if is_map else f
        real = f.containing_oneof if f.containing_oneof in oneofs else None
        if is_map:
            cardinality = 4
        elif f.label == F.LABEL_REPEATED:
            cardinality = 3
        else:
            cardinality = 2 if f.message_type is not None or f.containing_oneof is not None else 1
        named = value.message_type or value.enum_type
        rules = []
        collect(self.options(f, "buf.validate.field"), 0, rules)
        packable = value.type not in (F.TYPE_STRING, F.TYPE_BYTES, F.TYPE_MESSAGE)
        packed = cardinality == 3 and packable and (not f.GetOptions().HasField("packed") or f.GetOptions().packed)
        content = (number(1, f.number) + text(2, f.name) + text(3, f.json_name) + number(4, value.type) +
                   number(5, cardinality) + text(6, named.full_name if named else "") +
                   number(7, oneofs.index(real) + 1 if real else 0) +
                   number(8, int(self.options(f, "reeve.v1.field").sensitive)))
        if is_map:
            content += number(9, f.message_type.fields_by_name["key"].type)
        for rule, target, operands in sorted(rules, key=lambda r: (r[0].encode(), r[1])):
            content += data(10, text(1, rule) + operands + number(9, target), True)
        return content + number(11, int(packed))

    def message(self, m):
        content = text(1, m.full_name)
        if m.full_name in WELL_KNOWN:
            return content
        real = [o for o in m.oneofs if not (len(o.fields) == 1 and o.name.startswith("_") and
                                            is_optional(m, o.fields[0]))]
        oneofs = sorted(real, key=lambda o: o.name.encode())
        for f in sorted(m.fields, key=lambda f: f.number):
            content += data(2, self.field(f, oneofs), True)
        for o in oneofs:
            required = self.options(o, "buf.validate.oneof").required
            content += data(3, text(1, o.name) + number(2, int(required)), True)
        rules = [(sorted(m.fields_by_name[name].number for name in rule.fields), rule.required)
                 for rule in self.options(m, "buf.validate.message").oneof]
        for numbers, required in sorted(rules):
            content += data(4, data(1, b"".join(varint(n) for n in numbers)) + number(2, int(required)), True)
        return content

    def reach(self, m, messages, enums):
        is_entry = m.GetOptions().map_entry
        if m.full_name in messages:
            return
        messages[m.full_name] = None if is_entry else m
        if m.full_name in WELL_KNOWN:
            return
        for f in m.fields:
            if f.message_type is not None:
                self.reach(f.message_type, messages, enums)
            if f.enum_type is not None:
                enums[f.enum_type.full_name] = f.enum_type

    def task(self, method):
        messages, enums = {}, {}
        self.reach(method.input_type, messages, enums)
        self.reach(method.output_type, messages, enums)
        proto = descriptor_pb2.MethodDescriptorProto()
        method.CopyToProto(proto)
        content = (text(1, f"{method.containing_service.full_name}/{method.name}") +
                   text(2, method.input_type.full_name) + text(3, method.output_type.full_name) +
                   number(4, int(proto.server_streaming)) + number(5, method.GetOptions().idempotency_level) +
                   number(6, self.options(method, "reeve.v1.task").approvals))
        for name in sorted(messages, key=str.encode):
            if messages[name] is not None:
                content += data(7, self.message(messages[name]), True)
        for name in sorted(enums, key=str.encode):
            values = sorted(enums[name].values, key=lambda v: v.number)  # stable: aliases as declared
            content += data(8, text(1, name) + b"".join(
                data(2, text(1, v.name) + number(2, v.number), True) for v in values), True)
        return content


def is_optional(message, field):
    proto = descriptor_pb2.DescriptorProto()
    message.CopyToProto(proto)
    return any(f.name == field.name and f.proto3_optional for f in proto.field)


def fingerprint(schema):
    return hashlib.sha256(b"reeve.task.v1\0" + schema).hexdigest()


def main():
    split = sys.argv.index("--")
    manifest, files, imports = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]
    descriptors = descriptor_pb2.FileDescriptorSet()
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["/usr/bin/protoc", *(f"--proto_path={d}" for d in imports), "--include_imports",
                        f"--descriptor_set_out={out.name}", *files], check=True)
        descriptors.ParseFromString(out.read())
    schemas = Schemas(descriptors)
    with open(manifest, encoding="utf-8") as f:
        expected = {task["task"]: task["fingerprint"] for task in json.load(f)["tasks"]}
    failed = 0
    for name in files:
        for service in schemas.pool.FindFileByName(name).services_by_name.values():
            for method in service.methods:
                task = f"{service.full_name}/{method.name}"
                ours = fingerprint(schemas.task(method))
                theirs = expected.pop(task, "nothing")
                print("ok  " if ours == theirs else "NOT ", task, ours)
                failed += ours != theirs
    if failed or expected:
        sys.exit(f"{failed} differ; of no file: {sorted(expected)}")


main()
