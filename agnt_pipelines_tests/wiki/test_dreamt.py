"""Deep dreaming's words about the week: project memory of their own, or a proposal where the wiki has them."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.dreaming import AgentChunk, AgentInsight
from agnt_pipelines.storage.tables.wiki import shared_memory
from agnt_pipelines.wiki import dreamt, proposal_store
from agnt_pipelines.wiki.proposals import Origin, Standing, Verdict
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.test_laws import forget_state
from agnt_pipelines_tests.wiki.world import Repository, run

INSIGHTS, CHUNKS = table_of(AgentInsight), table_of(AgentChunk)
PAGE = "# What the week says\n\n## What has no answer\n\nNobody waits any more.\n"


def tell(database: Database, week: str, statement: str, kind: str = "unanswered", agent: str = "*") -> None:
    row = {
        "id": uuid4(), "window_key": week, "agent_id": agent, "kind": kind, "facet": "all", "people": 5, "hits": 3,
        "cases": 9, "low": 0.1, "high": 0.6, "rest_hits": None, "rest_cases": None, "differs": False,
        "statement": statement,
    }  # fmt: skip
    with database.writing() as connection:
        connection.execute(sa.insert(INSIGHTS).values(row))


def tell_chunk(database: Database, week: str, text: str, theme: str = "food", agent: str = "*") -> None:
    row = {
        "id": uuid4(), "window_key": week, "agent_id": agent, "theme": theme, "text": text, "people": 5,
        "trust": 1.0, "observation_ids": [uuid4() for _ in range(5)],
    }  # fmt: skip
    with database.writing() as connection:
        connection.execute(sa.insert(CHUNKS).values(row))


def untell(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.delete(INSIGHTS))


def shared(database: Database) -> dict[str, str]:
    """Section -> text of what was dreamt and readers have."""
    entries = shared_memory().subquery()
    with database.reading() as snapshot:
        rows = snapshot.execute(sa.select(entries).where(entries.c.source == "dreaming"))
        return {row.section: row.text for row in rows}


@pytest.fixture
def dreamt_of(followed: Settings, database: Database) -> Settings:
    tell(database, "2026-11-09", "5 of 9 had no answer.")
    tell(database, "2026-11-16", "3 of 9 had no answer.")
    tell(database, "2026-11-16", "An agent's own.", agent="agent-1")
    run(database, followed)
    return followed


def test_the_newest_week_of_all_agents_is_project_memory(dreamt_of: Settings, database: Database) -> None:
    text = "Week of 2026-11-16, the whole fleet:\n\n- 3 of 9 had no answer."
    assert shared(database) == {"What has no answer": text}
    assert run(database, dreamt_of).units_changed == 0
    tell(database, "2026-11-23", "2 of 9 were cancelled.", "fell_through")
    assert run(database, dreamt_of).units_changed == 1
    assert shared(database) == {
        "What falls through": "Week of 2026-11-23, the whole fleet:\n\n- 2 of 9 were cancelled."
    }
    assert world.log_replays(database)


def test_what_five_people_told_of_themselves_is_project_memory(
    dreamt_of: Settings, database: Database
) -> None:
    tell_chunk(database, "2026-11-16", "Food, week of 2026-11-16: diet: “vegan” (5 people).")
    tell_chunk(database, "2026-11-16", "Food, week of 2026-11-16: an agent's own.", agent="agent-1")
    tell(database, "2026-11-16", "6 of 9 want no music.", "complaint")
    assert run(database, dreamt_of).units_changed == 1
    week = "Week of 2026-11-16, the whole fleet:\n\n"
    assert shared(database) == {
        "What people tell of themselves": f"{week}- Food: diet: “vegan” (5 people).",
        "What people do not want": f"{week}- 6 of 9 want no music.",
        "What has no answer": f"{week}- 3 of 9 had no answer.",
    }
    assert run(database, dreamt_of).units_changed == 0


def test_where_the_wiki_has_the_page_its_words_stand_and_the_dream_waits(
    repository: Repository, dreamt_of: Settings, database: Database
) -> None:
    repository.write(dreamt.PATH, PAGE)
    repository.commit()
    run(database, dreamt_of)
    assert shared(database) == {}
    with database.reading() as snapshot:
        (found,) = proposal_store.found(snapshot)
    assert (found.proposal.origin, found.standing, found.waits) == (Origin.DREAMING, Standing.WAITS, True)
    assert found.proposal.base == "Week of 2026-11-09, the whole fleet:\n\n- 5 of 9 had no answer."
    assert found.wiki == "Nobody waits any more."
    with database.writing() as connection:
        request = proposal_store.request_of(connection, found)
        proposal_store.decide(connection, found.proposal, Verdict.REJECTED, "putu")
    assert "3 of 9 had no answer." in request.files[dreamt.PATH]
    with database.reading() as snapshot:
        (found,) = proposal_store.found(snapshot)
    assert found.standing is Standing.REJECTED
    tell(database, "2026-11-23", "1 of 9 had no answer.")
    with database.reading() as snapshot:
        (again,) = proposal_store.found(snapshot)
    assert again.waits
    (repository.folder / dreamt.PATH).unlink()
    repository.commit()
    run(database, dreamt_of)
    assert "1 of 9" in shared(database)["What has no answer"]


def test_a_dream_goes_unheld_and_is_no_page_among_the_last_ones(
    repository: Repository, dreamt_of: Settings, database: Database
) -> None:
    for path in ("Home.md", "platform/Fees.md", "work/booking.md"):
        (repository.folder / path).unlink()
    repository.commit()
    assert run(database, dreamt_of).units_held == 3
    untell(database)
    assert run(database, dreamt_of).units_held == 3
    assert shared(database) == {}
    assert len(world.pages(database)) == 3


def test_dreams_before_or_after_the_wiki_end_in_the_same_bytes(
    repository: Repository, dreamt_of: Settings, database: Database
) -> None:
    repository.write(dreamt.PATH, PAGE)
    repository.commit()
    run(database, dreamt_of)
    tell(database, "2026-11-02", "9 of 9 had no answer.")
    run(database, dreamt_of)
    once = world.dump(database)["project_memory"]
    assert once
    forget_state(database)
    world.fold(database, dreamt_of)
    assert world.dump(database)["project_memory"] == once
