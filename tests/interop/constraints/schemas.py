# SPDX-License-Identifier: Apache-2.0
"""Schemas with rules, and values that lie around the rules' edges, both drawn from a seeded random source."""
import time

from google.protobuf import duration_pb2, field_mask_pb2, timestamp_pb2, wrappers_pb2

from texts import FORMS, PATTERNS, SAMPLES, mutated

NOW = int(time.time())
RANGES = {
    "int32": (-2**31, 2**31 - 1), "sint32": (-2**31, 2**31 - 1), "sfixed32": (-2**31, 2**31 - 1),
    "int64": (-2**63, 2**63 - 1), "sint64": (-2**63, 2**63 - 1), "sfixed64": (-2**63, 2**63 - 1),
    "uint32": (0, 2**32 - 1), "fixed32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1), "fixed64": (0, 2**64 - 1),
}
WRAPPERS = {
    "int32": wrappers_pb2.Int32Value, "int64": wrappers_pb2.Int64Value, "uint32": wrappers_pb2.UInt32Value,
    "uint64": wrappers_pb2.UInt64Value, "float": wrappers_pb2.FloatValue, "double": wrappers_pb2.DoubleValue,
    "bool": wrappers_pb2.BoolValue, "string": wrappers_pb2.StringValue, "bytes": wrappers_pb2.BytesValue,
}
KEYS = ["string", "bool", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "sfixed64"]
ENUM = {"COLOUR_UNSPECIFIED": 0, "COLOUR_RED": 1, "COLOUR_GREEN": 2, "COLOUR_BELOW": -3}


def quoted(value):
    """Text or bytes as a literal of protobuf's text form."""
    octets = value.encode() if isinstance(value, str) else value
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in octets) + '"'


def listed(values, form=str):
    return "[" + ", ".join(form(v) for v in values) + "]"


class Kind:
    """A type with rules: its name in a .proto, what stands inside FieldRules, and how a value is drawn."""

    def __init__(self, proto, rules, draw, scalar=True):
        self.proto, self.rules, self.draw, self.scalar = proto, rules, draw, scalar


def bounds(random, low, high, write):
    """Up to two bounds in any order, as `lt: 3 gte: 1`."""
    words = []
    if random.random() < 0.75:
        words.append(f"{random.choice(['lt', 'lte'])}: {write(low)}")
    if random.random() < 0.75:
        words.append(f"{random.choice(['gt', 'gte'])}: {write(high)}")
    return words


def ordered(random, operands, write, lists=True):
    """const, bounds, lists of a type that has an order."""
    words = bounds(random, random.choice(operands), random.choice(operands), write)
    if random.random() < 0.15:
        words.append(f"const: {write(random.choice(operands))}")
    if lists and random.random() < 0.2:
        words.append(f"in: {listed(operands, write)}")
    if lists and random.random() < 0.2:
        words.append(f"not_in: {listed(random.sample(operands, 2), write)}")
    return " ".join(words)


def integer(random, name=None):
    name = name or random.choice(list(RANGES))
    low, high = RANGES[name]
    edge = random.choice([0, 0, 5, low + 1, high - 1])
    operands = [max(low, min(high, edge + random.randint(-6, 6))) for _ in range(3)]
    near = [max(low, min(high, v + d)) for v in operands for d in (-1, 0, 1)] + [0, low, high]
    return Kind(name, f"{name}: {{ {ordered(random, operands, str)} }}", lambda r: r.choice(near))


def real(random, name=None):
    name = name or random.choice(["float", "double"])
    pool = [-2.5, -1.0, 0.0, 0.5, 1.0, 3.25, 1e10, float("inf"), float("-inf")]
    operands = random.sample(pool, 3)
    rules = ordered(random, operands, str) + random.choice(["", "", " finite: true", " finite: false"])
    near = pool + [float("nan"), -0.0, 1e-300 if name == "double" else 1e-30]
    return Kind(name, f"{name}: {{ {rules} }}", lambda r: r.choice(near))


def boolean(random):
    return Kind("bool", f"bool: {{ const: {random.choice(['true', 'false'])} }}", lambda r: r.random() < 0.5)


def enumeration(random):
    numbers = list(ENUM.values())
    rules = [w for w in (f"const: {random.choice(numbers)}", "defined_only: true", f"in: {listed(random.sample(numbers, 2))}",
                         f"not_in: {listed(random.sample(numbers, 2))}") if random.random() < 0.4]
    return Kind("Colour", f"enum: {{ {' '.join(rules)} }}", lambda r: r.choice(numbers + [7, -1]))


