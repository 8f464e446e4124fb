"""graph: the whole rebuild on synthetic bookings, and its parts against others' means.

`--events N` (a million) bookings in PostgreSQL; see `graph_world` for how they are drawn. One thread, but
for what PostgreSQL does beside.

Keys: events, pairs, edges, seconds (source rows in PostgreSQL -> edges served, without taste between
people), seconds_by_step, rows_per_s, numpy_ratio (our user-venue step / bare lexsort + reduceat),
topn_ratio (our co-visit step / bare sparse_dot_topn), copy_ratio (our write rate / bare binary COPY and
key of the same rows), lock_ms (longest wait of a concurrent reader), increment_s (50,000 new bookings, to
edges and recommendations; `--new`), increment_edges, increment_recommended (whether a recommendation is in it), full_ratio
(seconds / increment_s), networkx_ratio and pandas_ratio (theirs / ours, the same edges from columns in
memory; in_memory_s is ours; networkx, by its own projection of a bipartite graph, and, above a million, pandas
on a sample of people, extrapolated: sampled tells), counted_ratio (networkx's graph with pairs counted by hand
in dictionaries), networkx_whole_ratio, counted_whole_ratio and pandas_whole_ratio (their edges in memory / our
whole rebuild, PostgreSQL and all), growth_exponent where N >= 1e7 (against N/10).

Ratios of what is in memory are of the processor's seconds, so that they hold on a machine that is busy.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from scipy import sparse
from threadpoolctl import threadpool_limits

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph import columns, edge_store, graph_build, likeness, partition_store, rows, weights
from agnt_pipelines.graph.entities import VISITS, NodeType, Relation, type_of
from agnt_pipelines.graph.provenance import PROVENANCE
from agnt_pipelines.graph.store import WRITER_SET, read_edges, snapshot_of
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.serving.recommendations import recommend_for
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database, raw
from benchmarks import graph_rivals, graph_world
from benchmarks.graph_world import AS_OF, Events
from benchmarks.harness import Options, Say, fresh_platform, measured

_NEW = 50_000
_RECOMMENDED = 2_000_000
"""Bookings up to which a recommendation is asked for: above, making its index takes minutes."""

_GROWTH = 10_000_000
_PANDAS = 1_000_000


@dataclass(slots=True)
class Steps:
    """Seconds by step, as they are told of."""

    say: Say
    seconds: dict[str, float] = field(default_factory=dict)
    _began: float = 0.0
    _step: str | None = None

    def tell(self, step: str | None) -> None:
        """End the step before, and begin another one."""
        now = time.perf_counter()
        if self._step is not None:
            self.seconds[self._step] = round(now - self._began, 3)
        self._step, self._began = step, now
        if step is not None:
            self.say(f"graph: {step}")


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    with threadpool_limits(limits=1):
        return measured("graph", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    try:
        count = int(float(options.extra.get("events", "1e6")))
    except ValueError:
        raise SettingsError(f"--events {options.extra['events']}: no number of bookings.") from None
    if count < 1:
        raise SettingsError(f"--events {count}: at least one booking is needed.")
    growth = None
    if count >= _GROWTH:
        options.say(f"graph: first a tenth, {count // 10:,} bookings")
        growth = _rebuilt(options, graph_world.drawn(count // 10, options.seed))
    events = graph_world.drawn(count, options.seed)
    found = _rebuilt(options, events, parts=True)
    options.say("graph: others' means")
    found |= _rivals(events, found["seconds"], options.say)
    if growth is not None:
        found["growth_exponent"] = round(math.log10(found["seconds"] / growth["seconds"]), 3)
    return {"growth_exponent": None, **found}


def _rebuilt(options: Options, events: Events, *, parts: bool = False) -> dict[str, Any]:
    """Load, rebuild, and measure what needs the database."""
    with fresh_platform(options, now=AS_OF) as (settings, database):
        graph_world.load_places(database, events)
        graph_world.load(database, events)
        options.say(f"graph: {len(events.at):,} bookings are there")
        steps = Steps(options.say)
        with exclusive(database, WRITER_SET, "bench", settings) as lease:
            with _reader(database) as waits:
                began = time.perf_counter()
                graph_build.build(lease, settings, steps.tell)
                graph_build.liken(lease, settings, tell=steps.tell)
                seconds = time.perf_counter() - began
            steps.tell(None)
            found = _counted(database) | {
                "events": len(events.at),
                "seconds": round(seconds, 3),
                "seconds_by_step": steps.seconds,
                "rows_per_s": round(len(events.at) / seconds),
                "lock_ms": round(1000 * max(waits, default=0.0), 1),
            }
            if parts:
                found |= _parts(lease, options.say)
                new = graph_world.next_hour(events, options.number("new", _NEW), options.seed)
                found |= _increment(lease, settings, events, new, options.say)
                found["full_ratio"] = round(found["seconds"] / found["increment_s"], 2)
        return found


def _counted(database: Database) -> dict[str, Any]:
    query = sa.text("SELECT count(*) FILTER (WHERE relation = 'BOOKED'), count(*) FROM mind.entity_edges")
    with database.reading() as snapshot:
        pairs, edges = snapshot.execute(query).one()
    return {"pairs": pairs, "edges": edges}


@contextmanager
def _reader(database: Database) -> Iterator[list[float]]:
    """Have a process of its own read an edge over and over; fills in how long the longest reading took."""
    waits: list[float] = []
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.graph_reader", url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()  # it reads from here on
        try:
            yield waits
        finally:
            said, _ = reader.communicate("")
            waits.append(float(said))


def _parts(lease: Lease, say: Say) -> dict[str, Any]:
    """Measure co-visit and writing on the edges that are stored, against bare means."""
    with snapshot_of(lease.database) as snapshot:
        ends, visits = edge_store.read_visits(snapshot)
    is_venue = np.array([type_of(name) is NodeType.VENUE for name in ends.ids], np.bool_)
    say("graph: co-visit alone")
    ours = min(_busy(lambda: likeness.co_booked(visits, is_venue)) for _ in range(2))
    booked = likeness.matrix(visits, frozenset({Relation.BOOKED}), is_venue)
    binary = sparse.csr_array(booked.entries.T)
    bare = min(graph_rivals.topn_seconds(binary) for _ in range(2))
    say("graph: writing alone")
    edges = visits[Relation.BOOKED]
    blocks = list(rows.blocks(Relation.BOOKED, edges, ends.names, ends.people, PROVENANCE[Relation.BOOKED]))
    copied = _seconds(lambda: _bare_copy(lease.database, blocks))
    blocks.clear()

    def write() -> None:
        exchange = partition_store.staged(lease, Relation.BOOKED, edges, ends)
        with lease.transaction() as connection:
            exchange(connection)

    written = _seconds(write)
    return {
        "topn_ratio": round(ours / bare, 3),
        "copy_ratio": round(copied / written, 3),
        "write_rows_per_s": round(len(edges) / written),
    }


def _bare_copy(database: Database, blocks: list[bytes]) -> None:
    """COPY rows that are there as bytes into a table of the same columns, and give it the same key."""
    with database.writing() as connection:
        plain = raw(connection)
        plain.execute("CREATE TABLE mind.bare (LIKE mind.entity_edges INCLUDING CONSTRAINTS)")
        with plain.cursor() as cursor, cursor.copy("COPY mind.bare FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(rows.HEADER)
            for block in blocks:
                copy.write(block)
            copy.write(rows.TRAILER)
        plain.execute("ALTER TABLE mind.bare ADD PRIMARY KEY (src, dst, relation)")
    with database.writing() as connection:
        raw(connection).execute("DROP TABLE mind.bare")


def _increment(lease: Lease, settings: Settings, events: Events, new: Events, say: Say) -> dict[str, Any]:
    """Measure from new rows in PostgreSQL to edges and a recommendation that know of them."""
    database, person = lease.database, graph_world.person_id(int(new.person[0]))
    recommended = len(events.at) <= _RECOMMENDED
    if recommended:
        say("graph: an index for recommending")
        recommend_for(database, person)
    graph_world.load(database, new, first=len(events.at))
    later = settings.model_copy(update={"now": AS_OF + timedelta(hours=1)})
    say(f"graph: an hour's {len(new.at):,} bookings")
    steps = Steps(say)
    began = time.perf_counter()
    done = graph_build.build(lease, later, steps.tell)
    steps.tell(None)
    if recommended:
        recommend_for(database, person, newest=False)
    else:
        with database.reading() as snapshot:
            list(read_edges(snapshot, VISITS, src=f"user:{person}"))
    return {
        "increment_s": round(time.perf_counter() - began, 3),
        "increment_by_step": steps.seconds,
        "increment_edges": done.added + done.changed,
        "increment_recommended": recommended,
    }


def _rivals(events: Events, seconds: float, say: Say) -> dict[str, Any]:
    """Measure what others take, and our user-venue step, on columns in memory."""
    landmark = columns.microseconds(weights.landmark(AS_OF))
    weight = weights.of(events.at, landmark, np.full(len(events.at), 16, np.int8))
    person, venue = events.person.astype(np.int32), (events.venue + events.people).astype(np.int32)
    width = events.people + events.venues
    ours = min(_busy(lambda: columns.reduce(person, venue, events.at.copy(), weight, width)) for _ in "123")
    edges = columns.reduce(person, venue, events.at.copy(), weight, width)
    is_venue = np.arange(width) >= events.people
    alike = _busy(lambda: likeness.between_venues({Relation.BOOKED: edges}, is_venue))
    in_memory = ours + alike
    bare = min(graph_rivals.numpy_seconds(events, weight) for _ in "123")
    say("graph: pandas")
    part = max(len(events.at) // _PANDAS, 1)
    chosen = events.person % part == 0
    some = Events(
        events.person[chosen], events.venue[chosen], events.at[chosen], events.people, events.venues
    )
    pandas_s = graph_rivals.pandas_seconds(some, weight[chosen]) * part
    say("graph: networkx")
    share = min(100, max(events.people // 50, 1))
    networkx_s = graph_rivals.networkx_seconds(events, weight, share) * share
    counted_s = graph_rivals.networkx_seconds(events, weight, share, by_hand=True) * share
    return {
        "numpy_ratio": round(ours / bare, 3),
        "in_memory_s": round(in_memory, 3),
        "pandas_ratio": round(pandas_s / in_memory, 2),
        "networkx_ratio": round(networkx_s / in_memory, 2),
        "counted_ratio": round(counted_s / in_memory, 2),
        "pandas_whole_ratio": round(pandas_s / seconds, 2),
        "networkx_whole_ratio": round(networkx_s / seconds, 2),
        "counted_whole_ratio": round(counted_s / seconds, 2),
        "sampled": {"pandas": round(1 / part, 3), "networkx": round(1 / share, 3)},
    }


def _seconds(doing: Callable[[], object]) -> float:
    began = time.perf_counter()
    doing()
    return time.perf_counter() - began


def _busy(doing: Callable[[], object]) -> float:
    """Return the processor's seconds: what else runs on the machine is not in them."""
    began = time.process_time()
    doing()
    return time.process_time() - began
