"""Wording: which of the questions of some weeks speaks for all, and which answer is shown beside it.

Pure. What belongs here: choosing among candidates that ask the same. What does not: which those are
(`registry`), and making answers (`answers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agnt_pipelines.faq.answers import speaks_of
from agnt_pipelines.faq.talk import Candidate, Exemplar, Language, Version


@dataclass(frozen=True, slots=True)
class Said:
    """A question in a language, the candidate whose words it has, and the version whose answer it gets."""

    question: str | None = None
    worded_by: Candidate | None = None
    answered_by: Version | None = None

    @property
    def answer(self) -> str | None:
        """The answer in words."""
        return None if self.answered_by is None else self.answered_by.answer


def said(newest: Sequence[Candidate], language: Language, wordings: Mapping[Exemplar, str]) -> Said:
    """Return the newest question in a language that has an answer to it; else the newest, without one.

    What was answered in one week is no answer to what was asked in another, unless it speaks of that.
    """
    mine = [(one, version) for one in newest for version in one.versions if version.language is language]
    asked = [
        (wordings[v.exemplar], v, one) for one, v in mine if v.exemplar is not None and v.exemplar in wordings
    ]
    for question, version, candidate in asked:
        for _, other in mine:
            if other.answer and (other is version or speaks_of(other.answer, question)):
                return Said(question, candidate, other)
    return Said(*((asked[0][0], asked[0][2]) if asked else ()))
