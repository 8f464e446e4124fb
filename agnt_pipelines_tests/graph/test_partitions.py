"""A relation that changes much is exchanged whole: the same rows, and readers hardly wait."""

from __future__ import annotations

import time

import numpy as np
import psycopg
import pytest
import sqlalchemy as sa

from agnt_pipelines.graph import edge_store, graph_build, partition_store, store, weights
from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali


@pytest.fixture
def exchanged(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A graph whose every relation was exchanged, however small."""
    bali.insert(database, bali.small())
    monkeypatch.setattr(edge_store, "SWAP_ROWS", 0)  # no rows that fit a test would exceed the real one
    bali.build(database, settings)
    return database


def test_an_exchange_and_a_difference_end_in_the_same_rows(
    exchanged: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = bali.edges(exchanged)
    assert found
    with exchanged.writing() as connection:
        connection.execute(sa.delete(store.EDGES))
        connection.execute(sa.text("DELETE FROM mind.window_units WHERE derivation <> 'user_memory'"))
        connection.execute(sa.text("DELETE FROM mind.entity_nodes"))
    monkeypatch.undo()
    bali.build(exchanged, settings)
    assert bali.edges(exchanged) == found


def test_nothing_is_left_of_an_exchange_and_it_can_be_done_again(
    exchanged: Database, settings: Settings
) -> None:
    staged = sa.text("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'staged%'")
    more = [bali.booking(f"m{n}", "dewi", "reef", days=n + 1) for n in range(3)]
    bali.insert(exchanged, {bali.BOOKINGS: more})
    bali.build(exchanged, settings)
    assert bali.edges(exchanged)["BOOKED", "user:dewi", "venue:reef"].evidence_count == 3
    with exchanged.reading() as snapshot:
        assert snapshot.scalar(staged) == 0
        assert edge_store.stored_digest(snapshot, Relation.BOOKED) != "0:" + 32 * "0"


def test_an_exchange_that_a_reader_is_in_the_way_of_stands_back(
    exchanged: Database, settings: Settings
) -> None:
    """The reader's snapshot holds to the end, and nobody else waits for longer than the exchange does."""
    before = bali.edges(exchanged, "BOOKED")
    bali.insert(exchanged, {bali.BOOKINGS: [bali.booking("m1", "dewi", "reef")]})
    with exclusive(exchanged, store.WRITER_SET, "swap", settings) as lease:
        with store.snapshot_of(exchanged) as snapshot:
            ends, visits = edge_store.read_visits(snapshot)
            write = partition_store.staged(
                lease, Relation.BOOKED, visits[Relation.BOOKED].at(np.arange(2)), ends
            )
            with lease.transaction() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
                with pytest.raises(sa.exc.OperationalError) as refused, connection.begin_nested():
                    connection.execute(sa.text("LOCK TABLE mind.entity_edges IN ACCESS EXCLUSIVE MODE"))
                assert isinstance(refused.value.orig, psycopg.errors.LockNotAvailable)
            query = sa.select(sa.func.count()).where(store.EDGES.c.relation == "BOOKED")
            assert snapshot.scalar(query) == len(before)
        with lease.transaction() as connection:
            write(connection)
    assert len(bali.edges(exchanged, "BOOKED")) == 2


def test_an_exchange_waits_for_an_analysis_of_what_was_staged(
    exchanged: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with exclusive(exchanged, store.WRITER_SET, "swap", settings) as lease:
        with store.snapshot_of(exchanged) as snapshot:
            ends, visits = edge_store.read_visits(snapshot)
        write = partition_store.staged(lease, Relation.BOOKED, visits[Relation.BOOKED].at(np.arange(1)), ends)
        with exchanged.direct() as analysis:
            analysis.execute("BEGIN")
            analysis.execute("LOCK TABLE mind.staged_booked IN SHARE UPDATE EXCLUSIVE MODE")
            stood_back: list[float] = []

            def stand_back(seconds: float) -> None:
                stood_back.append(seconds)
                analysis.execute("COMMIT")

            monkeypatch.setattr(time, "sleep", stand_back)
            with lease.transaction() as connection:
                write(connection)
    assert len(stood_back) == 1
    assert len(bali.edges(exchanged, "BOOKED")) == 1


def test_what_a_dead_run_staged_is_dropped_by_the_next(exchanged: Database, settings: Settings) -> None:
    with exclusive(exchanged, store.WRITER_SET, "dead", settings) as lease:
        with lease.transaction() as connection:
            partition_store.create_stage(connection, Relation.BOOKED)
        assert weights.last_closed_hour(bali.NOW) <= bali.NOW
        graph_build.build(lease, settings.model_copy(update={"now": bali.NOW}))
    with exchanged.reading() as snapshot:
        left = snapshot.scalars(sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'staged%'"))
        assert list(left) == []
