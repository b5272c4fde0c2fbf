"""A server on this machine that sends the bytes it is told to, whether they are HTTP or not.

What is sent is a list of pieces: bytes, or seconds to wait. ``EVER`` after a piece sends it again
until the other side has had enough.
"""

from __future__ import annotations

import socketserver
import threading
import time
from contextlib import contextmanager

EVER = object()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while (asked := self._asked()) is not None:
                if not self._send(self.server.scripts.get(asked, [b"HTTP/1.1 404 x\r\n\r\n"])):
                    return
        except OSError:  # whoever hangs up is told enough
            return

    def _asked(self):
        """Return the path of a request; nothing when there is none any more."""
        told = b""
        while b"\r\n\r\n" not in told:
            piece = self.request.recv(65536)
            if not piece:
                return None
            told += piece
        self.server.asked.append(told)
        return told.split(b" ", 2)[1].decode("latin-1").partition("?")[0].strip("/")

    def _send(self, script):
        """Send what a script says; return whether the connection stays."""
        last = b""
        for piece in script:
            if piece is EVER:
                while True:
                    self.request.sendall(last)
            if isinstance(piece, bytes):
                last = piece
                self.request.sendall(piece)
            elif piece is None:
                return True
            else:
                time.sleep(piece)
        return False


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scripts = {}
        self.asked = []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Say nothing."""


@contextmanager
def raw_server():
    """Start a server; its ``scripts`` say what it sends for each path."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield server
        server.shutdown()
