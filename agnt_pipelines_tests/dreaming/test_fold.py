from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agnt_pipelines.dreaming.claims import Observation, Polarity, Slot
from agnt_pipelines.dreaming.fold import as_of, fold
from agnt_pipelines.dreaming.memories import Kind, Memory, Status
from agnt_pipelines_tests.dreaming.strategies import (
    WAYAN,
    at,
    said,
)

VEGAN_THEN_FISH_THEN_VEGAN = [
    said(Slot.DIET, "vegan", 0),
    said(Slot.DIET, "pescatarian", 2),
    said(Slot.DIET, "vegan", 5),
]


def brief(memories: list[Memory]) -> list[tuple[str, int | None, int | None, Status]]:
    """Rows as (value, first day, day of the end, status), days counted as in `strategies.at`."""
    return [
        (
            ("not " if m.polarity is Polarity.DENIED else "") + m.value,
            (m.valid_from - at(0, 0)).days,
            None if m.valid_to is None else (m.valid_to - at(0, 0)).days,
            m.status,
        )
        for m in memories
    ]


def test_a_value_that_returns_is_a_new_interval() -> None:
    rows = fold(WAYAN, VEGAN_THEN_FISH_THEN_VEGAN)
    assert brief(rows) == [
        ("vegan", 0, 2, Status.SUPERSEDED),
        ("pescatarian", 2, 5, Status.SUPERSEDED),
        ("vegan", 5, None, Status.ACTIVE),
    ]
    assert [row.superseded_by for row in rows] == [rows[1].id, rows[2].id, None]
    assert len({row.id for row in rows}) == 3


@pytest.mark.parametrize(("day", "value"), [(0, "vegan"), (1, "vegan"), (2, "pescatarian"), (6, "vegan")])
def test_each_instant_has_the_value_that_held_then(day: int, value: str) -> None:
    assert [m.value for m in as_of(fold(WAYAN, VEGAN_THEN_FISH_THEN_VEGAN), at(day))] == [value]


def test_an_instant_before_the_first_word_has_no_memory() -> None:
    assert as_of(fold(WAYAN, VEGAN_THEN_FISH_THEN_VEGAN), at(-1)) == []


def test_a_restatement_only_adds_evidence() -> None:
    once = fold(WAYAN, [said(Slot.DIET, "vegan", 0)])
    twice = fold(WAYAN, [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "Vegan.", 3, trust=0.4)])
    assert brief(twice) == brief(once) == [("vegan", 0, None, Status.ACTIVE)]
    assert twice[0].id == once[0].id
    assert (twice[0].evidence_count, twice[0].distinct_days, twice[0].trust) == (2, 2, 0.4)
    assert twice[0].last_evidence_at == at(3)
    assert (once[0].confidence, twice[0].confidence) == (0.8, 0.96)


