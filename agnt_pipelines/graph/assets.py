"""The graph's assets: one run makes nodes and edges together, so that they always agree.

The only file of the wing that knows Dagster. What does not belong here: SQL and thinking.
"""

from collections.abc import Callable, Iterator, Mapping

import dagster as dg

from agnt_pipelines import run_report
from agnt_pipelines.catalogue import About, asset, checks_of, held_check, spec_of
from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.graph import checks, graph_build, network, network_store, store, taste_similarity
from agnt_pipelines.replay import holds
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sources import key_of

_NODES, _EDGES = "entity_nodes", "entity_edges"
_VENUES, _TASTE = "venue_likeness", "taste_neighbours"
_HELD = "as a difference or by exchange; a build that would lose too much is held whole"
_READ = ("interactions", "bookings", "users", "venues", "venue_chunks", "user_lists", "user_follows_taste")
_DEPS = [key_of(name) for name in (*_READ, "a2a_envelopes")] + [dg.AssetKey("user_memory")]
_ABOUT = {
    _NODES: About(
        what="People, venues, places, agents, preferences and features.",
        reads="everything that `entity_edges` reads",
        writes="`mind.entity_nodes`, as a difference, in one transaction with the edges",
        version=store.VERSION,
        pii="yes",
        table=_NODES,
    ),
    _EDGES: About(
        what="Typed edges with weights, counts, dates and what they rest on.",
        reads=(
            "`source.interactions`, `bookings`, `users`, `venues`, `venue_chunks`, `user_lists`, "
            "`user_follows_taste`, `a2a_envelopes` and `mind.user_memory`"
        ),
        writes=(
            "`mind.entity_edges`, as a difference or by exchange of a relation's partition, in one transaction "
            "with the nodes; a build that would lose too much of a relation is held whole (`./agnt holds`)"
        ),
        version=store.VERSION,
        pii="yes",
        table=_EDGES,
    ),
}


@dg.multi_asset(
    name="entity_graph",
    specs=[dg.AssetSpec(name, deps=_DEPS, **spec_of(name, about)) for name, about in _ABOUT.items()],
    check_specs=[*checks_of(_EDGES, checks.DESCRIPTIONS), held_check(_EDGES)],
    pool=store.WRITER_SET,
)
def entity_graph(graph: WriterSet) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Build nodes and edges as of the last closed hour."""
    watch = run_report.Stopwatch()
    lease = graph.lease(store.GRAPH_BUILD)
    try:
        done = graph_build.build(lease, graph.settings)
    except PlanRefused as refused:
        yield from run_report.verdicts(_EDGES, checks.DESCRIPTIONS, refused.failed)
        raise
    yield from run_report.verdicts(_EDGES, checks.DESCRIPTIONS, {})
    with lease.database.reading() as snapshot:
        nodes, edges = store.counts(snapshot)
        hour = store.latest_build(snapshot)
        waiting = list(map(holds.in_words, holds.open_holds(snapshot, _NODES)))
    held, warning = run_report.of_holds(_EDGES, waiting)
    told = watch.cost() | held
    if hour is not None:
        told["as_of"] = dg.MetadataValue.timestamp(hour)
    crash_point("event.before")
    for name, title, what, counts in ((_NODES, "type", "nodes", nodes), (_EDGES, "relation", "edges", edges)):
        mine = run_report.figures(done.only(counts))
        yield dg.MaterializeResult(asset_key=name, metadata=mine | told | _table(title, what, counts))
    yield warning


@asset(
    _VENUES,
    About(
        what="What venues are alike: SIMILAR_TO and CO_BOOKED, the nearest fifty of each.",
        reads="`mind.entity_edges`: what people booked, completed, rated, saved and asked about",
        writes=f"`mind.entity_edges` of these relations, {_HELD}",
        version=store.VERSION,
        pii="no",
        table=_EDGES,
    ),
    deps=[_EDGES],
    check_specs=[*checks_of(_VENUES, checks.LIKENESS), held_check(_VENUES)],
)
def venue_likeness(graph: WriterSet) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Find the venues that are alike, where anything that people did has changed."""
    lease = graph.lease(store.GRAPH_BUILD)
    seen: dict[str, dict[int, int]] = {}

    def liken() -> Applied:
        return graph_build.liken(
            lease, graph.settings, look=lambda ends, visits: seen.update(network.degrees(ends.ids, visits))
        )

    for told in _likened(lease, _VENUES, liken):
        if isinstance(told, dg.MaterializeResult) and seen:
            yield told._replace(metadata={**(told.metadata or {}), **_drawn(lease, seen)})
        else:
            yield told


@asset(
    _TASTE,
    About(
        what="Whose taste is alike: SIMILAR_TASTE, the nearest twenty of each person.",
        reads="`mind.entity_edges`: what people booked, completed, rated, saved and asked about",
        writes=f"`mind.entity_edges` of this relation, {_HELD}",
        version=store.VERSION,
        pii="yes",
        table=_EDGES,
    ),
    deps=[_EDGES],
    check_specs=[*checks_of(_TASTE, checks.LIKENESS), held_check(_TASTE)],
)
def taste_neighbours(graph: WriterSet) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Find the people who are alike, where anything that people did has changed."""
    lease = graph.lease(store.TASTE_SIMILARITY)
    yield from _likened(lease, _TASTE, lambda: taste_similarity.compare(lease, graph.settings))


ASSETS = (entity_graph, venue_likeness, taste_neighbours)


def _likened(
    lease: Lease, name: str, doing: Callable[[], Applied]
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    try:
        done = run_report.of_fold(doing)
    except PlanRefused as refused:
        yield from run_report.verdicts(name, checks.LIKENESS, refused.failed)
        raise
    yield from run_report.verdicts(name, checks.LIKENESS, {})
    with lease.database.reading() as snapshot:
        waiting = list(map(holds.in_words, holds.open_holds(snapshot, name)))
    held, warning = run_report.of_holds(name, waiting)
    yield done._replace(metadata={**(done.metadata or {}), **held})
    yield warning


def _drawn(lease: Lease, seen: Mapping[str, Mapping[int, int]]) -> run_report.Metadata:
    """Return pictures of the graph: what has how many links, and what venues belong together."""
    from agnt_pipelines.graph import plots  # noqa: PLC0415 - a second, that only a run which draws shall pay

    with lease.database.reading() as snapshot:
        links, traits = network_store.links(snapshot), network_store.traits(snapshot)
        names = network_store.names(snapshot)
    found = network.communities(links, traits, names)
    return {
        "degree_distribution": dg.MetadataValue.md(plots.degrees(seen)),
        "communities": dg.MetadataValue.int(len(found)),
        "community_map": dg.MetadataValue.md(plots.communities(found, links)),
    }


def _table(title: str, what: str, counts: Mapping[str, int]) -> run_report.Metadata:
    # A number of its own each: Dagster draws those over time.
    drawn = {f"{what}_{name}": dg.MetadataValue.int(count) for name, count in counts.items()}
    return {
        f"{what}_by_{title}": dg.MetadataValue.json(dict(counts)),
        **drawn,
    }
