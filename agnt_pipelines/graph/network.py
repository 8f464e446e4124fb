"""What the graph says of the network: communities, brokers, what rises and fades, who answers, what lacks.

Pure and bounded: what is large is cut to its strongest edges, or sampled by a fixed seed. Whatever is
about people is told of `PEOPLE` of them at least. What does not belong here: reading (`network_store`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import networkx as nx
import numpy as np

from agnt_pipelines.graph.columns import Edges
from agnt_pipelines.graph.entities import NodeType, Relation, type_of

PEOPLE: Final = 5
"""Fewer are nobody: what is said of four of them could be said of one."""

MAX_EDGES: Final = 50_000
"""The strongest that communities and brokers are looked for in: Louvain takes 1.7 s for as many."""

SAMPLE: Final = 200
"""Venues from which shortest paths are followed for brokers; up to so many venues, it is exact."""

_SEED = 20_150_101
_Z = 1.96
_LABELS = 2
_SURPRISE = 2.0

Link = tuple[str, str, int]
"""Two venues, and their cosine in units of 2^-20."""


@dataclass(frozen=True, slots=True)
class Community:
    """Venues of one public.

    Attributes:
        id: the member whose name's hash is lowest: two weeks' communities that share three quarters of
            their members have one id three times in four (MinHash, Broder 1997), without any record.
        label: what its members are, and others are not.
        venues: the members, nearest to the others first.
    """

    id: str
    label: str
    venues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broker:
    """A venue on the way between others: the share of shortest paths, 0..1."""

    venue: str
    share: float
    sampled: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """People who booked a venue in the last four weeks and in the four before; z of the difference.

    None stands for fewer than five.
    """

    venue: str
    now: int | None
    before: int | None
    z: float


@dataclass(frozen=True, slots=True)
class Answers:
    """How often an agent answered: the share, and its 95 % interval (Wilson 1927)."""

    agent: str
    asked: int
    answered: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Gap:
    """What people of a city ask for at an hour (WITA), how many booked within a day, and what suits it there."""

    city: str
    intent: str
    hour: int
    people: int
    served: int
    venues: int


def communities(
    links: Iterable[Link], traits: Mapping[str, Collection[str]], names: Mapping[str, str] | None = None
) -> list[Community]:
    """Return communities of three venues or more, largest first (Louvain, Blondel et al. 2008).

    Args:
        links: between venues, in both directions or in one.
        traits: venue -> words for it: city, category, features.
        names: what venues are called, for a community that has nothing but a middle.
    """
    graph = _graph(links)
    found = nx.community.louvain_communities(graph, seed=_SEED) if graph else []
    usual = Counter(word for venue in graph for word in set(traits.get(venue, ())))
    told = []
    for members in found:
        if len(members) > 2:
            inside = graph.subgraph(members)
            order = sorted(members, key=lambda venue: (-inside.degree(venue, weight="weight"), venue))
            middle = (names or {}).get(order[0], order[0].partition(":")[2])
            label = _label(order, traits, usual, len(graph)) or f"around {middle}"
            told.append(Community(_lowest(members), label, tuple(order)))
    return sorted(told, key=lambda one: (-len(one.venues), one.id))


def degrees(names: Sequence[str], visits: Mapping[Relation, Edges]) -> dict[str, dict[int, int]]:
    """Return how many people and venues have how many links: {kind: {2^n: nodes with 2^n to 2^(n+1) - 1}}.

    Args:
        names: of the edges' ends, by number.
        visits: what people did.
    """
    src = np.concatenate([edges.src for edges in visits.values()])
    dst = np.concatenate([edges.dst for edges in visits.values()])
    is_venue = np.array([type_of(name) is NodeType.VENUE for name in names], np.bool_)
    found = {}
    for kind, ends, least in (("people", src, PEOPLE), ("venues", dst[is_venue[dst]], 1)):
        links = np.bincount(ends)
        nodes = np.bincount(np.frexp(links[links > 0])[1] - 1)
        found[kind] = {1 << power: int(count) for power, count in enumerate(nodes) if count >= least}
    return found


def brokers(links: Iterable[Link], limit: int = 10) -> list[Broker]:
    """Return the venues on most shortest paths; exact up to SAMPLE venues, from so many beyond."""
    graph = _graph(links)
    for _, _, link in graph.edges(data=True):
        link["far"] = 1 / max(link["weight"], 1)
    sampled = len(graph) > SAMPLE
    shares = nx.betweenness_centrality(graph, k=SAMPLE if sampled else None, weight="far", seed=_SEED)
    best = sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:limit]
    return [Broker(venue, round(share, 4), sampled) for venue, share in best if share > 0]


def trends(people: Iterable[tuple[str, int, int]], limit: int = 10) -> tuple[list[Trend], list[Trend]]:
    """Return what rises and what fades, most surely first, of (venue, people now, people before).

    Both counts are as of Poisson's: z = (now - before) / sqrt(now + before), told from 2 on.
    """
    found = [
        Trend(venue, _told(now), _told(before), round((now - before) / sqrt(now + before), 2))
        for venue, now, before in people
        if max(now, before) >= PEOPLE
    ]
    found.sort(key=lambda one: (-abs(one.z), one.venue))
    sure = [one for one in found if abs(one.z) >= _SURPRISE]
    return [one for one in sure if one.z > 0][:limit], [one for one in sure if one.z < 0][:limit]


def _told(people: int) -> int | None:
    return people if people >= PEOPLE else None


def responsiveness(counts: Iterable[tuple[str, int, int, int]]) -> Iterator[Answers]:
    """Yield how agents answer, slowest first by the interval's upper end, of (agent, asked, answered, askers).

    Whom fewer than five others asked tells too little of itself, and too much of them.
    """
    found = []
    for agent, asked, answered, askers in counts:
        if askers >= PEOPLE:
            low, high = wilson(answered, asked)
            found.append(Answers(agent, asked, answered, round(answered / asked, 4), low, high))
    yield from sorted(found, key=lambda one: (one.high, one.agent))


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Wilson's score."""
    share, unit = hits / count, _Z * _Z / count
    middle = (share + unit / 2) / (1 + unit)
    half = _Z * sqrt(share * (1 - share) / count + unit / (4 * count)) / (1 + unit)
    return round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)


