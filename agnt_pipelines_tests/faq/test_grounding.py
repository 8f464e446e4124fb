"""Grounding: sentences of the wiki on a question, and values that cannot both hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agnt_pipelines.faq import answers
from agnt_pipelines.faq.candidates import Embedders, candidates
from agnt_pipelines.faq.grounding import Section, Stand, Wiki, against
from agnt_pipelines.faq.policy import Doubt, doubt
from agnt_pipelines.faq.talk import Language, Proposal, Pseudonym, Question
from agnt_pipelines.language.embedder import LexicalEmbedder

WIKI = Wiki(
    [
        Section(
            "platform/pricing.md",
            7,
            "c1",
            "Pricing Fees",
            "The fee is 7 % of each payment. Cards cost nothing.",
        ),
        Section(
            "platform/privacy.md", 3, "c1", "Privacy Messages", "Messages are kept for 90 days, then deleted."
        ),
        Section("work/notes.md", 1, "c1", "Notes", "We met for two hours. Ask Ani about the roadmap."),
    ]
)
FEE = "What is the fee for payments?"


@pytest.mark.parametrize(
    ("question", "answer", "stand"),
    [
        (FEE, "The fee is 7 % of each payment.", Stand.AGREES),
        (FEE, "The fee is 10 % of each payment.", Stand.CONTRADICTS),
        ("How long do you keep messages?", "Messages are kept for one year.", Stand.CONTRADICTS),
        ("How long do you keep messages?", "Messages are kept for three months.", Stand.AGREES),
        ("Berapa biaya pembayaran?", "Biayanya 7 % per pembayaran.", Stand.SILENT),
        ("Are dogs allowed?", "Dogs may sit in the garden.", Stand.SILENT),
        ("How long was the meeting?", "It takes three days to answer.", Stand.SILENT),
    ],
)
def test_the_wiki_agrees_contradicts_or_is_silent(question: str, answer: str, stand: Stand) -> None:
    assert WIKI.grounding(question, answer).stand is stand


def test_what_contradicts_is_told_with_its_place() -> None:
    (one,) = WIKI.grounding(FEE, "The fee is 10 % of each payment.").disputes
    assert (one.kind, one.said, one.other, one.by) == ("percent", "10 %", "7 %", "platform/pricing.md:7")


def test_without_an_answer_the_wiki_is_still_quoted() -> None:
    found = WIKI.grounding("For how many days are messages kept?", None)
    assert found.stand is Stand.SILENT
    assert found.passages[0].text == "Messages are kept for 90 days, then deleted."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Groups of 6 people pay a deposit.", "Groups of 6 people or more leave a deposit."),
        ("Parking is free for 2 hours.", "The kitchen closes in 3 hours."),
        ("The fee is 7 % or 9 % of the payment.", "The fee is 10 % of the payment."),
    ],
)
def test_what_may_both_hold_is_no_contradiction(one: str, other: str) -> None:
    assert against(one, other) == []


def asked(person: str, reply: str) -> Question:
    return Question(
        person, person, 0, Pseudonym(person), FEE, Language.ENGLISH,
        tuple(answers.sentences_of(reply, [FEE])), (f"r{person}",), replied=True,
    )  # fmt: skip


def test_a_reply_against_the_others_is_told_without_its_words_and_leaves_a_doubt() -> None:
    told = [asked(name, "The fee is 7 % of each payment.") for name in "abcde"]
    told.append(asked("f", "The fee is 10 % of each payment."))
    by = Embedders(LexicalEmbedder(), LexicalEmbedder(), None)
    ((one,), counts) = candidates("2026-11-08", told, by)
    assert one.answer == "The fee is 7 % of each payment."
    assert [(each.said, each.other, each.by) for each in one.disputed] == [("7 %", "10 %", "1")]
    assert counts["disputed"] == 1
    proposal = Proposal(one, 6, FEE, one.answer, "d", None)
    assert doubt(proposal) is Doubt.AGENTS_DISAGREE
    calm = replace(proposal, candidate=replace(one, disputed=()))
    assert doubt(calm) is doubt(calm, WIKI) is None
    assert doubt(replace(calm, answer="The fee is 9 % of each payment."), WIKI) is Doubt.WIKI_DISAGREES
