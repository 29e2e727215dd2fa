# SPDX-License-Identifier: Apache-2.0
"""An internal gRPC service on grpcio, for the worker's grpc binding: it does what the request's subject says.

usage: service.py [--unix PATH] [--tls CA.pem CERT.pem KEY.pem] [--quiet]

With --tls, clients must show a certificate that CA signed. Prints "port N" (0 for a Unix socket), then one JSON line for
each call that came in ("call"; not with --quiet), and one for each that was cancelled before it had answered ("cancelled").

Subjects, the rest of the line is the argument:
  ok | mirror | code N TEXT | again N | sleep SECONDS | unknown | garbage | empty | large BYTES | token SECRET | late-token SECRET
  metadata KIB | echo | deadline | count N [code N | bad | hang] | endless
"""
import argparse
import json
import sys
import threading
import time
from concurrent import futures

import grpc

CODES = {code.value[0]: code for code in grpc.StatusCode}
SEEN = {}
QUIET = "--quiet" in sys.argv
LOCK = threading.Lock()


def say(**what):
    with LOCK:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def text_field(number, text):
    data = text.encode()
    return varint(number << 3 | 2) + varint(len(data)) + data


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def subject_of(request):
    """The string in field 1, which comes first."""
    if not request or request[0] != 0x0A:
        return ""
    size, at = read_varint(request, 1)
    return request[at:at + size].decode()


def ticket(subject, number="T-1"):
    return text_field(1, number) + text_field(2, subject)


def authorization_of(context):
    return dict(context.invocation_metadata()).get("authorization", "")


def wait(context, seconds):
    done = threading.Event()
    if not context.add_callback(done.set):
        done.set()  # it is over already
    if done.wait(seconds):
        say(cancelled=True)
        return False
    return True


def answer(request, context):
    word, _, rest = subject_of(request).partition(" ")
    if word == "code":
        number, _, text = rest.partition(" ")
        context.abort(CODES[int(number)], text)
    if word == "again":
        with LOCK:
            SEEN[rest] = SEEN.get(rest, 0) + 1
            first = SEEN[rest] == 1
        if first:
            context.abort(CODES[int(rest)], "once more, please")
    if word == "late-token":
        time.sleep(0.3)
    if word.endswith("token") and authorization_of(context) != "Bearer " + rest:
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "wrong: " + authorization_of(context))
    if word == "sleep":
        wait(context, float(rest))
    if word == "metadata":
        context.send_initial_metadata([("x-%d" % i, "v" * 1024) for i in range(int(rest))])
    if word == "echo":
        context.abort(grpc.StatusCode.NOT_FOUND, "you sent " + authorization_of(context))
    return {
        "unknown": ticket("unknown") + text_field(99, "undeclared"),
        "garbage": b"\xff\xff\xff",
        "empty": b"",
        "large": ticket("x" * int(rest or 0) if word == "large" else ""),
        "deadline": ticket(str(context.time_remaining())),
        "mirror": ticket(authorization_of(context)),
    }.get(word, ticket(subject_of(request)))


def stream(request, context):
    words = subject_of(request).split()
    if words[0] == "endless":
        sent = [0]
        context.add_callback(lambda: say(cancelled=True, sent=sent[0]))
        while context.is_active():
            yield ticket("x" * 1000, "T-%d" % sent[0])
            sent[0] += 1
        return
    for number in range(int(words[1]) if words[0] == "count" else 0):
        yield ticket("row", "T-%d" % number)
    if "code" in words:
        context.abort(CODES[int(words[words.index("code") + 1])], "enough")
    if "bad" in words:
        yield b"\xff\xff\xff"
    if "hang" in words:
        wait(context, 60)


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method.endswith("/Missing"):
            return None
        metadata = {key: value for key, value in details.invocation_metadata if isinstance(value, str)}

        def note(request, context, run):
            QUIET or say(call=details.method, subject=subject_of(request), metadata=metadata, peer=context.peer(),
                identities=[name.decode() for name in context.peer_identities() or []])
            return run(request, context)

        if details.method.endswith("/Watch") or subject_is_stream(details):
            return grpc.unary_stream_rpc_method_handler(lambda r, c: note(r, c, stream))
        return grpc.unary_unary_rpc_method_handler(lambda r, c: note(r, c, answer))


def subject_is_stream(details):
    """A unary method that answers as a stream does: a service of another mind than the schema's."""
    return details.method.endswith("/Several")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unix")
    parser.add_argument("--tls", nargs=3)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64),
                         options=[("grpc.max_send_message_length", -1), ("grpc.max_metadata_size", 1 << 20),
                                  ("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((Handler(),))
    if options.unix:
        server.add_insecure_port("unix:" + options.unix)
        port = 0
    elif options.tls:
        ca, certificate, key = (read(path) for path in options.tls)
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials(
            [(key, certificate)], root_certificates=ca, require_client_auth=True))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    say(port=port)
    server.wait_for_termination()


main()
