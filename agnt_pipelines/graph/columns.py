"""Edges as columns: evidence piled up in integers, sorted once and reduced to one edge a pair.

Sums are of integers, so that they are the same in any order. What belongs here: names as numbers,
piles, edges, their checksum. What does not: what counts as evidence, and rows of a table (`rows`).
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.entities import Evidence, Relation

Longs = NDArray[np.int64]
Codes = NDArray[np.int32]
Shares = NDArray[np.int8]

NEVER: Final = int(np.iinfo(np.int64).min)
"""The time of what has none."""

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Times are microseconds since: PostgreSQL's own count."""

_MICROSECOND = timedelta(microseconds=1)
_LATEST = int(np.iinfo(np.int64).max)
_PIECES = 50_000
"""Pieces that are kept one by one before they become columns."""

_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5, 0x85EBCA77C2B2AE63],
    dtype=np.uint64,
)
"""Multipliers of a row's columns in its checksum: any odd numbers with well-mixed bits."""


@dataclass(frozen=True, slots=True)
class Edges:
    """One relation's edges, ordered by (src, dst); every column has one entry an edge.

    Attributes:
        src, dst: places of the ends in the graph's ids.
        weight: in units of 2^-20.
        count: pieces of evidence behind it.
        first, last: times of the oldest and newest, NEVER where none is timed.
    """

    src: Codes
    dst: Codes
    weight: Longs
    count: Longs
    first: Longs
    last: Longs

    def __len__(self) -> int:
        """How many edges."""
        return len(self.src)

    def at(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Edges:
        """Return some of them."""
        return Edges(
            self.src[places],
            self.dst[places],
            self.weight[places],
            self.count[places],
            self.first[places],
            self.last[places],
        )


@dataclass(slots=True)
class Names:
    """Node ids as numbers, in the order in which they are met."""

    ids: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)

    def code(self, name: str) -> int:
        """Return the number of an id, a new one where it was not met before."""
        found = self._codes.setdefault(name, len(self.ids))
        if found == len(self.ids):
            self.ids.append(name)
        return found

    def codes(self, names: Iterable[str]) -> Codes:
        """Return the numbers of several."""
        return np.fromiter(map(self.code, names), np.int32)

    def ranks(self) -> tuple[tuple[str, ...], Codes]:
        """Return the ids in order, and for each number the place of its id among them."""
        order = sorted(range(len(self.ids)), key=self.ids.__getitem__)
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return tuple(self.ids[place] for place in order), ranks


class Heap(Protocol):
    """Where evidence is kept until it is added up: this process, or an engine elsewhere."""

    def put(self, relation: Relation, src: Codes, dst: Codes, at: Longs, share: Shares) -> None:
        """Add columns of one relation: ends, times in microseconds or NEVER, shares in sixteenths."""

    def edges(self, ranks: Codes, landmark: int) -> Mapping[Relation, Edges]:
        """Return one edge per relation and pair, ordered by the ranks of its ends; the heap is used up."""


