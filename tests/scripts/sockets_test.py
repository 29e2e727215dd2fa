#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""P1: what scripts/demo looks with when it says that the worker opens no port finds one where there is one, and does
not say so where it could not look."""
import ctypes
import os
import pathlib
import socket
import subprocess
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/demo.d/sockets.py"
NOBODY = 65534
PR_SET_DUMPABLE = 4


def look(process_id, **options):
    """Exit status and words. The script comes by standard input: another user may not be let into this folder."""
    with SCRIPT.open() as script:
        done = subprocess.run(["/usr/bin/python3", "-", str(process_id)], stdin=script, capture_output=True, text=True,
                              cwd="/", check=False, timeout=30, **options)
    return done.returncode, done.stdout


class Sockets(unittest.TestCase):
    """Each test looks at its own process; with_connection() makes sure that there is something to see."""

    def open(self, family=socket.AF_INET, kind=socket.SOCK_STREAM):
        made = socket.socket(family, kind)
        self.addCleanup(made.close)
        return made

    def with_connection(self):
        """A connection to a server whose listening socket is in another process's hands."""
        read, write = os.pipe()
        server = self.open()
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        child = os.fork()
        if child == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
        os.close(read)
        self.addCleanup(lambda: (os.close(write), os.waitpid(child, 0)))
        client = self.open()
        client.connect(server.getsockname())
        server.close()
        return client

    def test_a_connection_is_seen_and_is_no_port(self):
        client = self.with_connection()
        status, said = look(os.getpid())
        self.assertEqual(status, 0, said)
        self.assertIn(f"-> 127.0.0.1:{client.getpeername()[1]}\n", said)
        self.assertIn("none of them listens", said)

    def expect_found(self, made, address):
        self.with_connection()
        try:
            made.bind((address, 0))
        except OSError as error:
            self.skipTest(f"this machine has no {address}: {error}")
        if made.type == socket.SOCK_STREAM:
            made.listen(1)
        status, said = look(os.getpid())
        self.assertEqual(status, 1, said)
        self.assertRegex(said, rf":{made.getsockname()[1]} LISTENS\n")
        self.assertNotIn("none of them listens", said)

    def test_tcp_is_found(self):
        self.expect_found(self.open(), "127.0.0.1")

    def test_udp_is_found(self):
        self.expect_found(self.open(kind=socket.SOCK_DGRAM), "127.0.0.1")

    def test_tcp_over_ipv6_is_found(self):
        self.expect_found(self.open(socket.AF_INET6), "::1")

    def test_udp_over_ipv6_is_found(self):
        self.expect_found(self.open(socket.AF_INET6, socket.SOCK_DGRAM), "::1")

    def test_connected_udp_is_no_port(self):
        peer = self.open(kind=socket.SOCK_DGRAM)
        peer.bind(("127.0.0.1", 0))
        client = self.open(kind=socket.SOCK_DGRAM)
        client.connect(peer.getsockname())
        peer.close()
        self.assertEqual(look(os.getpid())[0], 0)

    def test_no_socket_is_no_proof(self):
        status, said = look(os.getpid())
        self.assertEqual(status, 4, said)
        self.assertNotIn("none of them listens", said)

    def test_a_hidden_process_is_not_called_closed(self):
        """As the worker is: it forbids dumps, so that its own user may not read its descriptors."""
        server = self.open()
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        libc = ctypes.CDLL(None)
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        self.assertEqual(libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), 0)
        try:
            status, said = look(os.getpid(), **options)
        finally:
            libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        self.assertEqual(status, 3, said)
        self.assertNotIn("none of them listens", said)

    def test_wrong_usage(self):
        self.assertEqual(look("x")[0], 2)
        self.assertEqual(look(2 ** 30)[0], 2)


if __name__ == "__main__":
    unittest.main()
