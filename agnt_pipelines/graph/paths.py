"""The path that led from a person to a venue, found among real edges.

What belongs here: which path is told, and the rule of five: what rests on fewer people is told
without them. What does not: the words (`reasons`), and which venues are recommended (`recommend`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.graph.facets import plain
from agnt_pipelines.graph.places import Place, Taste, feature_node
from agnt_pipelines.graph.reasons import Closing, Path, Step
from agnt_pipelines.graph.visits import STRONGEST, Own, Visits

MIN_PEOPLE = 5
"""The least number of other people a path speaks of: fewer would be singled out."""

_COMMON = 2
"""Features that two venues have in common are told up to so many."""

_NOWHERE = Place()

Counts = NDArray[np.int64]
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Finds paths for one person.

    Attributes:
        visits: of everybody.
        guests: CSR (venues x people), the transpose of `visits.doings`, codes one up.
        places: what is known of venues.
        taste: of the person.
        own: the person's visits.
        intent: the intent they asked for, if any.
    """

    visits: Visits
    guests: Any
    places: Mapping[str, Place]
    taste: Taste
    own: Own
    intent: str | None = None

    def to(self, columns: Sequence[int]) -> list[Path]:
        """Return the path to each of some venues."""
        counts = self._meeting(columns)
        return [self._to(column, counts[place]) for place, column in enumerate(columns)]

    def _meeting(self, columns: Sequence[int]) -> Counts:
        """Return how many other people each venue (row) shares with each of the person's own."""
        own = self.own.columns
        if not len(own) or not len(columns):
            return np.zeros((len(columns), len(own)), np.int64)
        there, here = ((self.guests[some] > 0).astype(np.int64) for some in (own, np.asarray(columns)))
        if self.own.row is not None:
            here.data[here.indices == self.own.row] = 0
        counts: Counts = (here @ there.T).toarray()
        return counts

    def _to(self, column: int, others: Counts) -> Path:
        wishes = tuple(self._wishes(self.visits.venues[column]))
        if column in self.own.columns:
            return self._own(column, int(np.searchsorted(self.own.columns, column)), others, wishes)
        best = int(np.lexsort((self.own.codes, -others))[0]) if len(others) else -1
        if best >= 0 and others[best] >= MIN_PEOPLE:
            through = self._people(int(self.own.columns[best]), column)
            return Path((self._mine(best), *through, *wishes))
        if best >= 0 and others[best] > 0:
            return self._quiet(column, best, wishes)
        return self._stranger(column, wishes)

    def _own(self, column: int, place: int, others: Counts, wishes: Steps) -> Path:
        """Return the path to a venue that the person knows: what they did, and who else leads there from theirs."""
        mine = self._mine(place)
        if column in self.own.been:
            return Path((mine, *wishes), Closing.YOURS)
        elsewhere = np.where(np.arange(len(others)) == place, 0, others)
        best = int(np.lexsort((self.own.codes, -elsewhere))[0])
        if elsewhere[best] < MIN_PEOPLE:
            return Path((mine, *wishes), Closing.NOT_YET)
        through = self._people(int(self.own.columns[best]), column)
        return Path((mine, self._mine(best), *through, *wishes))

    def _quiet(self, column: int, nearest: int, wishes: Steps) -> Path:
        """Return the path where fewer people than may be told of know both venues."""
        if (sharing := self._sharing(column)) >= MIN_PEOPLE:
            crowd = Step(None, None, self.visits.venues[column], sharing)
            return Path((self._mine(nearest), crowd, *wishes), Closing.OF_YOUR_PLACES)
        if likeness := tuple(self._likeness(self.visits.venues[column])):
            return Path((*likeness, *wishes))
        return Path((self._mine(nearest), *wishes), Closing.NEAR)

    def _mine(self, place: int) -> Step:
        doing = STRONGEST[self.own.codes[place]]
        return Step(self.taste.person, doing, self.visits.venues[self.own.columns[place]])

    def _people(self, mine: int, column: int) -> Iterator[Step]:
        """Yield what most of the people did who know both venues; unlike doings are not told apart."""
        there, here = self._codes(mine), self._codes(column)
        both, at_there, at_here = np.intersect1d(there[0], here[0], assume_unique=True, return_indices=True)
        others = both != self.own.row
        ways = np.bincount(
            there[1][at_there[others]] * len(STRONGEST) + here[1][at_here[others]],
            minlength=len(STRONGEST) ** 2,
        )
        best = int(ways.argmax())
        told: tuple[Relation | None, Relation | None, int] = (None, None, int(others.sum()))
        if ways[best] >= MIN_PEOPLE:
            first, second = divmod(best, len(STRONGEST))
            told = (STRONGEST[first], STRONGEST[second], int(ways[best]))
        yield Step(None, told[0], self.visits.venues[mine], told[2])
        yield Step(None, told[1], self.visits.venues[column], told[2])

    def _sharing(self, column: int) -> int:
        """Return how many other people know a venue and at least one of the person's own."""
        guests = self._codes(column)[0]
        theirs = self.visits.doings[guests[guests != self.own.row]]
        known = np.isin(theirs.indices, self.own.columns)
        return len(np.unique(np.repeat(np.arange(theirs.shape[0]), np.diff(theirs.indptr))[known]))

    def _likeness(self, venue: str) -> Iterator[Step]:
        """Yield what a venue has in common with the person's own venue that is most like it."""
        here = self.places.get(venue, _NOWHERE)
        best, mine, alike = 0, -1, _NOWHERE
        for place, column in enumerate(self.own.columns):
            known = self.places.get(self.visits.venues[column], _NOWHERE)
            both = Place(known.located & here.located, known.features & here.features)
            if (likeness := 2 * len(both.features) + len(both.located)) > best:
                best, mine, alike = likeness, place, both
        if mine < 0:
            return
        yield self._mine(mine)
        known_venue = self.visits.venues[self.own.columns[mine]]
        common = [(Relation.HAS_FEATURE, feature_node(word)) for word in sorted(alike.features)[:_COMMON]]
        for relation, node in common or [(Relation.LOCATED_IN, min(alike.located))]:
            yield Step(known_venue, relation, node)
            yield Step(venue, relation, node)

    def _stranger(self, column: int, wishes: Steps) -> Path:
        """Return the path of somebody whom no visit leads here: home, wishes, and what others did."""
        venue = self.visits.venues[column]
        located = self.places.get(venue, _NOWHERE).located
        steps: Steps = ()
        if self.taste.city is not None and self.taste.city in located:
            based = Step(self.taste.person, Relation.BASED_IN, self.taste.city)
            steps = (based, Step(venue, Relation.LOCATED_IN, self.taste.city))
        if steps := (*steps, *wishes, *self._crowd(column)):
            return Path(steps)
        return Path(
            tuple(Step(venue, Relation.LOCATED_IN, node) for node in sorted(located)[:1]), Closing.NEW
        )

    def _crowd(self, column: int) -> Iterator[Step]:
        """Yield what most of a venue's other guests did, where there are enough of them."""
        people, codes = self._codes(column)
        others = codes[people != self.own.row]
        doings = np.bincount(others, minlength=len(STRONGEST))
        best = int(doings.argmax())
        if doings[best] >= MIN_PEOPLE:
            yield Step(None, STRONGEST[best], self.visits.venues[column], int(doings[best]))
        elif len(others) >= MIN_PEOPLE:
            yield Step(None, None, self.visits.venues[column], len(others))

    def _wishes(self, venue: str) -> Iterator[Step]:
        """Yield what a venue has of what the person prefers, opens with, or asked for now."""
        known = self.places.get(venue, _NOWHERE)
        for facet, word in sorted(self.taste.prefers.items()):
            for feature in sorted(known.features):
                if plain(feature) == plain(word):
                    yield Step(self.taste.person, Relation.PREFERS, facet)
                    yield Step(venue, Relation.HAS_FEATURE, feature_node(feature))
        for node in sorted(self.taste.favours & known.located):
            if self.taste.shares.get(node, 0) > 0:
                yield Step(self.taste.person, Relation.PREFERS, node)
                yield Step(venue, Relation.LOCATED_IN, node)
        for intent in sorted(self.taste.opens & known.suits):
            yield Step(self.taste.person, Relation.ASKED_ABOUT, intent)
            yield Step(venue, Relation.SUITS, intent)
        if self.intent is not None and self.intent in known.suits - self.taste.opens:
            yield Step(venue, Relation.SUITS, self.intent)

    def _codes(self, column: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return a venue's guests (rows, ascending) and what each did there."""
        start, end = self.guests.indptr[column : column + 2]
        people = self.guests.indices[start:end].astype(np.int64)
        return people, self.guests.data[start:end].astype(np.int64) - 1