@dataclass(slots=True)
class MemoryHeap:
    """Evidence in this process, (src, dst, at, share) a relation."""

    _parts: defaultdict[Relation, list[tuple[Codes, Codes, Longs, Shares]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def put(self, relation: Relation, src: Codes, dst: Codes, at: Longs, share: Shares) -> None:
        """Add columns."""
        self._parts[relation].append((src, dst, at, share))

    def edges(self, ranks: Codes, landmark: int) -> Mapping[Relation, Edges]:
        """Return one edge per relation and pair of nodes, ordered."""
        return {name: _fold(self._parts.pop(name), ranks, landmark) for name in list(self._parts)}


@dataclass(slots=True)
class Pile:
    """Evidence as it comes, by names or by their numbers.

    Attributes:
        names: of the nodes.
        as_of: the hour that the graph looks back from.
        heap: where it is kept.
    """

    names: Names
    as_of: datetime
    heap: Heap = field(default_factory=MemoryHeap)
    _loose: defaultdict[Relation, tuple[array[int], ...]] = field(
        default_factory=lambda: defaultdict(lambda: (array("i"), array("i"), array("q"), array("b")))
    )

    def add(self, evidence: Iterable[Evidence]) -> None:
        """Add pieces one by one."""
        for piece in evidence:
            loose = self._loose[piece.relation]
            at = NEVER if piece.at is None else microseconds(piece.at)
            numbers = (self.names.code(piece.src), self.names.code(piece.dst), at, piece.share)
            for column, number in zip(loose, numbers, strict=True):
                column.append(number)
            if len(loose[0]) >= _PIECES:
                self._settle(piece.relation)

    def extend(self, relation: Relation, src: Codes, dst: Codes, at: Longs, share: Shares | int) -> None:
        """Add columns; `share` in sixteenths, one a piece or one for all."""
        if len(src):
            self.heap.put(relation, src, dst, at, np.broadcast_to(np.int8(share), src.shape))

    def edges(self) -> tuple[tuple[str, ...], dict[Relation, Edges]]:
        """Return the ids in order, and one edge per relation and pair of nodes; the pile is used up."""
        for relation in list(self._loose):
            self._settle(relation)
        ids, ranks = self.names.ranks()
        landmark = microseconds(weights.landmark(self.as_of))
        made = self.heap.edges(ranks, landmark)
        return ids, {relation: made.get(relation, nothing()) for relation in Relation}

    def _settle(self, relation: Relation) -> None:
        src, dst, at, share = self._loose.pop(relation)
        self.extend(
            relation,
            np.array(src, np.int32),
            np.array(dst, np.int32),
            np.array(at, np.int64),
            np.array(share, np.int8),
        )


def nothing() -> Edges:
    """Return no edges."""
    codes, longs = np.empty(0, np.int32), np.empty(0, np.int64)
    return Edges(codes, codes, longs, longs, longs, longs)


def reduce(src: Codes, dst: Codes, at: Longs, weight: Longs, width: int) -> Edges:
    """Return one edge a pair: weights added, times bounded; `width` is above every number in `dst`."""
    if not len(src):
        return nothing()
    keys = src.astype(np.int64)
    keys *= width
    keys += dst
    order = np.argsort(keys)  # not stable: whatever the order, the sums are the same
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    pairs = keys[starts]
    del keys
    at = at[order]
    last = np.maximum.reduceat(at, starts)
    at[at == NEVER] = _LATEST
    first = np.minimum.reduceat(at, starts)
    first[first == _LATEST] = NEVER
    return Edges(
        (pairs // width).astype(np.int32),
        (pairs % width).astype(np.int32),
        np.add.reduceat(weight[order], starts),
        np.diff(np.append(starts, len(order))),
        first,
        last,
    )


def checksum(edges: Edges, marks: NDArray[np.uint64]) -> tuple[int, int]:
    """Return the sums modulo 2^64 of two hashes of every edge: they add and subtract as edges do.

    It guards against error, not against forgers. `marks` (n x 2) are of the nodes, see `marks_of`.
    """
    total = []
    for lane in (0, 1):
        mixed = np.multiply(marks[edges.src, lane], _ODD[lane])
        mixed ^= mixed >> np.uint64(32)
        mixed += marks[edges.dst, lane]
        for multiplier, column in zip(
            np.roll(_ODD, lane + 1), (edges.weight, edges.count, edges.first, edges.last), strict=False
        ):
            mixed ^= column.view(np.uint64)
            mixed *= multiplier
            mixed ^= mixed >> np.uint64(29)
        total.append(int(mixed.sum(dtype=np.uint64)))
    return total[0], total[1]


def marks_of(names: Sequence[str], owners: Mapping[str, str]) -> NDArray[np.uint64]:
    """Return two hashes of each node and of the person it belongs to."""
    joined = b"".join(
        hashlib.blake2b(f"{name}\x1f{owners.get(name, '')}".encode(), digest_size=16).digest()
        for name in names
    )
    return np.frombuffer(joined, "<u8").astype(np.uint64).reshape(-1, 2)


def digest(count: int, sums: tuple[int, int]) -> str:
    """Return a checksum as text: rows, and both sums in hexadecimal."""
    return f"{count}:{sums[0] % 2**64:016x}{sums[1] % 2**64:016x}"


def microseconds(instant: datetime) -> int:
    """Return an aware instant as microseconds since EPOCH."""
    return (instant - EPOCH) // _MICROSECOND


def instants(times: Longs) -> Iterator[datetime | None]:
    """Yield times as instants; None for NEVER."""
    for time in times.tolist():
        yield None if time == NEVER else EPOCH + timedelta(microseconds=time)


def _fold(parts: list[tuple[Codes, Codes, Longs, Shares]], ranks: Codes, landmark: int) -> Edges:
    if len(parts) == 1:
        src, dst, at, share = parts[0]
    else:
        src, dst, at, share = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    parts.clear()
    return reduce(ranks[src], ranks[dst], at, weights.of(at, landmark, share), len(ranks))
