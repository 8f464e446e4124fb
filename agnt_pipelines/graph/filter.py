"""The graph filter: how much each venue is to somebody's taste, from everybody's visits.

For x, a person's own venues, R people by venues (ones), D and U the degrees of venues and of people:

    people   p = (R D^-b x)^q U^-g                         who shares my venues; a power above one
                                                           trusts the nearest more than a walk does
    venues   z = D^-d R' p  +  w D^c V min(S / s, l) V' D^-i x   theirs, and a smoothing of it all

with V and S of the largest singular values of U^-a R D^-i, s the first of them; what is above l tells
popularity more than taste. `docs/recommend.md`
tells where the parameters were chosen and what lost. What does not belong here: names of people and
venues, hard filters, reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agnt_pipelines.graph.spectrum import largest

Floats = NDArray[np.float32]
Columns = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The exponents and shares of the formula above; the defaults are what serves.

    Attributes:
        rank: of the smoothing; a smaller matrix has fewer and uses all.
        coarse: so many of the strongest factors look at every venue; the others at the best `pool`.
        pool: venues that are scored in full, the best by walk and coarse factors.
        own_degree: b.
        sharpness: q.
        people_degree: g.
        met_degree: d.
        smooth_share: w.
        smooth_degree: c.
        ceiling: l.
        people_norm: a.
        venue_norm: i.
    """

    rank: int = 768
    coarse: int = 64
    pool: int = 1000
    own_degree: float = 0.5
    sharpness: float = 2.0
    people_degree: float = 1.0
    met_degree: float = 0.3
    smooth_share: float = 1.6
    smooth_degree: float = 0.4
    ceiling: float = 0.5
    people_norm: float = 0.3
    venue_norm: float = 0.4


@dataclass(frozen=True, slots=True)
class Filter:
    """What is made once for a graph, in float32; memory grows with venues x rank.

    Attributes:
        seen: CSR (people x venues) of ones; `seen_by` its transpose, CSR.
        people: degree of each person, at least one; `venues` of each venue.
        crowds: how many people each venue was chosen by, nought too.
        factors: V (venues x rank), rows together in memory; `coarse` its first columns, together.
        gains: the share of each factor.
        parameters: that it was made with.
    """

    seen: Any
    seen_by: Any
    people: Floats
    venues: Floats
    crowds: Floats
    factors: Floats
    coarse: Floats
    gains: Floats
    parameters: Parameters

    @classmethod
    def of(cls, entries: Any, parameters: Parameters | None = None) -> Filter:
        """Make the filter of a sparse matrix (people x venues) whose entries are positive."""
        parameters = parameters or Parameters()
        seen = sparse.csr_array((entries > 0).astype(np.float32))
        crowds = seen.sum(axis=0).astype(np.float32)
        people, venues = np.maximum(seen.sum(axis=1), 1).astype(np.float32), np.maximum(crowds, 1)
        by_people, by_venues = people**-parameters.people_norm, venues**-parameters.venue_norm
        values, factors = largest(
            sparse.diags_array(by_people) @ seen @ sparse.diags_array(by_venues), parameters.rank
        )
        shares = values / max(float(values.max(initial=0)), 1e-9)
        gains = parameters.smooth_share * np.minimum(shares, parameters.ceiling)
        return cls(
            seen,
            sparse.csr_array(seen.T),
            people,
            venues,
            crowds,
            factors,
            np.ascontiguousarray(factors[:, : parameters.coarse]),
            gains.astype(np.float32),
            parameters,
        )

    @property
    def megabytes(self) -> float:
        """How much memory it holds."""
        arrays = [self.people, self.venues, self.crowds, self.factors, self.coarse, self.gains]
        arrays += [part for one in (self.seen, self.seen_by) for part in (one.data, one.indices, one.indptr)]
        return sum(array.nbytes for array in arrays) / 1e6

    def scores(
        self, own: Columns, weights: Floats, eligible: Mask, *, row: int | None = None
    ) -> tuple[Columns, Floats]:
        """Return the best eligible venues, by column, and their scores: `pool` of them at most.

        Somebody who was not there when the filter was made is scored by their venues alike.

        Args:
            own: the person's venues, by column; `weights` how much each counts, 0..1.
            eligible: venues that may be returned.
            row: the person's row, which is no like-minded person's.
        """
        given = self.parameters
        scale: Floats = self.venues**given.smooth_degree
        known = (weights * self.venues[own] ** -given.venue_norm) @ self.factors[own]
        wanted: Floats = (self.gains * known).astype(np.float32)
        total = self._walk(own, weights, row)
        rough: Floats = total + scale * (self.coarse @ wanted[: self.coarse.shape[1]])
        columns = _best(rough, eligible, given.pool)
        exact: Floats = total[columns] + scale[columns] * (self.factors[columns] @ wanted)
        return columns, exact

    def likeness(self, columns: Columns) -> Floats:
        """Return how alike some venues are to the filter, 0..1: cosine of their smoothed places."""
        places = self.factors[columns] * self.gains
        lengths = np.linalg.norm(places, axis=1, keepdims=True)
        places = places / np.where(lengths > 0, lengths, 1)
        return np.clip(places @ places.T, 0, 1).astype(np.float32)

    def _walk(self, own: Columns, weights: Floats, row: int | None) -> Floats:
        """Return each venue's score by walks venue - person - venue from some venues."""
        given = self.parameters
        shared = self.seen_by[own].T @ (weights * self.venues[own] ** -given.own_degree)
        alike = np.flatnonzero(shared)
        likeness = np.zeros(len(self.people), np.float32)
        likeness[alike] = shared[alike] ** given.sharpness * self.people[alike] ** -given.people_degree
        if row is not None:
            likeness[row] = 0
        scores: Floats = (self.seen_by @ likeness) * self.venues**-given.met_degree
        return scores


def _best(scores: Floats, eligible: Mask, count: int) -> Columns:
    """Return the columns of the highest eligible scores, ascending; ties go to the lower column."""
    columns = np.flatnonzero(eligible)
    if len(columns) <= count:
        return columns
    mine = scores[columns]
    least = np.partition(mine, -count)[-count]
    above, at = columns[mine > least], columns[mine == least]
    return np.sort(np.concatenate((above, at[: count - len(above)])))
