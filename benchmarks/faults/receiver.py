"""A receiver of letters: a real HTTP server on loopback in a process of its own, which notes each POST.

What belongs here: taking letters and telling which came how often. What does not: sending them.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

_POLL_S = 1.0
"""How often it looks whether whoever wants the letters is still there."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where letters go, and the file of those that came."""

    url: str
    notes: Path

    def letters(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what came, in order: (idempotency key, body)."""
        lines = self.notes.read_text("utf-8").splitlines() if self.notes.exists() else []
        return [(note["key"], note["body"]) for note in map(json.loads, lines)]

    def counts(self) -> Counter[str]:
        """Return how often each key came."""
        return Counter(key for key, _ in self.letters())


@contextmanager
def receiving(notes: Path, *, refuse: int = 0) -> Iterator[Receiver]:
    """Yield a receiver; it answers the first `refuse` letters with 503."""
    server = HTTPServer(("127.0.0.1", 0), _handler(notes, refuse))
    server.timeout = _POLL_S
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            while os.getppid() == parent:
                server.handle_request()
        finally:
            os._exit(0)
    port = server.server_address[1]
    server.server_close()
    try:
        yield Receiver(f"http://127.0.0.1:{port}/letters?token=secret", notes)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def _handler(notes: Path, refuse: int) -> type[BaseHTTPRequestHandler]:
    seen = 0

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal seen
            seen += 1
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if seen > refuse:
                note = {"key": self.headers["Idempotency-Key"], "body": body}
                with notes.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(note) + "\n")
            self.send_response(204 if seen > refuse else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
