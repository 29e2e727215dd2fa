# SPDX-License-Identifier: Apache-2.0
"""Compares our constraints with protovalidate's on generated schemas and messages.

usage: compare.py GENERATOR TESTEE [SEED]

The schemas go through protoc-gen-reeve and, as a manifest, through the tables that a gateway builds at run time. For
each message both sides must agree on every violation: path, rule id, and whether it is of a map's key. Every rule of the
reference's table has to be broken by some message and kept by another.
"""
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
import time

import protovalidate
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

import schemas
from texts import FORMS

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = "compared"
MESSAGES = 500
VALUES = 20
FORM_VALUES = 250
DEEPEST = 12
YEAR = 366 * 86400
HEAD = f"""syntax = "proto3";
package {PACKAGE};
import "buf/validate/validate.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
message Nothing {{}}
enum Colour {{
{chr(10).join(f"  {name} = {number};" for name, number in schemas.ENUM.items())}
}}
"""


def make_messages(source):
    made = [schemas.of_form(source, f"Form{i}", rule) for i, rule in enumerate(FORMS)]
    for i in range(MESSAGES):
        made.append(schemas.Message(source, f"M{i}", [f"M{j}" for j in range(max(0, i - DEEPEST), i)]))
    return made


def write_proto(directory, messages):
    calls = [f"  rpc Call{m.name}({m.name}) returns (Nothing);" for m in messages]
    text = "\n".join([HEAD] + [m.text() for m in messages] + ["service Calls {"] + calls + ["}", ""])
    (directory / "compared.proto").write_text(text)
    return text


def protoc(directory, *arguments, **options):
    imports = [directory, ROOT / "proto", ROOT / "proto/third_party", "/usr/include"]
    command = ["protoc"] + [f"-I{path}" for path in imports] + list(arguments)
    done = subprocess.run(command, capture_output=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"protoc: {done.stderr.decode()[-4000:]}")
    return done.stdout


def make_manifest(directory, generator):
    """Its path; it has its tasks in the order of their names."""
    protoc(directory, f"--plugin=protoc-gen-reeve={generator}", f"--reeve_out=tasks,manifest=compared:{directory}",
           "compared.proto")
    text = (directory / "compared.manifest.txtpb").read_bytes()
    path = directory / "compared.manifest.binpb"
    path.write_bytes(protoc(directory, "--encode=reeve.v1.Manifest", "reeve/v1/manifest.proto", input=text))
    return path


def make_classes(directory, messages):
    protoc(directory, "--include_imports", f"--descriptor_set_out={directory}/compared.binpb", "compared.proto")
    files = descriptor_pb2.FileDescriptorSet.FromString((directory / "compared.binpb").read_bytes())
    pool = descriptor_pool.Default()
    for file in files.file:
        try:
            pool.FindFileByName(file.name)
        except KeyError:
            pool.Add(file)
    return {m.name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{m.name}")) for m in messages}


def make_cases(source, messages, classes):
    by_name = {m.name: m for m in messages}

    def make(name, depth=0):
        message = classes[name]()
        for field in by_name[name].fields:
            field.fill(source, message, make, depth)
        return message
    cases = []
    for m in messages:
        count = FORM_VALUES if m.name.startswith("Form") else VALUES
        cases += [(m.name, classes[m.name]())] + [(m.name, make(m.name)) for _ in range(count)]
    return cases


def ours(testee, manifest, cases, names, now_ms):
    place = {name: i for i, name in enumerate(sorted(names, key=lambda n: f"{PACKAGE}.Calls/Call{n}"))}
    stdin = b"".join(struct.pack("<IIq", place[name], len(octets), now_ms) + octets
                     for name, octets in ((name, m.SerializeToString(deterministic=True)) for name, m in cases))
    done = subprocess.run([testee, manifest], input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the testee ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    answers, violations = [], []
    for line in done.stdout.decode().split("\n"):
        if line.startswith("= "):
            answers.append((line[2:], sorted(violations)))
            violations = []
        elif line:
            key, rule, path = line.split(" ", 2)
            violations.append((path, rule, key == "key"))
    return answers


def path_text(path):
    """As both sides' tools print a path."""
    parts = []
    for element in path.elements if path else []:
        text = element.field_name
        if element.subscript is not None:
            value = element.subscript.value
            if element.subscript.field == "string_key":
                value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            text += f"[{str(value).lower() if isinstance(value, bool) else value}]"
        parts.append(text)
    return ".".join(parts)


def theirs(message):
    """Sorted violations; None where protovalidate gives up."""
    try:
        found = [v.proto for v in protovalidate.collect_violations(message)]
    except protovalidate.EvaluationError as error:
        if "UTF-8" not in str(error):
            raise
        return None
    return sorted((path_text(v.field), v.rule_id, v.for_key) for v in found)


def agree(answer, expected):
    status, violations = answer
    if expected is None:
        return any(rule == "bytes.pattern" for _, rule, _ in violations)
    return violations == expected and status == ("CONSTRAINT" if expected else "OK")


def different(answers, expected):
    """The places where the two sides do not agree."""
    if len(answers) != len(expected):
        sys.exit(f"{len(answers)} answers to {len(expected)} cases")
    return [i for i, pair in enumerate(zip(answers, expected)) if not agree(*pair)]


def rules_of_the_reference():
    """Ids of all rules that can be broken."""
    page = (ROOT / "docs/reference/constraints.md").read_text()
    ids = set()
    for rule in re.findall(r"^\| `([^`]+)` \|", page, re.M):
        names = [rule.replace("<number>", n) for n in list(schemas.RANGES) + ["float", "double"]]
        ids.update(names if "<number>" in rule else [rule])
    return {i for i in ids if not i.startswith("ignore_")} | {"message.oneof"}


def uncovered(seen):
    """Rules of the reference that no message broke; two bounds count for both."""
    broken = set()
    for rule in seen:
        group, _, last = rule.rpartition(".")
        broken.add(rule)
        for word in re.sub(r"_(exclusive|empty)$", "", last).split("_"):
            broken.add(f"{group}.{word}")
    return sorted(rules_of_the_reference() - broken)


def main():
    generator, testee = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    source = random.Random(seed)
    began = time.time()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        messages = make_messages(source)
        write_proto(directory, messages)
        manifest = make_manifest(directory, generator)
        classes = make_classes(directory, messages)
        cases = make_cases(source, messages, classes)
        answers = ours(testee, manifest, cases, classes, schemas.NOW * 1000)
        later = ours(testee, manifest, cases, classes, (schemas.NOW + YEAR) * 1000)
    expected = [theirs(message) for _, message in cases]
    wrong = different(answers, expected)
    shown = set()
    for i in wrong:
        name, message = cases[i]
        if name not in shown and len(shown) < 10:
            shown.add(name)
            text = next(m.text() for m in messages if m.name == name)
            print(f"{text}\n{message!r}\nours:   {answers[i]}\ntheirs: {expected[i]}\n")
    seen = {rule for violations in expected for _, rule, _ in violations or []}
    good, gave_up = expected.count([]), expected.count(None)
    print(f"CONSTRAINTS BESIDE PROTOVALIDATE: {len(cases)} messages of {len(messages)} types, {good} without violations, {len(seen)} ids, "
          f"{gave_up} given up by protovalidate, {len(wrong)} differ; seed {seed}, {time.time() - began:.1f} s")
    missing = uncovered(seen)
    if missing:
        print(f"never broken: {', '.join(missing)}")
    if not different(later, expected):
        sys.exit("a year made no difference: the comparison does not compare")
    if wrong or missing or good < len(cases) // 10:
        sys.exit(1)


main()