CASES = {
    "a denial of the current value closes it": (
        [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "vegan", 2, denied=True)],
        [("vegan", 0, 2, Status.SUPERSEDED), ("not vegan", 2, None, Status.ACTIVE)],
    ),
    "a denial of another value leaves the current one alone": (
        [said(Slot.DIET, "vegetarian", 0), said(Slot.DIET, "vegan", 2, denied=True)],
        [("vegetarian", 0, None, Status.ACTIVE), ("not vegan", 2, 2, Status.SUPERSEDED)],
    ),
    "an affirmed value ends a denial": (
        [said(Slot.ALCOHOL, "alcohol", 0, denied=True), said(Slot.ALCOHOL, "wine", 2)],
        [("not alcohol", 0, 2, Status.SUPERSEDED), ("wine", 2, None, Status.ACTIVE)],
    ),
    "denying the whole of a slot closes whichever part was affirmed": (
        [said(Slot.ALCOHOL, "wine", 0), said(Slot.ALCOHOL, "alcohol", 2, denied=True)],
        [("wine", 0, 2, Status.SUPERSEDED), ("not alcohol", 2, None, Status.ACTIVE)],
    ),
    "denying a part says nothing new after denying the whole": (
        [said(Slot.ALCOHOL, "alcohol", 0, denied=True), said(Slot.ALCOHOL, "beer", 2, denied=True)],
        [("not alcohol", 0, None, Status.ACTIVE), ("not beer", 2, 2, Status.SUPERSEDED)],
    ),
    "of two denials in a slot of one value the newer one stands": (
        [said(Slot.HOME_AREA, "Kuta", 0, denied=True), said(Slot.HOME_AREA, "Ubud", 2, denied=True)],
        [("not Kuta", 0, 2, Status.SUPERSEDED), ("not Ubud", 2, None, Status.ACTIVE)],
    ),
    "a less trusted newcomer is disputed and closes nothing": (
        [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "carnivore", 2, trust=0.4)],
        [("vegan", 0, None, Status.ACTIVE), ("carnivore", 2, None, Status.DISPUTED)],
    ),
    "a less trusted echo does not make a trusted value easier to retire": (
        [
            said(Slot.DIET, "vegan", 0),
            said(Slot.DIET, "vegan", 1, trust=0.4),
            said(Slot.DIET, "carnivore", 2, trust=0.4),
        ],
        [("vegan", 0, None, Status.ACTIVE), ("carnivore", 2, None, Status.DISPUTED)],
    ),
    "a less trusted denial is disputed too": (
        [said(Slot.ALLERGY, "peanuts", 0), said(Slot.ALLERGY, "peanuts", 1, denied=True, trust=0.4)],
        [("peanuts", 0, None, Status.ACTIVE), ("not peanuts", 1, None, Status.DISPUTED)],
    ),
    "a trusted word retires a less trusted one, and settles the dispute": (
        [
            said(Slot.DIET, "vegan", 0, trust=0.6),
            said(Slot.DIET, "carnivore", 1, trust=0.4),
            said(Slot.DIET, "pescatarian", 2),
        ],
        [
            ("vegan", 0, 2, Status.SUPERSEDED),
            ("carnivore", 1, 2, Status.DISPUTED),
            ("pescatarian", 2, None, Status.ACTIVE),
        ],
    ),
    "a hedge does not supersede a plain word, however often": (
        [said(Slot.DIET, "vegan", 0), *(said(Slot.DIET, "keto", day, hedged=True) for day in (1, 2, 3))],
        [("vegan", 0, None, Status.ACTIVE), ("keto", 1, None, Status.CANDIDATE)],
    ),
    "a plain word supersedes a hedge": (
        [said(Slot.DIET, "keto", 0, hedged=True), said(Slot.DIET, "vegan", 1)],
        [("keto", 0, 1, Status.CANDIDATE), ("vegan", 1, None, Status.ACTIVE)],
    ),
    "a hedge on one day is a candidate": (
        [said(Slot.LIKES, "jazz", 0, hedged=True), said(Slot.LIKES, "jazz", 0, hour=13, hedged=True)],
        [("jazz", 0, None, Status.CANDIDATE)],
    ),
    "a hedge on two days is a memory since the first": (
        [said(Slot.LIKES, "jazz", 0, hedged=True), said(Slot.LIKES, "jazz", 3, hedged=True)],
        [("jazz", 0, None, Status.ACTIVE)],
    ),
    "a hedge that is later said plainly is a memory since the first": (
        [said(Slot.DIET, "vegan", 0, hedged=True), said(Slot.DIET, "vegan", 3)],
        [("vegan", 0, None, Status.ACTIVE)],
    ),
    "a hedge that turns plain under another value holds only from then on": (
        [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "keto", 1, hedged=True), said(Slot.DIET, "keto", 2)],
        [("vegan", 0, 2, Status.SUPERSEDED), ("keto", 2, None, Status.ACTIVE)],
    ),
    "a denied guess is over": (
        [
            said(Slot.DIET, "vegan", 0),
            said(Slot.DIET, "keto", 1, hedged=True),
            said(Slot.DIET, "keto", 2, denied=True),
        ],
        [
            ("vegan", 0, None, Status.ACTIVE),
            ("keto", 1, 2, Status.CANDIDATE),
            ("not keto", 2, 2, Status.SUPERSEDED),
        ],
    ),
    "a guess is not over because its denial is one too": (
        [
            said(Slot.DIET, "vegan", 0),
            said(Slot.DIET, "keto", 1, hedged=True),
            said(Slot.DIET, "keto", 2, denied=True, hedged=True),
        ],
        [
            ("vegan", 0, None, Status.ACTIVE),
            ("keto", 1, None, Status.CANDIDATE),
            ("not keto", 2, 2, Status.SUPERSEDED),
        ],
    ),
    "a guess that a plain word has answered starts anew": (
        [
            said(Slot.DIET, "keto", 0, hedged=True),
            said(Slot.DIET, "vegan", 1),
            said(Slot.DIET, "keto", 2, hedged=True),
        ],
        [
            ("keto", 0, 1, Status.CANDIDATE),
            ("vegan", 1, None, Status.ACTIVE),
            ("keto", 2, None, Status.CANDIDATE),
        ],
    ),
    "a guess that ran out starts anew": (
        [
            said(Slot.PLAN, "in Ubud", 0, hedged=True, expires_day=1),
            said(Slot.PLAN, "in Ubud", 4, hedged=True),
        ],
        [("in Ubud", 0, 2, Status.CANDIDATE), ("in Ubud", 4, None, Status.CANDIDATE)],
    ),
    "a guess made under a value that ran out holds from where that ended": (
        [
            said(Slot.DIET, "vegan", 0, expires_day=2),
            said(Slot.DIET, "keto", 1, hedged=True),
            said(Slot.DIET, "keto", 5),
        ],
        [("vegan", 0, 3, Status.EXPIRED), ("keto", 3, None, Status.ACTIVE)],
    ),
    "a denial that says nothing new is filed under the value of its time": (
        [
            said(Slot.DIET, "vegetarian", 0),
            said(Slot.DIET, "vegan", 1, denied=True),
            said(Slot.DIET, "halal", 2),
            said(Slot.DIET, "vegan", 3, denied=True),
        ],
        [
            ("vegetarian", 0, 2, Status.SUPERSEDED),
            ("not vegan", 1, 1, Status.SUPERSEDED),
            ("halal", 2, None, Status.ACTIVE),
            ("not vegan", 3, 3, Status.SUPERSEDED),
        ],
    ),
    "set values coexist": (
        [said(Slot.LIKES, "jazz", 0), said(Slot.LIKES, "surfing", 1)],
        [("jazz", 0, None, Status.ACTIVE), ("surfing", 1, None, Status.ACTIVE)],
    ),
    "a flip closes a set value, and only that one": (
        [
            said(Slot.LIKES, "jazz", 0),
            said(Slot.LIKES, "surfing", 1),
            said(Slot.LIKES, "Jazz", 2, denied=True),
        ],
        [
            ("jazz", 0, 2, Status.SUPERSEDED),
            ("surfing", 1, None, Status.ACTIVE),
            ("not Jazz", 2, None, Status.ACTIVE),
        ],
    ),
    "what is hated is loved no more, until it is again": (
        [said(Slot.LIKES, "sushi", 0), said(Slot.DISLIKES, "sushi", 2), said(Slot.LIKES, "Sushi", 4)],
        [
            ("sushi", 0, 2, Status.SUPERSEDED),
            ("sushi", 2, 4, Status.SUPERSEDED),
            ("Sushi", 4, None, Status.ACTIVE),
        ],
    ),
    "what is not hated any more ends the hate": (
        [said(Slot.DISLIKES, "sushi", 0), said(Slot.DISLIKES, "sushi", 2, denied=True)],
        [("sushi", 0, 2, Status.SUPERSEDED), ("not sushi", 2, None, Status.ACTIVE)],
    ),
    "what was never eaten is liked after all": (
        [said(Slot.NEVER, "eating pork", 0), said(Slot.LIKES, "pork", 2)],
        [("eating pork", 0, 2, Status.SUPERSEDED), ("pork", 2, None, Status.ACTIVE)],
    ),
    "not to like a thing and to hate it is one memory": (
        [said(Slot.LIKES, "jazz", 0, denied=True), said(Slot.DISLIKES, "jazz", 2)],
        [("not jazz", 0, None, Status.ACTIVE)],
    ),
    "a maybe against a thing that is loved waits": (
        [said(Slot.LIKES, "jazz", 0), said(Slot.DISLIKES, "jazz", 2, hedged=True)],
        [("jazz", 0, None, Status.ACTIVE), ("jazz", 2, None, Status.CANDIDATE)],
    ),
    "another person's slot is another slot": (
        [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "halal", 1, subject="Wife")],
        [("vegan", 0, None, Status.ACTIVE), ("halal", 1, None, Status.ACTIVE)],
    ),
    "what ends on a day is over at the midnight after it": (
        [said(Slot.PLAN, "in Ubud", 0, expires_day=1), said(Slot.LIKES, "jazz", 2)],
        [("jazz", 2, None, Status.ACTIVE), ("in Ubud", 0, 2, Status.EXPIRED)],
    ),
    "what ends after the last window is still active": (
        [said(Slot.PLAN, "in Ubud", 0, expires_day=2), said(Slot.LIKES, "jazz", 1)],
        [("jazz", 1, None, Status.ACTIVE), ("in Ubud", 0, 3, Status.ACTIVE)],
    ),
    "an expired value that returns is a new row": (
        [said(Slot.PLAN, "in Ubud", 0, expires_day=1), said(Slot.PLAN, "in Ubud", 4)],
        [("in Ubud", 0, 2, Status.EXPIRED), ("in Ubud", 4, None, Status.ACTIVE)],
    ),
    "an expired value is not superseded": (
        [said(Slot.DIET, "vegan", 0, expires_day=1), said(Slot.DIET, "halal", 4, trust=0.4)],
        [("vegan", 0, 2, Status.EXPIRED), ("halal", 4, None, Status.ACTIVE)],
    ),
    "a less trusted word cannot set an end": (
        [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "vegan", 1, trust=0.4, expires_day=2)],
        [("vegan", 0, None, Status.ACTIVE)],
    ),
    "a hedge cannot set an end": (
        [said(Slot.DIET, "vegan", 0), said(Slot.DIET, "vegan", 1, hedged=True, expires_day=2)],
        [("vegan", 0, None, Status.ACTIVE)],
    ),
    "a plain word can prolong and shorten": (
        [
            said(Slot.PLAN, "in Ubud", 0, expires_day=1),
            said(Slot.PLAN, "in Ubud", 1, expires_day=6),
            said(Slot.PLAN, "in Ubud", 2, expires_day=3),
        ],
        [("in Ubud", 0, 4, Status.ACTIVE)],
    ),
    "what was already over when it was said retires nothing": (
        [said(Slot.DIET, "vegan", 2), said(Slot.DIET, "halal", 4, expires_day=1)],
        [("vegan", 2, None, Status.ACTIVE), ("halal", 4, 4, Status.EXPIRED)],
    ),
}


