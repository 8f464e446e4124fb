"""Pictures of the graph for an asset's metadata: how many links things have, and what belongs together.

What belongs here: from numbers to a PNG in a line of Markdown, as Dagster's UI shows it. What does not:
the numbers (`network`), and tables of metadata (`run_report`).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Final

import networkx as nx
import numpy as np
from matplotlib.figure import Figure

from agnt_pipelines.graph.network import Community, Link

_SIZE, _DOTS = (6.4, 3.6), 80
_COMMUNITIES, _VENUES, _LINKS = 8, 120, 600
_SEED: Final = 7
_TIES = 3
"""A venue's strongest links that are drawn: with all of them a map is a blot."""


def degrees(found: Mapping[str, Mapping[int, int]]) -> str:
    """Draw how many nodes have how many links, a line a kind, both axes in powers of ten.

    Args:
        found: see `network.degrees`.
    """
    figure = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
    axes = figure.subplots()
    for kind, nodes in found.items():
        axes.plot([*nodes], [*nodes.values()], marker="o", label=kind)
    axes.set(xscale="log", yscale="log", xlabel="links (and up to twice as many)", ylabel="nodes")
    axes.grid(alpha=0.3)
    axes.legend()
    return _markdown(figure, "degree distribution")


def communities(found: Sequence[Community], links: Sequence[Link]) -> str:
    """Draw the largest communities with their central venues; what is near is booked by the same people."""
    shown = {venue: place for place, one in enumerate(found[:_COMMUNITIES]) for venue in _central(one, found)}
    graph = nx.Graph()
    graph.add_nodes_from(shown)
    graph.add_weighted_edges_from(_strongest(links, shown))
    figure = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    places = nx.spring_layout(graph, seed=_SEED, iterations=60)
    for one, other in graph.edges:
        axes.plot(*zip(places[one], places[other], strict=True), color="0.85", linewidth=0.6, zorder=1)
    for number, one in enumerate(found[:_COMMUNITIES]):
        dots = np.array([places[venue] for venue in _central(one, found)])
        label = f"{one.label} ({len(one.venues):,})"
        axes.scatter(dots[:, 0], dots[:, 1], s=24, color=f"C{number}", label=label, zorder=2)
    if shown:
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize="small")
    return _markdown(figure, "communities of venues")


def _central(one: Community, found: Sequence[Community]) -> Sequence[str]:
    return one.venues[: max(_VENUES // min(len(found), _COMMUNITIES), 1)]


def _strongest(links: Sequence[Link], shown: Mapping[str, int]) -> list[Link]:
    """Return the strongest links between venues that are shown, a few of each."""
    ties: dict[str, int] = {}
    chosen = []
    for one, other, weight in sorted(links, key=lambda link: (-link[2], link[0], link[1])):
        if one in shown and other in shown and min(ties.get(one, 0), ties.get(other, 0)) < _TIES:
            ties[one], ties[other] = ties.get(one, 0) + 1, ties.get(other, 0) + 1
            chosen.append((one, other, weight))
    return chosen[:_LINKS]


def _markdown(figure: Figure, title: str) -> str:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return f"![{title}](data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()})"
