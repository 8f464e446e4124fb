"""The usual party: one booking hints at it, most of the last ten tell it, a word outweighs them all."""

from __future__ import annotations

from dataclasses import replace

from agnt_pipelines.dreaming.claims import Evidence, Observation, Slot, Source, UserId
from agnt_pipelines.dreaming.fold import fold
from agnt_pipelines.dreaming.memories import Status
from agnt_pipelines_tests.dreaming.said import said


def booked(size: str, *, day: str, at: int = 0) -> Observation:
    """Return what one booking hints at."""
    one = said(Slot.TYPICAL_PARTY_SIZE, size, day=day, at=at, confidence=0.6)
    return replace(one, evidence=(Evidence(Source.BOOKINGS, f"{day}/{at}", None, None, "-"),))


def usual(*observations: Observation) -> str | None:
    active = [one for one in fold(UserId("ayu"), observations) if one.status is Status.ACTIVE]
    return next((one.value for one in active), None)


def test_one_bookings_party_is_not_yet_the_usual_one() -> None:
    assert usual(booked("4", day="2026-11-01")) is None


def test_the_usual_party_is_what_most_of_the_last_bookings_had() -> None:
    sizes = ["2", "4", "2", "6", "2", "8", "2"]
    history = [booked(size, day=f"2026-11-{place + 1:02}") for place, size in enumerate(sizes)]
    assert usual(*history) == "2"
    rows = [one for one in fold(UserId("ayu"), history) if one.status is not Status.CANDIDATE]
    assert len(rows) == 1, "it does not flip with every booking"


def test_a_new_habit_takes_over_once_it_is_the_commoner_one() -> None:
    sizes = ["2"] * 4 + ["5"] * 7
    history = [booked(size, day=f"2026-11-{place + 1:02}") for place, size in enumerate(sizes)]
    assert usual(*history) == "5"


def test_what_was_said_of_the_party_outweighs_any_number_of_bookings() -> None:
    spoken = said(Slot.TYPICAL_PARTY_SIZE, "3", day="2026-11-01")
    assert usual(spoken, *(booked("2", day=f"2026-11-{day:02}") for day in range(2, 20))) == "3"
