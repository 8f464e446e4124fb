"""Canonical JSON: one byte string per value, whichever way the value came.

Digests, the delta log and comparisons of STATE all rest on it: keys sorted, times in UTC, UUIDs
and dates as text, floats in shortest form. What does not belong here: hashing policies (`replay`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_SERIALIZE_NUMPY


def dump(value: Any) -> bytes:
    """Return the canonical bytes of a JSON-like value.

    A `bytes` value is taken to be canonical JSON already, so that nothing is serialised twice.
    Times must be in UTC, as the database gives them back (`utc`).

    Raises:
        TypeError: the value holds something that has no canonical form (a set, an object).
    """
    if isinstance(value, bytes):
        return value
    return orjson.dumps(value, default=_default, option=_OPTIONS)


def load(data: str | bytes | bytearray | memoryview) -> Any:
    """Read JSON."""
    return orjson.loads(data)


def fragment(value: Any) -> orjson.Fragment:
    """Return a JSON column's value, serialised once for the row, the log and the COPY."""
    return orjson.Fragment(dump(value))


def utc(instant: datetime) -> datetime:
    """Return an aware instant in UTC, the only zone whose text is canonical."""
    return instant.astimezone(UTC)


def _default(value: object) -> object:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)
