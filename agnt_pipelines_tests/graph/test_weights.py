"""Decay in integers: the same sum in any order, and a landmark that stands still within a season."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agnt_pipelines.graph import columns, weights

AS_OF = datetime(2026, 11, 23, 5, tzinfo=UTC)
STEPS = int((AS_OF - datetime(2015, 1, 1, tzinfo=UTC)) / timedelta(minutes=7))
TIMES = st.integers(0, STEPS).map(lambda steps: AS_OF - steps * timedelta(minutes=7))
UNTIMED = hypothesis_settings(deadline=None)


@UNTIMED
@given(TIMES)
def test_a_half_life_halves(at: datetime) -> None:
    landmark = weights.landmark(AS_OF)
    older = weights.weight(at - timedelta(hours=weights.HALF_LIFE_HOURS), landmark)
    assert older == weights.weight(at, landmark) // 2


@UNTIMED
@given(TIMES)
def test_evidence_is_never_heavier_than_one_and_the_landmark_never_before_it(at: datetime) -> None:
    landmark = weights.landmark(at)
    assert at < landmark <= at + timedelta(hours=weights.HALF_LIFE_HOURS)
    assert weights.ONE // 2 <= weights.weight(at, landmark) <= weights.ONE


def test_an_hour_later_the_landmark_is_the_same() -> None:
    assert weights.landmark(AS_OF) == weights.landmark(AS_OF + timedelta(hours=1))


@UNTIMED
@given(st.lists(st.tuples(st.one_of(st.none(), TIMES), st.integers(0, 16)), min_size=1, max_size=20))
def test_many_weigh_what_each_of_them_weighs(found: list[tuple[datetime | None, int]]) -> None:
    landmark = weights.landmark(AS_OF)
    at = np.array([columns.NEVER if one is None else columns.microseconds(one) for one, _ in found], np.int64)
    share = np.array([one for _, one in found], np.int8)
    made = weights.of(at, columns.microseconds(landmark), share)
    assert made.tolist() == [weights.weight(one, landmark, part) for one, part in found]