def text(random, form=None):
    few = random.sample(SAMPLES, 3)
    size = random.randint(0, 6)
    choices = {
        f"const: {quoted(few[0])}": 0.1, f"len: {size}": 0.1, f"min_len: {size}": 0.25, f"max_len: {size}": 0.25,
        f"len_bytes: {size}": 0.1, f"min_bytes: {size}": 0.15, f"max_bytes: {size}": 0.15,
        f"pattern: {quoted(random.choice(PATTERNS))}": 0.25, f"prefix: {quoted(few[0][:2])}": 0.15,
        f"suffix: {quoted(few[1][-2:])}": 0.15, f"contains: {quoted(few[2][1:2])}": 0.15,
        f"not_contains: {quoted(few[0][:1] or 'a')}": 0.15, f"in: {listed(few, quoted)}": 0.1,
        f"not_in: {listed(few, quoted)}": 0.1,
    }
    rules = [word for word, chance in choices.items() if random.random() < chance]
    form = form or (random.choice(list(FORMS)) if random.random() < 0.2 else None)
    if form:
        rules.append(form)
    own = FORMS.get(form, [])
    return Kind("string", f"string: {{ {' '.join(rules)} }}",
                lambda r: r.choice(few + [""]) if r.random() < 0.3 else mutated(r, r.choice(own + SAMPLES)))


def octets(random):
    few = [b"", b"\x00\xff", "aé".encode(), b"abcd", bytes(range(16))]
    size = random.choice([0, 1, 2, 4, 16])
    choices = [f"const: {quoted(few[1])}", f"len: {size}", f"min_len: {size}", f"max_len: {size}",
               f"pattern: {quoted(random.choice(PATTERNS))}", f"prefix: {quoted(few[2][:1])}", 'suffix: "d"',
               'contains: "\\377"', f"in: {listed(few[1:], quoted)}", f"not_in: {listed(few[2:4], quoted)}",
               random.choice(["ip: true", "ipv4: true", "ipv6: true", "uuid: true"])]
    rules = [word for word in choices if random.random() < 0.2]
    return Kind("bytes", f"bytes: {{ {' '.join(rules)} }}",
                lambda r: r.choice(few) + (r.choice([b"", b"a", b"\xff", b"d"]) if r.random() < 0.4 else b""))


def moment(nanos):
    return f"{{ seconds: {nanos // 10**9} nanos: {nanos % 10**9} }}"


def span(nanos):
    """A duration's parts have one sign."""
    sign = -1 if nanos < 0 else 1
    return f"{{ seconds: {sign * (abs(nanos) // 10**9)} nanos: {sign * (abs(nanos) % 10**9)} }}"


