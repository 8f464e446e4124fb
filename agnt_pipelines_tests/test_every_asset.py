"""Every asset of the definitions, materialized on a real database in the order of what reads what.

The list is the definitions' own: an asset that is added to them is met here, or its own test fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, FAQ_WEEK
from agnt_pipelines.run_report import CORE
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.timetable import job_of
from agnt_pipelines_tests import whole_world
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.dreaming.deep_world import DAYS
from agnt_pipelines_tests.dreaming.deep_world import WEEKS as DREAM_WEEKS

REPOSITORY = build_definitions().get_repository_def()
GRAPH = REPOSITORY.asset_graph
MADE = [key for key in GRAPH.toposorted_asset_keys if GRAPH.get(key).is_executable]
RANGES = {
    DAY.name: (DAYS[0].key, DAYS[-1].key),
    DREAM_WEEK.name: (DREAM_WEEKS[0].key, DREAM_WEEKS[-1].key),
    FAQ_WEEK.name: (whole_world.WEEKS[0].key, whole_world.WEEKS[-1].key),
}
WRITTEN_ELSEWHERE = {"overview", "faq_index", "summary_answers", "summary_batches"}
"""They write no table: a file, or their own metadata; and offline, nobody is asked."""

Metadata = dict[str, object]
Events = dict[dg.AssetKey, list[dg.AssetMaterialization]]


@pytest.fixture(scope="module")
def made(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Events]:
    """Materialize every asset once, each in a run of its own."""
    folder = tmp_path_factory.mktemp("every")
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        repository, heads = whole_world.wiki(folder / "wiki")
        whole_world.move_head(repository, heads[-1])
        for name, value in _environment(database_url, folder).items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        with closing(Database(database_url, application_name="tests")) as database:
            empty(database)
            whole_world.arrive(database, whole_world.whole())
            yield _materialized(instance)
            empty(database)
    get_settings.cache_clear()


def _environment(database_url: str, folder: Path) -> dict[str, str]:
    return {
        "AGNT_DATABASE_URL": database_url,
        "AGNT_STATE": str(folder / "state"),
        "AGNT_WIKI_URL": str(folder / "wiki"),
        "AGNT_WIKI_BRANCH": whole_world.BRANCH,
        "AGNT_NOW": whole_world.NOW.isoformat(),
        "AGNT_FAQ_AUTO_APPROVE": "true",
    }


def _materialized(instance: dg.DagsterInstance) -> Events:
    found: Events = {}
    for key in MADE:
        if key in found:
            continue  # made together with another one
        definition = REPOSITORY.assets_defs_by_key[key]
        job = job_of(key.path[-1])
        first, last = RANGES[job.window.name] if job.window else ("", "")
        span = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        result = dg.materialize(
            [definition],
            instance=instance,
            tags=span if definition.partitions_def else None,
        )
        for event in result.get_asset_materialization_events():
            found.setdefault(event.materialization.asset_key, []).append(event.materialization)
    return found


@pytest.mark.parametrize("key", MADE, ids=dg.AssetKey.to_user_string)
def test_an_asset_materializes_and_tells_what_every_asset_tells(key: dg.AssetKey, made: Events) -> None:
    assert made.get(key), f"{key.to_user_string()} was not materialized"
    for event in made[key]:
        missing = CORE - event.metadata.keys()
        assert not missing, f"{key.to_user_string()} does not tell of {', '.join(sorted(missing))}"
        assert "| " in str(event.metadata["preview"].value)
        if event.partition:
            assert event.metadata["window"].value


@pytest.mark.parametrize("key", MADE, ids=dg.AssetKey.to_user_string)
def test_an_asset_writes_rows_of_its_own(key: dg.AssetKey, made: Events, database_url: str) -> None:
    name = key.path[-1]
    if name in WRITTEN_ELSEWHERE:
        assert any(len(str(event.metadata["preview"].value)) > len("| a | b |") for event in made[key])
        return
    table = REPOSITORY.assets_defs_by_key[key].metadata_by_key[key]["dagster/table_name"]
    with (
        closing(Database(database_url, application_name="tests")) as database,
        database.reading() as snapshot,
    ):
        rows = snapshot.scalar(sa.text(f"SELECT count(*) FROM {table}"))
    assert rows, f"{name} left {table} empty"


def test_nobodys_words_are_in_what_runs_tell(made: Events) -> None:
    words = [str(row["content"]) for row in whole_world.whole()["interactions"]]
    told = "\n".join(str(event.metadata) for events in made.values() for event in events)
    assert not [said for said in words if len(said) > len("ok thanks") and said in told]


def test_the_overview_draws_every_job_with_its_windows(made: Events) -> None:
    (event,) = made[dg.AssetKey("overview")]
    drawn = str(event.metadata["preview"].value)
    for job in {job_of(key.path[-1]).name for key in MADE}:
        assert f"| {job} |" in drawn
    assert "□" in drawn, "it was drawn before anything else was made"
