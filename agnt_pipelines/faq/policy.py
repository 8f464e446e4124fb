"""The policy of approving unasked: what a setting may let into the FAQ, and what a person must look at.

What belongs here: doubts about a proposal that could be approved. What does not: what can be approved
at all (`registry`), and recording it (`store`).
"""

from __future__ import annotations

from enum import StrEnum

from agnt_pipelines.faq.questions import is_unclear
from agnt_pipelines.faq.talk import Proposal
from agnt_pipelines.faq.words import content_words

MIN_TOLD = 3
"""Distinct people who were told the answer, before nobody need look at it."""

_STEM = 4
_NO_NAMES = frozenset({"I", "I'm", "I've", "I'd", "I'll"})


class Doubt(StrEnum):
    """Why a person must look."""

    NOT_A_QUESTION = "not_a_question"
    UNCLEAR = "unclear"
    NAMES_SOMETHING = "names_something"
    TOLD_TO_FEW = "told_to_few"
    OFF_THE_POINT = "off_the_point"
    LIKE_AN_ENTRY = "like_an_entry"


def doubt(proposal: Proposal) -> Doubt | None:
    """Return why a proposal that may be approved is left to a person; None where nothing speaks against it."""
    question, answer = proposal.question or "", proposal.answer or ""
    if not question.endswith("?"):
        return Doubt.NOT_A_QUESTION
    if is_unclear(question) or is_unclear(answer):
        return Doubt.UNCLEAR
    if any(word[:1].isupper() and word not in _NO_NAMES for word in question.split()[1:]):
        return Doubt.NAMES_SOMETHING
    if proposal.candidate.answer_people < MIN_TOLD and proposal.entry is None:
        return Doubt.TOLD_TO_FEW
    if _stems(question).isdisjoint(_stems(answer)):
        return Doubt.OFF_THE_POINT
    return Doubt.LIKE_AN_ENTRY if proposal.like is not None and proposal.entry is None else None


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in content_words(text)}
