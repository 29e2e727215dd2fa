# SPDX-License-Identifier: Apache-2.0
"""A peer that speaks HTTP/2 (hyper-h2, not gRPC's) and breaks off at nasty moments, as the header "x-mode" asks.

usage: nasty.py

Prints "port N", then a JSON line for each request whose headers came ("headers": its mode and how many streams that mode has
had) and for each whose message came ("data"). Modes:
  WHEN-HOW, WHEN one of headers, data; HOW one of reset (REFUSED_STREAM), cancel, internal, calm, insecure, goaway, close, garbage
  gzip: a compressed answer and status OK;  http-CODE: an answer that is no gRPC
  headers-then-close: headers of an answer, then the end of the connection;  message-then-close: a message, too
  twice: two messages and OK;  none: OK without a message;  silent: nothing at all
"""
import gzip
import json
import socket
import struct
import sys
import threading

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset

LOCK = threading.Lock()
COUNTS = {}
RESETS = {"reset": ErrorCodes.REFUSED_STREAM, "cancel": ErrorCodes.CANCEL, "internal": ErrorCodes.INTERNAL_ERROR,
          "calm": ErrorCodes.ENHANCE_YOUR_CALM, "insecure": ErrorCodes.INADEQUATE_SECURITY}
TICKET = b"\x0a\x03T-1"


def say(**what):
    with LOCK:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def frame(message, compressed=0):
    return struct.pack(">BI", compressed, len(message)) + message


class Peer:
    def __init__(self, sock):
        self.sock = sock
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.modes = {}

    def flush(self):
        self.sock.sendall(self.h2.data_to_send())

    def run(self):
        self.h2.initiate_connection()
        self.flush()
        while True:
            data = self.sock.recv(65536)
            if not data:
                return
            for event in self.h2.receive_data(data):
                self.handle(event)
            self.flush()

    def handle(self, event):
        if isinstance(event, RequestReceived):
            mode = dict(event.headers).get("x-mode", "silent")
            with LOCK:
                COUNTS[mode] = COUNTS.get(mode, 0) + 1
            say(headers=mode, count=COUNTS[mode])
            self.modes[event.stream_id] = mode
            self.act("headers", event.stream_id)
        elif isinstance(event, DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamReset):
            say(reset=self.modes[event.stream_id])
        elif isinstance(event, StreamEnded):
            say(data=self.modes[event.stream_id])
            self.act("data", event.stream_id)

    def act(self, when, stream):
        mode = self.modes[stream]
        if mode.startswith(when + "-") and mode != "headers-then-close":
            self.break_off(mode[len(when) + 1:], stream)
        elif when == "data":
            self.answer(mode, stream)

    def break_off(self, how, stream):
        if how in RESETS:
            self.h2.reset_stream(stream, RESETS[how])
        elif how == "goaway":
            self.h2.close_connection(last_stream_id=0)
            self.end()
        elif how == "garbage":
            self.sock.sendall(b"\xff" * 100)
            self.end()
        else:
            self.end()

    def end(self):
        self.flush()
        self.sock.shutdown(socket.SHUT_RDWR)
        raise ConnectionError

    def head(self, stream, **more):
        fields = [(":status", "200"), ("content-type", "application/grpc")]
        self.h2.send_headers(stream, fields + list(more.get("fields", [])))

    def trail(self, stream):
        self.h2.send_headers(stream, [("grpc-status", "0")], end_stream=True)

    def answer(self, mode, stream):
        if mode == "gzip":
            self.head(stream, fields=[("grpc-encoding", "gzip")])
            self.h2.send_data(stream, frame(gzip.compress(TICKET), 1))
            self.trail(stream)
        elif mode.startswith("http-"):
            self.h2.send_headers(stream, [(":status", mode[5:]), ("content-type", "text/html")])
            self.h2.send_data(stream, b"<h1>no</h1>", end_stream=True)
        elif mode == "headers-then-close":
            self.head(stream)
            self.end()
        elif mode == "message-then-close":
            self.head(stream)
            self.h2.send_data(stream, frame(TICKET))
            self.end()
        elif mode in ("twice", "none"):
            self.head(stream)
            for _ in range(2 if mode == "twice" else 0):
                self.h2.send_data(stream, frame(TICKET))
            self.trail(stream)


def serve(sock):
    try:
        Peer(sock).run()
    except OSError:
        pass
    sock.close()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    say(port=listener.getsockname()[1])
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock,), daemon=True).start()


main()
