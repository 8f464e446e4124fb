from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.claims import (
    Claim,
    Evidence,
    Observation,
    Polarity,
    Reason,
    Rejection,
    Slot,
    Source,
)
from agnt_pipelines.dreaming.verify import ANOTHERS, EXPLICIT, HEDGED, verify
from agnt_pipelines_tests.dreaming.talk import KEY, message

PEANUTS = "Hi! I'm allergic to peanuts"


def _claim(text: str, slot: Slot, value: str, **changes: object) -> Claim:
    """A claim that quotes the whole text."""
    claim = Claim(slot, value, Polarity.AFFIRMED, start=0, end=len(text), language="en")
    return replace(claim, **changes)  # type: ignore[arg-type]


def _reason(text: str, claim: Claim) -> str | None:
    verdict = verify(message(text), claim, window_key=KEY)
    return verdict.reason if isinstance(verdict, Rejection) else None


def test_a_true_claim_becomes_an_observation_with_its_evidence() -> None:
    claim = replace(_claim(PEANUTS, Slot.ALLERGY, "peanuts"), start=4)
    seen = verify(message(PEANUTS), claim, window_key=KEY)
    assert isinstance(seen, Observation)
    digest = sha256(b"I'm allergic to peanuts").hexdigest()
    assert seen.evidence == (Evidence(Source.INTERACTIONS, "m1", 4, len(PEANUTS), digest),)
    assert (seen.window_key, seen.confidence, seen.trust, seen.author_role) == (KEY, EXPLICIT, 1.0, "person")


def test_the_id_is_pinned() -> None:
    seen = verify(message(PEANUTS), _claim(PEANUTS, Slot.ALLERGY, "peanuts"), window_key=KEY)
    assert isinstance(seen, Observation)
    assert seen.id == UUID("1ece3b06-cf49-5ba5-adb3-f6ac2f1bb203")


def test_the_window_is_no_part_of_the_id() -> None:
    claim = _claim(PEANUTS, Slot.ALLERGY, "peanuts")
    one, other = (verify(message(PEANUTS), claim, window_key=key) for key in (KEY, "2030-01-01"))
    assert isinstance(one, Observation)
    assert isinstance(other, Observation)
    assert one.id == other.id


@pytest.mark.parametrize(
    ("text", "slot", "value", "polarity", "reason"),
    [
        ("I love jazz", Slot.LIKES, "blues", 1, Reason.VALUE_NOT_IN_SPAN),
        ("I love jazz", Slot.LIKES, "Jazz", 1, Reason.VALUE_NOT_IN_SPAN),
        ("I love jazz", Slot.LIKES, " ", 1, Reason.EMPTY_VALUE),
        ("I love " + "x" * 121, Slot.LIKES, "x" * 121, 1, Reason.VALUE_TOO_LONG),
        ("I love jazz", Slot.LIKES, "jazz", -1, Reason.NEGATION_CHANGED),
        ("I don't love jazz", Slot.LIKES, "jazz", 1, Reason.NEGATION_CHANGED),
        ("I hate jazz", Slot.LIKES, "jazz", 1, Reason.NEGATION_CHANGED),
        ("I love jazz", Slot.DISLIKES, "jazz", 1, Reason.NEGATION_CHANGED),
        ("I don't hate jazz", Slot.LIKES, "jazz", -1, Reason.NEGATION_CHANGED),
        ("aku gak suka durian", Slot.LIKES, "durian", 1, Reason.NEGATION_CHANGED),
        ("I'm not allergic to nuts", Slot.ALLERGY, "nuts", 1, Reason.NEGATION_CHANGED),
        ("I eat pork", Slot.NEVER, "pork", 1, Reason.NEGATION_CHANGED),
        ("I'm vegan", Slot.DIET, "vegetarian", 1, Reason.VALUE_NOT_IN_SPAN),
        ("my budget is 500k", Slot.BUDGET, "idr 600000", 1, Reason.NUMBER_NOT_IN_SPAN),
        ("I love room 12", Slot.LIKES, "room 21", 1, Reason.NUMBER_NOT_IN_SPAN),
        ("I love example.com", Slot.LIKES, "example.com", 1, Reason.CONTACT_IN_VALUE),
        ("I love a@b.c", Slot.LIKES, "a@b.c", 1, Reason.CONTACT_IN_VALUE),
        ("I love 0812 3456 789", Slot.LIKES, "0812 3456 789", 1, Reason.CONTACT_IN_VALUE),
        ("maybe I love jazz", Slot.LIKES, "jazz", 1, Reason.HEDGE_DROPPED),
        ("my wife loves jazz", Slot.LIKES, "jazz", 1, Reason.WRONG_SUBJECT),
    ],
)
def test_a_claim_that_does_not_follow_is_refused(
    text: str, slot: Slot, value: str, polarity: int, reason: Reason
) -> None:
    assert _reason(text, _claim(text, slot, value, polarity=Polarity(polarity))) == reason


