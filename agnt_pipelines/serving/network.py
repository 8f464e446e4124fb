"""The network's insights, and the graph as files: for an operator.

What belongs here: reading one snapshot of the graph for it. What does not: the figures (`graph.network`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from errno import EISDIR
from itertools import islice
from pathlib import Path
from typing import Any, Final

import networkx as nx
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import AgntError, SettingsError
from agnt_pipelines.graph import network, network_store, store, weights
from agnt_pipelines.graph.entities import NodeType, Relation, node_id
from agnt_pipelines.storage.database import Database

_BATCH = 50_000

WEIGHT_UNIT: Final = (
    "pieces of evidence, each halved for every 90 days before the season's end; "
    "of SIMILAR_TO, CO_BOOKED and SIMILAR_TASTE: cosine, 0 to 1"
)
"""What the weights of exported edges are, as files say it."""


@dataclass(frozen=True, slots=True)
class Network:
    """What the graph says of the network, as of the newest build.

    `names`: node -> what it is called, of the venues and agents that are told of. `answers_untold`: agents
    that fewer than five others asked.
    """

    as_of: datetime
    communities: tuple[network.Community, ...]
    brokers: tuple[network.Broker, ...]
    rising: tuple[network.Trend, ...]
    fading: tuple[network.Trend, ...]
    answers: tuple[network.Answers, ...]
    answers_untold: int
    gaps: tuple[network.Gap, ...]
    names: Mapping[str, str]


def network_of(database: Database, *, limit: int = 10) -> Network:
    """Return the network's insights, `limit` of each kind; about people only of five or more.

    Raises:
        AgntError: no graph was built yet.
    """
    with store.snapshot_of(database) as snapshot:
        hour = _built(snapshot)
        links = network_store.links(snapshot)
        traits = network_store.traits(snapshot)
        people = list(network_store.people_by_venue(snapshot, hour))
        answers = list(network_store.answers(snapshot))
        asked = list(network_store.asked_for(snapshot, hour))
        names = network_store.names(snapshot)
    rising, fading = network.trends(people, limit)
    communities = network.communities(links, traits, names)[:limit]
    brokers = network.brokers(links, limit)
    told = list(network.responsiveness(answers))
    nodes = {venue for one in communities for venue in one.venues} | {one.venue for one in brokers}
    nodes |= {node_id(NodeType.VENUE, one.venue) for one in (*rising, *fading)}
    nodes |= {node_id(NodeType.AGENT, one.agent) for one in told[:limit]}
    return Network(
        as_of=hour,
        communities=tuple(communities),
        brokers=tuple(brokers),
        rising=tuple(rising),
        fading=tuple(fading),
        answers=tuple(told[:limit]),
        answers_untold=sum(1 for each in answers if each[1]) - len(told),
        gaps=tuple(network.gaps(asked, limit)),
        names={node: names[node] for node in sorted(nodes & names.keys())},
    )


def export_graph(
    database: Database, form: str, out: Path, relations: Collection[str] = ()
) -> tuple[int, int]:
    """Write nodes and edges as one GraphML file, or as nodes.parquet and edges.parquet in a folder.

    Returns how many nodes and edges. People who are gone are in neither. Weights are real numbers, whose
    unit (WEIGHT_UNIT) is a datum of the graph in GraphML, and of the column in Parquet.

    Raises:
        AgntError: no graph was built yet.
        SettingsError: a relation is none, the target cannot be written, or pyarrow is not installed.
    """
    unknown = set(relations) - {relation.value for relation in Relation}
    if unknown:
        raise SettingsError(f"{min(unknown)!r} is no relation; they are {', '.join(Relation)}.")
    with store.snapshot_of(database) as snapshot:
        _built(snapshot)
        asked = [relation for relation in Relation if not relations or relation.value in relations]
        try:
            if form == "graphml":
                return _graphml(snapshot, out, asked)
            return _parquet(snapshot, out, asked)
        except OSError as failure:
            message = f"{out} cannot be written: {failure.strerror}. Name another place."
            raise SettingsError(message) from failure


def _built(snapshot: Connection) -> datetime:
    hour = store.latest_build(snapshot)
    if hour is None:
        raise AgntError("There is no graph yet: `./agnt run graph_build` builds it.")
    return hour


def _graphml(snapshot: Connection, out: Path, relations: Collection[Relation]) -> tuple[int, int]:
    graph = nx.MultiDiGraph()
    for node in _read(snapshot, store.node_query()):
        told = {"type": node["type"], "label": node["label"] or ""}
        graph.add_node(node["id"], **told, **node["attributes"])
    for edge in _read(snapshot, store.edge_query(relations)):
        times = {name: edge[name].isoformat() for name in ("first_seen", "last_seen") if edge[name]}
        graph.add_edge(
            edge["src"], edge["dst"], key=edge["relation"], relation=edge["relation"], weight=edge["weight"] / weights.ONE,
            evidence_count=edge["evidence_count"], **times,
        )  # fmt: skip
    if out.is_dir():
        raise IsADirectoryError(EISDIR, "it is a folder")
    graph.graph["weight_unit"] = WEIGHT_UNIT
    draft = out.with_name(f"{out.name}.part")
    nx.write_graphml(graph, draft)
    draft.replace(out)
    return graph.number_of_nodes(), graph.number_of_edges()


def _parquet(snapshot: Connection, out: Path, relations: Collection[Relation]) -> tuple[int, int]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        message = "Parquet needs pyarrow: install the extra `export`, or use --format graphml."
        raise SettingsError(message) from None
    time = pa.timestamp("us", tz="UTC")
    weight = pa.field("weight", pa.float64(), metadata={"unit": WEIGHT_UNIT})
    ends = [pa.field(name, pa.string()) for name in ("src", "relation", "dst")]
    times = [pa.field(name, time) for name in ("first_seen", "last_seen")]
    count, derived = pa.field("evidence_count", pa.int32()), pa.field("derived", pa.bool_())
    edges = pa.schema([*ends, weight, count, *times, derived])
    texts = ("id", "type", "label", "category", "kind")
    nodes = pa.schema([(name, pa.string()) for name in texts])
    out.mkdir(parents=True, exist_ok=True)
    counts: list[int] = []
    for name, schema, rows in (
        ("nodes", nodes, ({**row, **row["attributes"]} for row in _read(snapshot, store.node_query()))),
        ("edges", edges, _weighed(_read(snapshot, store.edge_query(relations)))),
    ):
        written, waiting = 0, iter(rows)
        draft = out / f"{name}.parquet.part"
        with parquet.ParquetWriter(draft, schema) as writer:
            while batch := list(islice(waiting, _BATCH)):
                written += len(batch)
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
        draft.replace(out / f"{name}.parquet")
        counts.append(written)
    return counts[0], counts[1]


def _weighed(edges: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield edges with their weights as numbers, not in the fixed point that they are stored in."""
    return (edge | {"weight": edge["weight"] / weights.ONE} for edge in edges)


def _read(snapshot: Connection, query: sa.Select[Any]) -> Iterator[dict[str, Any]]:
    with snapshot.execute(query.execution_options(yield_per=_BATCH)) as result:
        yield from (dict(row) for row in result.mappings())
