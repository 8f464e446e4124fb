"""When maybes become a memory: the score, and what it does to the fold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.claims import Evidence, Observation, Slot, Source
from agnt_pipelines.dreaming.fold import fold, fold_windows
from agnt_pipelines.dreaming.memories import Status
from agnt_pipelines.dreaming.promotion import ENOUGH, RECENT_HALF_DAYS, Case
from agnt_pipelines_tests.dreaming.strategies import WAYAN, said

CASES = st.builds(
    Case,
    plain=st.booleans(),
    days=st.integers(1, 400),
    gap_days=st.integers(0, 4000),
    sources=st.integers(1, 3),
    followed=st.booleans(),
    novel=st.booleans(),
).filter(lambda case: case.gap_days == 0 if case.days == 1 else case.gap_days > 0)


def maybe(value: str, day: int, slot: Slot = Slot.DIET) -> Observation:
    return said(slot, value, day, hedged=True)


def booked(day: int, hour: int = 13) -> Observation:
    return said(Slot.LAST_BOOKING, f"warung day {day}", day, hour=hour)


def standing(*told: Observation, slot: Slot = Slot.DIET) -> dict[str, Status]:
    return {row.value: row.status for row in fold(WAYAN, told) if row.key is slot}


@given(CASES)
def test_a_plain_word_is_always_enough(case: Case) -> None:
    assert replace(case, plain=True).promoted


@given(CASES)
def test_a_score_lies_between_nothing_and_one(case: Case) -> None:
    assert 0 <= case.score <= 1


@given(CASES, st.integers(1, 50))
def test_more_that_speaks_for_it_never_lowers_the_score(case: Case, more: int) -> None:
    assert replace(case, plain=True).score >= case.score
    assert replace(case, followed=True).score >= case.score
    assert replace(case, novel=True).score >= case.score
    if case.days > 1:
        assert replace(case, days=case.days + more).score >= case.score
        assert replace(case, gap_days=max(1, case.gap_days - more)).score >= case.score


@given(CASES)
def test_maybes_of_one_day_and_one_source_are_never_enough(case: Case) -> None:
    assert not replace(case, plain=False, days=1, gap_days=0, sources=1).promoted


@pytest.mark.parametrize(
    ("told", "status"),
    [
        pytest.param(
            [maybe("keto", 0), maybe("keto", RECENT_HALF_DAYS)], Status.ACTIVE, id="within three months"
        ),
        pytest.param([maybe("keto", 0), maybe("keto", 120)], Status.CANDIDATE, id="four months apart"),
        pytest.param(
            [maybe("keto", 0), booked(2), maybe("keto", 120)],
            Status.ACTIVE,
            id="four months apart, and booked",
        ),
        pytest.param(
            [maybe("keto", 0), booked(8), maybe("keto", 120)], Status.CANDIDATE, id="booked much later"
        ),
        pytest.param(
            [maybe("keto", 0), maybe("keto", 60), maybe("keto", 180)],
            Status.ACTIVE,
            id="three days in a year",
        ),
    ],
)
def test_maybes_must_be_near_each_other_or_come_to_something(told: list[Observation], status: Status) -> None:
    assert standing(*told) == {"keto": status}


@pytest.mark.parametrize(
    ("against", "winner"),
    [
        pytest.param([maybe("keto", 3), maybe("keto", 5)], "vegan", id="two maybes do not do"),
        pytest.param([maybe("keto", 3), booked(4), maybe("keto", 5)], "keto", id="with a booking they do"),
        pytest.param([maybe("keto", day) for day in (3, 5, 7)], "keto", id="three of one week do"),
    ],
)
def test_what_is_held_by_maybes_gives_way_to_more_than_it_took(
    against: list[Observation], winner: str
) -> None:
    held = standing(maybe("vegan", 0), maybe("vegan", 1), *against)
    assert [value for value, status in held.items() if status is Status.ACTIVE] == [winner]


def test_a_word_and_a_record_that_agree_are_two_sources() -> None:
    size = replace(
        maybe("4", 0, Slot.TYPICAL_PARTY_SIZE), evidence=(Evidence(Source.INTERACTIONS, "m1", 0, 1, "-"),)
    )
    party = replace(
        said(Slot.TYPICAL_PARTY_SIZE, "4", 0, hour=14),
        evidence=(Evidence(Source.BOOKINGS, "b1", None, None, "-"),),
    )
    assert standing(size, slot=Slot.TYPICAL_PARTY_SIZE) == {"4": Status.CANDIDATE}
    assert standing(size, party, slot=Slot.TYPICAL_PARTY_SIZE) == {"4": Status.ACTIVE}


def test_a_booking_that_is_still_to_come_speaks_for_nothing() -> None:
    told = [maybe("keto", 0), maybe("keto", 120), booked(121)]
    by_window = dict(fold_windows(WAYAN, told))
    assert [row.status for row in fold(WAYAN, told) if row.key is Slot.DIET] == [Status.CANDIDATE]
    assert list(by_window.values())[-1] == fold(WAYAN, told)


def test_a_row_tells_its_score() -> None:
    (plain,) = fold(WAYAN, [said(Slot.DIET, "vegan", 0)])
    (waiting,) = fold(WAYAN, [maybe("keto", 0)])
    assert plain.score >= ENOUGH
    assert 0 < waiting.score < plain.score
