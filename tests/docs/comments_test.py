#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every element of the contracts says what it means: a vendor has nothing else to implement from."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from google.protobuf import descriptor_pb2

import contracts

FILES = sorted(path.name for path in (contracts.PROTO / "reeve/v1").glob("*.proto"))
# Field numbers in descriptor.proto, of which a source location's path is made.
FILE_MESSAGE, FILE_ENUM, FILE_SERVICE, FILE_EXTENSION = 4, 5, 6, 7
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM, ENUM_VALUE, SERVICE_METHOD = 2, 3, 4, 2, 2


def parse(names, roots):
    """The files as descriptors with their comments."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "set"
        subprocess.run(["protoc", "--include_source_info", f"--descriptor_set_out={out}",
                        *(f"-I{root}" for root in roots), *names], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file


def enum_elements(path, name, enum):
    yield path, name
    for i, value in enumerate(enum.value):
        yield (*path, ENUM_VALUE, i), f"{name}.{value.name}"


def message_elements(path, name, message):
    yield path, name
    for i, field in enumerate(message.field):
        yield (*path, MESSAGE_FIELD, i), f"{name}.{field.name}"
    for i, enum in enumerate(message.enum_type):
        yield from enum_elements((*path, MESSAGE_ENUM, i), f"{name}.{enum.name}", enum)
    for i, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            yield from message_elements((*path, MESSAGE_NESTED, i), f"{name}.{nested.name}", nested)


def elements(file):
    """(path, name) of everything that a reader meets in the file."""
    for i, message in enumerate(file.message_type):
        yield from message_elements((FILE_MESSAGE, i), message.name, message)
    for i, enum in enumerate(file.enum_type):
        yield from enum_elements((FILE_ENUM, i), enum.name, enum)
    for i, service in enumerate(file.service):
        yield (FILE_SERVICE, i), service.name
        for k, method in enumerate(service.method):
            yield (FILE_SERVICE, i, SERVICE_METHOD, k), f"{service.name}.{method.name}"
    for i, extension in enumerate(file.extension):
        yield (FILE_EXTENSION, i), extension.name


def uncommented(file):
    said = {tuple(place.path) for place in file.source_code_info.location
            if len(re.findall(r"\w+", place.leading_comments + place.trailing_comments)) > 1}
    return [name for path, name in elements(file) if path not in said]


class Comments(unittest.TestCase):
    def test_everything_in_the_contracts_has_one(self):
        files = parse([f"reeve/v1/{name}" for name in FILES], [contracts.PROTO, contracts.PROTO / "third_party"])
        self.assertEqual(len(files), len(FILES))
        for file in files:
            with self.subTest(file.name):
                self.assertGreater(len(list(elements(file))), 3)
                self.assertEqual(uncommented(file), [])

    def test_it_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "planted.proto").write_text(
                'syntax = "proto3";\n\n// Detached: it belongs to nobody.\n\nmessage Bare {\n'
                "  // Says what it is.\n  string said = 1;\n  string silent = 2;\n"
                "  enum Kind {\n    // None was given.\n    NONE = 0;\n    // x\n    ONE = 1;\n  }\n"
                "  message Inner {\n    string deep = 1;\n  }\n  map<string, string> pairs = 3;  // Behind its line.\n}\n"
                "// A service.\nservice Asked {\n  rpc Mute(Bare) returns (Bare);\n}\n")
            planted, = parse(["planted.proto"], [folder])
        self.assertEqual(uncommented(planted), ["Bare", "Bare.silent", "Bare.Kind", "Bare.Kind.ONE", "Bare.Inner",
                                                "Bare.Inner.deep", "Asked.Mute"])


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        for found in parse([f"reeve/v1/{name}" for name in FILES], [contracts.PROTO, contracts.PROTO / "third_party"]):
            print(found.name, *uncommented(found), sep="\n  ")
        sys.exit(0)
    unittest.main()
