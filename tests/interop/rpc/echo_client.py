# SPDX-License-Identifier: Apache-2.0
"""A client on grpcio against our server: what it sees of us.

usage: echo_client.py PORT CA.pem CERT.pem KEY.pem

Echoes messages of many sizes both ways, a method that does not exist, a compressed message (which we
refuse), a message over the limit. Prints "ok" at the end, or what went wrong.
"""
import sys

import grpc


def read(path):
    with open(path, "rb") as f:
        return f.read()


def identity(message):
    return message


def call(channel, method="Echo"):
    return channel.stream_stream("/reeve.test.Echo/" + method, identity, identity)


def code_of(start):
    try:
        list(start())
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def expect(what, got, wanted):
    if got != wanted:
        print(f"{what}: got {got}, wanted {wanted}")
        sys.exit(1)


def main():
    port = sys.argv[1]
    ca, certificate, key = (read(path) for path in sys.argv[2:5])
    credentials = grpc.ssl_channel_credentials(ca, key, certificate)
    options = [("grpc.enable_http_proxy", 0), ("grpc.max_send_message_length", -1)]
    channel = grpc.secure_channel(f"127.0.0.1:{port}", credentials, options=options)
    messages = [bytes([i % 256]) * (i * 37 % 5000) for i in range(1000)] + [b"x" * (1 << 20)]
    answers = call(channel)(iter(messages), timeout=60)
    expect("echo", list(answers), messages)
    expect("status", answers.code(), grpc.StatusCode.OK)
    expect("details", answers.details(), "bye")
    expect("no such method", code_of(lambda: call(channel, "Other")(iter([b"x"]), timeout=60)),
           grpc.StatusCode.UNIMPLEMENTED)
    expect("gzip", code_of(lambda: call(channel)(iter([b"x" * 100000]), timeout=60,
                                                 compression=grpc.Compression.Gzip)),
           grpc.StatusCode.UNIMPLEMENTED)
    expect("too large", code_of(lambda: call(channel)(iter([b"x" * (5 << 20)]), timeout=60)),
           grpc.StatusCode.RESOURCE_EXHAUSTED)
    print("ok")


main()
