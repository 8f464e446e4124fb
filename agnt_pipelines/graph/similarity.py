"""Who and what is alike: top-k cosine over the matrix of people and venues.

Sums are of integers, so they are the same in any order; only the last division is not, and is
rounded down to 2^-20. What does not belong here: which edges make the matrix's entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.entities import VISITS, Edge, NodeType, Relation, type_of

VENUE_K = 50
TASTE_K = 20
"""Neighbours that are stored; recommending ranks from the whole matrix, not from these."""

MIN_SHARED = 2
"""People (or venues) two must share: what rests on one person alone would tell of that person."""

_SHIFT = 10
"""Weights are cut to 2^-10 here, so that sums of their squares stay below 2^63."""

_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Matrix:
    """People (rows) by venues (columns), both ordered by node id; entries are integer weights."""

    people: tuple[str, ...]
    venues: tuple[str, ...]
    entries: Any


@dataclass(frozen=True, slots=True)
class Alike:
    """Row `other` is among the nearest of row `one`; `cosine` in units of 2^-20."""

    one: int
    other: int
    cosine: int
    shared: int


def matrix(edges: Iterable[Edge], relations: frozenset[Relation] = VISITS) -> Matrix:
    """Return the matrix of some relations between people and venues, weights added up."""
    found = [edge for edge in edges if edge.relation in relations and type_of(edge.dst) is NodeType.VENUE]
    people = sorted({edge.src for edge in found})
    venues = sorted({edge.dst for edge in found})
    row_of, column_of = ({name: place for place, name in enumerate(names)} for names in (people, venues))
    rows = np.array([row_of[edge.src] for edge in found], dtype=np.int64)
    columns = np.array([column_of[edge.dst] for edge in found], dtype=np.int64)
    values = np.array([max(edge.weight >> _SHIFT, 1) for edge in found], dtype=np.int64)
    shape = (len(people), len(venues))
    return Matrix(
        tuple(people), tuple(venues), sparse.coo_array((values, (rows, columns)), shape=shape).tocsr()
    )


def edges(visits: Iterable[Edge]) -> Iterator[Edge]:
    """Yield SIMILAR_TASTE, SIMILAR_TO and CO_BOOKED, derived from the edges of people to venues."""
    visits = list(visits)
    every, booked = matrix(visits), matrix(visits, frozenset({Relation.BOOKED}))
    yield from _named(Relation.SIMILAR_TASTE, every.people, top_k(every.entries, TASTE_K), VISITS)
    yield from _named(Relation.SIMILAR_TO, every.venues, top_k(every.entries.T.tocsr(), VENUE_K), VISITS)
    binary = (booked.entries > 0).astype(np.int64)
    pairs = top_k(binary.T.tocsr(), VENUE_K)
    yield from _named(Relation.CO_BOOKED, booked.venues, pairs, frozenset({Relation.BOOKED}))


def top_k(rows: Any, k: int) -> Iterator[Alike]:
    """Yield each row's k nearest rows by cosine, ties by place; at least MIN_SHARED columns shared.

    Exact; `rows` is CSR of int64, (n x d). Works in chunks: memory grows with n, not with n squared.
    """
    binary = (rows > 0).astype(np.int64)
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel())
    for start in range(0, rows.shape[0], _CHUNK):
        dots = (rows[start : start + _CHUNK] @ rows.T).tocsr()
        shared = (binary[start : start + _CHUNK] @ binary.T).tocsr()
        dots.sort_indices()
        shared.sort_indices()  # the same pattern as dots: entries are positive
        for place in range(dots.shape[0]):
            span = slice(dots.indptr[place], dots.indptr[place + 1])
            yield from _nearest(
                start + place, dots.indices[span], dots.data[span], shared.data[span], norms, k
            )


def _nearest(
    one: int,
    others: NDArray[np.int32],
    dots: NDArray[np.int64],
    shared: NDArray[np.int64],
    norms: NDArray[np.float64],
    k: int,
) -> Iterator[Alike]:
    kept = (others != one) & (shared >= MIN_SHARED)
    others, shared = others[kept], shared[kept]
    cosines = np.minimum(dots[kept] / (norms[one] * norms[others]), 1.0)
    scaled = np.floor(cosines * weights.ONE).astype(np.int64)
    for place in np.lexsort((others, -scaled))[:k]:
        yield Alike(one, int(others[place]), int(scaled[place]), int(shared[place]))


def _named(
    relation: Relation, names: Sequence[str], pairs: Iterable[Alike], of: frozenset[Relation]
) -> Iterator[Edge]:
    provenance = {"query": "cosine over the people-by-venues matrix", "of": sorted(of)}
    for pair in pairs:
        yield Edge(
            relation=relation,
            src=names[pair.one],
            dst=names[pair.other],
            weight=pair.cosine,
            evidence_count=pair.shared,
            first_seen=None,
            last_seen=None,
            provenance=provenance,
        )
