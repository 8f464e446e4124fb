"""A run's right to write: taken in one order, refused where the queue would not have kept runs apart."""

# Annotations are evaluated here: Dagster does not accept a context annotated by a string.

import os
from collections.abc import Iterator

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import instance_for_test

from agnt_pipelines.replay import liveness
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.run_failures import LOCKED_OUT_TAG
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database

SETS = {name: WriterSet(writer_set=name) for name in ("dreaming", "graph")}


def held(writer: WriterSet) -> list[str]:
    """Take a lease, and return everything that is held then."""
    lease = writer.lease("light_dream")
    with lease.transaction() as connection:
        connection.execute(sa.text("SELECT 1"))
    with lease.database.direct() as other:
        return [holder.writer_set for holder in liveness.holders(other)]


@dg.asset(pool="graph")
def graph_first(graph: WriterSet) -> dg.MaterializeResult[None]:
    """The first step of a run whose first writer set comes last by name."""
    return dg.MaterializeResult(metadata={"held": held(graph)})


@dg.asset(pool="dreaming", deps=[graph_first])
def dreaming_second(dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """The second step."""
    return dg.MaterializeResult(metadata={"held": held(dreaming)})


@dg.asset(pool="dreaming")
def dreaming_first(dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """The same the other way round."""
    return dg.MaterializeResult(metadata={"held": held(dreaming)})


@dg.asset(pool="graph", deps=[dreaming_first])
def graph_second(graph: WriterSet) -> dg.MaterializeResult[None]:
    """The second step."""
    return dg.MaterializeResult(metadata={"held": held(graph)})


@dg.asset(pool="graph")
def ended_meanwhile(context: dg.AssetExecutionContext, graph: WriterSet) -> None:
    """Cancelled by force before it got as far as its lease."""
    context.instance.report_run_canceled(context.run)
    held(graph)


ONE_WAY = [graph_first, dreaming_second]
OTHER_WAY = [dreaming_first, graph_second]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def persistent() -> Iterator[dg.DagsterInstance]:
    with instance_for_test() as made:
        yield made


def said(result: dg.ExecuteInProcessResult) -> list[str]:
    """Return what the steps of a run failed with."""
    failures = [event.step_failure_data.error for event in result.get_step_failure_events()]
    return [str(error.cause or error) for error in failures if error is not None]


def run(instance: dg.DagsterInstance, assets: list[dg.AssetsDefinition]) -> dg.ExecuteInProcessResult:
    return dg.materialize(assets, instance=instance, resources=SETS, raise_on_error=False)


def test_a_run_over_two_writer_sets_has_both_from_its_first_step_on(
    database: Database, settings: Settings, instance: dg.DagsterInstance
) -> None:
    result = run(instance, ONE_WAY)
    assert result.success
    for name in ("graph_first", "dreaming_second"):
        (made,) = result.asset_materializations_for_node(name)
        assert made.metadata["held"].value == ["dreaming", "graph"]
    with database.direct() as connection:
        assert liveness.holders(connection) == [], "and lets go of both"


@pytest.mark.parametrize("theirs", ["dreaming", "graph"])
@pytest.mark.parametrize("assets", [ONE_WAY, OTHER_WAY])
def test_a_run_that_cannot_have_both_does_nothing_whatever_its_order(
    database: Database,
    settings: Settings,
    instance: dg.DagsterInstance,
    theirs: str,
    assets: list[dg.AssetsDefinition],
) -> None:
    with exclusive(database, theirs, "somebody", settings):
        result = run(instance, assets)
    assert not result.success
    (sentence,) = said(result)
    assert f"'{theirs}' is held by run somebody" in sentence
    assert not result.get_asset_materialization_events()
    record = instance.get_run_by_id(result.run_id)
    assert record is not None
    assert record.tags[LOCKED_OUT_TAG] == "true"


def test_independent_steps_are_all_refused_by_one_look(
    database: Database, settings: Settings, instance: dg.DagsterInstance
) -> None:
    with exclusive(database, "graph", "somebody", settings):
        result = run(instance, [graph_first, dreaming_first])
    assert len(said(result)) == 2
    assert all("'graph' is held by run somebody" in sentence for sentence in said(result))


def test_two_runs_that_want_the_same_two_the_other_way_round_both_get_them(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_LOCK_WAIT_S", "60")
    get_settings.cache_clear()
    children = []
    for assets in (ONE_WAY, OTHER_WAY) * 2:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with dg.DagsterInstance.ephemeral() as own:
                    code = 0 if run(own, assets).success else 2
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    with database.reading() as snapshot:
        tokens = snapshot.scalars(sa.text("SELECT token FROM mind.job_lease")).all()
    assert tokens == [4, 4]


def test_a_run_that_dagster_ended_before_its_lease_writes_nothing(
    database: Database, settings: Settings, instance: dg.DagsterInstance
) -> None:
    (sentence,) = said(run(instance, [ended_meanwhile]))
    assert "was ended while it was still starting (canceled): it writes nothing" in sentence
    with database.direct() as connection:
        assert connection.execute("SELECT FROM mind.job_lease").rowcount == 0


@pytest.mark.parametrize(("limit", "found"), [(None, "no limit of its own"), (2, "the limit 2")])
def test_a_run_is_refused_where_its_pool_is_not_limited_to_one(
    database: Database,
    settings: Settings,
    persistent: dg.DagsterInstance,
    limit: int | None,
    found: str,
) -> None:
    if limit is not None:
        persistent.event_log_storage.set_concurrency_slots("graph", limit)
    persistent.event_log_storage.set_concurrency_slots("dreaming", 1)
    (sentence,) = said(run(persistent, [graph_first]))
    assert f"The pool 'graph' has {found} in Dagster's database" in sentence
    assert "`./agnt migrate` sets it to 1" in sentence
    with database.direct() as connection:
        assert connection.execute("SELECT FROM mind.job_lease").rowcount == 0


def test_a_run_goes_ahead_where_its_pools_are_limited_to_one(
    database: Database, settings: Settings, persistent: dg.DagsterInstance
) -> None:
    for pool in SETS:
        persistent.event_log_storage.set_concurrency_slots(pool, 1)
    assert run(persistent, ONE_WAY).success
