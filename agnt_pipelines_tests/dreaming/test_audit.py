"""Old claims are held against their words again, a twentieth of them a week."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from agnt_pipelines.dreaming import audit_store
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.dreaming.world import INTERACTIONS, USERS, dream, insert, message, people

DAYS = list(DAY.between("2026-11-02", "2026-11-08"))
WEEKS = list(DREAM_WEEK.between("2026-11-09", "2027-01-25"))
THINGS = ("jazz", "ramen", "rooftops", "pottery", "sushi", "chess", "surfing", "pasta", "matcha", "techno")


@pytest.fixture
def ayu(database: Database, settings: Settings) -> str:
    insert(database, USERS, people("ayu"))
    insert(database, INTERACTIONS, [
        message("ayu", f"I love {thing}", day, minute)
        for day in DAYS for minute, thing in enumerate(THINGS)
    ])  # fmt: skip
    dream(database, settings, DAYS)
    return "ayu"


def test_over_the_weeks_most_old_claims_are_read_again_and_hold(ayu: str, database: Database) -> None:
    with database.reading() as snapshot:
        told = [audit_store.reverified(snapshot, week, [ayu]) for week in WEEKS]
    claims = len(THINGS) * 7
    assert 0.01 < sum(count for count, _ in told) / (claims * len(WEEKS)) < 0.12
    assert not any(changed for _, changed in told)


def test_a_quote_that_changed_behind_our_back_is_named(ayu: str, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.update(INTERACTIONS).values(content="something else altogether, and longer"))
    with database.reading() as snapshot:
        told = [audit_store.reverified(snapshot, week, [ayu]) for week in WEEKS]
    assert sum(count for count, _ in told) == sum(len(changed) for _, changed in told) > 0
    refused = next(changed[0] for _, changed in told if changed)
    assert (refused.unit, refused.reason) == (ayu, audit_store.QUOTE_CHANGED)


def test_the_weeks_own_claims_are_not_old_yet(ayu: str, database: Database) -> None:
    with database.reading() as snapshot:
        assert audit_store.reverified(snapshot, DREAM_WEEK.window("2026-11-02"), [ayu])[0] == 0
