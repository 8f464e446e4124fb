"""A scripted model on a loopback port: it speaks the Messages and Message Batches APIs, answers as it was told, and counts.

Shared by the tests of every fault and by `bench dream`. What belongs here: HTTP, and what the API's answers
look like. What does not: what a right answer would be (the script).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.batch_server import PATH, Batches

BYTES_PER_TOKEN = 4
_COUNT = "/v1/messages/count_tokens"


@dataclass(frozen=True, slots=True)
class Said:
    """One scripted answer: a status and a body, or a way of not answering."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs_s: float = 0
    resets: bool = False
    takes: bool = False
    """Of a batch that is sent: it is taken, and the answer lost."""
    raw: bytes | None = None


Script = Callable[[dict[str, Any]], Said]


def message(text: str, stop_reason: str = "end_turn", *, input_tokens: int = 10) -> Said:
    """Return the Messages API's answer with one text."""
    usage = {"input_tokens": input_tokens, "output_tokens": len(text) // BYTES_PER_TOKEN}
    return Said(
        body={
            "id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "stop_reason": stop_reason,
            "stop_sequence": None, "content": [{"type": "text", "text": text}], "usage": usage,
        }
    )  # fmt: skip


def error(status: int, kind: str, detail: str = "scripted", **headers: str) -> Said:
    """Return the API's error."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(status, {"type": "error", "error": {"type": kind, "message": detail}}, named)


def in_turn(*answers: Said) -> Script:
    """Return a script that gives these answers, one a call; a further call is an error of the test."""
    left = list(answers)
    lock = threading.Lock()

    def script(_: dict[str, Any]) -> Said:
        with lock:
            return left.pop(0) if left else error(400, "invalid_request_error", "no such call was declared")

    return script


@dataclass(slots=True)
class ModelServer:
    """A running server: its address, and what was asked of it."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    asked_bytes: int = 0
    counted: int = 0

    @property
    def tokens(self) -> int:
        """Input tokens of all calls: bytes / 4."""
        return self.asked_bytes // BYTES_PER_TOKEN


@contextmanager
def serving(script: Script, batches: Batches | None = None) -> Iterator[ModelServer]:
    """Serve a script on a port of its own for as long as the block lasts.

    With `batches` a batch that is sent is theirs to take, where the script says nothing (`Said()`).
    """
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            body = json.loads(raw)
            if self.path.startswith(_COUNT):
                with lock:
                    server.counted += 1
                _send(self, Said(body={"input_tokens": len(raw) // BYTES_PER_TOKEN}))
                return
            with lock:
                server.asked.append(body)
                server.asked_bytes += _words(body)
            said = script(body)
            if batches is not None and self.path.startswith(PATH):
                said = _taken(batches, body, said)
            if said.resets:
                self.close_connection = True
                self.connection.close()
                return
            if said.hangs_s:
                stopped.wait(said.hangs_s)
            _send(self, said)

        def do_GET(self) -> None:
            assert batches is not None, "no batch was declared"
            status, raw = batches.get(self.path, server.url)
            _send(self, Said(status, raw=raw))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    stopped = threading.Event()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = ModelServer(f"http://127.0.0.1:{httpd.server_port}")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopped.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, said: Said) -> None:
    """Answer a request."""
    data = json.dumps(said.body).encode() if said.raw is None else said.raw
    try:
        handler.send_response(said.status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(data)))
        for name, value in said.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
    except OSError:
        handler.close_connection = True  # whoever asked has gone


def _taken(batches: Batches, body: Mapping[str, Any], said: Said) -> Said:
    """Let a batch be taken where the script says so, or says nothing."""
    if not said.takes and said != Said():
        return said
    taken = batches.take(body)
    return said if said.takes else Said(body=taken)


def _words(body: Mapping[str, Any]) -> int:
    """Return the bytes of what a model reads of a request: its prefix and its messages."""
    system: Sequence[Mapping[str, str]] = body.get("system", ())
    if "requests" in body:
        return sum(_words(one["params"]) for one in body["requests"])
    words = [block["text"] for block in system] + [str(one["content"]) for one in body["messages"]]
    return sum(len(text.encode()) for text in words)
