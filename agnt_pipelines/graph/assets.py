"""The graph's assets: one run makes nodes and edges together, so that they always agree.

The only file of the wing that knows Dagster. What does not belong here: SQL and thinking.
"""

import time
from collections.abc import Iterator, Mapping

import dagster as dg

from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.graph import checks, graph_build, store
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sources import key_of

_NODES, _EDGES = "entity_nodes", "entity_edges"
_READ = ("interactions", "bookings", "users", "venues", "venue_chunks", "user_lists", "user_follows_taste")
_DEPS = [key_of(name) for name in (*_READ, "a2a_envelopes")]


def _spec(name: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=[*_DEPS, dg.AssetKey("user_memory")],
        description=description,
        group_name="graph",
        owners=["team:agnt"],
        kinds={"python", "postgres"},
        tags={"tier": "hourly", "lock": store.WRITER_SET, "pii": "yes"},
        code_version=store.VERSION,
        metadata={"dagster/table_name": f"mind.{name}"},
    )


@dg.multi_asset(
    name="entity_graph",
    specs=[
        _spec(
            _NODES,
            "People, venues, places, agents, preferences and features, with their communities.\n\n"
            "**Reads** everything that `entity_edges` reads. **Writes** `mind.entity_nodes`, as a "
            "difference. **When**: every hour, as of the last closed hour. **Cost**: no model. "
            "**Lock**: `graph`.",
        ),
        _spec(
            _EDGES,
            "Typed edges with weights, counts, dates and what they rest on.\n\n"
            "**Reads** `source.interactions`, `bookings`, `venues`, `venue_chunks`, `user_lists`, "
            "`user_follows_taste`, `a2a_envelopes` and `mind.user_memory`. **Writes** "
            "`mind.entity_edges`, as a difference, in one transaction with the nodes. A build that would "
            "lose too much of a relation is held whole (`./agnt holds`). **When**: every hour, as of the "
            "last closed hour. **Cost**: no model. **Lock**: `graph`.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(name, asset=_EDGES, blocking=True, description=text)
        for name, text in checks.DESCRIPTIONS.items()
    ],
    pool=store.WRITER_SET,
)
def entity_graph(graph: WriterSet) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Build nodes and edges as of the last closed hour."""
    started = time.monotonic()
    lease = graph.lease(store.GRAPH_BUILD)
    try:
        done = graph_build.build(lease, graph.settings)
    except PlanRefused as refused:
        yield from _verdicts(refused.failed)
        raise
    yield from _verdicts({})
    with lease.database.reading() as snapshot:
        nodes, edges = store.counts(snapshot)
        hour = store.latest_build(snapshot)
    metadata = _metadata(done, time.monotonic() - started)
    if hour is not None:
        metadata["as_of"] = dg.MetadataValue.timestamp(hour)
    # One transaction wrote both: its numbers are told once, with the edges.
    yield dg.MaterializeResult(asset_key=_NODES, metadata=_table("type", "nodes", nodes))
    yield dg.MaterializeResult(asset_key=_EDGES, metadata=metadata | _table("relation", "edges", edges))


ASSETS = (entity_graph,)


def _verdicts(failed: Mapping[str, int]) -> Iterator[dg.AssetCheckResult]:
    """Report every check of the plan: it was made before anything was written."""
    for name in checks.DESCRIPTIONS:
        count = {"failed": failed.get(name, 0)}
        yield dg.AssetCheckResult(
            passed=name not in failed, check_name=name, asset_key=_EDGES, metadata=count
        )


def _metadata(done: Applied, duration_s: float) -> dict[str, dg.MetadataValue]:
    """Return what a run reports of its one transaction, nodes and edges together."""
    metadata: dict[str, dg.MetadataValue] = {
        name: dg.MetadataValue.int(number) for name, number in done.numbers().items()
    }
    if done.watermark is not None:
        metadata["watermark"] = dg.MetadataValue.timestamp(done.watermark)
    metadata["duration_s"] = dg.MetadataValue.float(round(duration_s, 3))
    return metadata


def _table(title: str, what: str, counts: Mapping[str, int]) -> dict[str, dg.MetadataValue]:
    lines = [f"| {name} | {count} |" for name, count in counts.items() if count]
    preview = "\n".join([f"| {title} | {what} |", "|---|---|", *lines])
    return {
        f"{what}_by_{title}": dg.MetadataValue.json(dict(counts)),
        "preview": dg.MetadataValue.md(preview),
    }