def gaps(asked: Iterable[tuple[str, str, int, int, int, int]], limit: int = 10) -> list[Gap]:
    """Return what is asked for and least served, of (city, intent, hour, people, served, venues).

    What half of those who asked then booked is no gap.
    """
    told = [Gap(*row) for row in asked if row[3] >= PEOPLE and 2 * row[4] < row[3]]
    told.sort(
        key=lambda gap: (gap.served / gap.people, gap.venues, -gap.people, gap.city, gap.intent, gap.hour)
    )
    # Of how many a booking followed is told only where that is no small group, either.
    return [gap for gap in told if gap.served == 0 or gap.served >= PEOPLE][:limit]


def _graph(links: Iterable[Link]) -> nx.Graph:
    ordered = sorted(links, key=lambda link: (-link[2], link[0], link[1]))[:MAX_EDGES]
    graph = nx.Graph()
    graph.add_nodes_from(sorted({venue for link in ordered for venue in link[:2]}))
    for one, other, weight in sorted(ordered):
        graph.add_edge(one, other, weight=weight)
    return graph


def _lowest(members: Iterable[str]) -> str:
    return min(members, key=lambda name: hashlib.blake2b(name.encode(), digest_size=8).digest())


def _label(
    members: Sequence[str], traits: Mapping[str, Collection[str]], usual: Mapping[str, int], total: int
) -> str:
    """Return the words that most tell members from others, by how much more often they have them; or none."""
    mine = Counter(word for venue in members for word in set(traits.get(venue, ())))
    lift = {
        word: count / len(members) - usual[word] / total
        for word, count in mine.items()
        if count * 2 >= len(members)
    }
    best = sorted(lift, key=lambda word: (-lift[word], word))[:_LABELS]
    return ", ".join(best)
