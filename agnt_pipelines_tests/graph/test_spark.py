"""Spark adds up what this process adds up: the same rows, of evidence of every kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph import columns, likeness, store, weights
from agnt_pipelines.graph.columns import NEVER, Edges, Heap, MemoryHeap
from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali

spark_store = pytest.importorskip(
    "agnt_pipelines.graph.spark_store", reason="the extra `spark` is not installed"
)
connected, SparkHeap = spark_store.connected, spark_store.SparkHeap

NODES = 400
COLUMNS = ("src", "dst", "weight", "count", "first", "last")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session on this machine: one for all tests here, as it takes seconds to start."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none")
    folder = tmp_path_factory.mktemp("exchange")
    with connected(on_spark(Settings(), folder)) as found:
        yield found


def on_spark(settings: Settings, folder: Path) -> Settings:
    """Settings of a small Spark on this machine."""
    changed = {"graph_engine": "spark", "spark_master": "local[2]", "graph_exchange": folder.as_uri()}
    return settings.model_copy(update=changed)


def pile_up(heap: Heap, seed: int) -> dict[Relation, Edges]:
    """Put evidence of three relations on a heap, some of it without a time or older than any weight."""
    chance = np.random.default_rng(seed)
    landmark = columns.microseconds(weights.landmark(bali.NOW))
    for relation, pieces in ((Relation.BOOKED, 9000), (Relation.SAVED, 700), (Relation.RATED, 40)):
        for start in range(0, pieces, 2000):
            many = min(2000, pieces - start)
            at = landmark - chance.integers(-2 * 3_600_000_000, 48 * 90 * 86_400_000_000, many)
            at[chance.random(many) < 0.1] = NEVER
            src, dst = chance.integers(0, NODES, (2, many)).astype(np.int32)
            heap.put(relation, src, dst, at, chance.integers(0, 17, many).astype(np.int8))
    return dict(heap.edges(chance.permutation(NODES).astype(np.int32), landmark))


def test_the_same_edges_come_out(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_store, "_PIECES", 3000)  # several files, as a large build has
    ours, theirs = pile_up(MemoryHeap(), 1), pile_up(SparkHeap(spark), 1)
    assert ours.keys() == theirs.keys() == {Relation.BOOKED, Relation.SAVED, Relation.RATED}
    for relation, edges in ours.items():
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(theirs[relation], name), getattr(edges, name), name)


def test_the_same_venues_are_alike(spark: Any) -> None:
    chance = np.random.default_rng(2)
    pairs = np.unique(chance.integers(0, [300, 100], (4000, 2)), axis=0)
    src, dst = pairs[:, 0].astype(np.int32), (300 + pairs[:, 1]).astype(np.int32)
    some = chance.integers(1, 1 << 22, len(src))
    visits = {Relation.BOOKED: Edges(src, dst, some, np.ones_like(some), some, some)}
    is_venue = np.arange(400) >= 300
    ours = likeness.co_booked(visits, is_venue)
    theirs = likeness.co_booked(visits, is_venue, partial(spark_store.co_visits, spark))
    assert len(ours) > 1000
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name), name)


def test_a_graph_built_on_spark_is_the_graph_and_leaves_no_files(
    spark: Any, database: Database, settings: Settings, tmp_path: Path
) -> None:
    assert spark.session  # it is taken, and not stopped
    bali.insert(database, bali.small())
    bali.build(database, settings)
    found = bali.edges(database)
    with database.writing() as connection:
        connection.execute(sa.delete(store.EDGES))
        connection.execute(sa.text("DELETE FROM mind.window_units WHERE derivation <> 'user_memory'"))
        connection.execute(sa.text("DELETE FROM mind.entity_nodes"))
    bali.build(database, on_spark(settings, tmp_path))
    assert found
    assert bali.edges(database) == found
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_place_of_exchange_that_cannot_be_used_is_refused(
    spark: Any, settings: Settings, tmp_path: Path
) -> None:
    assert spark.session
    elsewhere = on_spark(settings, tmp_path).model_copy(update={"graph_exchange": "nowhere://x"})
    with pytest.raises(SettingsError, match="nowhere://x"), connected(elsewhere):
        pass