def duration(random):
    operands = [random.choice([0, 10**9, -10**9, 3_600 * 10**9]) + random.randint(-3, 3) for _ in range(3)]

    def draw(r):
        nanos = r.choice(operands + [0, 10**18]) + r.choice([-10**9, -1, 0, 1, 10**9])
        sign = -1 if nanos < 0 else 1
        return duration_pb2.Duration(seconds=sign * (abs(nanos) // 10**9), nanos=sign * (abs(nanos) % 10**9))
    return Kind("google.protobuf.Duration", f"duration: {{ {ordered(random, operands, span)} }}", draw, scalar=False)


def timestamp(random):
    operands = [random.choice([0, (NOW - 10**6) * 10**9, -5 * 10**9]) + random.randint(-2, 2) for _ in range(3)]
    words = []
    if random.random() < 0.6:
        words.append(ordered(random, operands, moment, lists=False))
    if random.random() < 0.4 and "within" not in "".join(words):
        words.append("within: { seconds: 600 }")
    joined = " ".join(words)
    if "lt" not in joined and random.random() < 0.6:
        words.append(random.choice(["lt_now: true", "lt_now: false"]))
    if "gt" not in joined and random.random() < 0.6:
        words.append(random.choice(["gt_now: true", "gt_now: false"]))

    def draw(r):
        nanos = r.choice(operands) + r.choice([-1, 0, 1]) if r.random() < 0.5 else \
            (NOW + r.choice([-86400, -900, -300, 300, 900, 86400])) * 10**9 + r.randint(0, 10**9 - 1)
        return timestamp_pb2.Timestamp(seconds=nanos // 10**9, nanos=nanos % 10**9)
    return Kind("google.protobuf.Timestamp", f"timestamp: {{ {' '.join(words)} }}", draw, scalar=False)


def field_mask(random):
    paths = ["a", "b.c", "b", "d"]
    rules = [w for w in (f"const: {{ paths: {listed(random.sample(paths, 2), quoted)} }}",
                         f"in: {listed(random.sample(paths, 2), quoted)}",
                         f"not_in: {listed(random.sample(paths, 2), quoted)}") if random.random() < 0.5]
    return Kind("google.protobuf.FieldMask", f"field_mask: {{ {' '.join(rules)} }}",
                lambda r: field_mask_pb2.FieldMask(
                    paths=r.sample(paths + ["a.x", "ax", "b.c.d", "b.cd"], r.randint(0, 3))), scalar=False)


def wrapped(random):
    name = random.choice(list(WRAPPERS))
    make = {"bool": boolean, "string": text, "bytes": octets}.get(name)
    inner = make(random) if make else (real if name in ("float", "double") else integer)(random, name)
    wrapper = WRAPPERS[name]
    return Kind(f"google.protobuf.{wrapper.DESCRIPTOR.name}", inner.rules, lambda r: wrapper(value=inner.draw(r)), scalar=False)


def kind(random):
    makers = [integer, integer, integer, real, boolean, enumeration, text, text, text, octets, duration, timestamp,
              field_mask, wrapped]
    return random.choice(makers)(random)


IGNORES = ["", "", "", "", " ignore: IGNORE_IF_ZERO_VALUE", " ignore: IGNORE_ALWAYS", " ignore: IGNORE_UNSPECIFIED"]


class Field:
    """One field of a message: its line in the .proto, and how it is filled."""

    def __init__(self, random, number, inner):
        self.name, self.number = f"f{number}", number
        self.label = random.choices(["", "optional", "repeated", "map", "oneof"], [40, 15, 20, 15, 10])[0]
        self.message = random.choice(inner) if inner and random.random() < 0.15 else None
        self.kind = Kind(self.message, "", None, scalar=False) if self.message else kind(random)
        ignore = random.choice(IGNORES)
        required = " required: true" if random.random() < 0.15 else ""
        rules = {"repeated": self.repeated, "map": self.mapped}.get(self.label, lambda r: self.kind.rules)(random)
        self.rules = f"{{ {rules}{ignore}{required} }}"

    def repeated(self, random):
        items = f"items: {{ {self.kind.rules}{random.choice(IGNORES)} }}"
        unique = "" if self.message or self.kind.proto.endswith(("Timestamp", "Duration", "FieldMask")) else \
            random.choice(["", " unique: true"])
        least = random.choice(["", " min_items: 2"])
        most = random.choice(["", " max_items: 3"])
        return f"repeated: {{ {items}{unique}{least}{most} }}"

    def mapped(self, random):
        name = random.choice(KEYS)
        self.key = text(random) if name == "string" else boolean(random) if name == "bool" else integer(random, name)
        return (f"map: {{ keys: {{ {self.key.rules}{random.choice(IGNORES)} }}"
                f" values: {{ {self.kind.rules}{random.choice(IGNORES)} }}"
                f"{random.choice(['', ' min_pairs: 2'])}{random.choice(['', ' max_pairs: 2'])} }}")

    def line(self):
        kind_ = f"map<{self.key.proto}, {self.kind.proto}>" if self.label == "map" else self.kind.proto
        label = self.label + " " if self.label in ("optional", "repeated") else ""
        return f"  {label}{kind_} {self.name} = {self.number} [(buf.validate.field) = {self.rules}];"

    def one(self, random, make, depth):
        return make(self.message, depth + 1) if self.message else self.kind.draw(random)

    def fill(self, random, message, make, depth):
        if random.random() < 0.35 or (self.message and depth > 2):
            return
        if self.label == "repeated":
            getattr(message, self.name).extend(self.one(random, make, depth) for _ in range(random.randint(1, 4)))
        elif self.label == "map":
            for _ in range(random.randint(1, 3)):
                self.put(random, getattr(message, self.name), make, depth)
        elif self.kind.scalar:
            setattr(message, self.name, self.kind.draw(random))
        else:
            getattr(message, self.name).CopyFrom(self.one(random, make, depth))

    def put(self, random, entries, make, depth):
        key = self.key.draw(random)
        # Longer keys are cut in our paths, and control characters hidden.
        if isinstance(key, str) and (len(key.encode()) > 60 or any(ord(c) < 32 or ord(c) == 127 for c in key)):
            return
        if self.kind.scalar:
            entries[key] = self.kind.draw(random)
        else:
            entries[key].CopyFrom(self.one(random, make, depth))


class Message:
    """One message with rules."""

    def __init__(self, random, name, inner, fields=None):
        self.name = name
        self.fields = fields or [Field(random, i + 1, inner) for i in range(random.randint(1, 6))]
        self.options = []
        for _ in range(random.choice([0, 0, 0, 1, 2])):
            names = random.sample([f.name for f in self.fields], random.randint(1, min(3, len(self.fields))))
            required = random.choice(["", " required: true"])
            self.options.append(f"  option (buf.validate.message).oneof = {{ fields: {listed(names, quoted)}{required} }};")
        self.oneof_required = random.random() < 0.5

    def text(self):
        lines = [f"message {self.name} {{"] + self.options
        members = [f for f in self.fields if f.label == "oneof"]
        lines += [f.line() for f in self.fields if f.label != "oneof"]
        if members:
            lines.append("  oneof pick {")
            lines += ["    option (buf.validate.oneof).required = true;"] * self.oneof_required
            lines += ["  " + f.line() for f in members] + ["  }"]
        return "\n".join(lines + ["}"])


def of_form(random, name, rule):
    """A message for one form of text alone."""
    field = Field.__new__(Field)
    field.name, field.number, field.label, field.message = "f1", 1, "", None
    own = FORMS[rule]
    field.kind = Kind("string", f"string: {{ {rule} }}", lambda r: mutated(r, r.choice(own)))
    field.rules = f"{{ {field.kind.rules} }}"
    message = Message(random, name, [], [field])
    message.options = []
    return message
