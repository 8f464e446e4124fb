"""A TCP proxy that goes wrong on command: it cuts, stalls or half-closes what passes through it.

It runs in a process of its own, listens on loopback and connects to the server's socket. What belongs
here: passing bytes on, or not. What does not: what becomes of a run behind it.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

from agnt_pipelines.storage.server import ServerAddress

_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes a close a reset."""


class Command(Enum):
    """What a proxy can be told, a byte each."""

    CUT = b"c"
    STALL = b"s"
    HALF_CLOSE = b"h"
    FLOW = b"f"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: its port, and how to make it go wrong."""

    port: int
    user: str
    control: socket.socket

    def url(self, database: str) -> str:
        """Return SQLAlchemy's URL of a database behind the proxy."""
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{database}"

    def tell(self, command: Command) -> None:
        """Give a command, and wait until it is done."""
        self.control.sendall(command.value)
        assert self.control.recv(1) == command.value


@contextmanager
def proxying(address: ServerAddress) -> Iterator[Proxy]:
    """Yield a proxy before the server; nothing of it is left afterwards."""
    listening = socket.create_server(("127.0.0.1", 0))
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            _Passing(listening, theirs, f"{address.host}/.s.PGSQL.{address.port}").serve()
        finally:
            os._exit(0)
    port = listening.getsockname()[1]
    listening.close()
    theirs.close()
    try:
        yield Proxy(port, address.user, ours)
    finally:
        ours.close()
        os.kill(pid, 9)
        os.waitpid(pid, 0)


@dataclass(slots=True)
class _Passing:
    """The proxy's process: pairs of sockets, and whether anything passes."""

    listening: socket.socket
    control: socket.socket
    target: str
    peers: dict[socket.socket, socket.socket] = field(default_factory=dict)
    clients: set[socket.socket] = field(default_factory=set)
    mute: bool = False
    """Whether the ends of connections are kept from the other side: half-closed, or stalled."""

    def serve(self) -> None:
        """Pass bytes on until killed, or until nobody gives commands any more."""
        with selectors.DefaultSelector() as ready:
            ready.register(self.listening, selectors.EVENT_READ)
            ready.register(self.control, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    if source is self.listening:
                        self._accept(ready)
                    elif source is self.control:
                        if not self._obey(ready):
                            return
                    elif source in self.peers:
                        self._pass(ready, source)

    def _accept(self, ready: selectors.BaseSelector) -> None:
        client, _ = self.listening.accept()
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self.target)
        except OSError:
            client.close()
            return
        self.peers |= {client: server, server: client}
        self.clients.add(client)
        if not self.mute:
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)

    def _pass(self, ready: selectors.BaseSelector, source: socket.socket) -> None:
        peer = self.peers[source]
        try:
            data = source.recv(_CHUNK)
            if data:
                peer.sendall(data)
                return
        except OSError:
            pass
        if self.mute:
            ready.unregister(source)
        else:
            self._close(ready, source)

    def _close(self, ready: selectors.BaseSelector, one: socket.socket) -> None:
        for end in (one, self.peers.pop(one)):
            self.peers.pop(end, None)
            self.clients.discard(end)
            with suppress(KeyError, ValueError):
                ready.unregister(end)
            with suppress(OSError):
                end.close()

    def _obey(self, ready: selectors.BaseSelector) -> bool:
        told = self.control.recv(1)
        if not told:
            return False
        match Command(told):
            case Command.CUT:
                for client in list(self.clients):
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    self._close(ready, client)
            case Command.STALL:
                self.mute = True
                for end in self.peers:
                    with suppress(KeyError):
                        ready.unregister(end)
            case Command.HALF_CLOSE:
                self.mute = True
                for client in self.clients:
                    with suppress(OSError):
                        self.peers[client].shutdown(socket.SHUT_WR)
            case Command.FLOW:
                self.mute = False
                for end in self.peers:
                    with suppress(KeyError):
                        ready.register(end, selectors.EVENT_READ)
        self.control.sendall(told)
        return True
