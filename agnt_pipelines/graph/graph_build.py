"""The graph build, step by step: survey -> gather -> think -> check -> apply, for one hour.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL (the
stores), and the thinking itself (the pure modules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import numpy as np
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.graph import (
    checks,
    edge_store,
    engine,
    increment,
    likeness,
    nodes,
    partition_store,
    source_store,
    store,
    weights,
)
from agnt_pipelines.graph.columns import Edges
from agnt_pipelines.graph.entities import NodeType, Relation, type_of
from agnt_pipelines.graph.gathering import Gathering, World
from agnt_pipelines.graph.increment import Increment
from agnt_pipelines.graph.partition_store import Ends
from agnt_pipelines.graph.store import Stored
from agnt_pipelines.replay import completion, holds, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.difference import Bulk
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings

Tell = Callable[[str], None]
"""Hears of steps, in a word."""


def silent(_step: str) -> None:
    """Tell nobody."""


Look = Callable[[Ends, Mapping[Relation, Edges]], None]
"""Sees what people did, as it is stored."""


def unseen(_ends: Ends, _visits: Mapping[Relation, Edges]) -> None:
    """See nothing."""


def as_of(settings: Settings) -> datetime:
    """Return the hour a build looks back from: the last closed one of the world's now."""
    return weights.last_closed_hour(settings.now or datetime.now(UTC))


def build(lease: Lease, settings: Settings, tell: Tell = silent) -> Applied:
    """Bring what sources tell of up to the last closed hour; nothing is done where nothing is due.

    `tell` hears of each step as it begins.

    Raises:
        PlanRefused: a check failed; the graph is what it was.
        Fenced: a later run took the lease.
    """
    hour = as_of(settings)
    derivation = store.entity_graph(settings, hour)
    partition_store.clear_stages(lease)
    tell("survey")
    with lease.database.reading() as snapshot:
        found = source_store.survey(snapshot, hour, source_store.outside_agents(settings))
        units = {
            unit: source_store.unit_digest(hour, reads, found) for unit, reads in store.unit_reads().items()
        }
        before = store.stored(snapshot, derivation)
        if all(_is_current(before.get(unit), made, derivation) for unit, made in units.items()):
            holds.forget_moot(lease, derivation, ())
            return completion.standing(snapshot, derivation, FOLD)
        tell("read")
        small = increment.of(snapshot, hour, settings, found, before)
        world = everything(snapshot, hour, settings) if small is None else small.world
    tell("plan")
    made = plan(derivation, units, world)
    made.watermark = found.newest
    tell("stage")
    bulk = edges_of(lease, world, small, made, before)
    written = partial(increment.record, found=found, as_of=hour, version=derivation.version)
    tell("apply")
    done = apply(lease, made, settings, bulk, written)
    crash_point("graph.applied")
    partition_store.clear_stages(lease)
    if done.units_held:
        store.forget_orphans(lease)
    else:
        store.record_build(lease, hour)
    return done


def everything(snapshot: Connection, hour: datetime, settings: Settings) -> World:
    """Read all that the sources say."""
    with engine.heap(settings) as heap:
        gathering = Gathering.begin(snapshot, hour, settings, heap)
        gathering.untimed()
        gathering.bookings()
        gathering.questions()
        return gathering.world()


def plan(derivation: Derivation, units: Mapping[str, str], world: World) -> Plan:
    """Plan the nodes of a world; its edges are told of as counts.

    Raises:
        PlanRefused: a check failed.
    """
    found = nodes.of_world(world.people, world.venues, world.ids, world.edges, world.standing)
    living = {person.id for person in world.people}
    refuse(checks.failed(found, world.ids, world.edges, living, world.standing), "entity graph")
    made = Plan(derivation, FOLD, units)
    for node in found:
        made.put(store.NODES, node.type.value, [store.node_row(node)])
    made.count("nodes", len(found))
    return made


def edges_of(
    lease: Lease, world: World, small: Increment | None, made: Plan, before: Mapping[str, Stored]
) -> list[Bulk]:
    """Return how each relation comes to be what the world says; what is large is staged already."""
    ends = Ends(world.ids, owners_of(made))
    found = []
    for relation in sorted(store.TOLD):
        unit = relation.value
        digest_in = made.units[unit]
        assert digest_in is not None
        if small is not None and relation in small.gone:
            gone, new = small.gone[relation], world.edges[relation]
            found.append(edge_store.changed(relation, gone, new, ends, digest_in, before[unit]))
        else:
            edges = world.edges[relation]
            found.append(edge_store.planned(lease, relation, edges, ends, digest_in, before.get(unit)))
    made.count("edges", sum(one.size for one in found))
    return found


def owners_of(made: Plan) -> dict[str, str]:
    """Return node -> person, of the planned nodes that belong to one."""
    planned = (row for rows in made.rows.get(store.NODES, {}).values() for row in rows)
    return {row[0]: row[2] for row in planned if row[2] is not None}


def liken(
    lease: Lease,
    settings: Settings,
    derivation: Derivation | None = None,
    tell: Tell = silent,
    look: Look = unseen,
) -> Applied:
    """Bring what venues (or, of another derivation, people) are alike up to the edges that are stored.

    `look` is shown the edges that were read, if any had to be.

    Raises:
        PlanRefused: a check failed; what is stored stays.
        Fenced: a later run took the lease.
    """
    derivation = derivation or store.venue_likeness(settings)
    partition_store.clear_stages(lease)
    with store.snapshot_of(lease.database) as snapshot:
        units = store.digests(snapshot, derivation)
        before = store.stored(snapshot, derivation)
        if not staleness.due(snapshot, derivation):
            holds.forget_moot(lease, derivation, ())
            return completion.standing(snapshot, derivation, FOLD)
        tell("read edges")
        ends, visits = edge_store.read_visits(snapshot)
    tell("liken")
    look(ends, visits)
    is_venue = np.array([type_of(name) is NodeType.VENUE for name in ends.ids], np.bool_)
    found = likeness.of(derivation.name, visits, is_venue, engine.counter(settings))
    failed: dict[str, int] = {}
    for relation, edges in found.items():
        for name, count in checks.edges_failed(relation, edges).items():
            failed[name] = failed.get(name, 0) + count
    refuse({name: count for name, count in failed.items() if count}, derivation.name)
    tell("stage likeness")
    bulk = [
        edge_store.planned(lease, relation, edges, ends, units[relation.value], before.get(relation.value))
        for relation, edges in found.items()
        if relation.value in units
    ]
    made = Plan(derivation, FOLD, units)
    made.count("edges", sum(one.size for one in bulk))
    tell("apply likeness")
    done = apply(lease, made, settings, bulk)
    partition_store.clear_stages(lease)
    return done


def refuse(failed: Mapping[str, int], what: str) -> None:
    """Refuse a build that failed checks.

    Raises:
        PlanRefused: it did.
    """
    if failed:
        which = ", ".join(f"{name} ({count})" for name, count in failed.items())
        raise PlanRefused(f"The {what} failed {which}: it stays as it was.", dict(failed))


def _is_current(recorded: Stored | None, digest_in: str, derivation: Derivation) -> bool:
    return recorded is not None and (recorded.digest_in, recorded.version) == (digest_in, derivation.version)
