"""Edges as rows of PostgreSQL's binary COPY, made by columns.

Rows whose texts are of one length are one array with fixed places; ids being of few lengths, there are
few such arrays. What belongs here: the format. What does not: sending it (`edge_store`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.columns import NEVER, Edges
from agnt_pipelines.graph.entities import AUTHORED, Relation

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
FIELDS: Final = (
    "src", "dst", "relation", "user_id", "other_user_id", "weight", "evidence_count", "first_seen",
    "last_seen", "derived", "provenance",
)  # fmt: skip
"""The table's columns, in the order of the rows."""

_BLOCK = 200_000
"""Rows that are made at once (memory's bound)."""

_NULL = -1

Field = tuple[str, Any]
"""NumPy's name of a field's type, and the values; a null field is None."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by their length: `lengths` in bytes (-1: null), and each one's place among those as long."""

    lengths: NDArray[np.int64]
    places: NDArray[np.int64]
    alike: Mapping[int, NDArray[np.bytes_]]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Texts:
        """Sort texts by length."""
        found: dict[int, list[bytes]] = {}
        lengths, places = np.empty(len(texts), np.int64), np.zeros(len(texts), np.int64)
        for number, text in enumerate(texts):
            encoded = None if text is None else text.encode()
            lengths[number] = size = _NULL if encoded is None else len(encoded)
            if encoded is not None:
                same = found.setdefault(size, [])
                places[number] = len(same)
                same.append(encoded)
        return cls(lengths, places, {size: np.array(same, f"S{size}") for size, same in found.items()})

    def field(self, codes: NDArray[np.int32]) -> Field | None:
        """Return the texts of some numbers, all of one length, as a field."""
        size = int(self.lengths[codes[0]])
        return None if size == _NULL else (f"S{size}", self.alike[size][self.places[codes]])


def blocks(relation: Relation, edges: Edges, names: Texts, owners: Texts, provenance: str) -> Iterator[bytes]:
    """Yield the rows of a relation's edges, without header and trailer; `owners` are nodes' people."""
    for start in range(0, len(edges), _BLOCK):
        part = edges.at(np.arange(start, min(start + _BLOCK, len(edges))))
        ends = (names.lengths[part.src], names.lengths[part.dst])
        people = (owners.lengths[part.src], owners.lengths[part.dst])
        shapes = np.stack((*ends, *people), axis=1)
        if (shapes == shapes[0]).all():
            yield _rows(relation, part, names, owners, provenance)
            continue
        _, kinds = np.unique(shapes, axis=0, return_inverse=True)
        kinds = kinds.ravel()
        for kind in range(int(kinds.max()) + 1):
            yield _rows(relation, part.at(kinds == kind), names, owners, provenance)


def _rows(relation: Relation, edges: Edges, names: Texts, owners: Texts, provenance: str) -> bytes:
    """Return the rows of edges whose texts are of one shape."""
    timed = edges.last != NEVER
    if timed.any() and not timed.all():
        halves = (edges.at(timed), edges.at(~timed))
        return b"".join(_rows(relation, half, names, owners, provenance) for half in halves)
    has_time = bool(timed.any())
    fields = [
        names.field(edges.src),
        names.field(edges.dst),
        _constant(relation.value),
        owners.field(edges.src),
        owners.field(edges.dst),
        (">i8", edges.weight),
        (">i4", edges.count),
        (">i8", edges.first) if has_time else None,
        (">i8", edges.last) if has_time else None,
        ("u1", relation not in AUTHORED),
        _constant(provenance),
    ]
    shape = [("fields", ">i2")]
    for number, field in enumerate(fields):
        shape.append((f"size{number}", ">i4"))
        if field is not None:
            shape.append((f"value{number}", field[0]))
    made = np.zeros(len(edges), shape)
    made["fields"] = len(fields)
    for number, field in enumerate(fields):
        made[f"size{number}"] = _NULL if field is None else np.dtype(field[0]).itemsize
        if field is not None:
            made[f"value{number}"] = field[1]
    return made.tobytes()


def _constant(text: str) -> Field:
    encoded = text.encode()
    return (f"S{len(encoded)}", encoded)
