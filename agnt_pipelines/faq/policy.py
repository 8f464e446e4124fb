"""The policy of approving unasked: what a setting may let into the FAQ, and what a person must look at.

What belongs here: doubts about a proposal that could be approved. What does not: what can be approved
at all (`registry`), and recording it (`store`).
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from agnt_pipelines.faq.answers import stems
from agnt_pipelines.faq.grounding import Stand, Wiki
from agnt_pipelines.faq.questions import is_unclear
from agnt_pipelines.faq.talk import Proposal
from agnt_pipelines.faq.words import tokens

_NO_NAMES = frozenset({"I", "I'm", "I've", "I'd", "I'll"})


class Doubt(StrEnum):
    """Why a person must look."""

    NOT_A_QUESTION = "not_a_question"
    UNCLEAR = "unclear"
    NAMES_SOMETHING = "names_something"
    OFF_THE_POINT = "off_the_point"
    LIKE_AN_ENTRY = "like_an_entry"
    AGENTS_DISAGREE = "agents_disagree"
    WIKI_DISAGREES = "wiki_disagrees"


def doubt(proposal: Proposal, wiki: Wiki | None = None, venues: Collection[str] = ()) -> Doubt | None:
    """Return why a proposal that may be approved is left to a person; None where nothing speaks against it.

    `venues` are names in small letters: people seldom write them with capitals.
    """
    if any(version.disputed for version in (*proposal.candidate.versions, *proposal.answered_by)):
        return Doubt.AGENTS_DISAGREE
    question, answer = proposal.question or "", proposal.answer or ""
    if not question.endswith("?"):
        return Doubt.NOT_A_QUESTION
    if is_unclear(question) or is_unclear(answer):
        return Doubt.UNCLEAR
    if any(word[:1].isupper() and word not in _NO_NAMES for word in question.split()[1:]) or any(
        f" {name} " in f" {' '.join(tokens(question))} " for name in venues
    ):
        return Doubt.NAMES_SOMETHING
    if stems(question).isdisjoint(stems(answer)):
        return Doubt.OFF_THE_POINT
    if wiki is not None and wiki.grounding(question, answer).stand is Stand.CONTRADICTS:
        return Doubt.WIKI_DISAGREES
    return Doubt.LIKE_AN_ENTRY if proposal.like is not None and proposal.entry is None else None
