"""Reading the sources into columns: everything, or some rows of the timed ones.

What belongs here: which source is read how, in which order. What does not: SQL (`source_store`), and
what rows say (`evidence`, `timed` and their like).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.graph import envelopes, evidence, facets, features, source_store, timed
from agnt_pipelines.graph.columns import Codes, Edges, Heap, Longs, MemoryHeap, Names, Pile
from agnt_pipelines.graph.entities import NodeType, Relation, node_id
from agnt_pipelines.graph.nodes import Standing
from agnt_pipelines.graph.records import Person, Venue
from agnt_pipelines.graph.source_store import Hashes
from agnt_pipelines.settings import Settings

_HALF, _LOW = 32, (1 << 32) - 1
_NO_KEYS = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class World:
    """What the sources say, as of an hour.

    Attributes:
        people, venues: who lives, and which venues `source.venues` has.
        ids: of the edges' ends, in order.
        edges: by relation.
        standing: nodes touched by edges that are stored, and not among `edges`.
    """

    people: Sequence[Person]
    venues: Sequence[Venue]
    ids: Sequence[str]
    edges: Mapping[Relation, Edges]
    standing: Standing = field(default_factory=dict)


@dataclass(slots=True)
class Gathering:
    """Sources on their way into a pile."""

    snapshot: Connection
    as_of: datetime
    settings: Settings
    people: Sequence[Person]
    venues: Sequence[Venue]
    pile: Pile
    _persons: Hashes
    _venues: Hashes
    _intents: Hashes

    @classmethod
    def begin(
        cls, snapshot: Connection, as_of: datetime, settings: Settings, heap: Heap | None = None
    ) -> Gathering:
        """Read who and what there is; evidence is kept in `heap`, or in this process."""
        people = tuple(source_store.stream(snapshot, "users", as_of, settings))
        venues = tuple(source_store.stream(snapshot, "venues", as_of, settings))
        names = Names()
        return cls(
            snapshot, as_of, settings, people, venues, Pile(names, as_of, heap or MemoryHeap()),
            _hashes(names, NodeType.USER, source_store.people_of(snapshot)),
            _hashes(names, NodeType.VENUE, _hashed(snapshot, [venue.id for venue in venues])),
            _hashes(names, NodeType.INTENT, source_store.intents(snapshot, as_of)),
        )  # fmt: skip

    def untimed(self) -> None:
        """Pile up what everything but bookings and questions says; rows are let go of as they are read."""
        pile = self.pile
        pile.add(evidence.of_people(self.people))
        pile.add(evidence.of_venues(self.venues))
        pile.add(evidence.follows(self._stream("follows")))
        for _, texts in groupby(self._stream("chunks"), attrgetter("venue_id")):
            pile.add(features.evidence(texts))
        cities = evidence.cities(self.people, self.venues)
        pile.add(facets.evidence(self._stream("memory"), cities))
        known = self._agents()
        for _, rows in groupby(self._stream("envelopes"), attrgetter("from_agent")):
            among = (row for row in rows if {row.from_agent, row.to_agent} <= known)
            pile.add(envelopes.evidence(among, self.as_of))
        for person, venue in self._read("lists"):
            timed.saved(pile, person.astype(np.int32), venue.astype(np.int32))

    def bookings(self, *where: sa.ColumnElement[bool]) -> None:
        """Pile up what bookings say."""
        for person, venue, at, kind in self._read("bookings", *where):
            timed.bookings(self.pile, person.astype(np.int32), venue.astype(np.int32), at.copy(), kind)

    def questions(self, *where: sa.ColumnElement[bool]) -> None:
        """Pile up what people asked about: venues, and intents."""
        for person, venue, intent, at in self._read("interactions", *where):
            for target in (venue, intent):
                named = target >= 0
                timed.questions(
                    self.pile, person[named].astype(np.int32), target[named].astype(np.int32), at[named]
                )

    def pairs(self, name: str, *where: sa.ColumnElement[bool]) -> tuple[Codes, Codes]:
        """Return who had to do with what in some rows of a timed source, each pair once."""
        found = [_NO_KEYS]
        for person, *targets in self._read(name, *where):
            for target in targets[:2] if name == "interactions" else targets[:1]:
                keys = (person << _HALF) + target
                found.append(np.unique(keys[target >= 0]))
        keys = np.unique(np.concatenate(found))
        return (keys >> _HALF).astype(np.int32), (keys & _LOW).astype(np.int32)

    def world(self, standing: Standing | None = None) -> World:
        """Return what was piled up."""
        ids, edges = self.pile.edges()
        return World(self.people, self.venues, ids, edges, standing or {})

    def _stream(self, name: str) -> Iterator[Any]:
        return source_store.stream(self.snapshot, name, self.as_of, self.settings)

    def _agents(self) -> set[str]:
        """Return the agents whose messages count: one that is nobody's may have been a deleted person's."""
        mine = {person.agent_id for person in self.people if person.agent_id}
        theirs = {venue.agent_id for venue in self.venues if venue.agent_id}
        return mine | theirs | source_store.outside_agents(self.settings)

    def _read(self, name: str, *where: sa.ColumnElement[bool]) -> Iterator[Longs]:
        """Yield a source's blocks with numbers for hashes; what has venues nobody knows comes last."""
        strange: list[Longs] = []
        for block in source_store.columns(self.snapshot, name, self.as_of, *where):
            if (self._venues.codes(block[1])[block[1] != 0] < 0).any():
                strange.append(block)
            else:
                yield self._numbered(name, block)
        if strange:
            met = np.unique(np.concatenate([block[1] for block in strange]))
            missing = met[(self._venues.codes(met) < 0) & (met != 0)]
            found = source_store.venues_named(self.snapshot, name, missing)
            more = _hashes(self.pile.names, NodeType.VENUE, found)
            self._venues = self._venues.with_(more)
        for block in strange:
            yield self._numbered(name, block)

    def _numbered(self, name: str, block: Longs) -> Longs:
        block[0] = self._persons.codes(block[0])
        venues = self._venues.codes(block[1])
        block[1] = np.where(block[1] == 0, -1, venues) if name == "interactions" else venues
        if name == "interactions":
            block[2] = np.where(block[2] == 0, -1, self._intents.codes(block[2]))
        return block


def _hashed(snapshot: Connection, names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, source_store.hashes_of(snapshot, names).tolist(), strict=True))


def _hashes(names: Names, kind: NodeType, found: Mapping[str, int]) -> Hashes:
    """Number the nodes of some keys; an intent is one however it is written, and none if it is blank."""
    if kind is NodeType.INTENT:
        keys = {key: key.strip().casefold() for key in found if key.strip()}
    else:
        keys = {key: key for key in found}
    codes = names.codes(node_id(kind, key) for key in keys.values())
    return Hashes.of(np.fromiter((found[key] for key in keys), np.int64, len(keys)), codes)
