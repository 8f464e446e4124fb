"""Who and what is alike: top-k cosine over the matrix of people and venues, exact and with stable ties.

`sparse_dot_topn` finds candidates in floats; what is told of them is reckoned again from integers:
dot products, which are whole numbers and far below 2^53, and what two share. A row whose candidates
leave its last places open is done again without that library. What does not belong here: which edges
make the matrix's entries (`entities`), and people beyond counting (`taste`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.columns import NEVER, Edges, Longs, nothing
from agnt_pipelines.graph.entities import VISITS, Relation

VENUE_K = 50
TASTE_K = 20
"""Neighbours that are stored; recommending ranks from the whole matrix, not from these."""

MIN_SHARED = 2
"""People (or venues) two must share: what rests on one person alone would tell of that person."""

_SHIFT = 10
"""Weights are cut to 2^-10 here, so that sums of their squares stay far below 2^53."""

_SLACK = {True: 13, False: 45}
"""Candidates beyond k and the row itself, for pairs that share too little, of binary rows and of others:
with so many, one in 500 venues of a million bookings is left open, and a further one costs next to nothing."""

_AT_ONCE = 1024
"""Rows of one call into `sparse_dot_topn`: no thread of ours runs meanwhile, nor the run's heartbeat."""

_LATEST = int(np.iinfo(np.int64).max)
_ROUNDING = 1e-12
"""More than a sum of 100,000 products of floats in 0..1 can be wrong by, relatively."""

_CHUNK = 256
_PAIRS = 8192
_BITMAP = 1 << 23
"""Words of a bitmap of who shares what (memory's bound: 64 MB)."""


Counter = Callable[[Longs, Longs], tuple[Longs, Longs, Longs]]
"""Rows and columns of a binary matrix's entries -> (one, other, shared) of columns that share rows."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """People (rows) by venues (columns), entries integer weights in CSR; rows and columns as node numbers."""

    people: NDArray[np.int64]
    venues: NDArray[np.int64]
    entries: Any


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs: `other` is among the nearest of `one`; `cosine` in units of 2^-20, `shared` columns.

    Ordered by `one`, then nearest first, ties by `other`.
    """

    one: Longs
    other: Longs
    cosine: Longs
    shared: Longs

    def at(self, places: Any) -> Alike:
        """Return some of them."""
        return Alike(self.one[places], self.other[places], self.cosine[places], self.shared[places])


def matrix(
    visits: Mapping[Relation, Edges], relations: frozenset[Relation], is_venue: NDArray[np.bool_]
) -> Matrix:
    """Return the matrix of some relations between people and venues, weights added up."""
    empty = nothing()
    found = [visits.get(relation, empty) for relation in sorted(relations)]
    kept = [edges.at(is_venue[edges.dst]) if len(edges) else edges for edges in found]
    src, dst = (np.concatenate([getattr(edges, name) for edges in kept]) for name in ("src", "dst"))
    values = np.concatenate([entry(edges.weight) for edges in kept])
    people, rows = _numbered(src, len(is_venue))
    venues, columns = _numbered(dst, len(is_venue))
    shape = (len(people), len(venues))
    entries = sparse.coo_array((values, (rows, columns)), shape=shape).tocsr()
    return Matrix(people, venues, entries)


def entry(weight: Longs) -> Longs:
    """Return what visits of some weights count in the matrix, above nought."""
    found: Longs = np.maximum(weight >> _SHIFT, 1)
    return found


