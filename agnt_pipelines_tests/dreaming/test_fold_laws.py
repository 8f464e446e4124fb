from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.claims import FUNCTIONAL, LIKINGS, Observation, Polarity, Slot
from agnt_pipelines.dreaming.fold import as_of, fold, fold_windows
from agnt_pipelines.dreaming.memories import BELIEVED, Memory, Status
from agnt_pipelines.dreaming.normal_form import normal_form
from agnt_pipelines.dreaming.topics import point_of, topic_of
from agnt_pipelines_tests.dreaming.strategies import (
    FUNCTIONAL_SLOTS,
    MADE,
    WAYAN,
    at,
    key_of,
    observations,
    reaches,
    said,
)

VEGAN_THEN_FISH_THEN_VEGAN = [
    said(Slot.DIET, "vegan", 0),
    said(Slot.DIET, "pescatarian", 2),
    said(Slot.DIET, "vegan", 5),
]


@pytest.mark.parametrize("status", Status)
def test_the_laws_are_tried_on_every_status(status: Status) -> None:
    assert reaches(observations(), lambda told: any(m.status is status for m in fold(WAYAN, told)))


def test_the_laws_are_tried_on_values_that_return() -> None:
    def returns(told: list[Observation]) -> bool:
        held = [
            (m.key, m.subject, normal_form(m.value, m.key), m.polarity)
            for m in fold(WAYAN, told)
            if m.status in BELIEVED and m.valid_from != m.valid_to
        ]
        return len(set(held)) < len(held)

    assert reaches(observations(slots=FUNCTIONAL_SLOTS), returns)
    assert reaches(observations(slots=(Slot.LIKES,)), returns)


@given(observations(), st.data())
@example(VEGAN_THEN_FISH_THEN_VEGAN, None)
def test_neither_order_nor_repeats_matter(told: list[Observation], data: st.DataObject | None) -> None:
    again = [*told[::2], *reversed(told)] if data is None else data.draw(st.permutations(told + told[::2]))
    assert fold(WAYAN, again) == fold(WAYAN, told)


@given(observations())
def test_a_fold_holds_one_person_and_nothing_of_another(told: list[Observation]) -> None:
    without = [o for o in told if o.user_id != WAYAN]
    assert fold(WAYAN, without) == []
    assert fold(MADE, without) == fold(MADE, told)
    assert {m.user_id for m in fold(MADE, told)} <= {MADE}


@given(observations())
def test_every_observation_lies_in_exactly_one_row(told: list[Observation]) -> None:
    rows = fold(WAYAN, told)
    kept = sorted(id_ for row in rows for id_ in row.observation_ids)
    assert kept == sorted(o.id for o in told if o.user_id == WAYAN)
    assert len({row.id for row in rows}) == len(rows)
    by_id = {o.id: o for o in told}
    for row in rows:
        evidence = [by_id[id_] for id_ in row.observation_ids]
        assert row.evidence_count == len(evidence)
        assert row.trust == min(o.trust for o in evidence)
        assert len({(topic_of(o), point_of(o)) for o in evidence}) == 1
        assert 0 <= row.confidence <= 0.99


@given(observations(min_size=1), st.sampled_from(({Slot.DIET}, LIKINGS)), st.sampled_from(("self", "wife")))
@example(VEGAN_THEN_FISH_THEN_VEGAN, LIKINGS, "self")
def test_what_is_said_of_one_slot_and_subject_touches_no_other(
    told: list[Observation], slots: frozenset[Slot], subject: str
) -> None:
    last_day = said(Slot.BUDGET, "mid-range", 6, id_=2**41)  # so that both folds end on the same day
    fewer = [o for o in told if o.slot not in slots or o.subject != subject]
    everything, rest = fold(WAYAN, [*told, last_day]), fold(WAYAN, [*fewer, last_day])
    assert [m for m in everything if m.key not in slots or m.subject != subject] == rest


