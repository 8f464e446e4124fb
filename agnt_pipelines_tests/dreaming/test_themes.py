"""Themes of a week: what is worth keeping, and that its sentence comes from the cited claims alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.claims import Polarity, Slot, UserId
from agnt_pipelines.dreaming.themes import MAX_CLAIMS, SLOTS, THEME_OF, Theme, chunks
from agnt_pipelines_tests.dreaming.said import said

AYU = UserId("ayu")
WEEK = "2026-11-02"
MONDAY, TUESDAY = "2026-11-02", "2026-11-03"


def test_every_slot_has_one_theme() -> None:
    assert THEME_OF.keys() == set(Slot)
    assert sum(map(len, SLOTS.values())) == len(Slot)


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        ([MONDAY, MONDAY, TUESDAY], True),
        ([MONDAY, TUESDAY], False),
        ([MONDAY, MONDAY, MONDAY], False),
    ],
    ids=["three on two days", "two", "three in one evening"],
)
def test_a_theme_needs_three_pieces_of_evidence_on_two_days(days: list[str], kept: bool) -> None:
    week = [said(Slot.LIKES, "jazz", day=day, at=hour) for hour, day in enumerate(days)]
    assert bool(chunks(AYU, WEEK, week)) is kept


def test_a_memory_tells_each_claim_once_with_its_days_and_cites_all() -> None:
    week = [
        said(Slot.DIET, "vegetarian", day=MONDAY, at=1),
        said(Slot.ALLERGY, "peanuts", day=MONDAY, at=2, subject="wife"),
        said(Slot.ALLERGY, "peanut", day=TUESDAY, at=3, subject="wife", trust=0.6),
        said(Slot.ALCOHOL, "alcohol", day=TUESDAY, at=4, polarity=Polarity.DENIED),
    ]
    (chunk,) = chunks(AYU, WEEK, reversed(week))
    assert chunk.text == (
        "Food, week of 2026-11-02: diet: vegetarian [2026-11-02]; "
        "allergy (wife): peanuts [2026-11-02, 2026-11-03]; alcohol: not alcohol [2026-11-03]."
    )
    assert chunk.theme is Theme.FOOD
    assert chunk.observation_ids == tuple(one.id for one in week)
    assert (chunk.evidence_count, chunk.distinct_days, chunk.trust) == (4, 2, 0.6)


def test_a_long_week_counts_what_it_does_not_spell_out() -> None:
    days = [MONDAY, TUESDAY]
    week = [said(Slot.LIKES, f"thing {n}", day=days[n % 2], at=n) for n in range(MAX_CLAIMS + 3)]
    (chunk,) = chunks(AYU, WEEK, week)
    assert chunk.text.endswith("; and 3 more.")
    assert chunk.text.count("thing") == MAX_CLAIMS


@given(order=st.permutations(range(6)), repeats=st.lists(st.integers(0, 5)))
def test_order_repeats_and_others_do_not_matter(order: list[int], repeats: list[int]) -> None:
    week = [said(Slot.LIKES, f"thing {n % 4}", day=(MONDAY, TUESDAY)[n % 2], at=n) for n in range(6)]
    other = replace(said(Slot.LIKES, "spying", day=MONDAY, at=9), user_id=UserId("budi"))
    again = [week[n] for n in [*order, *repeats]]
    assert chunks(AYU, WEEK, [*again, other]) == chunks(AYU, WEEK, week) != []
