#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An example internal system: customers and tickets behind a bearer token, kept in a file on disk.

It stands for the CRM and the ticket system that nobody may reach from outside. It knows nothing of
reeve; it is a small REST API on Python's own HTTP server, listening on loopback.

usage: crm_api.py --data FILE --token-file FILE [--port N] [--port-file FILE] [--misbehave]

--misbehave adds customer C-9999, whose name is the caller's own credential: what a system does that
echoes secrets; and C-9998, whose error page hides the credential behind escapes, and has it end
where a log excerpt of 512 bytes does. GET /health answers without a token."""
import argparse
import datetime
import hmac
import http.server
import json
import os
import pathlib
import re
import signal
import sys
import threading
import urllib.parse

CUSTOMERS = [
    {"customerId": "C-1001", "name": "Harbour Bikes", "tier": "CUSTOMER_TIER_GOLD",
     "email": "office@harbour-bikes.example", "phoneNumbers": ["+49 40 5550 101"],
     "address": {"street": "Kai 7", "postalCode": "20457", "city": "Hamburg", "country": "DE"},
     "customerSince": "2019-03-04T09:30:00Z", "creditLimitEur": 5000,
     "internalRating": "B-", "accountOwner": "sales-7"},
    {"customerId": "C-1002", "name": "Hillside Bakery", "tier": "CUSTOMER_TIER_STANDARD",
     "email": "hello@hillside-bakery.example", "phoneNumbers": [],
     "address": {"street": "Mill Lane 2", "postalCode": "EX1 1AA", "city": "Exeter", "country": "GB"},
     "customerSince": "2023-11-20T08:00:00Z", "internalRating": "A", "accountOwner": "sales-2"},
]


class Store:
    """Customers and tickets in one JSON file, written whole and renamed into place."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.lock = threading.Lock()
        if self.path.exists():
            self.data = json.loads(self.path.read_text())
        else:
            self.data = {"customers": CUSTOMERS, "tickets": {}, "keys": {}, "next": 1}
            self.save()

    def save(self):
        fresh = self.path.with_suffix(".new")
        with open(fresh, "w") as file:
            json.dump(self.data, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.path)

    def customer(self, number):
        return next((c for c in self.data["customers"] if c["customerId"] == number), None)

    def search(self, text, tiers, limit):
        found = [c for c in self.data["customers"]
                 if text.lower() in json.dumps([c["name"], c["address"]]).lower()
                 and (not tiers or c["tier"] in tiers)]
        return {"customers": found[:limit or 20], "total": len(found)}

    def create_ticket(self, body, key):
        """A repeated Idempotency-Key returns the first ticket."""
        with self.lock:
            if key and key in self.data["keys"]:
                return self.data["tickets"][self.data["keys"][key]]
            number = f"T-{self.data['next']:05d}"
            ticket = {"ticketId": number, "subject": body["subject"], "state": "TICKET_STATE_OPEN",
                      "priority": body.get("priority", "PRIORITY_NORMAL"), "created": now(),
                      "labels": body.get("labels", {}), "queueNode": "tickets-db-3.internal"}
            for name in ("customerId", "contact"):
                if name in body:
                    ticket[name] = body[name]
            self.data["next"] += 1
            self.data["tickets"][number] = ticket
            if key:
                self.data["keys"][key] = number
            self.save()
            return ticket

    def close_ticket(self, number, body):
        with self.lock:
            ticket = self.data["tickets"].get(number)
            if ticket and ticket["state"] != "TICKET_STATE_CLOSED":
                ticket.update(state="TICKET_STATE_CLOSED", closed=now(),
                              resolution=body.get("resolution", ""))
                self.save()
            return ticket


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace(
        "+00:00", "Z")


def cunning_echo(credential):
    escaped = '{"error": "' + "".join(f"\\u{ord(c):04x}" for c in credential)
    return escaped + " " * (512 - len(escaped) - len(credential) + 1) + credential + '"}'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "crm"

    def log_message(self, format, *args):  # the parameter's name is the base class's
        code = args[1] if len(args) > 1 else ""
        # One write for the whole line: requests are handled by threads.
        print(f"{now()} {self.command} {self.path} {code}\n", end="", flush=True)

    def answer(self, code, body):
        self.answer_text(code, json.dumps(body))

    def answer_text(self, code, text):
        data = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, code, message):
        # A real system's error says too much: host names, queries. None of it may leave the network.
        self.answer(code, {"error": message, "host": "crm-db-1.internal", "path": self.path})

    def authorised(self):
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.server.token()}".encode())

    def body(self):
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length) or b"{}")

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        store = self.server.store
        if url.path == "/health":
            return self.answer(200, {"ok": True})
        if not self.authorised():
            return self.refuse(401, "token refused")
        if url.path == "/api/v1/customers":
            return self.answer(200, store.search(query.get("text", [""])[0], query.get("tiers", []),
                                                 int(query.get("limit", ["0"])[0])))
        match = re.fullmatch(r"/api/v1/customers/([A-Za-z0-9-]+)", url.path)
        if match and self.server.misbehave and match[1] == "C-9999":
            return self.answer(200, {"customerId": "C-9999", "name": self.headers["Authorization"]})
        if match and self.server.misbehave and match[1] == "C-9998":
            return self.answer_text(500, cunning_echo(self.headers["Authorization"]))
        if match:
            customer = store.customer(match[1])
            return self.answer(200, customer) if customer else self.refuse(404, "no such customer")
        match = re.fullmatch(r"/api/v2/tickets/([A-Za-z0-9-]+)", url.path)
        if match:
            ticket = store.data["tickets"].get(match[1])
            return self.answer(200, ticket) if ticket else self.refuse(404, "no such ticket")
        return self.refuse(404, "no such path")

    def do_POST(self):
        if not self.authorised():
            self.body()
            return self.refuse(401, "token refused")
        body = self.body()
        store = self.server.store
        if self.path == "/api/v2/tickets":
            if "customerId" in body and not store.customer(body["customerId"]):
                return self.refuse(422, "no such customer")
            return self.answer(201, store.create_ticket(body, self.headers.get("Idempotency-Key")))
        match = re.fullmatch(r"/api/v2/tickets/([A-Za-z0-9-]+):close", self.path)
        if match:
            ticket = store.close_ticket(match[1], body)
            return self.answer(200, ticket) if ticket else self.refuse(404, "no such ticket")
        return self.refuse(404, "no such path")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, store, token_file, misbehave):
        super().__init__(address, Handler)
        self.store = store
        self.token_file = pathlib.Path(token_file)
        self.misbehave = misbehave

    def handle_error(self, request, client_address):
        # A caller that goes away (a cancelled job) is no news.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def token(self):
        return self.token_file.read_text().strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--token-file", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", help="the port is written here once it listens")
    parser.add_argument("--misbehave", action="store_true")
    options = parser.parse_args()
    server = Server(("127.0.0.1", options.port), Store(options.data), options.token_file,
                    options.misbehave)
    if options.port_file:
        fresh = pathlib.Path(options.port_file + ".new")
        fresh.write_text(f"{server.server_port}\n")
        fresh.rename(options.port_file)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"{now()} listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