@given(observations(slots=FUNCTIONAL_SLOTS, min_size=1))
def test_a_functional_slot_holds_one_value_at_a_time(told: list[Observation]) -> None:
    rows = [m for m in fold(WAYAN, told) if m.status in BELIEVED]
    for slot, subject in {(m.key, m.subject) for m in rows}:
        assert slot in FUNCTIONAL
        timeline = [m for m in rows if (m.key, m.subject) == (slot, subject) and m.valid_from != m.valid_to]
        for earlier, later in pairwise(sorted(timeline, key=lambda m: m.valid_from)):
            assert earlier.valid_to is not None
            assert earlier.valid_from < earlier.valid_to <= later.valid_from
        assert sum(m.status is Status.ACTIVE for m in timeline) <= 1


@given(observations())
def test_a_set_value_is_not_held_and_denied_at_once(told: list[Observation]) -> None:
    rows = fold(WAYAN, told)
    for day in range(8):
        held = [
            (m.key in LIKINGS or m.key, m.subject, normal_form(m.value.removeprefix("eating "), m.key))
            for m in as_of(rows, at(day))
        ]
        assert len(set(held)) == len(held)


@given(observations())
def test_what_is_superseded_ends_where_its_successor_begins(told: list[Observation]) -> None:
    rows = {m.id: m for m in fold(WAYAN, told)}
    for row in rows.values():
        assert row.valid_to is None or row.valid_from <= row.valid_to
        assert (row.status is Status.SUPERSEDED) <= (row.superseded_by is not None)
        if row.superseded_by is None or row.valid_to is None:
            continue
        successor = rows[row.superseded_by]
        assert successor.subject == row.subject
        assert successor.key == row.key or {successor.key, row.key} <= LIKINGS
        if row.status is Status.SUPERSEDED and row.valid_from < row.valid_to:
            assert successor.valid_from == row.valid_to
            assert max(_trusts(told, successor)) >= min(_trusts(told, row))


@given(observations(slots=(Slot.HOME_AREA,), min_size=1))
@example([said(Slot.HOME_AREA, "Ubud", 0), said(Slot.HOME_AREA, "Sanur", 1, trust=0.4)])
@example([said(Slot.HOME_AREA, "Ubud", 0, trust=0.4), said(Slot.HOME_AREA, "Sanur", 1)])
def test_the_current_value_is_the_newest_plain_word_of_the_highest_trust(told: list[Observation]) -> None:
    plain = [
        o
        for o in told
        if (o.user_id, o.subject) == (WAYAN, "self")
        and not o.hedged
        and o.polarity is Polarity.AFFIRMED
        and o.expires_on is None
    ]
    hedges_of_one_day = [o for o in told if o.hedged and o.window_key == key_of(0) and o.expires_on is None]
    rows = [m for m in fold(WAYAN, plain + hedges_of_one_day) if m.subject == "self"]
    active = [(normal_form(m.value, m.key), m.polarity) for m in rows if m.status is Status.ACTIVE]
    newest = max(plain, key=lambda o: (o.trust, o.observed_at, o.id), default=None)
    expected = [] if newest is None else [(normal_form(newest.value, newest.slot), Polarity.AFFIRMED)]
    assert active == expected


@given(observations())
@example(VEGAN_THEN_FISH_THEN_VEGAN)
def test_window_by_window_is_the_same_as_from_the_start(told: list[Observation]) -> None:
    windows = sorted({o.window_key for o in told if o.user_id == WAYAN})
    grown = dict(fold_windows(WAYAN, told))
    assert list(grown) == windows
    for key in windows:
        assert grown[key] == fold(WAYAN, [o for o in told if o.window_key <= key])


@given(observations(slots=(Slot.LIKES,)), st.integers(0, 6))
def test_saying_it_again_never_lowers_confidence(told: list[Observation], day: int) -> None:
    likes = [
        o for o in told if o.polarity is Polarity.AFFIRMED and o.subject == "self" and o.expires_on is None
    ]
    again = said(Slot.LIKES, "jazz", day, id_=2**41)
    before = {m.value: m.confidence for m in fold(WAYAN, likes) if m.value == "jazz"}
    after = {m.value: m.confidence for m in fold(WAYAN, [*likes, again]) if m.value == "jazz"}
    assert after["jazz"] >= before.get("jazz", 0.0)


def _trusts(told: list[Observation], row: Memory) -> list[float]:
    return [o.trust for o in told if o.id in row.observation_ids]