@pytest.mark.parametrize(
    ("text", "slot", "value", "polarity"),
    [
        ("I don't love jazz", Slot.LIKES, "jazz", -1),
        ("I don't love jazz", Slot.DISLIKES, "jazz", 1),
        ("I hate jazz", Slot.DISLIKES, "jazz", 1),
        ("I can't live without jazz", Slot.LIKES, "jazz", 1),
        ("no, I love jazz", Slot.LIKES, "jazz", 1),
        ("not only that, I love jazz", Slot.LIKES, "jazz", 1),
        ("I never eat pork", Slot.NEVER, "eating pork", 1),
        ("my budget is 500k", Slot.BUDGET, "idr 500000", 1),
        ("we're usually four people", Slot.TYPICAL_PARTY_SIZE, "4", 1),
        ("I have 2 kids", Slot.HOUSEHOLD, "2 children", 1),
        ("I love Ｊａｚｚ", Slot.LIKES, "jazz", 1),
    ],
)
def test_a_claim_that_follows_stands(text: str, slot: Slot, value: str, polarity: int) -> None:
    assert _reason(text, _claim(text, slot, value, polarity=Polarity(polarity))) is None


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 0), (3, 2), (0, 99), (3, 4)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    claim = _claim(PEANUTS, Slot.ALLERGY, "peanuts", start=start, end=end)
    assert _reason(PEANUTS, claim) == Reason.BAD_SPAN


def test_words_of_a_quoted_reply_or_a_recalled_memory_are_nobodys_claim() -> None:
    for text in ("> I love jazz", "<memory>I love jazz</memory>"):
        assert _reason(text, _claim(text, Slot.LIKES, "jazz")) == Reason.QUOTES_ANOTHER


def test_a_word_with_something_hidden_in_it_is_refused() -> None:
    text = "I love pea\u200bnuts"
    assert _reason(text, _claim(text, Slot.LIKES, "pea nuts")) == Reason.HIDDEN_TEXT


def test_an_agents_message_makes_no_observation() -> None:
    claim = _claim("I love jazz", Slot.LIKES, "jazz")
    for wrong in (
        message("I love jazz", direction="outbound"),
        message("I love jazz", source="external_agent"),
    ):
        verdict = verify(wrong, claim, window_key=KEY)
        assert isinstance(verdict, Rejection)
        assert verdict.reason == Reason.NOT_A_PERSON


def test_a_slot_outside_the_vocabulary_is_refused() -> None:
    claim = replace(_claim("I love jazz", Slot.LIKES, "jazz"), slot=cast("Slot", "credit_card"))
    assert _reason("I love jazz", claim) == Reason.UNKNOWN_SLOT


def test_an_expiry_must_be_a_day_that_the_quote_names() -> None:
    text = "I'm flying to Lombok tomorrow"
    claim = _claim(text, Slot.PLAN, "flying to lombok", expires_on=date(2026, 11, 26))
    assert _reason(text, claim) is None
    assert _reason(text, replace(claim, expires_on=date(2026, 11, 27))) == Reason.DATE_NOT_IN_SPAN


def test_confidence_falls_with_doubt_and_with_distance() -> None:
    def confidence(text: str, **changes: object) -> float:
        seen = verify(message(text), _claim(text, Slot.LIKES, "jazz", **changes), window_key=KEY)
        assert isinstance(seen, Observation)
        return seen.confidence

    assert confidence("I love jazz") == EXPLICIT
    assert confidence("my wife loves jazz", subject="wife") == ANOTHERS
    assert confidence("maybe I love jazz", hedged=True) == HEDGED
    assert EXPLICIT > ANOTHERS > HEDGED


CLAIMS = st.builds(
    Claim,
    slot=st.sampled_from(Slot),
    value=st.text(max_size=130),
    polarity=st.sampled_from(Polarity),
    start=st.integers(-5, 60),
    end=st.integers(-5, 60),
    language=st.just("en"),
    hedged=st.booleans(),
    expires_on=st.none() | st.dates(),
)


@given(st.text(max_size=40), CLAIMS)
def test_any_claim_on_any_text_is_judged(text: str, claim: Claim) -> None:
    verdict = verify(message(text), claim, window_key=KEY)
    assert isinstance(verdict, Observation) or verdict.reason in set(Reason)
