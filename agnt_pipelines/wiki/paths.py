"""Paths: git's bytes as text that a database can hold and a person can read, and back.

Pure. What belongs here: the encoding, which files are pages, and a path's parts. What does not:
what a path's page says.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final
from urllib.parse import unquote_to_bytes

PAGE_SUFFIXES: Final = (".md", ".markdown", ".mdx", ".rst")
MAX_LENGTH: Final = 1_000
"""Bytes of a path as text: a row of an index has room for no more than 2,704."""
REGULAR_MODES: Final = frozenset({"100644", "100755"})

_ESCAPED = re.compile(r"[%\x00-\x1f\x7f\ud800-\udfff]")


def to_text(path: bytes) -> str:
    """Return a path as text: UTF-8 as it is; other bytes, control characters and % as %XX."""
    decoded = path.decode("utf-8", "surrogateescape")
    return _ESCAPED.sub(_escape, decoded)


def to_bytes(text: str) -> bytes:
    """Return the path that `to_text` made a text of."""
    return unquote_to_bytes(text)


def is_page(path: bytes) -> bool:
    """Whether a file is a page, by its suffix."""
    return path.lower().endswith(tuple(suffix.encode() for suffix in PAGE_SUFFIXES))


def plain_mode(mode: str) -> str:
    """Return a file's mode without whether it may be run, which changes no page."""
    return "100644" if mode in REGULAR_MODES else mode


def folder_of(path: str) -> str:
    """Return the folder a path lies in; empty for the root."""
    return posixpath.dirname(path)


def stem_of(path: str) -> str:
    """Return a path's last part without its suffix."""
    name = posixpath.basename(path)
    return next((name[: -len(end)] for end in PAGE_SUFFIXES if name.lower().endswith(end)), name)


def joined(folder: str, target: str) -> str:
    """Return a target as seen from a folder, without `.` and `..`; a leading / means the root."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"%{code - 0xDC00 if code >= 0xDC80 else code:02X}"
