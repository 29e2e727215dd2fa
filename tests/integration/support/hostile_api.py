#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An internal system that does what it should not: it echoes the caller's credential in every form
and place it can, cuts answers short, or does not answer until it may.

usage: hostile_api.py --port-file FILE [--hold-file FILE]

What it does is asked for by the id in the path (GET /api/v1/customers/ID, /api/v2/tickets/ID):
  E-nnn     answers with that status, the credential and a host name in the body
  J-BAD     answers with something that is not JSON and holds the credential
  O-FORM    answers well-formed, the credential as PLAIN, BASE64, HEX, URL or JSON in a field;
            O-FORM-CLIENT and O-FORM-PROXY: what it was given as token endpoint and as proxy
  O-HEADER  a good answer, the credential in a header and in the reason phrase
  C-CUT     promises more than it sends
  S-LOW     a good answer, once the hold file exists
  U-nnn     until then that status, and a line with the time in the log; a good answer afterwards
  others    a good answer
POST /api/v2/tickets makes a ticket; one whose subject is "slow" waits for the hold file, too; to
"E-nnn" it answers with that status.
POST /token gives an access token, or, once the hold file exists, echoes the client's secret in its
refusal. CONNECT makes a tunnel. The credential may come in the query, too (?key=…)."""
import argparse
import base64
import http.server
import json
import pathlib
import socket
import sys
import threading
import time
import urllib.parse

FORMS = {
    "PLAIN": json.dumps,
    "BASE64": lambda secret: json.dumps(base64.b64encode(secret.encode()).decode()),
    "HEX": lambda secret: json.dumps(secret.encode().hex()),
    "URL": lambda secret: json.dumps(urllib.parse.quote(secret, safe="")),
    "JSON": lambda secret: '"' + "".join(f"\\u{ord(c):04x}" for c in secret) + '"',
}
ACCESS_TOKEN = "acc3ss/to\"ken\\of+the&API=9xYz"


def say(line):
    """One line in the log, whole: requests are handled by threads, and tests read what is said."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def pump(source, sink):
    """Bytes from one side of a tunnel to the other, until either ends."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):  # the parameter's name is the base class's
        say(f"{self.command} {self.path.partition('?')[0]}")

    def password(self, header):
        scheme, _, value = self.headers.get(header, "").partition(" ")
        if scheme == "Basic":
            return base64.b64decode(value).decode().partition(":")[2]
        return value

    def secret(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        return query["key"][0] if "key" in query else self.password("Authorization")

    def what(self):
        return urllib.parse.urlsplit(self.path).path.rpartition("/")[2]

    def answer(self, code, text, reason=None, headers=(), cut=0):
        body = text.encode()
        self.send_response(code, reason)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) + cut))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or cut > 0

    def may_go_on(self):
        return pathlib.Path(self.server.hold_file).exists()

    def hold(self):
        say(f"holding {self.path}")
        while not self.may_go_on():
            time.sleep(0.01)

    def good(self, name="Harbour Bikes"):
        number = self.what()
        if "/customers/" in self.path:
            return json.dumps({"customerId": number, "name": name, "host": "crm-db-1.internal"})
        return json.dumps({"ticketId": number, "subject": name, "queueNode": "crm-db-1.internal"})

    def echo(self, what):
        form, _, whose = what.partition("-")
        secret = self.server.given[whose] if whose else self.secret()
        return self.good("@").replace('"@"', FORMS[form](secret))

    def do_GET(self):
        secret = self.secret()
        kind, _, what = self.what().partition("-")
        if not secret:
            return self.answer(418, "{}")
        if kind == "E":
            error = {"error": f"token {secret} refused", "host": "crm-db-1.internal"}
            return self.answer(int(what), json.dumps(error), reason=f"No {secret}")
        if kind == "J":
            return self.answer(200, f"<html>{secret} at crm-db-1.internal</html>")
        if kind == "O" and what != "HEADER":
            return self.answer(200, self.echo(what))
        if kind == "O":
            return self.answer(200, self.good(), f"Hello {secret}", [("X-Echo", secret)])
        if kind == "C" and what == "CUT":
            return self.answer(200, self.good(secret)[:-1], cut=100)
        if kind == "S":
            self.hold()
        if kind == "U":
            say(f"asked for {self.path} at {time.time_ns() // 1000000}")
            return self.answer(200 if self.may_go_on() else int(what), self.good())
        return self.answer(200, self.good())

    def give_token(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        secret = urllib.parse.unquote(self.password("Authorization"))
        self.server.given["CLIENT"] = secret
        if self.may_go_on():
            return self.answer(401, json.dumps({"error": f"not {secret}"}), f"No {secret}")
        return self.answer(200, json.dumps({"access_token": ACCESS_TOKEN, "token_type": "bearer",
                                            "client": secret}))

    def do_CONNECT(self):
        self.server.given["PROXY"] = self.password("Proxy-Authorization")
        host, _, port = self.path.rpartition(":")
        self.close_connection = True
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200, f"Hello {self.server.given['PROXY']}")
            self.end_headers()
            back = threading.Thread(target=pump, args=(there, self.connection), daemon=True)
            back.start()
            pump(self.connection, there)
            back.join()

    def do_POST(self):
        if self.path == "/token":
            return self.give_token()
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        kind, _, what = body.get("subject", "").partition("-")
        if kind == "E":
            return self.answer(int(what), "{}")
        if kind == "slow":
            self.hold()
        return self.answer(201, json.dumps({"ticketId": "T-1", "subject": body.get("subject", "")}))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # callers that go away are part of the game


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--hold-file", default="/nonexistent")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.hold_file = options.hold_file
    server.given = {"CLIENT": "", "PROXY": ""}
    fresh = pathlib.Path(options.port_file + ".new")
    fresh.write_text(f"{server.server_port}\n")
    fresh.rename(options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
