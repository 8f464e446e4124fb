"""Reading lines from a file or standard input, gzip'd or not, in bounded memory; and where to go on.

What belongs here: bytes, line numbers, offsets, and the note that an interrupted import leaves in
the state folder. What does not: what a line says (`lines`) and where its row goes (`importing`).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.storage import canonical

STDIN: Literal["-"] = "-"

KEEP_BYTES = 16 * 2**20
"""As much of a line is held and kept (16 MiB); the rest of a longer one is read over."""

_CHUNK_BYTES = 2**20
_HEAD_BYTES = 2**16
_GZIP_MAGIC = b"\x1f\x8b"


class Line(NamedTuple):
    """A line without its end.

    Attributes:
        number: from 1, blank lines counted.
        offset: of its first byte in the (unpacked) stream.
        size: bytes, its end included.
        raw: its bytes, the first KEEP_BYTES at most.
    """

    number: int
    offset: int
    size: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Position:
    """How far an import has committed.

    Attributes:
        offset: bytes of the (unpacked) stream.
        number: lines.
        witness: offset of the last line whose row was written; by it a later import sees whether
            the database still is the one that was written to. None: no row yet.
    """

    offset: int
    number: int
    witness: int | None


class LineSource:
    """An open stream of lines.

    Attributes:
        name: what an operator calls it.
        total_bytes: of a file; None for standard input and pipes.
        offset: bytes of the (unpacked) stream that were read.
        number: lines that were read.
    """

    def __init__(self, name: str, stream: io.BufferedReader[Any], *, total: int | None) -> None:
        """Read from `stream`, which is unpacked if it begins like a gzip file."""
        self.name = name
        self.total_bytes = total
        self.offset = 0
        self.number = 0
        self._raw = stream
        self._packed = stream.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)] == _GZIP_MAGIC
        # GzipFile's own readline is Python; under a BufferedReader it is C.
        self._stream = io.BufferedReader(gzip.GzipFile(fileobj=stream)) if self._packed else stream

    @property
    def lasting(self) -> bool:
        """Whether this is a file, which can be opened again and read from the middle."""
        return self.total_bytes is not None

    def position(self, witness: int | None) -> Position:
        """Return how far this was read."""
        return Position(self.offset, self.number, witness)

    def seek(self, offset: int, number: int) -> None:
        """Go on after `number` lines of `offset` bytes; in a gzip file, by unpacking up to there."""
        self._stream.seek(offset)
        self.offset, self.number = offset, number

    def consumed(self) -> int:
        """Return the bytes read so far, as they lie in the file: comparable with `total_bytes`."""
        return self._raw.tell() if self._packed and self.lasting else self.offset

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines from here.

        Raises:
            SettingsError: a gzip file is cut short or damaged; the lines before that were yielded.
        """
        while True:
            try:
                raw, size = self._next()
            except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as failure:
                raise SettingsError(
                    f"{self.name} cannot be read beyond line {self.number} ({failure}): mend the file "
                    "and import it again; what came before is imported."
                ) from failure
            if not size:
                return
            self.number += 1
            line = Line(self.number, self.offset, size, raw)
            self.offset += size
            yield line

    def _next(self) -> tuple[bytes, int]:
        raw = self._stream.readline(KEEP_BYTES)
        size = len(raw)
        if size == KEEP_BYTES:
            chunk = raw
            while chunk and not chunk.endswith(b"\n"):
                chunk = self._stream.readline(_CHUNK_BYTES)
                size += len(chunk)
        return (raw[:-1].removesuffix(b"\r") if raw.endswith(b"\n") else raw), size


@contextmanager
def reading(path: Path | Literal["-"]) -> Iterator[LineSource]:
    """Open a file, or standard input for `-`.

    Raises:
        SettingsError: there is no such file, or it may not be read.
    """
    if str(path) == STDIN:
        stdin: Any = sys.stdin.buffer
        stream = io.BufferedReader(stdin)
        try:
            yield LineSource("stdin", stream, total=None)
        finally:
            stream.detach()  # or standard input would be closed with it
        return
    try:
        opened = Path(path).open("rb")  # noqa: SIM115 - what fails inside the block is not ours to explain
    except OSError as failure:
        message = f"{path} cannot be read: {failure.strerror}. Name a file of JSON lines, or - for stdin."
        raise SettingsError(message) from failure
    with opened:
        # The quarantine keeps the name as text, which a file's name need not be.
        name = os.fsencode(Path(path).name).decode(errors="replace")
        yield LineSource(name, opened, total=_size(opened))


def _size(stream: io.BufferedReader[Any]) -> int | None:
    status = os.fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


class Bookmark:
    """The note of how far a file was imported into a database; gone once all of it was.

    It is written after each commit, never before: what it says was committed was. A crash in between
    costs reading one batch again. It holds offsets only: nothing of anybody's data.
    """

    def __init__(self, folder: Path, path: Path, *about: str) -> None:
        """Bind to a file as it is now (size, time of change, first 64 KiB), and to `about`."""
        with path.open("rb") as opened:
            status = os.fstat(opened.fileno())
            head = hashlib.sha256(opened.read(_HEAD_BYTES)).hexdigest()
        identity = canonical.dump([*about, status.st_size, status.st_mtime_ns, head])
        self._path = folder / f"{hashlib.sha256(identity).hexdigest()}.json"

    def load(self) -> Position | None:
        """Return where an interrupted import of this very file stands, if there was one."""
        try:
            return Position(**canonical.load(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):  # not ours, or of another version: reading it all is correct
            return None

    def save(self, position: Position) -> None:
        """Replace the note in one step.

        Raises:
            SettingsError: the state folder cannot be written to.
        """
        draft = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(canonical.dump(asdict(position)))
            draft.replace(self._path)
        except OSError as failure:
            message = f"{draft.parent}: {failure.strerror}. Set AGNT_STATE to a folder that you may write in."
            raise SettingsError(message) from failure

    def forget(self) -> None:
        """Remove the note: the next import of the file reads all of it."""
        with suppress(FileNotFoundError):
            self._path.unlink()
