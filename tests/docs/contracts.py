# SPDX-License-Identifier: Apache-2.0
"""What the tests of the documentation share: where things are, and the contracts as Python modules."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
FILES = ["job", "audit", "manifest", "worker", "journal", "control"]

_keep = []  # the folder lives as long as the process


def load():
    """Modules by name: load()["worker"].Hello."""
    folder = tempfile.TemporaryDirectory()
    _keep.append(folder)
    names = [f"reeve/v1/{name}.proto" for name in FILES] + ["buf/validate/validate.proto"]
    subprocess.run(["protoc", "--python_out", folder.name, f"-I{PROTO}", f"-I{PROTO / 'third_party'}", *names],
                   check=True)
    sys.path.insert(0, folder.name)
    return {name: __import__(f"reeve.v1.{name}_pb2", fromlist=["x"]) for name in FILES}


def text_of(path):
    return (ROOT / path).read_text()


def pages():
    """README and everything in docs/, as paths from the root."""
    return sorted(["README.md", "SECURITY.md", "CONTRIBUTING.md",
                   *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))])
