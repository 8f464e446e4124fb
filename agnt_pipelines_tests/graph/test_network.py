"""What the graph says of the network, and of whom it does not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from agnt_pipelines.graph import network
from agnt_pipelines.graph.columns import Edges
from agnt_pipelines.graph.entities import Relation

BEACH, HILL = [f"venue:b{n}" for n in range(6)], [f"venue:h{n}" for n in range(5)]
LINKS = [
    *((one, other, 900) for group in (BEACH, HILL) for one, other in combinations(group, 2)),
    (BEACH[0], HILL[0], 100),
]
TRAITS = {name: {"canggu", "cafe"} for name in BEACH} | {name: {"ubud", "cafe"} for name in HILL}


def test_communities_are_labelled_by_what_tells_them_apart() -> None:
    beach, hill = network.communities(LINKS, TRAITS)
    assert (set(beach.venues), set(hill.venues)) == (set(BEACH), set(HILL))
    assert (beach.label.split(", ")[0], hill.label.split(", ")[0]) == ("canggu", "ubud")
    assert network.communities(reversed(LINKS), TRAITS) == [beach, hill]


def test_a_community_keeps_its_id_while_its_lowest_member_stays() -> None:
    beach, hill = network.communities(LINKS, TRAITS)
    others = [link for link in LINKS if link[0] == beach.id or beach.id not in link[:2]]
    leaver = next(name for name in BEACH if name != beach.id)
    kept = [link for link in others if leaver not in link[:2]]
    smaller = {one.id: one for one in network.communities(kept, TRAITS)}
    assert {beach.id, hill.id} == smaller.keys()
    assert leaver not in smaller[beach.id].venues


def test_degrees_are_counted_by_powers_of_two_and_of_five_people_at_least() -> None:
    names = [*(f"user:p{n}" for n in range(9)), "venue:a", "venue:b", "intent_pattern:dinner"]
    src, dst = np.array([*range(9), 0, 1, 2], np.int32), np.array([9] * 9 + [10, 10, 11], np.int32)
    untold = np.zeros(len(src), np.int64)
    found = network.degrees(names, {Relation.BOOKED: Edges(src, dst, untold, untold, untold, untold)})
    assert found == {"people": {1: 6}, "venues": {8: 1, 2: 1}}, "three people with two links are nobody"


def test_a_broker_is_on_the_way_between_others() -> None:
    found = network.brokers(LINKS)
    assert {found[0].venue, found[1].venue} == {BEACH[0], HILL[0]}
    assert not found[0].sampled
    assert network.brokers([]) == []
    assert network.communities([], {}) == []


def test_what_rises_and_fades_is_told_where_it_is_sure_and_of_five_people() -> None:
    rising, fading = network.trends([("a", 30, 4), ("b", 3, 40), ("c", 11, 10), ("d", 4, 0)])
    assert [one.venue for one in rising] == ["a"]
    assert [one.venue for one in fading] == ["b"]
    assert (rising[0].now, rising[0].before) == (30, None), "four people are told of as nobody"
    assert (fading[0].now, fading[0].before) == (None, 40)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)]
)
def test_an_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    assert network.wilson(hits, count) == (low, high)


def test_agents_that_hardly_answer_come_first() -> None:
    found = list(network.responsiveness([("quick", 50, 49, 9), ("new", 5, 0, 5), ("slow", 50, 5, 7)]))
    assert [one.agent for one in found] == ["slow", "new", "quick"]


def test_an_agent_that_few_asked_is_too_little_to_tell_of() -> None:
    assert list(network.responsiveness([("often", 50, 5, 4), ("once", 1, 0, 1), ("never", 0, 0, 0)])) == []


def test_a_gap_is_told_of_five_people_and_never_of_a_small_group_that_was_served() -> None:
    asked = [
        ("ubud", "late-night", 23, 9, 0, 0),
        ("ubud", "late-night", 22, 4, 0, 0),
        ("canggu", "date-night", 19, 20, 3, 5),
        ("canggu", "quick-lunch", 12, 20, 9, 5),
        ("canggu", "quick-lunch", 13, 20, 10, 5),
    ]
    assert [(gap.city, gap.hour) for gap in network.gaps(asked)] == [("ubud", 23), ("canggu", 12)]


def test_a_community_with_nothing_in_common_is_named_after_its_middle() -> None:
    links = [("venue:mid", f"venue:{name}", 900) for name in "abcd"]
    traits = {f"venue:{name}": {name} for name in "abcd"}
    (one,) = network.communities(links, traits)
    assert one.label == "around mid"
    (one,) = network.communities(links, traits, {"venue:mid": "Middle House"})
    assert one.label == "around Middle House"
