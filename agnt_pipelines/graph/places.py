"""What is known of venues and of one person, and which venues that rules out.

What belongs here: places, features, tastes, hard filters. What does not: visits (`visits`), ranking
(`recommend`), and how features come to be known (`features`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.entities import NodeType, key_of, node_id, type_of
from agnt_pipelines.graph.facets import plain

Columns = NDArray[np.int64]
Mask = NDArray[np.bool_]

_DIET_MISSES = {
    "vegan": frozenset({"steak", "pork", "seafood", "sushi"}),
    "vegetarian": frozenset({"steak", "pork", "seafood", "sushi"}),
    "pescatarian": frozenset({"steak", "pork"}),
    "halal": frozenset({"pork"}),
}
"""Diet -> features that contradict it, unless the venue also has the diet itself as a feature."""

_ALLERGY_MISSES = {
    "shellfish": frozenset({"seafood"}),
    "prawns": frozenset({"seafood"}),
    "shrimp": frozenset({"seafood"}),
    "seafood": frozenset({"seafood", "sushi"}),
    "fish": frozenset({"seafood", "sushi"}),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What the graph says of a venue: nodes it lies in, features by name, intent nodes it suits."""

    located: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    suits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taste:
    """What the graph says of a person.

    Attributes:
        person: their node.
        city: the node of the city they are based in.
        prefers: facet node -> its words.
        avoids: words of what they avoid.
        shuns: nodes of cities and areas that they keep away from; `favours` of those that they like.
        opens: intent nodes that they ask about of their own accord.
        shares: node of a facet or place -> how much they are drawn to it, -1 to 1, as far as it was weighed.
    """

    person: str
    city: str | None = None
    prefers: Mapping[str, str] = field(default_factory=dict)
    avoids: frozenset[str] = frozenset()
    shuns: frozenset[str] = frozenset()
    favours: frozenset[str] = frozenset()
    opens: frozenset[str] = frozenset()
    shares: Mapping[str, float] = field(default_factory=dict)

    def words(self) -> dict[str, float]:
        """Return the words of features -> how much the person is drawn to them: 1 where it was not weighed."""
        found = {plain(word): 1.0 for word in self.prefers.values()}
        for node, share in self.shares.items():
            if type_of(node) is NodeType.FACET:
                found[plain(facet_word(node))] = share
        return found


@dataclass(frozen=True, slots=True)
class Places:
    """Venues by what they are: node of a place, word of a feature, node of an intent -> columns."""

    of: Mapping[str, Place]
    located: Mapping[str, Columns]
    features: Mapping[str, Columns]
    suits: Mapping[str, Columns]
    count: int

    @classmethod
    def by(cls, venues: Sequence[str], known: Mapping[str, Place]) -> Places:
        """Index what is known by what venues are; `venues` are the columns."""
        found: tuple[defaultdict[str, list[int]], ...] = tuple(defaultdict(list) for _ in range(3))
        for column, venue in enumerate(venues):
            place = known.get(venue, Place())
            for index, names in zip(found, (place.located, place.features, place.suits), strict=True):
                for name in names:
                    index[name].append(column)
        located, features, suits = (
            {name: np.array(columns, np.int64) for name, columns in index.items()} for index in found
        )
        return cls(known, located, features, suits, len(venues))

    def within(self, *nodes: str | None) -> Mask:
        """Return the venues that lie in every one of some places; None is anywhere."""
        return self._all(self.located, nodes)

    def suiting(self, intent: str | None) -> Mask:
        """Return the venues that suit an intent; None is any."""
        return self._all(self.suits, (intent,))

    def allowed(self, taste: Taste) -> Mask:
        """Return the venues that nothing a person avoids, shuns or eats by rules out."""
        mask = np.ones(self.count, np.bool_)
        for node in taste.shuns:
            mask[self.located.get(node, _NONE)] = False
        for word in taste.avoids:
            for feature in {word} | _ALLERGY_MISSES.get(word, frozenset()):
                mask[self.features.get(feature, _NONE)] = False
        for diet in _diets(taste):
            missed = np.zeros(self.count, np.bool_)
            for feature in _DIET_MISSES[diet]:
                missed[self.features.get(feature, _NONE)] = True
            missed[self.features.get(diet, _NONE)] = False
            mask &= ~missed
        return mask

    def shared(self, taste: Taste) -> NDArray[np.float32]:
        """Return how much of a person's taste each venue meets.

        Facets and places count as much as the person is drawn to them, each intent they open with one.
        """
        met = np.zeros(self.count, np.float32)
        words = taste.words()
        for feature, columns in sorted(self.features.items()):
            if share := words.get(plain(feature)):
                met[columns] += np.float32(share)
        for node, share in sorted(taste.shares.items()):
            met[self.located.get(node, _NONE)] += np.float32(share)
        for intent in taste.opens:
            met[self.suits.get(intent, _NONE)] += 1
        return met

    def _all(self, index: Mapping[str, Columns], names: Sequence[str | None]) -> Mask:
        mask = np.ones(self.count, np.bool_)
        for name in names:
            if name is not None:
                inside = np.zeros(self.count, np.bool_)
                inside[index.get(name, _NONE)] = True
                mask &= inside
        return mask


_NONE: Columns = np.empty(0, np.int64)


def facet_word(node: str) -> str:
    """Return the words of a facet's node."""
    return key_of(node).partition("/")[2]


def feature_node(word: str) -> str:
    """Return the node of a feature."""
    return node_id(NodeType.FEATURE, word)


def _diets(taste: Taste) -> Iterator[str]:
    yield from sorted(set(taste.prefers.values()) & _DIET_MISSES.keys())
