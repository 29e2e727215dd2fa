# SPDX-License-Identifier: Apache-2.0
"""An echo server on grpcio: an implementation of gRPC that is not ours, for our client to talk to.

usage: echo_server.py CA.pem CERT.pem KEY.pem

Prints its port. Every message comes back; "fail" ends the call with ABORTED and trailing metadata
"reeve-error-bin"; "headers late" is the default, since grpcio sends its headers with the first answer.
"""
import sys
from concurrent import futures

import grpc


def read(path):
    with open(path, "rb") as f:
        return f.read()


def echo(messages, context):
    for message in messages:
        if message == b"fail":
            context.set_trailing_metadata((("reeve-error-bin", b"\x08\x07\x00"),))
            context.abort(grpc.StatusCode.ABORTED, "asked to")
        yield message


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method != "/reeve.test.Echo/Echo":
            return None
        return grpc.stream_stream_rpc_method_handler(echo)


def main():
    ca, certificate, key = (read(path) for path in sys.argv[1:4])
    credentials = grpc.ssl_server_credentials(
        [(key, certificate)], root_certificates=ca, require_client_auth=True
    )
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((Handler(),))
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


main()
