"""The score: what counts as right, wrong, stale and unjudged, on values made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agnt_pipelines.demo.score import Drift, Outputs, Remembered, plain, score
from agnt_pipelines.demo.truth import Asked, Contradiction, Memory, Open, Secret, Truth

SHRIMP = Memory(
    person="ayu",
    slot="allergy",
    value="shrimp",
    polarity=1,
    current=True,
    subject="self",
    accepted=("shrimp", "udang"),
    or_slots=(),
    or_subjects=(),
    messages=("m-1",),
)
JAZZ = replace(SHRIMP, slot="likes", value="live jazz", accepted=("live jazz",), or_slots=("interests",))
UBUD = replace(SHRIMP, slot="home_area", value="ubud", accepted=("ubud",), current=False, ended_by=("m-9",))
SANUR = replace(SHRIMP, slot="home_area", value="sanur", accepted=("sanur",))
OLIVES = replace(JAZZ, value="olives", accepted=("olives",), or_slots=(), current=False, ended_by=("m-8",))
TRUTH = Truth(
    memories=(SHRIMP, JAZZ, UBUD, SANUR, OLIVES),
    open=(Open("ayu", "household"),),
    asked=(
        Asked("fee", "faq", "What is the fee?", 5, ("m-20", "m-21", "m-22"), ("s-20", "s-21", "s-22")),
        Asked("card", "faq", "Can I pay by card?", 5, ("m-30", "m-31"), ("s-30", "s-31")),
        Asked("personal", "personal", "Own affairs.", 2, ("m-40", "m-41"), ("s-40", "s-41")),
    ),
    contradictions=(Contradiction("fee", ("a.md", "b.md"), ("7 %", "10 %")),),
    secrets=(Secret("guest001@example.com", "m-40"),),
    noise=(),
    forgotten=("gone",),
)


def verdicts(*found: Remembered) -> dict[str, object]:
    memories = score(TRUTH, Outputs(memories=found))["memories"]
    assert isinstance(memories, dict)
    return {
        name: memories[name] for name in ("right", "again", "stale", "wrong", "unjudged") if memories[name]
    }


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (Remembered("ayu", "allergy", "shrimp"), "right"),
        (Remembered("ayu", "allergy", "Udang"), "right"),
        (Remembered("ayu", "interests", "Live Jazz"), "right"),
        (Remembered("ayu", "allergy", "shrimp", polarity=-1), "wrong"),
        (Remembered("ayu", "dislikes", "live jazz"), "wrong"),
        (Remembered("ayu", "dislikes", "live jazz", polarity=-1), "right"),
        (Remembered("tom", "allergy", "shrimp"), "wrong"),
        (Remembered("gone", "last_booking", "v-001"), "wrong"),
        (Remembered("ayu", "home_area", "ubud"), "stale"),
        (Remembered("ayu", "home_area", "ubud", polarity=-1), "unjudged"),
        (Remembered("ayu", "dislikes", "olives"), "unjudged"),
        (Remembered("ayu", "household", "dog"), "unjudged"),
        (Remembered("ayu", "last_booking", "v-001"), "unjudged"),
        (Remembered("ayu", "likes", "karaoke", subject="friend"), "unjudged"),
    ],
)
def test_one_memory_is(found: Remembered, verdict: str) -> None:
    assert verdicts(found) == {verdict: 1}


def test_the_same_thing_in_other_words_counts_once() -> None:
    found = verdicts(Remembered("ayu", "allergy", "shrimp"), Remembered("ayu", "allergy", "udang"))
    assert found == {"right": 1, "again": 1}


def test_precision_and_recall_are_of_what_holds_now() -> None:
    found = (
        Remembered("ayu", "allergy", "shrimp"),
        Remembered("ayu", "home_area", "ubud"),
        Remembered("ayu", "household", "dog"),
    )
    figures = score(TRUTH, Outputs(memories=found))
    memories, by_slot = figures["memories"], figures["memories_by_slot"]
    assert isinstance(memories, dict)
    assert isinstance(by_slot, dict)
    assert (memories["precision"], memories["recall"], memories["wanted"]) == (0.5, 0.3333, 3)
    assert by_slot["allergy"]["precision"] == by_slot["allergy"]["recall"] == 1.0
    assert (by_slot["home_area"]["precision"], by_slot["home_area"]["recall"]) == (0.0, 0.0)
    assert by_slot["diet"]["precision"] is by_slot["diet"]["recall"] is None


def test_all_of_the_truth_scores_full_marks() -> None:
    perfect = Outputs(
        memories=[Remembered(m.person, m.slot, m.value, m.polarity) for m in TRUTH.memories if m.current],
        faq=[frozenset(asked.messages) for asked in TRUTH.asked if asked.kind == "faq"],
        contradictions=[Drift(frozenset({"a.md", "b.md"}), "7 % here, 10 % there")],
    )
    figures = score(TRUTH, perfect)
    for name in ("memories", "faq", "contradictions"):
        part = figures[name]
        assert isinstance(part, dict)
        assert part["precision"] == part["recall"] == 1.0
    assert figures["secrets_told"] == 0


@pytest.mark.parametrize(
    ("entries", "found", "wrong", "again"),
    [
        ([{"m-20", "m-21"}], ["fee"], 0, 0),
        ([{"s-20", "s-21", "s-22"}], ["fee"], 0, 0),
        ([{"m-20"}, {"m-21", "m-22"}], ["fee"], 0, 1),
        ([{"m-20", "m-30"}], [], 1, 0),
        ([{"m-40", "m-41"}], [], 1, 0),
        ([{"m-99"}], [], 1, 0),
        ([set()], [], 1, 0),
    ],
)
def test_an_entry_is_of_the_question_that_most_of_its_messages_ask(
    entries: list[set[str]], found: list[str], wrong: int, again: int
) -> None:
    faq = score(TRUTH, Outputs(faq=[frozenset(entry) for entry in entries]))["faq"]
    assert isinstance(faq, dict)
    assert (faq["found"], faq["wrong"], faq["again"]) == (found, wrong, again)


@pytest.mark.parametrize(
    ("drift", "right"),
    [
        (Drift(frozenset({"a.md", "b.md"}), "fee 7 % / 10 %"), True),
        (Drift(frozenset({"a.md", "c.md"}), "fee 7 % / 10 %"), False),
        (Drift(frozenset({"a.md", "b.md"}), "the titles differ"), False),
        (Drift(frozenset({"a.md", "b.md"}), "fee 17 % / 10 %"), False),
    ],
)
def test_a_contradiction_is_found_by_its_pages_and_both_values(drift: Drift, *, right: bool) -> None:
    found = score(TRUTH, Outputs(contradictions=[drift]))["contradictions"]
    assert isinstance(found, dict)
    assert (found["recall"], found["wrong"]) == ((1.0, 0) if right else (0.0, 1))


def test_a_secret_that_shows_is_counted() -> None:
    assert score(TRUTH, Outputs(texts=["Write to guest001@example.com"]))["secrets_told"] == 1


def test_spellings_meet_and_numbers_do_not() -> None:
    assert plain("The Rooftop Bars") == plain("rooftop bar")
    assert plain("19:00") != plain("20:00")
    assert plain("idr 300000 per person") != plain("idr 30000 per person")
