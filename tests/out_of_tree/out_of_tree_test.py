#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Workers built outside this tree, against an installed reeve.

REEVE_BUILD names the build directory that is installed from. Everything happens in a directory of its own.
"""
import http.server
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PAGE = '{"text": "from the server", "at": "2026-01-02T03:04:05Z", "hidden": "not declared"}'


def run(*words, env=None, check=True):
    said = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=300,
                          env=None if env is None else {**os.environ, **env})
    if check and said.returncode != 0:
        raise AssertionError(f"{words} ended with {said.returncode}\n{said.stdout}\n{said.stderr}")
    return said


def build(source, into, prefix):
    run("cmake", "-S", source, "-B", into, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", into)


class World(unittest.TestCase):
    """An installed reeve, moved to another place than the one that it was installed to."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="reeve-out-of-tree-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        first = cls.folder / "first"
        run("cmake", "--install", os.environ["REEVE_BUILD"], "--prefix", first)
        cls.prefix = cls.folder / "moved"
        first.rename(cls.prefix)


class NewWorker(World):
    def write(self, name, *words):
        project = self.folder / name
        run(self.prefix / "bin/reeve-new-worker", project, *words)
        return project

    def test_builds_and_passes_its_own_tests(self):
        project = self.write("acme-lamps", "--package", "acme.lamps.v1")
        build(project, project / "build", self.prefix)
        said = run("ctest", "--test-dir", project / "build", "--output-on-failure")
        self.assertRegex(said.stdout, r"100% tests passed, 0 tests failed out of [1-9]")

    def test_links_nothing_but_the_c_library(self):
        project = self.write("small-worker")
        build(project, project / "build", self.prefix)
        libraries = run("ldd", project / "build/small-worker").stdout
        for name in ("ssl", "crypto", "grpc", "absl", "curl", "pq", "stdc++"):
            self.assertNotIn(f"lib{name}", libraries)
        manifest = project / "build/small-worker.reeve/small-worker.manifest.binpb"
        self.assertGreater(manifest.stat().st_size, 100)

    def test_says_what_is_wrong_with_its_arguments(self):
        self.assertIn("next:", run(self.prefix / "bin/reeve-new-worker", self.folder / "9lives", check=False).stderr)
        self.assertIn("next:", run(self.prefix / "bin/reeve-new-worker", self.prefix, check=False).stderr)
        self.assertIn("next: reeve-new-worker DIR", run(self.prefix / "bin/reeve-new-worker", check=False).stderr)

    def test_a_missing_handler_is_a_link_error(self):
        project = self.write("without-handler")
        (project / "src/greet.c").write_text("int nothing_here;\n")
        run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        said = run("cmake", "--build", project / "build", check=False)
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("without_handler_v1_greeter_greet", said.stdout + said.stderr)

    def test_a_project_without_cxx_is_told_what_to_write(self):
        project = self.write("only-c")
        text = (project / "CMakeLists.txt").read_text()
        (project / "CMakeLists.txt").write_text(text.replace("LANGUAGES C CXX", "LANGUAGES C"))
        said = run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", check=False)
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("LANGUAGES C CXX", " ".join(said.stderr.split()))

    def test_only_our_names_are_visible(self):
        symbols = run("nm", "--defined-only", "--extern-only", next(self.prefix.glob("lib*/reeve/libreeve-worker.a")))
        names = re.findall(r"^[0-9a-f]+ [A-Z] (\S+)$", symbols.stdout, re.M)
        self.assertGreater(len(names), 100)
        strangers = [n for n in names if not n.startswith(("reeve_", "google_protobuf_"))]
        self.assertEqual(strangers, ["protobuf_c_empty_string"], "weak, for generated code")


class Server:
    """PAGE under every path, over TLS with a certificate of its own."""

    def __init__(self, folder):
        self.ca = folder / "server.pem"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
            folder / "server.key", "-out", self.ca)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, folder / "server.key")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def handler():
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE.encode())

            def log_message(self, *_):
                pass

        return Handler

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class WithDebiansCurl(World):
    """The same page through both HTTP libraries, each with its own TLS library, in one process."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(cls.folder)
        cls.addClassCleanup(cls.server.stop)
        build(HERE / "with_curl", cls.folder / "build", cls.prefix)
        cls.worker = cls.folder / "build/web-worker"
        cls.config = cls.folder / "agent.yaml"
        cls.config.write_text(f"""
gateway: {{ address: "localhost:1", ca_file: ca.pem }}
identity: {{ certificate_file: worker.pem, key_file: worker.key }}
journal: {{ directory: journal }}
systems:
  web: {{ http: {{ base_url: "{cls.server.url}", ca_file: "{cls.server.ca}" }} }}
allow:
  - task: web.v1.Handler/*
  - task: web.v1.Binding/*
""")

    def fetch(self, service):
        said = run(self.worker, "run", f"web.v1.{service}/Fetch", "--config", self.config, "--input",
                   '{"name": "page.json"}', env={"WEB_URL": self.server.url, "WEB_CA": str(self.server.ca)})
        return json.loads(said.stdout)

    def test_the_binding_uses_what_is_inside(self):
        self.assertEqual(self.fetch("Binding"), {"text": "from the server", "at": "2026-01-02T03:04:05Z"})

    def test_the_handler_uses_debians(self):
        answer = self.fetch("Handler")
        self.assertEqual(json.loads(answer["text"])["text"], "from the server")
        self.assertIn("OpenSSL", answer["library"])

    def test_both_libraries_are_there(self):
        self.assertIn("libcurl.so", run("ldd", self.worker).stdout)
        # BoringSSL's and curl's names of the inside do not show: nobody else's call can end up there.
        names = run("nm", "--extern-only", "--defined-only", self.worker).stdout
        for name in ("SSL_CTX_new", "curl_easy_perform", "grpc_init"):
            self.assertNotRegex(names, rf"\b[TW] {name}\b")


if __name__ == "__main__":
    unittest.main(verbosity=2)
