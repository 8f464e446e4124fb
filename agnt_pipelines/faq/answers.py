"""Answers: what agents replied to several people who asked the same, in the agents' own sentences.

Never a person's words, never one reply alone: a sentence counts by how many people were told it, and
without any such sentence there is no answer. What does not belong here: redaction, and writing new
text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from agnt_pipelines.faq.questions import is_personal, sentences
from agnt_pipelines.faq.talk import Question
from agnt_pipelines.faq.words import content_words, tokens
from agnt_pipelines.language.redact import PLACEHOLDER

MIN_TOLD = 2
"""Distinct people who must have been told a sentence before it is an answer."""

MAX_SENTENCES = 3
MIN_SHARE = 0.25
"""... and the share of those who were told anything: what one in ten was told answers another question."""

MOST = 0.5
"""More than this share must have been told a sentence that has no word of the question."""

_STEM = 4
_OF_EVERYTHING = frozenset({"venu", "book", "rese", "agen"})
"""Beginnings of words that any talk here has: sharing them tells nothing."""

_ECHO = 5
"""So many words in a row that the person said are the person's words, whoever repeats them."""

_OF_ONE = re.compile(
    r"^(?:i|i've|i'll|i'm|got it|noted|saved|sure|done|okay|ok|aku|saya)\b|"  # the agent speaks of what it does
    r"\b(?:your (?:booking|reservation|table|order|request|name|number)|booking (?:anda|kamu|kakak)|"
    r"(?:i|i've|i have|we've|we have|i'll|i will|sudah saya|saya akan) (?:just |now )?(?:book|reserv|confirm|cancel|mov|sent|send|check|ask|"
    r"pesan|cek|kirim|tanya)\w*|see you|sampai jumpa|let me (?:check|see|know)|one moment|sebentar|mohon tunggu|anything else|"
    r"ada lagi|happy to help|glad|you're welcome|sama-sama|senang|thank|terima kasih|makasih)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with how many people were told its best supported sentence, and the replies cited.

    `sentences` are those it is made of, `told` all that could have been: sentence -> people who were told it.
    """

    text: str
    people: int
    turns: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    told: Mapping[str, int] = field(default_factory=dict)


def sentences_of(reply: str, said: Collection[str]) -> list[str]:
    """Return the sentences of a redacted reply that could answer anybody; `said` is the person's text."""
    runs = {run for text in said for run in _runs(text)}
    return [
        sentence
        for sentence in sentences(reply)
        if "?" not in sentence
        and PLACEHOLDER.search(sentence) is None
        and len(content_words(sentence)) >= 2
        and not _OF_ONE.search(sentence)
        and not is_personal(sentence)
        and runs.isdisjoint(_runs(sentence))
    ]


def answer(questions: Sequence[Question], about: str = "") -> Answer | None:
    """Return what several of those who asked were told; None where there is no such thing.

    Sentences must speak of the wording `about`, unless most were told them: where a few ask something
    else, theirs are the others.
    """
    told: dict[str, set[str]] = defaultdict(set)
    worded: dict[str, list[tuple[str, int]]] = defaultdict(list)
    cited: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        for place, sentence in enumerate(question.answer):
            key = " ".join(tokens(sentence))
            told[key].add(question.person)
            worded[key].append((sentence, place))
            cited[key].update(question.answer_turns)
    answered = {question.person for question in questions if question.answer}
    least = max(MIN_TOLD, ceil(MIN_SHARE * len(answered)))
    supported = [key for key in told if len(told[key]) >= least]
    pointed = [key for key in supported if speaks_of(key, about)]
    usual = [key for key in supported if len(told[key]) > MOST * len(answered)]
    best = sorted(pointed or usual, key=lambda key: (-len(told[key]), key))[:MAX_SENTENCES]
    if not best:
        return None
    ordered = sorted(best, key=lambda key: (min(place for _, place in worded[key]), key))
    written = {key: _finished(min(sentence for sentence, _ in worded[key])) for key in told}
    text = " ".join(written[key] for key in ordered)
    turns = sorted({turn for key in best for turn in cited[key]})[:MAX_SENTENCES]
    every = {written[key]: len(people) for key, people in told.items()}
    chosen = tuple(written[key] for key in ordered)
    return Answer(text, max(len(told[key]) for key in best), tuple(turns), chosen, every)


def stems(text: str) -> set[str]:
    """Return the beginnings of a text's content words, by which two texts speak of the same."""
    parts = (part for word in content_words(text) for part in word.split("."))
    return {part[:_STEM] for part in parts} - _OF_EVERYTHING


def speaks_of(answer: str, question: str) -> bool:
    """Whether a word of one begins within a word of the other: Indonesian puts syllables before its words."""
    return _within(stems(question), answer) or _within(stems(answer), question)


def _within(some: Iterable[str], text: str) -> bool:
    words = content_words(text)
    return any(stem in word if len(stem) == _STEM else stem == word for stem in some for word in words)


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    words = tokens(text)
    return {tuple(words[start : start + _ECHO]) for start in range(len(words) - _ECHO + 1)}


def _finished(sentence: str) -> str:
    text = re.sub(r"\s+", " ", sentence).strip()
    return text if text[-1:] in ".!…" else f"{text.rstrip(',;:')}."
