"""Answers of an API whose HTTP is not what HTTP should be."""

from __future__ import annotations

import csv
import gzip
import json
import random
import zlib
from typing import TYPE_CHECKING

import yaml
from bad_deliveries import SAMPLE
from raw_server import EVER

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = {"bare lines", "chunks", "chunks with more", "control characters", "gzip", "many headers",
         "odd status", "odd types", "old HTTP", "one length twice", "pieces", "split headers",
         "until the end"}  # fmt: skip
"""What may be taken for the whole of the records; all else may not."""


def begin(server: object, folder: Path, number: int) -> tuple[Path, str]:
    """Let the server answer so; return the mapping that talks with it, and what it does."""
    dice = random.Random(f"framing {number}")
    bodies = {}
    for file in sorted(SAMPLE.glob("*.csv")):
        rows = list(csv.DictReader(file.open(encoding="utf-8")))
        listed = [{k: v or None for k, v in row.items()} for row in rows]
        bodies[file.stem] = json.dumps({"list": listed, "count": len(rows)}).encode()
    server.scripts = {f"{number}/{name}": whole(body) for name, body in bodies.items()}
    name = dice.choice([n for n, body in bodies.items() if len(body) > 200])
    deed = dice.choice(sorted(DEEDS))
    server.scripts[f"{number}/{name}"] = DEEDS[deed](bodies[name], dice, f"/{number}/{name}")
    source = {
        "location": f"{server.address}/{number}/",
        "rows": "list",
        "total": "count",
        "retries": 0,
        "timeout": 0.3,
    }
    mapping = folder / "source.yaml"
    tables = {name: {"path": name} for name in bodies}
    mapping.write_text(yaml.safe_dump({"source": source, "tables": tables}), encoding="utf-8")
    return mapping, deed


def whole(body: bytes) -> list[object]:
    """Return a sound answer."""
    return [head(f"Content-Length: {len(body)}"), body, None]


def head(*lines: str, status: str = "200 OK") -> bytes:
    """Return the beginning of an answer."""
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", "")).encode("latin-1")


def chunks(body: bytes, dice: random.Random) -> list[bytes]:
    """Return a body in chunks, the last one included."""
    made = []
    while body:
        cut = dice.randrange(1, 5000)
        made.append(b"%x\r\n%s\r\n" % (len(body[:cut]), body[:cut]))
        body = body[cut:]
    return [*made, b"0\r\n\r\n"]


CHUNKED = "Transfer-Encoding: chunked"


def _packed(coding, raw, *more):
    return [head(f"Content-Encoding: {coding}", f"Content-Length: {len(raw)}"), raw, *more]


def _length(said):
    return lambda body, dice, path: [head(f"Content-Length: {said(body, dice)}"), body]


def _chunk(first):
    return lambda body, dice, path: [head(CHUNKED), first(body, dice), b"0\r\n\r\n"]


def _header(*lines):
    return lambda body, dice, path: [
        head(*lines[: dice.randint(1, len(lines))], f"Content-Length: {len(body)}"), body,
    ]  # fmt: skip


def _sent_on(*places, status="302 Found"):
    return lambda body, dice, path: [
        head(*(f"Location: {place or path}" for place in places), "Content-Length: 0",
             status=status), None,
    ]  # fmt: skip


