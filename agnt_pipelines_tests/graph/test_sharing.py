"""What makes two alike adds up to their cosine."""

from __future__ import annotations

from agnt_pipelines.graph.entities import Edge, Relation
from agnt_pipelines.graph.sharing import shared


def edge(relation: Relation, src: str, dst: str, weight: int) -> Edge:
    return Edge(relation, f"user:{src}", f"venue:{dst}", weight << 10, 1, None, None, "bookings")


AYU = [
    edge(Relation.BOOKED, "ayu", "reef", 3),
    edge(Relation.SAVED, "ayu", "reef", 1),
    edge(Relation.BOOKED, "ayu", "grill", 2),
    edge(Relation.ASKED_ABOUT, "ayu", "temple", 9),
]
BUDI = [edge(Relation.BOOKED, "budi", "reef", 2), edge(Relation.RATED, "budi", "grill", 5)]


def test_the_parts_are_those_of_the_dot_product() -> None:
    found = shared(Relation.SIMILAR_TASTE, AYU, BUDI, "user:ayu")
    assert [(one.node, one.part) for one in found] == [("venue:grill", 10 / 18), ("venue:reef", 8 / 18)]
    assert [one.relation for one in found[1].one] == ["BOOKED", "SAVED"]


def test_of_who_booked_both_each_person_counts_one() -> None:
    reef = [edge(Relation.BOOKED, who, "reef", weight) for who, weight in (("ayu", 9), ("budi", 1))]
    grill = [edge(Relation.BOOKED, who, "grill", 1) for who in ("ayu", "budi", "citra")]
    found = shared(Relation.CO_BOOKED, reef, grill, "venue:reef")
    assert [(one.node, one.part) for one in found] == [("user:ayu", 0.5), ("user:budi", 0.5)]


def test_who_shares_nothing_any_more_is_told_nothing() -> None:
    assert shared(Relation.SIMILAR_TASTE, AYU, [], "user:ayu") == []
