"""The same edges by other means: pandas, networkx, bare numpy, a bare sparse_dot_topn, a bare COPY.

Each builds what the product builds (BOOKED with count, weight and times; CO_BOOKED and SIMILAR_TO, the
fifty nearest that share two people). What belongs here: the other side of a ratio. What does not: the
product's side (`graph`).
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from heapq import nlargest
from itertools import combinations
from math import sqrt
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from benchmarks.graph_world import Events

_K, _SHARED, _CUT = 50, 2, 10
_VENUES_AT_ONCE = 250

Weights = NDArray[np.int64]


def numpy_seconds(events: Events, weight: Weights) -> float:
    """Return what a bare sort and sum of the columns takes: lexsort, then reduceat."""
    began = time.process_time()
    order = np.lexsort((events.venue, events.person))
    person, venue = events.person[order], events.venue[order]
    new = np.concatenate(([True], (person[1:] != person[:-1]) | (venue[1:] != venue[:-1])))
    starts = np.flatnonzero(new)
    np.add.reduceat(weight[order], starts)
    np.maximum.reduceat(events.at[order], starts)
    np.minimum.reduceat(events.at[order], starts)
    np.diff(np.append(starts, len(order)))
    return time.process_time() - began


def topn_seconds(binary: Any) -> float:
    """Return what a bare call takes on the same matrix, venues by people, rows of length one."""
    lengths = np.sqrt(np.diff(binary.indptr))
    rows = sparse.csr_matrix(sparse.diags_array(1 / lengths) @ binary.astype(np.float64))
    columns = sparse.csr_matrix(rows.T)
    began = time.process_time()
    sp_matmul_topn(rows, columns, top_n=_K, n_threads=1)
    return time.process_time() - began


def pandas_seconds(events: Events, weight: Weights) -> float:
    """Return what pandas takes from columns in memory to edges in memory."""
    began = time.process_time()
    frame = pd.DataFrame({"person": events.person, "venue": events.venue, "weight": weight, "at": events.at})
    edges = frame.groupby(["person", "venue"], as_index=False).agg(
        weight=("weight", "sum"), count=("weight", "size"), first=("at", "min"), last=("at", "max")
    )
    for cut in (False, True):
        edges["value"] = np.maximum(edges["weight"].to_numpy() >> _CUT, 1) if cut else 1
        _pandas_nearest(edges[["person", "venue", "value"]])
    return time.process_time() - began


def networkx_seconds(events: Events, weight: Weights, share: int, *, by_hand: bool = False) -> float:
    """Return what networkx takes for one in `share` people.

    Venues are compared by its own projection of a bipartite graph, or, `by_hand`, by counting pairs in
    dictionaries over its graph: what somebody writes who finds the projection slow.
    """
    chosen = events.person % share == 0
    rows = (events.person[chosen].tolist(), events.venue[chosen].tolist(), weight[chosen].tolist())
    began = time.process_time()
    graph = nx.Graph()
    for person, venue, value, at in zip(*rows, events.at[chosen].tolist(), strict=True):
        edge = graph.get_edge_data(("u", person), ("v", venue))
        if edge is None:
            graph.add_edge(("u", person), ("v", venue), weight=value, count=1, first=at, last=at)
        else:
            edge["weight"] += value
            edge["count"] += 1
            edge["first"], edge["last"] = min(edge["first"], at), max(edge["last"], at)
    for cut in (False, True):
        (_networkx_nearest if by_hand else _networkx_projected)(graph, cut=cut)
    return time.process_time() - began


def _networkx_projected(graph: nx.Graph, *, cut: bool) -> None:
    def entry(venue: tuple[str, int], person: tuple[str, int]) -> int:
        return max(graph[venue][person]["weight"] >> _CUT, 1) if cut else 1

    lengths = {
        node: sqrt(sum(entry(node, person) ** 2 for person in graph[node]))
        for node in graph
        if node[0] == "v"
    }

    def cosine(within: nx.Graph, one: tuple[str, int], other: tuple[str, int]) -> float:
        both = set(within[one]) & set(within[other])
        if len(both) < _SHARED:
            return 0.0
        return sum(entry(one, who) * entry(other, who) for who in both) / (lengths[one] * lengths[other])

    projected = nx.bipartite.generic_weighted_projected_graph(graph, list(lengths), weight_function=cosine)
    alike = nx.Graph()
    for one, near in projected.adjacency():
        best = nlargest(_K, ((edge["weight"], other) for other, edge in near.items() if edge["weight"]))
        alike.add_weighted_edges_from((one, other, weight) for weight, other in best)


def _pandas_nearest(edges: pd.DataFrame) -> None:
    norms = (edges["value"] ** 2).groupby(edges["venue"]).sum() ** 0.5
    venues = np.sort(edges["venue"].unique())
    for start in range(0, len(venues), _VENUES_AT_ONCE):
        mine = edges[edges["venue"].isin(venues[start : start + _VENUES_AT_ONCE])]
        both = mine.merge(edges, on="person", suffixes=("", "_other"))
        both = both[both["venue"] != both["venue_other"]]
        both["dot"] = both["value"] * both["value_other"]
        pairs = both.groupby(["venue", "venue_other"])["dot"].agg(["sum", "size"]).reset_index()
        pairs = pairs[pairs["size"] >= _SHARED]
        lengths = norms.loc[pairs["venue"]].to_numpy() * norms.loc[pairs["venue_other"]].to_numpy()
        pairs["cosine"] = pairs["sum"] / lengths
        ordered = pairs.sort_values(["venue", "cosine", "venue_other"], ascending=[True, False, True])
        ordered.groupby("venue").head(_K)


def _networkx_nearest(graph: nx.Graph, *, cut: bool) -> None:
    dots: Counter[tuple[int, int]] = Counter()
    shared: Counter[tuple[int, int]] = Counter()
    squares: Counter[int] = Counter()
    for kind, person in [node for node in graph if node[0] == "u"]:
        near = sorted(
            (venue, max(edge["weight"] >> _CUT, 1) if cut else 1)
            for (_, venue), edge in graph[kind, person].items()
        )
        for venue, value in near:
            squares[venue] += value * value
        for (one, mine), (other, theirs) in combinations(near, 2):
            dots[one, other] += mine * theirs
            shared[one, other] += 1
    alike = nx.Graph()
    near_of: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for (one, other), dot in dots.items():
        if shared[one, other] >= _SHARED:
            cosine = dot / sqrt(squares[one] * squares[other])
            near_of[one].append((cosine, other))
            near_of[other].append((cosine, one))
    for one, near in near_of.items():
        alike.add_weighted_edges_from((one, other, cosine) for cosine, other in nlargest(_K, near))