DEEDS = {
    "chunks": lambda body, dice, path: [head(CHUNKED), *chunks(body, dice)],
    "chunks with more": lambda body, dice, path: [
        head(CHUNKED, "Trailer: X"), b"%x;a=b\r\n%s\r\n0\r\nX: 1\r\n\r\n" % (len(body), body),
    ],
    "until the end": lambda body, dice, path: [head("Connection: close"), body],
    "old HTTP": lambda body, dice, path: [b"HTTP/1.0 200 OK\r\n\r\n", body],
    "bare lines": lambda body, dice, path: [
        b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(body), body,
    ],
    "pieces": lambda body, dice, path: [
        head(f"Content-Length: {len(body)}"), body[:100], 0.05, body[100:],
    ],
    "cut": lambda body, dice, path: [head(f"Content-Length: {len(body)}"), body[:-9]],
    "long length": _length(lambda body, dice: len(body) + dice.choice((1, 10**6, 10**18))),
    "short length": _length(lambda body, dice: dice.randrange(len(body))),
    "bad length": _length(lambda body, dice: dice.choice(("-1", "x", "", "1e3", "9" * 5000, "+5",
                                                          "0x10", "1_0"))),
    "two lengths": lambda body, dice, path: [
        head(f"Content-Length: {len(body)}", "Content-Length: 5"), body,
    ],
    "one length twice": lambda body, dice, path: [
        head(*[f"Content-Length: {len(body)}"] * 2), body,
    ],
    "length and chunks": lambda body, dice, path: [
        head("Content-Length: 5", CHUNKED), body,
    ],
    "no last chunk": lambda body, dice, path: [head(CHUNKED), *chunks(body, dice)[:-1]],
    "chunk too long": _chunk(lambda body, dice: b"%x\r\n%s\r\n" % (len(body) + 50, body)),
    "huge chunk": _chunk(lambda body, dice: b"f" * dice.choice((15, 20, 5000)) + b"\r\n" + body),
    "negative chunk": _chunk(lambda body, dice: b"-5\r\n" + body),
    "chunk of letters": _chunk(lambda body, dice: dice.choice((b"xyz", b"", b"0x5", b"5 5", b"\0"))
                               + b"\r\n" + body),
    "endless chunks": lambda body, dice, path: [head(CHUNKED), b"5\r\n     \r\n", EVER],
    "endless body": lambda body, dice, path: [head(), body[:-1], b"," * 65536, EVER],
    "endless spaces": lambda body, dice, path: [head(), b" " * 65536, EVER],
    "endless headers": lambda body, dice, path: [b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 999, EVER],
    "endless header": lambda body, dice, path: [b"HTTP/1.1 200 OK\r\nA: ", b"b" * 65536, EVER],
    "endless continue": lambda body, dice, path: [head(status="100 Continue"), EVER],
    "endless gzip": lambda body, dice, path: [
        head("Content-Encoding: gzip"), gzip.compress(b" " * 10**6, mtime=0), EVER,
    ],
    "drip": lambda body, dice, path: [head(CHUNKED), *[b"1\r\n \r\n", 0.1] * 40, b"0\r\n\r\n"],
    "drip of headers": lambda body, dice, path: [
        b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n", 0.1] * 40, b"\r\n",
    ],
    "cut gzip": lambda body, dice, path: _packed("gzip", gzip.compress(body, mtime=0)[:-12]),
    "bad gzip": lambda body, dice, path: _packed(
        "gzip", gzip.compress(body, mtime=0)[:-8] + bytes(8)),
    "cut deflate": lambda body, dice, path: _packed("deflate", zlib.compress(body)[:-9]),
    "plain as gzip": lambda body, dice, path: _packed(dice.choice(("gzip", "br", "x")), body),
    "gzip": lambda body, dice, path: _packed("gzip", gzip.compress(body, mtime=0)),
    "empty": lambda body, dice, path: [],
    "half a line": lambda body, dice, path: [b"HTTP/1.1 20"],
    "no HTTP": lambda body, dice, path: [dice.choice((body, b"\x16\x03\x01\0\xa5", b"\0" * 300,
                                                      b"ICY 200 OK\r\n\r\n" + body,
                                                      b"HTTP/9.9 200 OK\r\n\r\n" + body,
                                                      b"HTTP/1.1 99999 OK\r\n\r\n" + body))],
    "odd status": lambda body, dice, path: [
        head(f"Content-Length: {len(body)}", status=dice.choice(("200", "200 \xff\xfe", "201 x",
                                                                 "206 part", "299 x", "999 x"))),
        body,
    ],
    "NUL in a header": _header("X: a\0b"),
    "split headers": _header("X: a\nSet-Cookie: b", "X: c\rY: d"),
    "control characters": _header("X: \x1b[31m\u00ff", "Content-Type: \x1b]0;x\x07"),
    "many headers": _header(*[f"X-{i}: y" for i in range(900)]),
    "odd types": _header("Content-Type: application/json; charset=\"", "Link: <<>>; rel=next; ;",
                         "Link: <\x01>; rel=\"next\"", "Retry-After: " + "9" * 99,
                         "Set-Cookie: " + ";" * 999),
    "circle": _sent_on(""),
    "redirect nowhere": lambda body, dice, path: _sent_on(dice.choice((
        "http://[::1", "http://a:99999999/", "//", "http://", "x" * 70_000, "\x01", "http://\xff/",
        "javascript:x", "http://127.0.0.1:1/", "http:///x", "?" * 9, "http://a b/", "\xa0",
        "http://user:pass@127.0.0.1:1/",
    )))(body, dice, path),
    "two locations": _sent_on("", "/x"),
}  # fmt: skip
"""What a server does, by name: what it sends for a body."""
