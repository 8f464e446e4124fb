"""The assets as Dagster runs them: materialize() on a real database."""

from __future__ import annotations

from collections import Counter

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.graph import checks, store
from agnt_pipelines.graph.assets import ASSETS
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.run_report import NOTHING_HELD
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali
from agnt_pipelines_tests.serving.calls import agnt


@pytest.fixture(autouse=True)
def _now(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGNT_NOW", bali.NOW.isoformat())
    get_settings.cache_clear()


def materialize(*, raises: bool = True) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        graph = {"graph": WriterSet(writer_set="graph")}
        return dg.materialize([*ASSETS], instance=instance, resources=graph, raise_on_error=raises)


def test_an_hour_materializes_nodes_and_edges_with_numbers_by_relation(database: Database) -> None:
    bali.insert(database, bali.small())
    result = materialize()
    by_name = {
        event.asset_key.to_user_string(): event.metadata
        for event in result.asset_materializations_for_node("entity_graph")
    }
    numbers = by_name["entity_edges"]["edges_by_relation"].value
    assert isinstance(numbers, dict)
    told = {relation.value for relation in store.TOLD}
    assert sum(numbers[name] for name in told) == sum(key[0] in told for key in bali.edges(database))
    assert numbers["BOOKED"]
    stored = Counter(key[0] for key in bali.edges(database) if key[0] in told)
    kinds = by_name["entity_edges"]["rows_by_kind"].value
    assert isinstance(kinds, dict)
    assert {name: fate for name, fate in kinds.items() if fate[0]} == {
        name: [count, count, 0, 0] for name, count in stored.items()
    }
    assert by_name["entity_edges"]["rows_added"].value == stored.total()
    assert by_name["entity_nodes"]["rows_added"].value == len(bali.nodes(database))
    assert "| user | 4 | 4 | 0 | 0 |" in str(by_name["entity_nodes"]["preview"].value)
    assert "coffee" not in str(by_name), "nobody's words"
    assert by_name["entity_nodes"]["nodes_by_type"].value
    passed = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert passed == dict.fromkeys([*checks.DESCRIPTIONS, NOTHING_HELD], True)
    (likeness,) = result.asset_materializations_for_node("venue_likeness")
    drawn = [str(likeness.metadata[name].value) for name in ("degree_distribution", "community_map")]
    assert all(line.startswith("![") and "data:image/png" in line for line in drawn)
    alike = bali.edges(database, "SIMILAR_TASTE"), bali.edges(database, "CO_BOOKED")
    assert all(alike)
    again = {
        event.asset_key.to_user_string(): event.metadata
        for event in materialize().asset_materializations_for_node("entity_graph")
    }
    assert again["entity_edges"]["rows_added"].value == 0
    assert again["entity_edges"]["rows_unchanged"].value == stored.total()
    by_relation = again["entity_edges"]["edges_by_relation"].value
    assert isinstance(by_relation, dict)
    assert {name: by_relation[name] for name in told} == {name: numbers[name] for name in told}
    assert by_relation["SIMILAR_TASTE"] == len(alike[0])


def test_a_build_that_fails_a_check_says_which_and_leaves_the_graph(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bali.insert(database, bali.small())
    materialize()
    before = bali.edges(database)
    bali.insert(database, {bali.CHUNKS: [bali.chunk("k9", "reef", "pool", 1)]})
    monkeypatch.setattr(checks, "MAX_WEIGHT", 0)  # no rows that fit a test would exceed the real one
    result = materialize(raises=False)
    assert not result.success
    failed = [check.check_name for check in result.get_asset_check_evaluations() if not check.passed]
    assert failed == ["weights_in_range"]
    assert PlanRefused.__name__ in str(result.failure_data_for_node("entity_graph"))
    assert bali.edges(database) == before
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(store.BUILDS)) == 1


def test_a_run_that_is_held_says_so_and_the_way_out(database: Database) -> None:
    bali.insert(database, bali.small())
    bali.insert(
        database, {bali.BOOKINGS: [bali.booking(f"m{n}", "dewi", f"place{n}", "pending") for n in range(30)]}
    )
    materialize()
    with database.writing() as connection:
        connection.execute(sa.delete(bali.BOOKINGS).where(bali.BOOKINGS.c.user_id == "dewi"))
    result = materialize()
    assert result.success
    (edges,) = (
        event
        for event in result.asset_materializations_for_node("entity_graph")
        if event.asset_key.path == ["entity_edges"]
    )
    told = str(edges.metadata["held"].value)
    assert "readers keep what they have: " in told
    assert "BOOKED 38 to 8 (79 % less)" in told
    assert "`./agnt holds approve " in told
    assert "SAVED" not in told, "only what shrinks too much is named"
    kinds = edges.metadata["rows_by_kind"].value
    assert isinstance(kinds, dict)
    assert kinds["BOOKED"] == [38, 0, 0, 0], "it keeps what it has"
    (warning,) = (check for check in result.get_asset_check_evaluations() if not check.passed)
    assert (warning.check_name, warning.asset_key.path) == (NOTHING_HELD, ["entity_edges"])
    assert (warning.severity, warning.blocking) == (dg.AssetCheckSeverity.WARN, False)
    assert warning.description == told
    waiting = agnt("holds").stdout
    assert "BOOKED 38 to 8 (79 % less)" in waiting
