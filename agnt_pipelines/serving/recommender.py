"""The index that recommending reads, made once for a graph and kept for as long as the graph stands.

What belongs here: when an index is made, from which rows. What does not: what it is (`graph.recommend`)
and whom it is asked for (`recommendations`).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Connection

from agnt_pipelines.graph import store
from agnt_pipelines.graph.entities import Edge, Relation, key_of
from agnt_pipelines.graph.places import Place
from agnt_pipelines.graph.recommend import Index
from agnt_pipelines.storage.database import Database

_OF_PLACES = frozenset({Relation.LOCATED_IN, Relation.HAS_FEATURE, Relation.SUITS})


@dataclass(frozen=True, slots=True)
class Edition:
    """An index and the state of the database that it was made from."""

    of: object
    index: Index


class Recommender:
    """One database's index. Whoever asks while it is made waits for it.

    A reader on a snapshot older than the newest build has that one's made again.
    """

    def __init__(self) -> None:
        """Make none yet."""
        self._lock = threading.Lock()
        self._made: Edition | None = None

    def index(self, snapshot: Connection, *, newest: bool = True) -> tuple[Index, bool]:
        """Return the index of what a snapshot sees, and whether it is.

        All of it comes from the one snapshot. Without `newest`, an older one does where there is one:
        so a process that serves many asks goes on answering while another thread makes the next.
        """
        of, made = store.edition(snapshot), self._made
        if made is not None and (made.of == of or not newest):
            return made.index, made.of == of
        with self._lock:
            made = self._made
            if made is None or made.of != of:
                places = of_edges(store.read_edges(snapshot, _OF_PLACES))
                earlier = None if made is None else made.index
                made = self._made = Edition(
                    of, Index.of(store.read_doings(snapshot), places, earlier=earlier)
                )
            return made.index, True


def recommender_of(database: Database) -> Recommender:
    """Return the one recommender of an open database."""
    with _REGISTERING:
        return _OF_DATABASE.setdefault(database, Recommender())


def of_edges(edges: Iterable[Edge]) -> dict[str, Place]:
    """Return what some edges say of venues."""
    told: dict[Relation, defaultdict[str, set[str]]] = {name: defaultdict(set) for name in _OF_PLACES}
    for edge in edges:
        told[edge.relation][edge.src].add(edge.dst)
    located, features, suits = (
        told[name] for name in (Relation.LOCATED_IN, Relation.HAS_FEATURE, Relation.SUITS)
    )
    return {
        venue: Place(
            frozenset(located.get(venue, ())),
            frozenset(map(key_of, features.get(venue, ()))),
            frozenset(suits.get(venue, ())),
        )
        for venue in located.keys() | features.keys() | suits.keys()
    }


_REGISTERING = threading.Lock()
_OF_DATABASE: WeakKeyDictionary[Database, Recommender] = WeakKeyDictionary()
