# SPDX-License-Identifier: Apache-2.0
"""Shows a message's bytes one field a line, with what they mean beside them."""

# Bytes that hold a message of their own.
INSIDE = {
    "reeve.v1.Dispatch.job_spec": ("job", "JobSpec"),
    "reeve.v1.SignedPlan.statement": ("job", "PlanStatement"),
    "reeve.v1.AuditEntry.record": ("audit", "AuditRecord"),
    "reeve.v1.SignedCheckpoint.checkpoint": ("audit", "Checkpoint"),
    "reeve.v1.Countersignature.checkpoint": ("audit", "Checkpoint"),
}
WIDTH = 28  # bytes of one line


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def _line(lines, depth, data, note):
    head = "  " * depth
    chunks = [data[i:i + WIDTH].hex() for i in range(0, len(data), WIDTH)] or [""]
    lines.append(f"{head}{chunks[0]:<{68 - len(head)}}# {head}{note}")
    lines += [f"{head}{chunk}" for chunk in chunks[1:]]


def _value(field, raw):
    if field.enum_type is not None:
        return field.enum_type.values_by_number[raw].name
    return {0: "false", 1: "true"}[raw] if field.type == field.TYPE_BOOL else str(raw)


def render(contracts, descriptor, data, depth=0):
    """The lines of one message."""
    lines, at = [], 0
    while at < len(data):
        start = at
        key, at = varint(data, at)
        field = descriptor.fields_by_number[key >> 3]
        if key & 7 == 0:
            raw, at = varint(data, at)
            _line(lines, depth, data[start:at], f"{field.name}: {_value(field, raw)}")
            continue
        size, at = varint(data, at)
        body, head = data[at:at + size], data[start:at]
        at += size
        inner = field.message_type
        if field.full_name in INSIDE:
            module, name = INSIDE[field.full_name]
            inner = contracts[module].DESCRIPTOR.message_types_by_name[name]
        if inner is not None:
            _line(lines, depth, head, f"{field.name}: {inner.name}, {size} bytes")
            lines += render(contracts, inner, body, depth + 1)
        elif field.type == field.TYPE_STRING:
            _line(lines, depth, head + body, f'{field.name}: "{body.decode()}"')
        else:
            _line(lines, depth, head + body, f"{field.name}: {size} bytes")
    return lines


def parse(lines):
    """The bytes again."""
    return bytes.fromhex("".join(line.split("#")[0].strip() for line in lines))
