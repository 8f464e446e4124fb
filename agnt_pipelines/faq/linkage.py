"""Linkage: whether two clusters are one that was cut, by how their members lie to each other.

What belongs here: likeness of clusters, and joining by it. What does not: texts, vectors' making, and
the clusters one begins with (`cluster`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_OF_ONE = 0.8
"""Cosine taken for that of a single text's cluster within itself."""

_GONE = -1.0


@dataclass(slots=True)
class _Clusters:
    """What is known of m clusters, all of it additive: joining two adds their rows and columns.

    Attributes:
        sizes: members of each.
        links: neighbours that members of one have in another, both ways, m x m.
        cosines: sums of all members' cosines, m x m.
    """

    sizes: Floats
    links: Floats
    cosines: Floats
    neighbours: int

    def likeness(self, one: int) -> Floats:
        """Return the linkage of one cluster with each: sqrt(density) x closeness squared.

        Density: links between the two as a share of those that there would be if neighbours were
        spread evenly over both. Closeness: mean cosine between them over the geometric mean of those
        within. Both are about 1 for two halves of one cluster drawn by lot.
        """
        size, sizes = self.sizes[one], self.sizes
        even = 2 * self.neighbours * size * sizes / np.maximum(size + sizes - 1, 1)
        density = self.links[one] / even
        within = self._within()
        between = self.cosines[one] / (size * sizes)
        closeness = between / np.sqrt(np.maximum(within[one] * within, 1e-9))
        return np.asarray(np.sqrt(np.maximum(density, 0)) * np.maximum(closeness, 0) ** 2).round(9)

    def _within(self) -> Floats:
        pairs = self.sizes * (self.sizes - 1)
        own = np.diag(self.cosines) - self.sizes
        return np.where(pairs > 0, own / np.maximum(pairs, 1), _OF_ONE)

    def join(self, one: int, other: int) -> None:
        """Add a cluster to another."""
        self.sizes[one] += self.sizes[other]
        for sums in (self.links, self.cosines):
            sums[one] += sums[other]
            sums[:, one] += sums[:, other]


def joined(
    vectors: NDArray[np.float32], nearest: NDArray[np.intp], parts: NDArray[np.intp], linkage: float
) -> NDArray[np.intp]:
    """Return parts joined, the most alike first, as long as their likeness reaches `linkage`.

    Args:
        vectors: unit rows, n x d.
        nearest: each row's nearest others, n x k.
        parts: each row's part, 0..m-1.
        linkage: the least likeness of two that are joined.
    """
    found = _counted(vectors, nearest, parts)
    count = len(found.sizes)
    into = np.arange(count)
    alike = np.array([found.likeness(one) for one in range(count)]).reshape(count, count)
    np.fill_diagonal(alike, _GONE)
    best = alike.argmax(axis=1)
    most = alike[into, best]
    alive = np.ones(count, dtype=bool)
    for _ in range(count - 1):
        one = int(most.argmax())
        other = int(best[one])
        if most[one] < linkage:
            break
        found.join(one, other)
        into[into == other] = one
        alive[other] = False
        alike[other], alike[:, other], most[other] = _GONE, _GONE, _GONE
        row = np.where(alive, found.likeness(one), _GONE)
        row[one] = _GONE
        alike[one], alike[:, one] = row, row
        # Only rows that lost their best, or have a better one now, are looked through again.
        closer = (row > most) | ((row == most) & (one < best))
        best[closer], most[closer] = one, row[closer]
        lost = alive & ~closer & ((best == one) | (best == other))
        lost[one] = True
        again = np.flatnonzero(lost)
        best[again] = alike[again].argmax(axis=1)
        most[again] = alike[again, best[again]]
    return np.asarray(into[parts])


def _counted(vectors: NDArray[np.float32], nearest: NDArray[np.intp], parts: NDArray[np.intp]) -> _Clusters:
    count = int(parts.max()) + 1
    sums = np.zeros((count, vectors.shape[1]))
    np.add.at(sums, parts, vectors.astype(float))
    links = np.zeros((count, count))
    np.add.at(links, (np.repeat(parts, nearest.shape[1]), parts[nearest].ravel()), 1.0)
    sizes = np.bincount(parts).astype(float)
    return _Clusters(sizes, links + links.T, sums @ sums.T, max(1, nearest.shape[1]))
