"""Recommendations as plain values: what is walked to, what is filtered, what is said."""

from __future__ import annotations

import pytest

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.entities import Edge, Relation
from agnt_pipelines.graph.recommend import Place, Taste, Visits, contradicts, recommend

CANGGU, UBUD = "city:canggu", "city:ubud"


def edge(person: str, venue: str, relation: Relation = Relation.BOOKED) -> Edge:
    return Edge(relation, f"user:{person}", f"venue:{venue}", weights.ONE, 1, None, None, {})


VISITS = Visits.of(
    [
        edge("me", "x"),
        *(edge(who, venue) for who in ("a", "b", "c") for venue in ("x", "z")),
        edge("c", "y"),
        edge("d", "far"),
        edge("d", "x", Relation.SAVED),
        edge("e", "far"),
    ]
)
ME = Taste("user:me", city=CANGGU)


def venues(taste: Taste = ME, places: dict[str, Place] | None = None, **options: object) -> list[str]:
    found = recommend(VISITS, places or {}, taste, **options)  # type: ignore[arg-type]
    return [one.venue.removeprefix("venue:") for one in found]


def called(name: str) -> str:
    return name.partition(":")[2].upper()


def test_what_like_minded_people_booked_comes_first_and_nothing_known_already() -> None:
    assert venues() == ["z", "y", "far"]
    assert "x" in venues(again=True)
    assert venues(limit=1) == ["z"]


def test_the_path_is_made_of_edges_that_are_there() -> None:
    first, _, far = recommend(VISITS, {}, ME)
    assert first.path.sentence(called) == "you booked X; 3 people who also booked X booked Z"
    assert far.path.sentence(called) == "you booked X; 1 person who also saved X booked FAR"
    for step in first.path.steps:
        doings = VISITS.doings[step.dst]
        have = [who for who, done in doings.items() if done is step.relation]
        assert step.src in have if step.src else len(have) >= step.people


def test_a_city_is_stayed_in() -> None:
    places = {"venue:z": Place(UBUD), "venue:far": Place(CANGGU)}
    assert venues(places=places, city=UBUD) == ["z"]


def test_a_stranger_is_told_what_is_popular_at_home_and_to_their_taste() -> None:
    places = {"venue:far": Place(CANGGU, frozenset({"coffee"})), "venue:z": Place(UBUD)}
    stranger = Taste("user:new", city=CANGGU, prefers={"preference_facet:taste/coffee": "coffee"})
    assert venues(stranger, places)[0] == "far"
    first = recommend(VISITS, places, stranger)[0]
    assert first.path.sentence(called) == (
        "you are based in CANGGU; FAR lies in CANGGU; you like TASTE/COFFEE; FAR has COFFEE; 2 people booked FAR"
    )


@pytest.mark.parametrize(
    ("features", "prefers", "avoids", "out"),
    [
        ({"steak"}, {"vegan"}, set(), True),
        ({"steak", "vegan"}, {"vegan"}, set(), False),
        ({"seafood"}, {"pescatarian"}, set(), False),
        ({"seafood"}, set(), {"shellfish"}, True),
        ({"rooftop"}, set(), {"rooftop"}, True),
        ({"coffee"}, {"vegan"}, {"peanuts"}, False),
    ],
)
def test_what_a_person_must_not_have_is_left_out(
    features: set[str], prefers: set[str], avoids: set[str], out: bool
) -> None:
    taste = Taste("user:me", prefers={f"facet/{word}": word for word in prefers}, avoids=frozenset(avoids))
    assert contradicts(features, taste) is out
    assert ("z" not in venues(taste, {"venue:z": Place(None, frozenset(features))})) is out


def test_an_empty_world_recommends_nothing() -> None:
    assert recommend(Visits.of([]), {}, ME) == []
