"""Taste: weights that fade by their half-life, exactly, in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.claims import Polarity, Slot, UserId
from agnt_pipelines.dreaming.taste import SCALE, decayed, profile
from agnt_pipelines_tests.dreaming.said import said

AYU = UserId("ayu")


@pytest.mark.parametrize(
    ("age", "half_life", "weight"),
    [
        (0, 90, SCALE),
        (90, 90, SCALE // 2),
        (180, 90, SCALE // 4),
        (45, 90, 741_455),
        (10_000, None, SCALE),
        (4000, 90, 0),
    ],
)
def test_a_statement_counts_half_after_its_half_life(age: int, half_life: int | None, weight: int) -> None:
    assert decayed(age, half_life) == weight


def test_budgets_fade_sooner_than_likes_and_allergies_never() -> None:
    early, late = "2026-09-01", "2026-10-31"
    tastes = {
        taste.facet: taste.weight
        for taste in profile(
            AYU,
            [
                said(Slot.ALLERGY, "peanuts", day=early, at=1),
                said(Slot.BUDGET, "300000 IDR", day=early, at=2),
                said(Slot.LIKES, "jazz", day=early, at=3),
                said(Slot.HOME_AREA, "Ubud", day=late, at=4),
            ],
        )
    }
    assert tastes["allergy:peanut"] == SCALE
    assert tastes["budget:300000 idr"] == SCALE // 2
    assert SCALE // 2 < tastes["likes:jazz"] < SCALE
    assert len(tastes) == 3, "where a person lives is no taste"


def test_a_thing_liked_and_then_disliked_is_one_facet_that_turned() -> None:
    (taste,) = profile(
        AYU,
        [
            said(Slot.LIKES, "jazz", day="2026-08-02", at=1),
            said(Slot.DISLIKES, "the jazz", day="2026-10-31", at=2),
            said(Slot.LIKES, "jazz", day="2026-10-31", at=3, polarity=Polarity.DENIED, confidence=0.5),
        ],
    )
    assert (taste.facet, taste.favourable, taste.averse) == ("likes:jazz", 1, 2)
    assert taste.weight == SCALE // 2 - SCALE - SCALE // 2
    assert taste.last_said == taste.landmark


def test_what_is_said_of_others_is_not_ones_own_taste() -> None:
    assert profile(AYU, [said(Slot.LIKES, "techno", day="2026-11-02", subject="wife")]) == []


@given(order=st.permutations(range(8)), repeats=st.lists(st.integers(0, 7), max_size=4))
def test_any_order_and_any_repeats_make_the_same_weights(order: list[int], repeats: list[int]) -> None:
    heard = [
        said(Slot.LIKES, f"thing {n % 3}", day=f"2026-{1 + n:02}-0{1 + n}", confidence=0.3 + n / 20)
        for n in range(8)
    ]
    again = profile(AYU, [heard[n] for n in [*order, *repeats]])
    assert again == profile(AYU, heard)
    assert len(again) == 3
