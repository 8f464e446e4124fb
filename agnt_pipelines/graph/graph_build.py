"""The graph build, step by step: load -> think -> check -> apply, for one hour.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL
(`store`), and the thinking itself (the pure modules).
"""

from __future__ import annotations

from datetime import UTC, datetime

from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.graph import checks, communities, edges, evidence, nodes, similarity, store, weights
from agnt_pipelines.graph.entities import Edge, Node
from agnt_pipelines.graph.records import World
from agnt_pipelines.replay import completion, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings


def as_of(settings: Settings) -> datetime:
    """Return the hour a build looks back from: the last closed one of the world's now."""
    return weights.last_closed_hour(settings.now or datetime.now(UTC))


def build(lease: Lease, settings: Settings) -> Applied:
    """Bring the whole graph up to the last closed hour; nothing is done where nothing is due.

    Raises:
        PlanRefused: a check failed; the graph is what it was.
        Fenced: a later run took the lease.
    """
    hour = as_of(settings)
    derivation = store.entity_graph(settings, hour)
    with lease.database.reading() as snapshot:
        if not staleness.due(snapshot, derivation):
            return completion.standing(snapshot, derivation, FOLD)
        units = store.digests(snapshot, derivation)
        world = store.read_world(snapshot, settings, hour)
    done = apply(lease, plan(derivation, units, world), settings)
    crash_point("graph.applied")
    if not done.units_held:
        store.record_build(lease, hour)
    return done


def plan(derivation: Derivation, units: dict[str, str], world: World) -> Plan:
    """Plan the graph of a world.

    Raises:
        PlanRefused: a check failed.
    """
    found_nodes, found_edges = think(world)
    failed = checks.failed(found_nodes, found_edges, {person.id for person in world.people})
    if failed:
        which = ", ".join(f"{name} ({count})" for name, count in failed.items())
        message = f"The graph of {world.as_of.isoformat()} failed {which}: it stays as it was."
        raise PlanRefused(message, failed)
    made = Plan(derivation, FOLD, units)
    owners = {node.id: node.owner for node in found_nodes if node.owner is not None}
    for node in found_nodes:
        made.put(store.NODES, node.type.value, [store.node_row(node)])
    for edge in found_edges:
        made.put(store.EDGES, edge.relation.value, [store.edge_row(edge, owners)])
    made.count("nodes", len(found_nodes))
    made.count("edges", len(found_edges))
    times = [row.created_at for row in world.bookings] + [row.created_at for row in world.questions]
    made.watermark = max(times, default=None)
    return made


def think(world: World) -> tuple[list[Node], list[Edge]]:
    """Return the nodes and edges that follow from a world."""
    said = edges.fold(evidence.of_world(world), world.as_of)
    alike = list(similarity.edges(said))
    every = [*said, *alike]
    return nodes.of_world(world, every, communities.number(alike)), every