@pytest.mark.parametrize(("told", "held"), CASES.values(), ids=CASES.keys())
def test_the_rules(told: list[Observation], held: list[tuple[str, int, int | None, Status]]) -> None:
    assert sorted(brief(fold(WAYAN, told)), key=str) == sorted(held, key=str)


def test_a_tie_in_time_goes_to_the_greater_id() -> None:
    tied = [said(Slot.DIET, "vegan", 0, id_=1), said(Slot.DIET, "halal", 0, id_=2)]
    assert brief(fold(WAYAN, tied)) == brief(fold(WAYAN, tied[::-1]))
    assert [m.value for m in fold(WAYAN, tied) if m.status is Status.ACTIVE] == ["halal"]


def test_the_last_of_days_is_no_end() -> None:
    forever = said(Slot.PLAN, "retire", 0)
    rows = fold(WAYAN, [replace(forever, expires_on=date.max)])
    assert brief(rows) == [("retire", 0, None, Status.ACTIVE)]


def test_a_row_says_what_kind_of_memory_it_is() -> None:
    rows = fold(WAYAN, [said(Slot.DIET, "vegan", 0), said(Slot.LIKES, "jazz", 0, hour=13)])
    assert [(m.key, m.kind) for m in rows] == [(Slot.DIET, Kind.STRUCTURAL), (Slot.LIKES, Kind.SEMANTIC)]


