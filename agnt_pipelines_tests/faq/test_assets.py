"""The assets as Dagster runs them: materialize() on a real database."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from agnt_pipelines.faq import faq_compile, store
from agnt_pipelines.faq.assets import ASSETS
from agnt_pipelines.faq.talk import Review, Verdict
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import PARKING, PARKING_REPLY, PEOPLE, WEEKS


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    """One ephemeral instance for the module: a fresh one costs half a second."""
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def willing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings under which candidates are approved unasked."""
    monkeypatch.setenv("AGNT_FAQ_AUTO_APPROVE", "true")
    get_settings.cache_clear()
    return get_settings()


def materialize(
    instance: dg.DagsterInstance, *, tags: dict[str, str] | None = None, raises: bool = True
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [*ASSETS],
        instance=instance,
        partition_key=None if tags else WEEKS[0].key,
        tags=tags,
        resources={"faq": WriterSet(writer_set="faq")},
        raise_on_error=raises,
    )


def talk(database: Database) -> None:
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE, PARKING, PARKING_REPLY))


def test_a_week_is_extracted_compiled_checked_and_published(
    database: Database, willing: Settings, instance: dg.DagsterInstance
) -> None:
    talk(database)
    result = materialize(instance)
    (extracted,) = result.asset_materializations_for_node("faq_candidates")
    numbers = {name: value.value for name, value in extracted.metadata.items()}
    assert (numbers["conversations"], numbers["rows_added"]) == (6, 1)
    assert numbers["window"] == "week ending Sun 01 Nov 2026 23:59"
    assert "parking" not in str(numbers)
    assert {check.passed for check in result.get_asset_check_evaluations()} == {True}
    (published,) = result.asset_materializations_for_node("faq_publication")
    assert (published.metadata["moved"].value, published.metadata["entries"].value) == (True, 1)
    with database.reading() as snapshot:
        current = store.published(snapshot)
    assert current is not None
    assert len(faq_compile.read_staged(current.sha256, willing).items) == 1


def test_a_range_is_one_run_and_a_second_one_moves_nothing(
    database: Database, willing: Settings, instance: dg.DagsterInstance
) -> None:
    talk(database)
    tags = {
        "dagster/asset_partition_range_start": WEEKS[0].key,
        "dagster/asset_partition_range_end": WEEKS[2].key,
    }
    moved = [
        {
            event.partition: event.metadata["moved"].value
            for event in materialize(instance, tags=tags).asset_materializations_for_node("faq_publication")
        }
        for _ in range(2)
    ]
    assert moved == [
        dict.fromkeys([w.key for w in WEEKS[:3]], True),
        dict.fromkeys([w.key for w in WEEKS[:3]], False),
    ]


def test_an_index_that_fails_its_check_stops_publication(
    database: Database, willing: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(database)
    world.extract(database, willing, WEEKS[:1])
    world.compile_weeks(database, willing, WEEKS[:1])
    with database.reading() as snapshot:
        before = store.published(snapshot)
    monkeypatch.setenv("AGNT_REDACT_NAMES", "Wayan Sudira")
    get_settings.cache_clear()
    (one,) = world.proposals(database, willing, WEEKS[0])
    assert one.digest is not None
    theirs = Review(WEEKS[0].key, one.digest, Verdict.APPROVED, answer="Ask Wayan Sudira.")
    with database.writing() as connection:
        store.record_review(connection, theirs, "operator")
    result = materialize(instance, raises=False)
    failed = {check.check_name for check in result.get_asset_check_evaluations() if not check.passed}
    assert failed == {"no_personal_data"}
    assert not result.success
    assert result.asset_materializations_for_node("faq_publication") == []
    with database.reading() as snapshot:
        assert store.published(snapshot) == before
