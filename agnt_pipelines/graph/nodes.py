"""Nodes: every entity the sources name or an edge touches, and the person each belongs to.

What belongs here: types, labels, attributes, owners. What does not: edges.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from agnt_pipelines.graph.entities import Edge, Node, NodeType, key_of, node_id, type_of
from agnt_pipelines.graph.records import Venue, World

_PUBLIC = frozenset({NodeType.VENUE, NodeType.FEATURE})


def of_world(world: World, edges: Iterable[Edge], communities: Mapping[str, int]) -> list[Node]:
    """Return the nodes of a world and its edges, ordered by id."""
    edges = list(edges)
    names = {node_id(NodeType.VENUE, venue.id) for venue in world.venues}
    names |= {node_id(NodeType.USER, person.id) for person in world.people}
    names |= {end for edge in edges for end in (edge.src, edge.dst)}
    venues = {node_id(NodeType.VENUE, venue.id): venue for venue in world.venues}
    kinds = _agent_kinds(world)
    owned = owners(world) | _sole_owners(world, edges)
    found = []
    for name in sorted(names):
        attributes: dict[str, str | int] = {}
        if (venue := venues.get(name)) is not None and venue.category:
            attributes["category"] = venue.category
        if type_of(name) is NodeType.AGENT:
            attributes["kind"] = kinds.get(name, "external")
        if name in communities:
            attributes["community"] = communities[name]
        found.append(Node(name, type_of(name), owned.get(name), _label(name, venue), attributes))
    return found


def owners(world: World) -> dict[str, str]:
    """Return node -> person, of people themselves and of agents that act for one person alone."""
    found = {node_id(NodeType.USER, person.id): person.id for person in world.people}
    served = Counter(person.agent_id for person in world.people if person.agent_id)
    for person in world.people:
        if person.agent_id and served[person.agent_id] == 1:
            found[node_id(NodeType.AGENT, person.agent_id)] = person.id
    return found


def _sole_owners(world: World, edges: Iterable[Edge]) -> dict[str, str]:
    """Return node -> person for what only one person ever named: their words go with them."""
    owned = owners(world)
    touched: defaultdict[str, set[str | None]] = defaultdict(set)
    for edge in edges:
        touched[edge.src].add(owned.get(edge.dst))
        touched[edge.dst].add(owned.get(edge.src))
    alone = {name: who for name, who in touched.items() if type_of(name) not in _PUBLIC and len(who) == 1}
    return {
        name: person
        for name, (person,) in alone.items()
        if person is not None and type_of(name) is not NodeType.USER
    }


def _agent_kinds(world: World) -> dict[str, str]:
    kinds = {node_id(NodeType.AGENT, venue.agent_id): "venue" for venue in world.venues if venue.agent_id}
    consumers = {node_id(NodeType.AGENT, who.agent_id): "consumer" for who in world.people if who.agent_id}
    return consumers | kinds


def _label(name: str, venue: Venue | None) -> str | None:
    match type_of(name):
        case NodeType.USER:
            return None
        case NodeType.VENUE:
            return None if venue is None else venue.name
        case NodeType.FACET:
            return key_of(name).partition("/")[2]
        case _:
            return key_of(name)
