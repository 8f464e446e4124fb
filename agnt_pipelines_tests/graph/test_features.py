"""What venue texts and memories say, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agnt_pipelines.graph import facets, features
from agnt_pipelines.graph.records import Chunk, Memory

TODAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vegan bowls & espresso", {"vegan", "coffee"}),
        ("Kopi dan sarapan, ada parkir", {"coffee", "breakfast", "parking"}),
        ("No pork, and not halal certified", set()),
        ("No pork here. Pork belly on Sundays", {"pork"}),
        ("spare parts", set()),
        ("Candlelit, live music till late", {"live-music", "date-night"}),
    ],
)
def test_keywords_are_read_and_denials_are_not(text: str, found: set[str]) -> None:
    pieces = features.evidence([Chunk("k", "v", text, TODAY)])
    assert {piece.dst.partition(":")[2] for piece in pieces} == found


def test_texts_of_an_earlier_version_say_nothing() -> None:
    old = Chunk("old", "v", "steak", TODAY - timedelta(days=30))
    new = [Chunk("menu", "v", "sushi", TODAY), Chunk("rules", "v", "pool", TODAY - timedelta(hours=2))]
    elsewhere = Chunk("other", "w", "pizza", TODAY - timedelta(days=300))
    assert {chunk.id for chunk in features.newest([old, *new, elsewhere])} == {"menu", "rules", "other"}


@pytest.mark.parametrize(
    ("slot", "value", "affirmed", "edge"),
    [
        ("likes", "jazz", True, ("PREFERS", "preference_facet:taste/jazz")),
        ("likes", "jazz", False, ("AVOIDS", "preference_facet:taste/jazz")),
        ("dislikes", "noise", True, ("AVOIDS", "preference_facet:taste/noise")),
        ("allergy", "peanuts", True, ("AVOIDS", "preference_facet:dietary/peanuts")),
        ("allergy", "peanuts", False, None),
        ("alcohol", "alcohol", False, ("AVOIDS", "preference_facet:dietary/alcohol")),
        ("favourite_areas", "Canggu", True, ("PREFERS", "city:canggu")),
        ("favourite_areas", "Echo Beach", True, ("PREFERS", "area:echo-beach")),
        ("birthday", "03-14", True, None),
    ],
)
def test_a_memory_is_a_preference_or_none(
    slot: str, value: str, affirmed: bool, edge: tuple[str, str] | None
) -> None:
    memory = Memory("m", "ayu", slot, value, affirmed, 0.9, TODAY)
    found = [(piece.relation.value, piece.dst) for piece in facets.evidence([memory], {"canggu"})]
    assert found == ([] if edge is None else [edge])