def _numbered(names: Longs, width: int) -> tuple[Longs, NDArray[np.int32]]:
    """Return the names that are met, ordered, and the place of each name among them."""
    met = np.zeros(width, np.bool_)
    met[names] = True
    places = np.cumsum(met, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(met), places[names]


def of(
    derivation: str,
    visits: Mapping[Relation, Edges],
    is_venue: NDArray[np.bool_],
    counter: Counter | None = None,
) -> dict[Relation, Edges]:
    """Return the relations that a derivation of likeness makes; co-visits are counted by `counter`, if any."""
    if derivation == "taste_neighbours":
        return {Relation.SIMILAR_TASTE: between_people(visits, is_venue)}
    return between_venues(visits, is_venue, counter)


def between_venues(
    visits: Mapping[Relation, Edges], is_venue: NDArray[np.bool_], counter: Counter | None = None
) -> dict[Relation, Edges]:
    """Return SIMILAR_TO, over all signs of interest, and CO_BOOKED, over bookings."""
    every = matrix(visits, VISITS, is_venue)
    similar = _edges(every.venues, top_k(sparse.csr_array(every.entries.T), VENUE_K))
    del every
    return {Relation.SIMILAR_TO: similar, Relation.CO_BOOKED: co_booked(visits, is_venue, counter)}


def co_booked(
    visits: Mapping[Relation, Edges], is_venue: NDArray[np.bool_], counter: Counter | None = None
) -> Edges:
    """Return CO_BOOKED: the nearest venues by who booked them, however often."""
    booked = matrix(visits, frozenset({Relation.BOOKED}), is_venue)
    if counter is not None:
        return _edges(booked.venues, of_counts(booked.entries, VENUE_K, counter))
    binary = sparse.csr_array(booked.entries.T)
    binary.data = np.ones(len(binary.data), np.int64)
    return _edges(booked.venues, top_k(binary, VENUE_K, binary=True))


def between_people(visits: Mapping[Relation, Edges], is_venue: NDArray[np.bool_]) -> Edges:
    """Return SIMILAR_TASTE, exact: its cost grows with the square of the people."""
    every = matrix(visits, VISITS, is_venue)
    return _edges(every.people, top_k(every.entries, TASTE_K))


def top_k(rows: Any, k: int, *, binary: bool = False) -> Alike:
    """Return each row's k nearest rows by cosine, ties by place; at least MIN_SHARED columns shared.

    Args:
        rows: CSR of int64 (n x d), entries positive; no row is all nought.
        k: at least one.
        binary: whether every entry is one, so that a dot product is a number of shared columns.
    """
    lengths = norms(rows)
    if not rows.shape[0] or not rows.nnz:
        nobody = np.empty(0, np.int64)
        return Alike(nobody, nobody, nobody, nobody)
    unit = sparse.csr_array(sparse.diags_array(1 / np.maximum(lengths, 1)) @ rows.astype(np.float64))
    wanted = min(k + 1 + _SLACK[binary], rows.shape[0])
    near = _nearest(_plain(unit), wanted)
    found = candidates(near.indptr, near.indices, near.data, rows, lengths, binary=binary)
    kept, open_rows = _best(found, near, k, wanted)
    if not len(open_rows):
        return kept
    again = _exactly(rows, open_rows, lengths, k)
    decided = kept.at(~np.isin(kept.one, open_rows))
    both = Alike(*(np.concatenate(pair) for pair in zip(_parts(decided), _parts(again), strict=True)))
    return both.at(np.argsort(both.one, kind="stable"))


def of_counts(entries: Any, k: int, counter: Counter) -> Alike:
    """Return what `top_k` returns of a matrix's columns as ones, from counts that others made."""
    placed = sparse.coo_array(entries)
    one, other, shared = counter(placed.row.astype(np.int64), placed.col.astype(np.int64))
    lengths = np.sqrt(np.bincount(placed.col, minlength=entries.shape[1]).astype(np.float64))
    return _first(_cosines(one, other, shared, shared, lengths), k)


def _nearest(unit: Any, wanted: int) -> Any:
    """Return each row's dot products with the rows most like it, some rows at a time."""
    columns = _plain(unit.T)
    parts = [
        sp_matmul_topn(unit[start : start + _AT_ONCE], columns, top_n=wanted, n_threads=1)
        for start in range(0, unit.shape[0], _AT_ONCE)
    ]
    return parts[0] if len(parts) == 1 else sparse.vstack(parts, format="csr")


def norms(rows: Any) -> NDArray[np.float64]:
    """Return the length of each row: the root of a whole number."""
    squares = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel()
    return np.sqrt(squares)


def candidates(
    indptr: NDArray[Any], others: NDArray[Any], near: NDArray[np.float64], rows: Any,
    lengths: NDArray[np.float64], *, binary: bool,
) -> Alike:  # fmt: skip
    """Return pairs with their cosines and what they share, from integers; `near` are the floats."""
    one = np.repeat(np.arange(len(indptr) - 1, dtype=np.int64), np.diff(indptr))
    other = others.astype(np.int64)
    both = lengths[one] * lengths[other]
    dots = np.rint(near * both)
    cosine = np.floor(np.minimum(dots / np.maximum(both, 1), 1.0) * weights.ONE).astype(np.int64)
    shared = dots.astype(np.int64) if binary else _shared(rows, one, other)
    return Alike(one, other, cosine, shared)


def _best(found: Alike, near: Any, k: int, wanted: int) -> tuple[Alike, Longs]:
    """Return each row's best k, and the rows for which somebody left out might be among them."""
    kept = _ranked(found)
    counts = np.bincount(kept.one, minlength=near.shape[0])
    starts = np.concatenate(([0], np.cumsum(counts)))
    kept = kept.at(np.arange(len(kept.one)) - starts[kept.one] < k)
    sizes = np.diff(near.indptr)
    least = np.minimum.reduceat(np.append(near.data, 1.0), np.minimum(near.indptr[:-1], len(near.data)))
    bound = np.floor((least * (1 + _ROUNDING)) * weights.ONE).astype(np.int64)
    last = np.zeros(near.shape[0], np.int64)
    enough = counts >= k
    last[enough] = _kth(kept, k)
    full = (sizes >= wanted) & (wanted < near.shape[0])
    return kept, np.flatnonzero(full & ~(enough & (last > bound)))


def _kth(kept: Alike, k: int) -> Longs:
    """Return the cosine of the kth of each row that has so many."""
    counts = np.bincount(kept.one)
    ends = np.cumsum(counts)
    return kept.cosine[ends[counts >= k] - 1]


def _exactly(rows: Any, asked: Longs, lengths: NDArray[np.float64], k: int) -> Alike:
    """Return the nearest of some rows by products of integers alone; memory grows with n, not n squared."""
    binary = (rows > 0).astype(np.int64)
    found = []
    for start in range(0, len(asked), _CHUNK):
        ours = asked[start : start + _CHUNK]
        dots, shared = sparse.csr_array(rows[ours] @ rows.T), sparse.csr_array(binary[ours] @ binary.T)
        dots.sort_indices()
        shared.sort_indices()  # the same pattern as dots: entries are positive
        one = np.repeat(ours, np.diff(dots.indptr))
        other = dots.indices.astype(np.int64)
        found.append(_first(_cosines(one, other, dots.data, shared.data, lengths), k))
    return Alike(*(np.concatenate(parts) for parts in zip(*map(_parts, found), strict=True)))


def _cosines(one: Longs, other: Longs, dots: Longs, shared: Longs, lengths: NDArray[np.float64]) -> Alike:
    cosines = np.minimum(dots / (lengths[one] * lengths[other]), 1.0)
    return Alike(one, other, np.floor(cosines * weights.ONE).astype(np.int64), shared)


def _first(pairs: Alike, k: int) -> Alike:
    """Return the best k of each, of pairs that share enough."""
    pairs = _ranked(pairs)
    first = np.searchsorted(pairs.one, pairs.one)
    return pairs.at(np.arange(len(pairs.one)) - first < k)


def _ranked(pairs: Alike) -> Alike:
    """Return pairs that share enough: by `one`, nearest first, ties by `other`."""
    pairs = pairs.at((pairs.one != pairs.other) & (pairs.shared >= MIN_SHARED))
    width = int(max(pairs.one.max(initial=0), pairs.other.max(initial=0))) + 1
    if width * width > _LATEST // (weights.ONE + 1):
        return pairs.at(np.lexsort((pairs.other, -pairs.cosine, pairs.one)))
    # One key in one number sorts three times as fast as three keys.
    return pairs.at(
        np.argsort((pairs.one * (weights.ONE + 1) + weights.ONE - pairs.cosine) * width + pairs.other)
    )


def _shared(rows: Any, one: Longs, other: Longs) -> Longs:
    """Return how many columns each pair of rows shares, by bitmaps of some columns at a time."""
    total = np.zeros(len(one), np.int64)
    words = max(_BITMAP // max(rows.shape[0], 1), 1)
    placed = sparse.coo_array(rows)
    for start in range(0, rows.shape[1], words * 64):
        inside = (placed.col >= start) & (placed.col < start + words * 64)
        columns = (placed.col[inside] - start).astype(np.uint64)
        width = min(words, -(-(rows.shape[1] - start) // 64))
        bits = np.zeros(rows.shape[0] * width, np.uint64)
        # Every entry is there once: adding its bit is setting it.
        places = placed.row[inside].astype(np.int64) * width + (columns // np.uint64(64)).astype(np.int64)
        np.add.at(bits, places, np.uint64(1) << (columns % np.uint64(64)))
        table = bits.reshape(rows.shape[0], width)
        for at in range(0, len(one), _PAIRS):
            span = slice(at, at + _PAIRS)
            both = table[one[span]]
            both &= table[other[span]]
            total[span] += np.bitwise_count(both).sum(axis=1, dtype=np.int64)
    return total


def _edges(names: NDArray[np.int64], pairs: Alike) -> Edges:
    width = int(pairs.other.max(initial=0)) + 1
    pairs = pairs.at(np.argsort(pairs.one * width + pairs.other))
    untimed = np.full(len(pairs.one), NEVER)
    src, dst = names[pairs.one].astype(np.int32), names[pairs.other].astype(np.int32)
    return Edges(src, dst, pairs.cosine, pairs.shared, untimed, untimed)


def _parts(pairs: Alike) -> tuple[Longs, Longs, Longs, Longs]:
    return pairs.one, pairs.other, pairs.cosine, pairs.shared


def _plain(made: Any) -> Any:
    """Return a matrix of the older kind with small indices: `sparse_dot_topn` knows no other."""
    return sparse.csr_matrix(made)
