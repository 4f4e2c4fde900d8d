"""Reads the corpus of hostile requests, sends them as bytes, and reads what comes back."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

CORPUS = Path(__file__).resolve().parent / "corpus"
CLOSED = "closed"
_WAIT = 20.0
_DIRECT = ("Content-Type", "application/sparql-query")
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Attack:
    """One hostile request: what to send (as in the corpus), the statuses that are right, what may not come back."""

    name: str
    entry: dict[str, Any]
    statuses: frozenset[int | str]
    never: tuple[str, ...]
    bare: bool
    leave: bool


@dataclass(frozen=True)
class Reply:
    """What came back: the status of the (last) response, or "closed", the bytes of head and body."""

    status: int | str
    head: str
    body: bytes

    def problem(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


def corpus() -> list[Attack]:
    """All attacks, family by family."""
    return [
        _attack(file.stem, entry)
        for file in sorted(CORPUS.glob("*.yaml"))
        for entry in yaml.safe_load(file.read_text("utf-8"))
    ]


def _attack(family: str, entry: dict[str, Any]) -> Attack:
    known = {"name", "status", "never", "bare", "leave", "raw", "query", "via", "path", "method", "headers", "body"}
    assert set(entry) <= known, f"{family}/{entry['name']}: {set(entry) - known}"
    return Attack(
        f"{family}/{entry['name']}",
        entry,
        frozenset(entry["status"]),
        tuple(entry.get("never", ())),
        entry.get("bare", False),
        entry.get("leave", False),
    )


def _content(entry: dict[str, Any]) -> bytes:
    if "raw" in entry:
        return _text(entry["raw"]).encode("latin-1")
    if "path" in entry:
        headers = [(name, _text(value)) for name, value in entry.get("headers", ())]
        body = _text(entry["body"]).encode("latin-1") if "body" in entry else None
        return request(entry.get("method", "GET"), _text(entry["path"]), headers, body)
    text = _text(entry["query"])
    match entry.get("via", "direct"):
        case "get":
            return request("GET", f"/sparql?query={quote(text)}")
        case "page":
            return request("GET", f"/sparql?query={quote(text)}", [("Accept", "text/html")])
        case "form":
            return request("POST", "/sparql", [_FORM], f"query={quote(text)}".encode())
        case _:
            return request("POST", "/sparql", [_DIRECT], text.encode())


def _text(pieces: Any) -> str:
    if isinstance(pieces, str):
        return pieces
    if isinstance(pieces, dict):
        piece: str = pieces["repeat"]
        return "".join(piece.replace("{n}", str(n)).replace("{m}", str(n + 1)) for n in range(pieces["times"]))
    return "".join(map(_text, pieces))


def request(method: str, path: str, headers: list[tuple[str, str]] | None = None, body: bytes | None = None) -> bytes:
    """An HTTP/1.1 request as bytes, with nothing corrected."""
    given = list(headers or [])
    if not any(name == "Host" for name, _ in given):
        given.insert(0, ("Host", "127.0.0.1"))
    given.append(("Connection", "close"))
    if body is not None:
        given.append(("Content-Length", str(len(body))))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given), "", ""]
    return "\r\n".join(lines).encode("latin-1") + (body or b"")


def send(address: tuple[str, int], attack: Attack, listener: str = "", source: str = "127.0.0.1") -> Reply:
    """Send it from an address of loopback and read until the server closes."""
    content = _content(json.loads(json.dumps(attack.entry).replace("{listener}", listener)))
    with socket.create_connection(address, _WAIT, source_address=(source, 0)) as connection:
        return exchange(connection, content, leave=attack.leave)


def exchange(connection: socket.socket, content: bytes, *, leave: bool = False) -> Reply:
    """Send bytes over a connection and read what comes until it is closed."""
    taken = bytearray()
    try:
        connection.sendall(content)
        while not leave and (piece := connection.recv(1 << 16)):
            taken += piece
    except (ConnectionResetError, BrokenPipeError):
        pass  # the server refused without reading all; what it said before counts
    return _reply(bytes(taken))


def _reply(content: bytes) -> Reply:
    if not content.startswith(b"HTTP/1.1 "):
        assert content == b"", content[:200]
        return Reply(CLOSED, "", b"")
    head, _, body = content.partition(b"\r\n\r\n")
    return Reply(int(content[9:12]), head.decode("latin-1").lower(), body)


def check(attack: Attack, reply: Reply, more: frozenset[int | str] = frozenset()) -> None:
    """Is this a right answer, complete, and free of what the attack wants to see?"""
    assert reply.status in attack.statuses | more, f"{attack.name}: {reply.status} {reply.head} {reply.body[:600]!r}"
    shown = reply.head + "\r\n" + reply.body.decode("utf-8", "replace").lower()
    for text in attack.never:
        assert text.lower() not in shown, f"{attack.name}: {text!r} came back"
    assert "traceback" not in shown, attack.name
    if isinstance(reply.status, int) and reply.status >= 400 and not (attack.bare and not reply.body):
        kind = "text/html" if "content-type: text/html" in reply.head else "application/problem+json"
        assert f"content-type: {kind}" in reply.head, f"{attack.name}: {reply.head}"
        if kind != "text/html":
            assert reply.problem()["status"] == reply.status
        assert reply.status != 503 or "retry-after:" in reply.head
    if "content-length: " in reply.head and "transfer-encoding" not in reply.head and reply.head.count("http/1.1") == 1:
        length = int(reply.head.split("content-length: ")[1].split("\r\n")[0])
        assert len(reply.body) >= length, f"{attack.name}: the body was cut"
