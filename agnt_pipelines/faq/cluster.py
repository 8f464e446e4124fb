"""Clusters: which texts ask the same.

Near-duplicates are folded, the rest becomes a graph of each text's nearest neighbours by cosine, and
its communities (Louvain, modularity at resolution 1) are the clusters. The same set of texts has the
same clusters in whatever order it comes. What does not belong here: making vectors
(`language.embedder`), and what a cluster is taken for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy import sparse

from agnt_pipelines.faq.words import tokens
from agnt_pipelines.language.embedder import Embedder

NEIGHBOURS = 10
SEED = 20_150_104
_ROWS_AT_ONCE = 500
_DECIMALS = 6
"""Cosines are rounded, so that no order of additions shows."""


@dataclass(frozen=True, slots=True)
class Core:
    """Texts that ask the same, by their places in the input; the first is the most central."""

    members: tuple[int, ...]


def cores(texts: Sequence[str], embedder: Embedder) -> list[Core]:
    """Return every text in one core: within each community, the texts close to its most central one.

    A community holds what is related; what is counted as the same question must be closer
    (`embedder.same`). Whatever is left of a community makes further cores. Ordered by their texts.
    """
    folded = _folded(texts)
    if not folded:
        return []
    vectors = embedder.embed([texts[places[0]] for places in folded])
    weights = np.array([len(places) for places in folded], dtype=float)
    found = [
        part
        for community in _communities(vectors, embedder.floor)
        for part in _peeled(vectors, weights, community, embedder.same)
    ]
    return [Core(tuple(place for node in part for place in folded[node])) for part in found]


def communities(texts: Sequence[str], embedder: Embedder) -> list[int]:
    """Return a community's number for every text."""
    folded = _folded(texts)
    labels = [0] * len(texts)
    if folded:
        vectors = embedder.embed([texts[places[0]] for places in folded])
        for label, community in enumerate(_communities(vectors, embedder.floor)):
            for node in community:
                for place in folded[node]:
                    labels[place] = label
    return labels


def _folded(texts: Sequence[str]) -> list[list[int]]:
    """Return places of texts that are the same but for order of repetition, case and marks."""
    same: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(texts)), key=lambda place: (texts[place], place)):
        same[" ".join(tokens(texts[place]))].append(place)
    return [same[key] for key in sorted(same)]


def _communities(vectors: sparse.csr_matrix, floor: float) -> list[list[int]]:
    graph = nx.Graph()
    graph.add_nodes_from(range(vectors.shape[0]))
    graph.add_weighted_edges_from(_neighbours(vectors, floor))
    found = nx.community.louvain_communities(graph, weight="weight", seed=SEED)
    return sorted(sorted(community) for community in found)


def _neighbours(vectors: sparse.csr_matrix, floor: float) -> list[tuple[int, int, float]]:
    """Return each text's nearest neighbours with a cosine above the floor, once per pair."""
    edges: dict[tuple[int, int], float] = {}
    turned = vectors.T.tocsc()
    for start in range(0, vectors.shape[0], _ROWS_AT_ONCE):
        block = (vectors[start : start + _ROWS_AT_ONCE] @ turned).toarray().round(_DECIMALS)
        for offset, row in enumerate(block):
            node = start + offset
            row[node] = 0.0
            nearest = np.lexsort((np.arange(row.size), -row))[:NEIGHBOURS]
            for other in nearest[row[nearest] > floor].tolist():
                edges[min(node, other), max(node, other)] = float(row[other])
    return [(one, other, edges[one, other]) for one, other in sorted(edges)]


def _peeled(
    vectors: sparse.csr_matrix, weights: np.ndarray, community: list[int], same: float
) -> list[list[int]]:
    """Take the most central text with all that are close to it, again and again."""
    left = np.array(community)
    cosines = (vectors[community] @ vectors[community].T).toarray().round(_DECIMALS)
    places = np.arange(left.size)
    parts = []
    while places.size:
        inside = cosines[np.ix_(places, places)]
        close = np.where(inside >= same, inside, 0.0)
        centre = int(np.argmax((close @ weights[left[places]]).round(_DECIMALS)))
        near = inside[centre] >= same
        near[centre] = True
        order = np.lexsort((places[near], -inside[centre][near], places[near] != places[centre]))
        parts.append(left[places[near][order]].tolist())
        places = places[~near]
    return parts
