"""People by venues: who did what where, as sparse matrices of one shape.

What belongs here: the matrix of doings and its look-ups. What does not: ranking by it (`filter`),
and who or what is alike (`similarity`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agnt_pipelines.graph.entities import NodeType, Relation, type_of

STRONGEST = (Relation.BOOKED, Relation.COMPLETED, Relation.RATED, Relation.SAVED, Relation.ASKED_ABOUT)
"""Of all that somebody did at a venue, what is told: the first of these."""

_BEEN = 3
"""The first so many of them mean that somebody was there."""

_CODE = {relation: code for code, relation in enumerate(STRONGEST)}


class Doing(NamedTuple):
    """One person's one relation to a venue, as a row of the graph; weight in units of 2^-20."""

    person: str
    relation: str
    venue: str
    weight: int


@dataclass(frozen=True, slots=True)
class Own:
    """One person's visits.

    Attributes:
        columns: of their venues, ascending.
        weights: how much each visit weighs, above zero.
        codes: the place in STRONGEST of what was done there.
        row: theirs; None for somebody whom the matrix does not know.
    """

    columns: NDArray[np.int64]
    weights: NDArray[np.int64]
    codes: NDArray[np.int8]
    row: int | None

    @property
    def been(self) -> NDArray[np.int64]:
        """The venues where they were, and did not just look."""
        return self.columns[self.codes < _BEEN]


@dataclass(frozen=True, slots=True)
class Visits:
    """The matrices; rows and columns are ordered by node id, whatever order the doings came in.

    Attributes:
        people: node ids, one a row.
        venues: node ids, one a column; a venue may have no visit.
        weights: CSR (people x venues) of integer weights, all relations added up.
        doings: CSR of one pattern with it: the place in STRONGEST of the strongest relation.
        row_of: person -> row.
    """

    people: tuple[str, ...]
    venues: tuple[str, ...]
    weights: Any
    doings: Any
    row_of: Mapping[str, int]

    @classmethod
    def of(cls, doings: Iterable[Doing], venues: Collection[str] = ()) -> Visits:
        """Return the visits in some doings; what is none is left out, `venues` are columns besides."""
        told = [one for one in doings if one.relation in _CODE and type_of(one.venue) is NodeType.VENUE]
        people = tuple(sorted({one.person for one in told}))
        columns = tuple(sorted({one.venue for one in told}.union(venues)))
        row_of, column_of = ({name: place for place, name in enumerate(names)} for names in (people, columns))
        rows = np.fromiter((row_of[one.person] for one in told), np.int64, len(told))
        places = np.fromiter((column_of[one.venue] for one in told), np.int64, len(told))
        codes = np.fromiter((_CODE[Relation(one.relation)] for one in told), np.int8, len(told))
        weights = np.fromiter((max(one.weight, 1) for one in told), np.int64, len(told))
        return cls(
            people, columns, *_matrices(rows, places, codes, weights, (len(people), len(columns))), row_of
        )

    def own(self, person: str) -> Own:
        """Return a person's visits; none of somebody who is not known."""
        row = self.row_of.get(person)
        start, end = (0, 0) if row is None else self.weights.indptr[row : row + 2]
        return Own(
            self.weights.indices[start:end].astype(np.int64),
            self.weights.data[start:end],
            self.doings.data[start:end],
            row,
        )

    def same_pattern(self, other: Visits) -> bool:
        """Whether the same people chose the same of the same venues."""
        named = self.people == other.people and self.venues == other.venues
        mine, theirs = self.weights, other.weights
        return named and all(
            np.array_equal(one, two)
            for one, two in ((mine.indptr, theirs.indptr), (mine.indices, theirs.indices))
        )

    def fold_in(self, person: str, doings: Iterable[Doing]) -> Own:
        """Return a person's visits as they are now, at venues the matrix knows, without making it anew."""
        known = set(self.venues)
        told = [one for one in doings if one.person == person and one.venue in known]
        mine = Visits.of(told, self.venues).own(person)
        return Own(mine.columns, mine.weights, mine.codes, self.row_of.get(person))


def _matrices(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    codes: NDArray[np.int8],
    weights: NDArray[np.int64],
    shape: tuple[int, int],
) -> tuple[Any, Any]:
    """Return both matrices: of each pair the weights' sum and the strongest doing."""
    order = np.lexsort((codes, columns, rows))
    rows, columns, codes, weights = rows[order], columns[order], codes[order], weights[order]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(weights, starts) if len(starts) else weights
    indptr = np.searchsorted(rows[starts], np.arange(shape[0] + 1))
    return (
        sparse.csr_array((sums, columns[starts], indptr), shape=shape),
        sparse.csr_array((codes[starts], columns[starts], indptr), shape=shape),
    )
