"""Publishing: whoever reads meanwhile reads something whole, and nothing older, wherever a run dies."""

from __future__ import annotations

from pathlib import Path

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from benchmarks import publish

DEATHS = (
    "apply.before_commit", "apply.committed", "faq.staged", "faq.before_pointer", "transaction.before_commit:3",
    "faq.published", "random",
)  # fmt: skip


def test_a_reader_never_sees_a_broken_or_an_older_page_wherever_a_publication_is_killed(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    found = publish.rehearse(database, settings, tmp_path, 8, 3, deaths=DEATHS)
    named = {point.partition(":")[0]: 1 for point in DEATHS if point != "random"}
    assert found["kills_by_point"] == {**named, "random": found["kills_by_point"]["random"]}
    assert found["reads"] > 0
    wrong = {name: found[name] for name in ("broken_reads", "backwards", "moves_back", "gaps", "failed")}
    assert wrong == dict.fromkeys(wrong, 0), found["broken"]
    assert found["moves"] == found["publishes"] == 8
