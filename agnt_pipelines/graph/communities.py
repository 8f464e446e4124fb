"""Communities: people of one taste, and venues of one public, by modularity.

What belongs here: the small graph that is clustered, and numbering what is found. What does not:
names for communities, which no one may read off fewer than five people.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from agnt_pipelines.graph.entities import Edge, Relation

MAX_EDGES = 50_000
"""The strongest that are looked at: Louvain in networkx took 1.7 s for as many over 5,000 nodes."""

_OVER = frozenset({Relation.SIMILAR_TASTE, Relation.CO_BOOKED})
_SEED = 20_150_101


def number(edges: Iterable[Edge]) -> dict[str, int]:
    """Return node -> number of its community, 1 being the largest; loners have none.

    Louvain (Blondel et al. 2008) with a fixed seed over nodes in order: the same edges give the same
    numbers. A number names a community within one build, not from build to build.
    """
    known = sorted(
        (edge for edge in edges if edge.relation in _OVER), key=lambda edge: (-edge.weight, edge.key)
    )
    kept = sorted(known[:MAX_EDGES], key=lambda edge: edge.key)
    graph = nx.Graph()
    graph.add_nodes_from(sorted({end for edge in kept for end in (edge.src, edge.dst)}))
    for edge in kept:
        graph.add_edge(edge.src, edge.dst, weight=edge.weight)
    if not kept:
        return {}
    found = [sorted(members) for members in nx.community.louvain_communities(graph, seed=_SEED)]
    found.sort(key=lambda members: (-len(members), members[0]))
    return {member: place for place, members in enumerate(found, 1) for member in members}
