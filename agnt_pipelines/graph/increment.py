"""What an hour adds, without reading what it leaves alone: the pairs whose rows changed, made anew.

A changed hour of a timed source (see `cursor`) tells which pairs may have changed: those of its rows,
and, where rows of it were counted before, those whose edges span it. Their edges are made from all
their rows, so that late, doubled, corrected and vanished rows come out as they do when everything is
read. Whatever that cannot be said of (another season, an erasure, a node that may vanish) is left to
reading everything. What does not belong here: writing edges (`edge_store`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.graph import cursor, edge_store, nodes, source_store, weights
from agnt_pipelines.graph.columns import Edges, Longs, nothing
from agnt_pipelines.graph.cursor import Changed
from agnt_pipelines.graph.entities import NodeType, Relation, key_of, node_id
from agnt_pipelines.graph.gathering import Gathering, World
from agnt_pipelines.graph.nodes import Standing
from agnt_pipelines.graph.source_store import TIMED, Hashes, Survey
from agnt_pipelines.graph.store import CURSORS, EDGES, NODES, VERSION, Stored
from agnt_pipelines.replay.completion import ERASED
from agnt_pipelines.settings import Settings

RELATIONS: Final[Mapping[str, tuple[Relation, ...]]] = {
    "bookings": (
        Relation.BOOKED, Relation.COMPLETED, Relation.NO_SHOW, Relation.CANCELLED, Relation.RATED
    ),
    "interactions": (Relation.ASKED_ABOUT,),
}  # fmt: skip
"""Timed source -> the relations that follow from it alone."""

MAX_SHARE = 0.2
"""Of the rows: where more of them are in changed hours, reading everything is as fast."""

MAX_PAIRS = 300_000
"""Pairs made anew at most (memory's bound)."""


@dataclass(frozen=True, slots=True)
class Increment:
    """What changes.

    Attributes:
        world: nodes' sources; of timed relations only the edges that come.
        gone: stored edges of timed relations that go; one that changes goes and comes.
    """

    world: World
    gone: Mapping[Relation, Edges]


def of(
    snapshot: Connection, as_of: datetime, settings: Settings, found: Survey, before: Mapping[str, Stored]
) -> Increment | None:
    """Return what changed since the last build; None where everything must be read."""
    if found.timed_rows < settings.graph_increment_rows or not _may_follow(before):
        return None
    changes = _changes(snapshot, as_of, found)
    if changes is None:
        return None
    gathering = Gathering.begin(snapshot, as_of, settings)
    asked = {name: _candidates(gathering, name, change) for name, change in changes.items()}
    if any(pairs is None for pairs in asked.values()):
        return None
    gathering.untimed()
    wanted = {name: pairs for name, pairs in asked.items() if pairs}
    for name, pairs in wanted.items():
        _read(gathering, name, pairs)
    world = gathering.world()
    return _compared(snapshot, world, wanted)


def record(connection: Connection, *, found: Survey, as_of: datetime, version: str) -> None:
    """Record that every hour of the timed sources is counted."""
    for name in TIMED:
        row = {
            "source": name,
            "as_of": as_of,
            "version": version,
            "hours": cursor.pack(found.hours[name]),
        }
        changed = {key: row[key] for key in ("as_of", "version", "hours")}
        connection.execute(
            insert(CURSORS).values(row).on_conflict_do_update(index_elements=["source"], set_=changed)
        )


def _may_follow(before: Mapping[str, Stored]) -> bool:
    """Whether what is stored is what this code made, of everybody who was there."""
    units = [before.get(relation.value) for relations in RELATIONS.values() for relation in relations]
    return all(
        unit is not None and unit.version.startswith(f"graph {VERSION}") and unit.digest_in != ERASED
        for unit in units
    )


def _changes(snapshot: Connection, as_of: datetime, found: Survey) -> dict[str, Changed] | None:
    """Return which hours of each timed source are not what they were; None where that is not known."""
    changes = {}
    for name, then, version, hours in snapshot.execute(sa.select(CURSORS)):
        known = version.startswith(f"graph {VERSION}")
        if not known or weights.landmark(then) != weights.landmark(as_of):
            return None
        changes[name] = cursor.compare(cursor.unpack(hours), found.hours[name])
    rows = sum(change.rows for change in changes.values())
    stretches = [
        len(list(cursor.ranges(hours))) for one in changes.values() for hours in (one.hours, one.counted)
    ]
    too_many = rows > MAX_SHARE * found.timed_rows or max(stretches, default=0) > cursor.MAX_RANGES
    return None if changes.keys() != set(TIMED) or too_many else changes


def _candidates(gathering: Gathering, name: str, change: Changed) -> list[tuple[str, str]] | None:
    """Return the pairs of nodes whose rows may have changed; None if they are too many."""
    pairs: set[tuple[str, str]] = set()
    if len(change.hours):
        src, dst = gathering.pairs(name, source_store.within(name, cursor.ranges(change.hours)))
        ids = gathering.pile.names.ids
        pairs.update((ids[a], ids[b]) for a, b in zip(src.tolist(), dst.tolist(), strict=True))
    if len(change.counted):
        stretches = [(_hour(first), _hour(end)) for first, end in cursor.ranges(change.counted)]
        relations = RELATIONS[name]
        pairs.update(edge_store.overlapping(gathering.snapshot, relations, stretches, MAX_PAIRS + 1))
    return None if len(pairs) > MAX_PAIRS else sorted(pairs)


def _read(gathering: Gathering, name: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Pile up all rows of some pairs."""
    people = [key_of(src) for src, _ in pairs]
    if name == "bookings":
        gathering.bookings(source_store.of_pairs(people, [key_of(dst) for _, dst in pairs]))
    else:
        gathering.questions(source_store.of_people(sorted(set(people))))


def _compared(
    snapshot: Connection, world: World, wanted: Mapping[str, Sequence[tuple[str, str]]]
) -> Increment | None:
    """Compare the pairs' edges with those that are stored; None where more than edges would change."""
    known, ids = _known(snapshot, world, wanted)
    edges, gone = dict(world.edges), {}
    at = {name: place for place, name in enumerate(ids)}
    for name, relations in RELATIONS.items():
        pairs = wanted.get(name, ())
        there = edge_store.read_pairs(snapshot, relations, pairs, known) if pairs else {}
        asked = np.array([at[src] * len(ids) + at[dst] for src, dst in pairs], np.int64)
        for relation in relations:
            new = edges[relation]  # of a person, every question was read
            new = new.at(np.isin(_keys(new, len(ids)), asked))
            old = there.get(relation, nothing())
            same = np.zeros(len(old), np.bool_)
            gone[relation], edges[relation], _ = edge_store.difference(old, new, same, len(ids))
    if not _keeps_nodes(world, ids, gone, edges):
        return None
    made = World(world.people, world.venues, ids, edges, _standing(snapshot, world))
    return Increment(made, gone) if _keeps_owners(snapshot, made) else None


def _keys(edges: Edges, width: int) -> Longs:
    return edges.src.astype(np.int64) * width + edges.dst


def _known(
    snapshot: Connection, world: World, wanted: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[Hashes, tuple[str, ...]]:
    """Return the nodes of a world and of some pairs by hash, and what they are called: the world's first."""
    here = set(world.ids)
    ends = {end for pairs in wanted.values() for pair in pairs for end in pair} - here
    ids = (*world.ids, *sorted(ends))
    hashes = source_store.hashes_of(snapshot, ids)
    return Hashes.of(hashes, np.arange(len(ids), dtype=np.int32)), ids


def _keeps_nodes(
    world: World, ids: Sequence[str], gone: Mapping[Relation, Edges], new: Mapping[Relation, Edges]
) -> bool:
    """Whether no edge vanishes that may have been the last of a node that no source names."""
    named = {node_id(NodeType.VENUE, venue.id) for venue in world.venues}
    for relation, edges in gone.items():
        stays = np.isin(_keys(edges, len(ids)), _keys(new[relation], len(ids)))
        lost = np.unique(edges.dst[~stays])
        if any(ids[place] not in named for place in lost.tolist()):
            return False
    return True


def _standing(snapshot: Connection, world: World) -> Standing:
    """Return what edges of timed sources touch, and no source names: intents, and venues unknown to it."""
    edges = EDGES.c
    intents = sa.select(edges.dst, sa.func.min(edges.user_id), sa.func.max(edges.user_id)).where(
        edges.relation == Relation.ASKED_ABOUT.value, edges.dst.startswith(f"{NodeType.INTENT}:")
    )
    found: dict[str, tuple[str | None, ...]] = {
        row[0]: (row[1], row[2]) for row in snapshot.execute(intents.group_by(edges.dst))
    }
    named = {node_id(NodeType.VENUE, venue.id) for venue in world.venues}
    stored = snapshot.scalars(sa.select(NODES.c.id).where(NODES.c.type == NodeType.VENUE.value))
    strange = [name for name in stored if name not in named]
    if strange:
        timed = [relation.value for relations in RELATIONS.values() for relation in relations]
        touched = sa.select(edges.dst).where(
            edges.relation.in_(timed),
            edges.dst == sa.func.any(sa.bindparam("names", strange, ARRAY(sa.Text))),
        )
        found |= dict.fromkeys(snapshot.scalars(touched.distinct()), ())
    return found


def _keeps_owners(snapshot: Connection, world: World) -> bool:
    """Whether everything that stored edges touch belongs to whom it did: they name its owner."""
    owned = nodes.owners(world.people)
    alone = nodes.sole_owners(owned, world.ids, world.edges, world.standing)
    query = sa.select(NODES.c.id, NODES.c.user_id).where(NODES.c.id.in_(sorted(world.standing)))
    return all(alone.get(row.id) == row.user_id for row in snapshot.execute(query))


def _hour(number: int) -> datetime:
    return datetime.fromtimestamp(number * 3600, UTC)
