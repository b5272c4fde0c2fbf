"""A server on this machine that answers as files say, and fails as they say.

An address is the path of a folder and what stands behind it. The folder's ``answers.json`` has,
for what stands behind it (``cases?*``: with any parameters), the answers in order; the last one is
given ever after. Each has
``status``, ``headers`` and a ``body`` (JSON), ``text`` or ``file``; and ``do``, if it does not
simply answer: ``stall``, ``cut`` (the connection, half-way) or ``hang up``.

What is asked is noted in ``requests.jsonl``, where there is such a file.

Run as ``python api_server.py [CERTIFICATE]``; it prints its port.
"""

from __future__ import annotations

import json
import ssl
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

SEEN: Counter[str] = Counter()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        folder, asked = self.found()
        log = folder / "requests.jsonl"
        if log.exists():
            with log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([asked, dict(self.headers)]) + "\n")
        known = json.loads((folder / "answers.json").read_text("utf-8"))
        answers = known.get(asked) or known.get(asked.partition("?")[0] + "?*")
        answers = answers or [{"status": 404, "text": "not here"}]
        number = SEEN[self.path]
        SEEN[self.path] += 1
        self.answer(folder, answers[min(number, len(answers) - 1)])

    def found(self):
        path = unquote(self.path)
        folder = Path(path.partition("?")[0])
        while not (folder / "answers.json").is_file() and folder.name:
            folder = folder.parent
        return folder, path.removeprefix(str(folder)).removeprefix("/")

    def answer(self, folder, answer):
        if answer.get("do") == "stall":
            time.sleep(2)
        if answer.get("do") in ("stall", "hang up"):
            self.close_connection = True
            return
        if "file" in answer:
            body = (folder / answer["file"]).read_bytes()
        else:
            text = answer.get("text", json.dumps(answer.get("body"), ensure_ascii=False))
            body = text.encode(answer.get("charset", "utf-8"))
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.get("do") == "cut":
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if sys.argv[1:]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # who hangs up is told enough
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
