"""One index for a graph: made once, whole, and of nobody who is gone."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from agnt_pipelines.graph.recommend import Index
from agnt_pipelines.serving.recommendations import recommend_for
from agnt_pipelines.serving.recommender import recommender_of
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali


def index_of(database: Database, *, newest: bool = True) -> tuple[Index, bool]:
    with database.reading() as snapshot:
        return recommender_of(database).index(snapshot, newest=newest)


def test_an_index_is_made_once_for_a_build_and_anew_for_the_next(
    database: Database, settings: Settings
) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    first, fresh = index_of(database)
    assert fresh
    assert index_of(database)[0] is first
    bali.insert(database, {bali.BOOKINGS: [bali.booking("b20", "dewi", "reef", days=1)]})
    bali.build(database, settings, bali.NOW + timedelta(hours=1))
    older, fresh = index_of(database, newest=False)
    assert older is first
    assert not fresh
    found = recommend_for(database, "dewi", newest=False)
    assert "Reef" not in {one.name for one in found}, "their own visits are the newest all the same"
    second, fresh = index_of(database)
    assert second is not first
    assert fresh
    assert "user:dewi" in second.visits.row_of


def test_somebody_who_asked_to_be_deleted_is_in_no_index_from_then_on(
    database: Database, settings: Settings
) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    assert "user:budi" in index_of(database)[0].visits.row_of
    with database.writing() as connection:
        connection.execute(sa.update(bali.USERS).where(bali.USERS.c.id == "budi").values(deleted_at=bali.NOW))
    assert "user:budi" not in index_of(database)[0].visits.row_of
