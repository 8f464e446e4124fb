"""Taste as dreaming weighs it: read as nodes of the graph, and compared."""

from __future__ import annotations

from math import sqrt

import pytest
import sqlalchemy as sa

from agnt_pipelines.graph import taste_store
from agnt_pipelines.graph.facets import plain
from agnt_pipelines.serving.recommendations import recommend_for, similar_to
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali


@pytest.fixture
def told(database: Database, settings: Settings) -> Database:
    """A world whose newcomers have said much and been nowhere."""
    newcomers = [bali.person(name, "Ubud") for name in ("eka", "fajar", "gita", "hadi")]
    chunks = [
        bali.chunk("k8", "reef", "Espresso and smoothie bowls.", 1),
        bali.chunk("k9", "grill", "Cocktails and a rooftop.", 1),
    ]
    tastes = [
        *bali.taste("eka", likes__coffee=4, likes__cocktail=1, allergy__peanut=2, favourite_areas__Canggu=2),
        *bali.taste("fajar", likes__coffee=8, likes__cocktail=2, budget__low=9),
        *bali.taste("gita", likes__coffee=-4, likes__cocktail=1, allergy__peanut=2),
        *bali.taste("hadi", likes__coffee=4, budget__low=9),
    ]
    world = bali.small()
    world[bali.CHUNKS] = [*world[bali.CHUNKS], *chunks]
    bali.insert(database, world | {bali.TASTE: tastes})
    bali.insert(database, {bali.USERS: newcomers})
    bali.build(database, settings)
    return database


def test_a_share_is_of_the_heaviest_and_an_allergy_is_an_aversion(told: Database) -> None:
    with told.reading() as snapshot:
        assert taste_store.shares(snapshot, "eka", {"canggu"}) == {
            "preference_facet:taste/coffee": 1.0,
            "preference_facet:taste/cocktail": 0.25,
            "preference_facet:dietary/peanut": -0.5,
            "city:canggu": 0.5,
        }
        assert taste_store.shares(snapshot, "ayu", {"canggu"}) == {}


def test_who_said_alike_is_alike_by_the_cosine_of_what_both_weigh(told: Database) -> None:
    with told.reading() as snapshot:
        (fajar,) = taste_store.alike(snapshot, "eka", 5)
        assert taste_store.alike(snapshot, "gita", 5) == [], "she can not stand coffee"
        assert taste_store.alike(snapshot, "hadi", 5) == [], (
            "one facet is too little, and a budget is no taste"
        )
    assert fajar.user == "fajar"
    assert fajar.cosine == pytest.approx((4 * 8 + 1 * 2) / sqrt((16 + 1 + 4 + 4) * (64 + 4)))
    assert fajar.facets == (("likes:coffee", False), ("likes:cocktail", False))


def test_somebody_without_visits_has_people_of_like_mind(told: Database, settings: Settings) -> None:
    (fajar,) = similar_to(told, "eka")
    assert (fajar.user, fajar.by, fajar.shared_venues) == ("fajar", "taste", 0)
    assert fajar.facets == ("coffee", "cocktail")
    more = [
        *bali.taste("ayu", likes__noise=-3, diet__vegan=2),
        *bali.taste("gita", likes__noise=-3, diet__vegan=1),
    ]
    bali.insert(told, {bali.TASTE: more})
    (ayu,) = similar_to(told, "gita")
    assert (ayu.user, ayu.facets) == ("ayu", ("no noise", "diet: vegan"))
    with told.writing() as connection:
        connection.execute(
            sa.update(bali.USERS).where(bali.USERS.c.id == "fajar").values(deleted_at=bali.NOW)
        )
    assert similar_to(told, "eka") == []
    assert similar_to(told, "ayu")[0].by == "visits"


def test_a_strangers_taste_counts_by_how_much_of_it_is_left(told: Database, settings: Settings) -> None:
    at = settings.model_copy(update={"now": bali.NOW})
    drinks = [*bali.taste("ira", likes__coffee=1, likes__cocktail=4)]
    bali.insert(told, {bali.USERS: [bali.person("ira", "Ubud")], bali.TASTE: drinks})
    first = {who: recommend_for(told, who, settings=at, limit=1)[0].name for who in ("eka", "ira")}
    assert first == {"eka": "Warung", "ira": "Grill"}


def test_spellings_of_one_word_are_equal() -> None:
    assert plain("live-music") == plain("Live music") == "live music"
    assert plain("cocktails") == plain("cocktail")
    assert plain("swiss") == "swiss"
    assert plain("gluten-free") == "gluten free"