def test_an_interval_of_a_functional_slot_keeps_its_id_when_an_earlier_one_is_found() -> None:
    (before,), after = fold(WAYAN, VEGAN_THEN_FISH_THEN_VEGAN[2:]), fold(WAYAN, VEGAN_THEN_FISH_THEN_VEGAN)
    assert replace(before, score=after[-1].score) == after[-1]
    assert before.score > after[-1].score, "it is no longer the first of its kind"


def test_a_row_is_kept_under_the_strongest_word_against_a_thing() -> None:
    (row,) = fold(WAYAN, [said(Slot.DISLIKES, "pork", 0), said(Slot.NEVER, "eating pork", 2)])
    assert (row.key, row.value, row.polarity) == (Slot.NEVER, "eating pork", Polarity.AFFIRMED)


def test_a_set_value_keeps_its_id_when_earlier_evidence_is_found() -> None:
    late, early = said(Slot.LIKES, "jazz", 3), said(Slot.LIKES, "jazz", 1)
    (before,), (after,) = fold(WAYAN, [late]), fold(WAYAN, [late, early])
    assert before.id == after.id
    assert after.valid_from == at(1)


@pytest.mark.parametrize(
    ("told", "confidence"),
    [
        ([(0, 0.8, False)], 0.8),
        ([(0, 0.8, False), (0, 0.5, False)], 0.8),  # one day counts once, by its best
        ([(0, 0.8, False), (1, 0.5, False)], 0.9),
        ([(0, 0.8, True), (1, 0.8, True)], 0.64),  # hedged: 0.4 twice
        ([(0, 1.0, False)], 0.99),
        ([(0, 0.0, False)], 0.0),
    ],
)
def test_confidence_is_a_noisy_or_of_days(told: list[tuple[int, float, bool]], confidence: float) -> None:
    rows = fold(
        WAYAN,
        [
            said(Slot.LIKES, "jazz", day, id_=n, confidence=stated, hedged=hedged)
            for n, (day, stated, hedged) in enumerate(told, start=1)
        ],
    )
    assert [m.confidence for m in rows] == [confidence]
