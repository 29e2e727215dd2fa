#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An internal system that does what it should not: it echoes the caller's credential in every form
and place it can, cuts answers short, or does not answer until it may.

usage: hostile_api.py --port-file FILE [--hold-file FILE]

What it does is asked for by the id in the path (GET /api/v1/customers/ID, /api/v2/tickets/ID):
  E-nnn     answers with that status, the credential and a host name in the body
  J-BAD     answers with something that is not JSON and holds the credential
  O-FORM    answers well-formed, the credential as PLAIN, BASE64, HEX, URL or JSON in a field
  O-HEADER  a good answer, the credential in a header and in the reason phrase
  C-CUT     promises more than it sends
  S-LOW     a good answer, once the hold file exists
  others    a good answer
POST /api/v2/tickets makes a ticket; one whose subject is "slow" waits for the hold file, too."""
import argparse
import base64
import http.server
import json
import pathlib
import sys
import time
import urllib.parse

FORMS = {
    "PLAIN": json.dumps,
    "BASE64": lambda secret: json.dumps(base64.b64encode(secret.encode()).decode()),
    "HEX": lambda secret: json.dumps(secret.encode().hex()),
    "URL": lambda secret: json.dumps(urllib.parse.quote(secret, safe="")),
    "JSON": lambda secret: '"' + "".join(f"\\u{ord(c):04x}" for c in secret) + '"',
}


def say(line):
    """One line in the log, whole: requests are handled by threads, and tests read what is said."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):  # the parameter's name is the base class's
        say(f"{self.command} {self.path}")

    def secret(self):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            return base64.b64decode(value).decode().partition(":")[2]
        return value

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

    def hold(self):
        say(f"holding {self.path}")
        while not pathlib.Path(self.server.hold_file).exists():
            time.sleep(0.01)

    def good(self, name="Harbour Bikes"):
        number = self.path.rpartition("/")[2]
        if "/customers/" in self.path:
            return json.dumps({"customerId": number, "name": name, "host": "crm-db-1.internal"})
        return json.dumps({"ticketId": number, "subject": name, "queueNode": "crm-db-1.internal"})

    def echo(self, form):
        return self.good("@").replace('"@"', FORMS[form](self.secret()))

    def do_GET(self):
        secret = self.secret()
        kind, _, what = self.path.rpartition("/")[2].partition("-")
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
        return self.answer(200, self.good())

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if body.get("subject") == "slow":
            self.hold()
        self.answer(201, json.dumps({"ticketId": "T-1", "subject": body.get("subject", "")}))


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
    fresh = pathlib.Path(options.port_file + ".new")
    fresh.write_text(f"{server.server_port}\n")
    fresh.rename(options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
