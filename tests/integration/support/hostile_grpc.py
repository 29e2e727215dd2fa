#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An internal gRPC service of acme.stock.v1.Stock that hands the caller's credential back wherever it can.

usage: hostile_grpc.py --port-file FILE [--hold-file FILE]

What it does is asked for by the item's number (or the shelf, for ListItems):
  E-nn   ends the call with that status; credential and a host name in its text and in trailing metadata
  O-1 … O-4  a good answer with the credential in it: plain, base64, hex, percent-encoded
  G-1    an answer that is no message and holds the credential
  H-1    a good answer, the credential in headers and trailing metadata
  C-1    goes away without an answer
  A      three items;  B  two items, then one with the credential;  C  endless items
  others a good answer"""
import argparse
import base64
import os
import pathlib
import urllib.parse
from concurrent import futures

import grpc

CODES = {code.value[0]: code for code in grpc.StatusCode}
FORMS = [str, lambda s: base64.b64encode(s.encode()).decode(), lambda s: s.encode().hex(),
         lambda s: urllib.parse.quote(s, safe="")]


def item(number):
    text = number.encode()
    return b"\x0a" + bytes([len(text)]) + text + b"\x10\x07"


def secret_of(context):
    return dict(context.invocation_metadata())["authorization"].partition(" ")[2]


def answer(request, context):
    number, secret = request[2:2 + request[1]].decode(), secret_of(context)
    kind, _, rest = number.partition("-")
    if kind == "E":
        context.set_trailing_metadata([("x-you-sent", secret)])
        context.abort(CODES[int(rest)], f"{secret} refused at crm-db-1.internal")
    if kind == "O":
        return item(FORMS[int(rest) - 1](secret))
    if kind == "G":
        return b"\xff" + secret.encode()
    if kind == "H":
        context.send_initial_metadata([("x-you-sent", secret)])
        context.set_trailing_metadata([("x-you-sent", secret)])
    if kind == "C":
        os._exit(1)
    return item("Harbour")


def stream(request, context):
    shelf = request[2:3].decode()
    for number in range(3 if shelf != "C" else 10 ** 9):
        if not context.is_active():
            return
        yield item(secret_of(context) if shelf == "B" and number == 2 else f"{shelf}-{number}")


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method == "/acme.stock.v1.Stock/ListItems":
            return grpc.unary_stream_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(answer)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", type=pathlib.Path)
    parser.add_argument("--hold-file")
    options = parser.parse_args()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    server.add_generic_rpc_handlers((Handler(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ready = options.port_file.with_suffix(".new")
    ready.write_text(f"{port}\n")
    ready.rename(options.port_file)
    server.wait_for_termination()


main()
