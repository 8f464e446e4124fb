"""Recommendations as plain values: what is found, what is filtered, what is said."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.filter import Parameters
from agnt_pipelines.graph.places import Place, Places, Taste
from agnt_pipelines.graph.recommend import Index, Recommendation, Wish, recommend
from agnt_pipelines.graph.visits import STRONGEST, Doing

CANGGU, UBUD = "city:canggu", "city:ubud"
COFFEE, DATE = "preference_facet:taste/coffee", "intent_pattern:date-night"


def did(person: str, venue: str, relation: str = "BOOKED", weight: int = weights.ONE) -> Doing:
    return Doing(f"user:{person}", relation, f"venue:{venue}", weight)


CROWD = [
    did("me", "x"),
    *(did(who, venue) for who in "abcdefg" for venue in ("x", "z")),
    did("c", "y"),
    *(did(who, "far") for who in "hijklm"),
    did("h", "x", "SAVED"),
]
ME = Taste("user:me", city=CANGGU)
PLAIN = Wish(diversity=0.0)


def place(*features: str, city: str | None = None, suits: tuple[str, ...] = ()) -> Place:
    return Place(frozenset([city] if city else []), frozenset(features), frozenset(suits))


def found(taste: Taste = ME, places: dict[str, Place] | None = None, **wish: Any) -> list[Recommendation]:
    known = {f"venue:{name}": one for name, one in (places or {}).items()}
    return recommend(Index.of(CROWD, known), taste, Wish(**wish))


def venues(*arguments: Any, **wish: Any) -> list[str]:
    return [one.venue.removeprefix("venue:") for one in found(*arguments, **wish)]


def why(one: Recommendation) -> str:
    return one.path.sentence(lambda name: name.partition(":")[2].upper())


def test_what_like_minded_people_booked_comes_first_and_nothing_known_already() -> None:
    assert venues()[0] == "z"
    assert set(venues()) == {"z", "y", "far"}
    assert "x" in venues(again=True)
    assert venues(limit=1) == ["z"]
    assert venues(limit=0) == []


def test_a_path_through_five_people_is_told_with_their_number() -> None:
    assert why(found()[0]) == "you booked X; 7 people who also booked X booked Z"


def test_others_did_something_also_only_where_the_person_did_it_too() -> None:
    saved = [did("me", "x", "SAVED"), *(one for one in CROWD if one.person != "user:me")]
    told = {one.venue: why(one) for one in recommend(Index.of(saved), ME, PLAIN)}
    assert told["venue:z"] == "you saved X; 7 people who booked X booked Z"
    alike = [did("me", "x", "SAVED"), *(did(f"p{n}", "x", "SAVED") for n in range(6))]
    alike += [did(f"p{n}", "z", "ASKED_ABOUT") for n in range(6)]
    (one,) = (one for one in recommend(Index.of(alike), ME, PLAIN) if one.venue == "venue:z")
    assert why(one) == "you saved X; 6 people who also saved X asked about Z"


def test_a_venue_that_was_only_looked_at_is_told_with_those_who_went_there() -> None:
    looked = [*CROWD, did("me", "z", "SAVED"), did("me", "far", "ASKED_ABOUT")]
    told = {one.venue: why(one) for one in recommend(Index.of(looked, {}), ME, PLAIN)}
    assert told["venue:z"] == "you saved Z; you booked X; 7 people who also booked X booked Z"
    assert told["venue:far"] == "you asked about FAR; you have not been there yet"


def test_fewer_than_five_people_are_not_told_of() -> None:
    told = {one.venue: one.path for one in found()}
    assert told["venue:y"].sentence(str.upper) == (
        "you booked VENUE:X; it lies near your taste, and few people know it yet"
    )
    for path in told.values():
        assert all(step.people >= 5 for step in path.steps if step.src is None)


def test_what_two_venues_have_in_common_is_told_instead_of_few_people() -> None:
    places = {"x": place("coffee", city=CANGGU), "y": place("coffee", "wifi")}
    (one,) = (one for one in found(places=places) if one.venue == "venue:y")
    assert why(one) == "you booked X; X has COFFEE; Y has COFFEE"


def test_people_who_did_different_things_are_told_of_together() -> None:
    doings = [did("me", "x"), *(did(f"p{n}", "x", STRONGEST[n % 5]) for n in range(10))]
    doings += [did(f"p{n}", "z", STRONGEST[n % 3]) for n in range(6)]
    (one,) = recommend(Index.of(doings), Taste("user:me"), PLAIN)
    assert why(one) == "you booked X; 6 people who also were drawn to X were drawn to Z"


def test_people_who_share_several_places_count_together() -> None:
    doings = [did("me", f"x{n}") for n in range(6)]
    doings += [did(f"p{n}", venue) for n in range(6) for venue in (f"x{n}", "z")]
    (one,) = recommend(Index.of(doings), Taste("user:me"), PLAIN)
    assert why(one) == "you booked X0; 6 people were drawn to Z; they know other places of yours, too"


def test_a_city_and_an_intent_are_stayed_with() -> None:
    places = {"z": place(city=UBUD, suits=(DATE,)), "far": place(city=UBUD)}
    assert set(venues(places=places, city=UBUD)) == {"z", "far"}
    (one,) = found(places=places, city=UBUD, intent=DATE)
    assert why(one).endswith("Z suits DATE-NIGHT")


def test_a_stranger_is_told_what_is_popular_at_home_and_to_their_taste() -> None:
    places = {"far": place("coffee", city=CANGGU), "z": place(city=UBUD), "new": place("coffee")}
    stranger = Taste("user:new", city=CANGGU, prefers={COFFEE: "coffee"})
    first, *rest = found(stranger, places)
    assert first.venue == "venue:far"
    assert why(first) == (
        "you are based in CANGGU; FAR lies in CANGGU; you like TASTE/COFFEE; FAR has COFFEE; 6 people booked FAR"
    )
    new = next(one for one in rest if one.venue == "venue:new")
    assert why(new) == "you like TASTE/COFFEE; NEW has COFFEE", "nobody has been there"


def test_what_a_person_opens_with_counts() -> None:
    places = {"y": place(suits=(DATE,)), "far": place()}
    (plain,), (one,) = (
        found(Taste("user:new", opens=opens), places, intent=DATE)
        for opens in (frozenset[str](), frozenset({DATE}))
    )
    assert one.score > plain.score
    assert why(one) == "you asked about DATE-NIGHT; Y suits DATE-NIGHT"


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
    index = Places.by(("venue:z",), {"venue:z": place(*features)})
    assert bool(index.allowed(taste)[0]) is not out
    assert ("z" not in venues(taste, {"z": place(*features)})) is out


def test_a_place_that_is_kept_away_from_is_left_out() -> None:
    assert "z" not in venues(Taste("user:me", shuns=frozenset({UBUD})), {"z": place(city=UBUD)})


def test_newer_visits_count_more_unless_recency_is_off() -> None:
    doings = [did("me", "old", weight=1), did("me", "new")]
    doings += [did(f"o{n}", venue) for n in range(6) for venue in ("old", "za")]
    doings += [did(f"n{n}", venue) for n in range(6) for venue in ("new", "zb")]
    index, taste = Index.of(doings), Taste("user:me")
    ranked = [one.venue for one in recommend(index, taste, PLAIN)]
    assert ranked == ["venue:zb", "venue:za"]
    alike = recommend(index, taste, replace(PLAIN, recency=0.0))
    assert [one.venue for one in alike] == ["venue:za", "venue:zb"], "equal scores go by venue"
    assert alike[0].score == pytest.approx(alike[1].score, rel=1e-3)


def test_diversity_brings_something_else_forward() -> None:
    doings = [did("me", venue) for venue in ("a1", "a2", "a3", "b")]
    doings += [did(f"p{n}", venue) for n in range(12) for venue in ("a1", "a2", "a3", "twin1", "twin2")]
    doings += [did(f"q{n}", venue) for n in range(4) for venue in ("b", "other")]
    index, taste = Index.of(doings, parameters=Parameters(rank=8)), Taste("user:me")
    assert [one.venue for one in recommend(index, taste, replace(PLAIN, limit=2))] == [
        "venue:twin1",
        "venue:twin2",
    ]
    varied = recommend(index, taste, Wish(limit=2, diversity=0.6))
    assert [one.venue for one in varied] == ["venue:twin1", "venue:other"]


def test_a_newcomer_is_folded_in_without_making_the_index_anew() -> None:
    index = Index.of(CROWD)
    own = index.visits.fold_in("user:late", [did("late", "x"), did("late", "unheard-of")])
    first = recommend(index, Taste("user:late"), own=own)[0]
    assert why(first) == "you booked X; 7 people who also booked X booked Z"
    known = recommend(Index.of([*CROWD, did("late", "x")]), Taste("user:late"))[0]
    assert known.venue == first.venue


def test_an_index_lends_its_filter_to_the_next_while_nobody_chose_anything_new() -> None:
    earlier = Index.of(CROWD)
    heavier = [one._replace(weight=one.weight * 2) for one in CROWD]
    assert Index.of(heavier, earlier=earlier).filter is earlier.filter
    assert Index.of([*CROWD, did("a", "far")], earlier=earlier).filter is not earlier.filter


def test_an_empty_world_recommends_nothing() -> None:
    assert recommend(Index.of([]), ME) == []
    assert recommend(Index.of([did("me", "x")]), ME) == []


doings = st.lists(
    st.builds(
        did,
        st.sampled_from("abcdefgh"),
        st.sampled_from(["v1", "v2", "v3", "v4", "v5"]),
        st.sampled_from(STRONGEST),
        st.integers(1, 1 << 21),
    ),
    max_size=40,
)


@given(doings, st.integers(0, 8), st.booleans(), st.integers(0, 99), st.sampled_from([0.0, 0.3]))
@settings(max_examples=80, deadline=None)
def test_the_order_of_edges_does_not_matter_and_what_is_masked_never_returns(
    told: list[Doing], limit: int, again: bool, seed: int, diversity: float
) -> None:
    shuffled = random.Random(seed).sample(told, len(told))
    wish, taste = Wish(limit=limit, again=again, diversity=diversity), Taste("user:a")
    places = {"venue:v9": place("pork")}
    first, second = (
        recommend(Index.of(some, places, Parameters(rank=seed % 9)), taste, wish) for some in (told, shuffled)
    )
    assert first == second
    assert len(first) <= limit
    assert len({one.venue for one in first}) == len(first)
    been = {one.venue for one in told if one.person == "user:a" and one.relation in STRONGEST[:3]}
    assert again or not been & {one.venue for one in first}
    strict = Taste("user:a", avoids=frozenset({"pork"}))
    assert "venue:v9" not in {one.venue for one in recommend(Index.of(told, places), strict, Wish(limit=20))}


@given(doings)
@settings(max_examples=60, deadline=None)
def test_every_path_is_made_of_edges_that_are_there_and_singles_nobody_out(told: list[Doing]) -> None:
    edges = {(one.person, one.relation, one.venue) for one in told}
    for one in recommend(Index.of(told), Taste("user:a")):
        for step in one.path.steps:
            if step.src is not None:
                assert (step.src, step.relation, step.dst) in edges
                continue
            others = {
                person
                for person, relation, venue in edges
                if venue == step.dst and person != "user:a" and step.relation in (None, relation)
            }
            assert 5 <= step.people <= len(others)
