"""Authorization servers and resources on loopback that demand proofs and nonces, for integration tests.

Each line on standard input is a JSON array of arguments and starts a server of its own, which is answered by a line
{"listening": "http://127.0.0.1:PORT"}; a line with that address as a JSON string ends it. The end of the input ends all.
"""

import argparse
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import answers
from proofs import Nonces, Proofs, claims_unverified


class World:
    """What the server knows."""
    def __init__(self, options):
        self.offset = options.clock_offset
        self.nonces = {"as": Nonces("as", options.keep), "rs": Nonces("rs", options.keep)}
        self.proofs = Proofs(options.age, options.future)
        self.tokens = {}
        self.lock = threading.Lock()
        self.journal = []
        self.endless = 0

    def now(self):
        return int(time.time()) + self.offset

    def note(self, entry):
        with self.lock:
            self.journal.append(entry)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.server.world.offset)

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status, fields=(), body=b""):
        self.entry["status"] = status
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def respond(self):
        # As it came: the library takes slashes away from the start of `path`.
        self.path = self.requestline.split(" ")[1]
        world, path = self.server.world, self.path.partition("?")[0]
        if path == "/journal":
            self.entry = {}
            with world.lock:
                lines = "".join(json.dumps(entry) + "\n" for entry in world.journal)
            return self.answer(200, body=lines.encode())
        proofs = self.headers.get_all("DPoP") or []
        authorization = self.headers.get_all("Authorization") or []
        self.entry = {
            "method": self.command, "path": self.path, "host": self.headers.get("Host"),
            "authorization": [line.split(" ")[0] for line in authorization], "dpop": len(proofs),
            "claims": claims_unverified(proofs[0]) if proofs else None,
            "fields": sorted({name.lower() for name in self.headers.keys()}),
        }
        world.note(self.entry)
        try:
            content = self.body()
            self.entry["bytes"] = len(content)
            answers.respond(self, world, path, content, proofs, authorization)
        except (ConnectionError, ValueError):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = respond


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """A client that goes away is no news."""


def start(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--clock-offset", type=int, default=0, help="seconds that the server's clock is ahead")
    # Long, because a machine that runs many tests may take a minute between a proof's making and its arrival.
    parser.add_argument("--age", type=int, default=600, help="how many seconds old a proof's iat may be")
    parser.add_argument("--future", type=int, default=10, help="how many seconds a proof's iat may be ahead of it")
    parser.add_argument("--keep", type=int, default=1, help="how many of the newest nonces count")
    server = Server(("127.0.0.1", 0), Handler)
    server.world = World(parser.parse_args(arguments))
    server.origin = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server):
    server.shutdown()
    server.server_close()


def main():
    servers = {}
    for line in sys.stdin:
        request = json.loads(line)
        if isinstance(request, str):
            threading.Thread(target=stop, args=[servers.pop(request)], daemon=True).start()
            continue
        server = start(request)
        servers[server.origin] = server
        print(json.dumps({"listening": server.origin}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
