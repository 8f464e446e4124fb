"""Clusters: which texts ask the same, and how many questions there are, told by the texts alone.

Near-duplicates are folded; the rest becomes a graph of each text's nearest neighbours by cosine, whose
communities (Louvain at a high resolution) are far too many on purpose; then those are joined, the most
alike first, as long as two look like one that was cut (`linkage`). The number of clusters is nowhere
said. The same set of texts has the same clusters in whatever order it comes. What does not belong
here: making vectors (`language.embedder`), and what a cluster is taken for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.faq.linkage import joined
from agnt_pipelines.faq.words import tokens
from agnt_pipelines.language.embedder import Embedder, Vectors

NEIGHBOURS = 10
RESOLUTION = 25.0
TEXTS_PER_RESOLUTION = 60
"""Louvain's resolution is max(25, texts / 60): splinters of some tens of texts, however many there are.
These and the embedders' thresholds were chosen on DSTC11 insurance and banking and CLINC150 and on
samples of them (fewer intents, uneven sizes); half or twice as much changes little."""

SEED = 20_150_104
_TEXTS_PER_NEIGHBOUR = 20
_FEW = 400
"""Texts from which on there are enough for neighbours to be near."""

_ROWS_AT_ONCE = 500
_DECIMALS = 6
"""Cosines are rounded, so that no order of additions shows."""


@dataclass(frozen=True, slots=True)
class Core:
    """Texts that ask the same, by their places in the input; the first is the most central."""

    members: tuple[int, ...]


def cores(texts: Sequence[str], embedder: Embedder) -> list[Core]:
    """Return every text in one core, each core's most central text first; ordered by their texts."""
    folded = _folded(texts)
    if not folded:
        return []
    vectors = embedder.embed([texts[places[0]] for places in folded])
    weights = np.array([len(places) for places in folded], dtype=float)
    found = [_from_the_middle(vectors, weights, nodes) for nodes in clusters(vectors, embedder)]
    return [Core(tuple(place for node in nodes for place in folded[node])) for nodes in found]


def labels(texts: Sequence[str], embedder: Embedder) -> list[int]:
    """Return a cluster's number for every text."""
    found = [0] * len(texts)
    for number, core in enumerate(cores(texts, embedder)):
        for place in core.members:
            found[place] = number
    return found


def clusters(vectors: Vectors, embedder: Embedder) -> list[list[int]]:
    """Return the clusters of unit vectors, n x d, by row; ordered."""
    near = _near_duplicates(vectors, embedder.duplicate)
    leaders = sorted(near)
    chosen = vectors[leaders]
    neighbours = min(NEIGHBOURS, max(2, len(leaders) // _TEXTS_PER_NEIGHBOUR))
    nearest, cosines = _nearest(chosen, 2 * neighbours)
    graph = _graph(nearest[:, :neighbours], cosines[:, :neighbours], embedder.floor)
    resolution = max(RESOLUTION, len(leaders) / TEXTS_PER_RESOLUTION)
    splinters = nx.community.louvain_communities(graph, resolution=resolution, seed=SEED)
    parts = np.zeros(len(leaders), dtype=np.intp)
    for number, nodes in enumerate(sorted(sorted(nodes) for nodes in splinters)):
        parts[nodes] = number
    found: dict[int, list[int]] = defaultdict(list)
    wanted = embedder.linkage * (1 + embedder.few * max(0.0, 1 - len(leaders) / _FEW))
    for place, part in enumerate(joined(chosen, nearest, parts, wanted).tolist()):
        found[part] += near[leaders[place]]
    return sorted(sorted(nodes) for nodes in found.values())


def _folded(texts: Sequence[str]) -> list[list[int]]:
    """Return places of texts that are the same but for order of repetition, case and marks."""
    same: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(texts)), key=lambda place: (texts[place], place)):
        same[" ".join(tokens(texts[place]))].append(place)
    return [same[key] for key in sorted(same)]


def _near_duplicates(vectors: Vectors, duplicate: float) -> dict[int, list[int]]:
    """Return leaders with the rows folded into them: those with the most near-duplicates lead."""
    counts = np.concatenate([(block > duplicate).sum(axis=1) for block in _blocks(vectors)])
    waiting = np.lexsort((np.arange(len(vectors)), -counts))
    led: dict[int, list[int]] = {}
    free = np.ones(len(vectors), dtype=bool)
    while len(waiting):
        some = waiting[:_ROWS_AT_ONCE]
        close = (vectors[some] @ vectors.T).round(_DECIMALS) > duplicate
        for row, node in enumerate(some.tolist()):
            if free[node]:
                close[row, node] = True
                led[node] = np.flatnonzero(close[row] & free).tolist()
                free[led[node]] = False
        waiting = waiting[_ROWS_AT_ONCE:]
        waiting = waiting[free[waiting]]
    return led


def _nearest(vectors: Vectors, count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return each row's nearest others and their cosines, n x count, the nearest first; of equals the first."""
    total = len(vectors)
    count = min(count, total - 1)
    places, cosines = [], []
    for number, block in enumerate(_blocks(vectors)):
        rows = np.arange(len(block))
        block[rows, number * _ROWS_AT_ONCE + rows] = -2.0
        # One whole number for cosine and place: what is nearest is told without sorting all.
        keys = np.rint(block * -(10.0**_DECIMALS)).astype(np.int64) * total + np.arange(total)
        order = np.sort(np.partition(keys, count - 1, axis=1)[:, :count], axis=1) % total
        places.append(order.astype(np.intp))
        cosines.append(np.take_along_axis(block, order, axis=1))
    return np.concatenate(places), np.concatenate(cosines)


def _blocks(vectors: Vectors) -> Iterator[Vectors]:
    """Yield cosines of some rows with all rows: the whole matrix is never there."""
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        yield (vectors[start : start + _ROWS_AT_ONCE] @ vectors.T).round(_DECIMALS)


def _graph(nearest: NDArray[np.intp], cosines: NDArray[np.float32], floor: float) -> nx.Graph:
    edges = {
        (min(node, other), max(node, other)): cosine
        for node, row in enumerate(nearest.tolist())
        for other, cosine in zip(row, cosines[node].tolist(), strict=True)
        if cosine > floor
    }
    graph = nx.Graph()
    graph.add_nodes_from(range(len(nearest)))
    graph.add_weighted_edges_from((one, other, edges[one, other]) for one, other in sorted(edges))
    return graph


def _from_the_middle(vectors: Vectors, weights: NDArray[np.float64], nodes: list[int]) -> list[int]:
    """Return a cluster's rows, those nearest to its weighted mean first."""
    mean = weights[nodes] @ vectors[nodes]
    closeness = (vectors[nodes] @ mean).round(_DECIMALS)
    return [nodes[place] for place in np.lexsort((np.array(nodes), -closeness)).tolist()]
