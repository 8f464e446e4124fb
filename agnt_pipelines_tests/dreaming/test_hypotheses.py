"""Hypotheses: made by one week, decided by later ones, and held to account."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.hypotheses import (
    LIFE_WEEKS,
    MAX_PRIOR,
    Hypothesis,
    Status,
    brier,
    hypotheses,
    moved,
)
from agnt_pipelines.dreaming.insights import Insight, Kind, Share
from agnt_pipelines.replay.windows import DREAM_WEEK

WEEKS = [window.key for window in DREAM_WEEK.between("2026-08-31", "2026-11-02")]
LAST = WEEKS[-1]


def series(*hits: int | None) -> list[Insight]:
    """Return an agent's weeks of hits of 100; None where nothing was told."""
    return [
        Insight("agent", week, Kind.UNANSWERED, "all", 50, Share(number, 100), None)
        for week, number in zip(WEEKS, hits, strict=False)
        if number is not None
    ]


def only(told: Sequence[Insight], as_of: str = LAST) -> Hypothesis:
    (made,) = hypotheses("agent", told, as_of)
    return made


@pytest.mark.parametrize(
    ("later", "status", "decided", "posterior"),
    [
        ((40, 35, 20), Status.CONFIRMED, 4, 0.98),
        ((40, 5, 12), Status.CONFIRMED, 4, 0.78),
        ((5, 40, 9), Status.REFUTED, 4, 0.58),
        ((40, 40), Status.OPEN, None, 0.975),
        ((None, 10, None, 9, 8), Status.REFUTED, 6, 0.38),
    ],
)
def test_later_weeks_decide_by_majority(
    later: tuple[int | None, ...], status: Status, decided: int | None, posterior: float
) -> None:
    made = only(series(10, 40, *later), WEEKS[1 + len(later)])
    assert (made.direction, made.baseline, made.created_window) == (1, 0.1, WEEKS[1])
    assert made.prior == MAX_PRIOR
    assert (made.status, made.posterior) == (status, posterior)
    assert made.decided_window == (None if decided is None else WEEKS[decided])


def test_the_week_that_made_it_and_the_one_before_do_not_count() -> None:
    made = only(series(10, 40), WEEKS[1])
    assert (made.evidence_for, made.evidence_against, made.status) == (0, 0, Status.OPEN)


def test_what_is_not_decided_in_time_expires_even_where_nothing_more_is_told() -> None:
    told = series(10, 40, 40)
    last = WEEKS[1 + LIFE_WEEKS]
    assert only(told, last).status is Status.OPEN
    made = only(told, WEEKS[2 + LIFE_WEEKS])
    assert (made.status, made.decided_window, made.expires_window) == (Status.EXPIRED, last, last)


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (Share(10, 100), Share(40, 100), 1),
        (Share(40, 100), Share(10, 100), -1),
        (Share(10, 100), Share(13, 100), None),
        (Share(1, 5), Share(2, 5), None),
        (Share(0, 50), Share(0, 60), None),
        (Share(50, 50), Share(60, 60), None),
    ],
    ids=["up", "down", "too little", "too few", "never", "always"],
)
def test_only_a_clear_move_makes_one(before: Share, after: Share, direction: int | None) -> None:
    move = moved(before, after)
    assert (None if move is None else move[0]) == direction


def test_a_missing_week_makes_none() -> None:
    assert hypotheses("agent", series(10, None, 40), LAST) == []


def test_one_is_open_at_a_time_and_the_next_comes_after() -> None:
    made = hypotheses("agent", series(10, 40, 10, 40, 10, 40), LAST)
    assert [one.created_window for one in made] == [WEEKS[1], WEEKS[5]]
    assert made[0].status is Status.REFUTED


@given(
    hits=st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=4, max_size=10),
    upto=st.integers(1, 9),
    data=st.data(),
)
def test_any_order_ends_the_same_and_a_past_week_knows_nothing_of_later_ones(
    hits: list[int | None], upto: int, data: st.DataObject
) -> None:
    told = series(*hits)
    assert hypotheses("agent", data.draw(st.permutations(told)), LAST) == hypotheses("agent", told, LAST)
    then = WEEKS[upto]
    known = [one for one in told if one.window_key <= then]
    made = hypotheses("agent", known, then)
    assert made == hypotheses("agent", told, then)
    ids = {(one.metric, one.created_window, one.prior) for one in hypotheses("agent", told, LAST)}
    assert {(one.metric, one.created_window, one.prior) for one in made} <= ids
    assert all(one.decided_window is None or one.decided_window > one.created_window for one in made)


def test_the_brier_score_is_of_what_was_decided() -> None:
    right, wrong = only(series(10, 40, 40, 40, 40)), only(series(10, 40, 5, 5, 5))
    still = only(series(10, 40), WEEKS[1])
    assert brier([right, wrong, still]) == {"unanswered": (round((0.05**2 + 0.95**2) / 2, 4), 2)}
    assert brier([still]) == {}
