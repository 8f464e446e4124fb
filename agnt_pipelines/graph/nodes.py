"""Nodes: every entity the sources name or an edge touches, and the person each belongs to.

What belongs here: types, labels, attributes, owners. What does not: edges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.columns import Edges
from agnt_pipelines.graph.entities import Node, NodeType, Relation, key_of, node_id, type_of
from agnt_pipelines.graph.records import Person, Venue

_PUBLIC = frozenset({NodeType.VENUE, NodeType.FEATURE})

Standing = Mapping[str, Collection[str | None]]
"""Node -> people whose edges touch it, two of them at most, for edges that are not at hand."""


def of_world(
    people: Sequence[Person],
    venues: Sequence[Venue],
    ids: Sequence[str],
    edges: Mapping[Relation, Edges],
    standing: Standing | None = None,
) -> list[Node]:
    """Return the nodes of a world and its edges, ordered by id.

    Args:
        people: who lives.
        venues: that the sources name.
        ids: of the edges' ends.
        edges: by relation.
        standing: nodes that other edges touch.
    """
    standing = standing or {}
    by_id = {node_id(NodeType.VENUE, venue.id): venue for venue in venues}
    names = set(by_id) | {node_id(NodeType.USER, person.id) for person in people} | standing.keys()
    names.update(ids[place] for place in np.flatnonzero(_touched(len(ids), edges.values())).tolist())
    kinds = _agent_kinds(people, venues)
    owned = owners(people)
    owned |= sole_owners(owned, ids, edges, standing)
    found = []
    for name in sorted(names):
        kind = type_of(name)
        attributes: dict[str, str | int] = {}
        if (venue := by_id.get(name)) is not None and venue.category:
            attributes["category"] = venue.category
        if kind is NodeType.AGENT:
            attributes["kind"] = kinds.get(name, "external")
        found.append(Node(name, kind, owned.get(name), _label(name, kind, venue), attributes))
    return found


def owners(people: Iterable[Person]) -> dict[str, str]:
    """Return node -> person, of people themselves and of agents that act for one person alone."""
    people = list(people)
    found = {node_id(NodeType.USER, person.id): person.id for person in people}
    served = Counter(person.agent_id for person in people if person.agent_id)
    for person in people:
        if person.agent_id and served[person.agent_id] == 1:
            found[node_id(NodeType.AGENT, person.agent_id)] = person.id
    return found


def _touched(count: int, edges: Iterable[Edges]) -> NDArray[np.bool_]:
    """Return which ids are the end of an edge."""
    found = np.zeros(count, np.bool_)
    for some in edges:
        found[some.src] = True
        found[some.dst] = True
    return found


def sole_owners(
    owned: Mapping[str, str], ids: Sequence[str], edges: Mapping[Relation, Edges], standing: Standing
) -> dict[str, str]:
    """Return node -> person for what only one person ever named: their words go with them."""
    numbers = {person: number for number, person in enumerate(sorted(set(owned.values())))}
    persons = list(numbers)
    owner = np.array([numbers.get(owned.get(name, ""), -1) for name in ids], np.int64)
    private = np.array([type_of(name) not in _PUBLIC | {NodeType.USER} for name in ids], np.bool_)
    low, high = np.full(len(ids), len(persons)), np.full(len(ids), -2)
    for some in edges.values():
        for near, far in ((some.src, some.dst), (some.dst, some.src)):
            which = private[near]
            if which.any():
                np.minimum.at(low, near[which], owner[far[which]])
                np.maximum.at(high, near[which], owner[far[which]])
    at = {name: place for place, name in enumerate(ids)}
    sole = np.flatnonzero((low == high) & (high >= 0)).tolist()
    alone = {ids[place]: persons[int(low[place])] for place in sole}
    for name, who in standing.items():
        if type_of(name) in _PUBLIC:
            continue
        both = {None if person is None else owned.get(node_id(NodeType.USER, person)) for person in who}
        place = at.get(name)
        if place is not None and high[place] >= -1:
            both |= {persons[number] if number >= 0 else None for number in (low[place], high[place])}
        alone.pop(name, None)
        if len(both) == 1 and (only := next(iter(both))) is not None:
            alone[name] = only
    return alone


def _agent_kinds(people: Iterable[Person], venues: Iterable[Venue]) -> dict[str, str]:
    kinds = {node_id(NodeType.AGENT, venue.agent_id): "venue" for venue in venues if venue.agent_id}
    consumers = {node_id(NodeType.AGENT, who.agent_id): "consumer" for who in people if who.agent_id}
    return consumers | kinds


def _label(name: str, kind: NodeType, venue: Venue | None) -> str | None:
    match kind:
        case NodeType.USER:
            return None
        case NodeType.VENUE:
            return None if venue is None else venue.name
        case NodeType.FACET:
            return key_of(name).partition("/")[2]
        case _:
            return key_of(name)
