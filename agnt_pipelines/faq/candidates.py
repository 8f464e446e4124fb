"""Candidates: from a week's questions to what was asked, by how many, without anybody's words.

What belongs here: one window's thinking from questions to candidates. What does not: reading
conversations (`reading`), and comparing weeks (`registry`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from agnt_pipelines.faq import answers, bridge, cluster, grounding, questions
from agnt_pipelines.faq.talk import (
    Candidate,
    Exemplar,
    Language,
    Pseudonym,
    Question,
    Version,
    digest_of,
    identity,
)
from agnt_pipelines.faq.words import content_words, features, one_less, tokens
from agnt_pipelines.language import embedder
from agnt_pipelines.language.embedder import Embedder
from agnt_pipelines.language.sentence_vectors import SentenceVectors, english_vectors, multilingual_vectors

Members = list[Question]

_SLIP_OF = 5
"""Letters from which on a word may be another with a slip in it: short ones are near to many."""


@dataclass(frozen=True, slots=True)
class Embedders:
    """What texts are compared by: of English, of any other language, and across languages (or nothing)."""

    english: Embedder
    other: Embedder
    across: SentenceVectors | None


def installed(around: Callable[[SentenceVectors], SentenceVectors] = lambda own: own) -> Embedders:
    """Return the best embedders that are installed, loaded; `around` may put something about their vectors."""
    english, across = (
        None if own is None else around(own) for own in (english_vectors(), multilingual_vectors())
    )
    return Embedders(embedder.of(english), embedder.of(across), across)


def candidates(
    window_key: str, asked: Sequence[Question], by: Embedders
) -> tuple[list[Candidate], Counter[str]]:
    """Return one candidate per question that a week asked, and what could not be worded or answered.

    A question that was asked in both languages is one, if there is something to tell it by.
    """
    told: Counter[str] = Counter()
    found = []
    slips = _slips(asked)
    english = _groups(asked, Language.ENGLISH, by.english)
    indonesian = _groups(asked, Language.INDONESIAN, by.other)
    for members, others in _paired(english, indonesian, by.across):
        made = _candidate(window_key, members, others, slips)
        told["without_reply"] += not any(one.replied for one in [*members, *others])
        told["without_answer"] += made.answer is None
        told["without_wording"] += made.exemplar is None
        told["in_both_languages"] += made.also is not None
        told["disputed"] += any(version.disputed for version in made.versions)
        found.append(made)
    return sorted(found, key=lambda candidate: candidate.id.int), +told


def _groups(asked: Sequence[Question], language: Language, by: Embedder) -> list[Members]:
    """Return the questions of a language, those that ask the same together, the most central first."""
    mine = sorted((q for q in asked if q.language is language), key=_place)
    cores = cluster.cores([question.text for question in mine], by)
    return [[mine[place] for place in core.members] for core in cores]


def _paired(
    ours: list[Members], theirs: list[Members], across: SentenceVectors | None
) -> Iterator[tuple[Members, Members]]:
    """Yield each group with the one that asks the same in the other language; who has more people first."""
    pairs: dict[int, int] = {}
    if across is not None:
        texts = [[[question.text for question in members] for members in side] for side in (ours, theirs)]
        pairs = bridge.bridged(texts[0], texts[1], across)
    for place, members in enumerate(ours):
        others = theirs[pairs[place]] if place in pairs else []
        yield (others, members) if _people(others) > _people(members) else (members, others)
    taken = set(pairs.values())
    yield from ((members, []) for place, members in enumerate(theirs) if place not in taken)


def _people(members: Members) -> int:
    return len({member.person for member in members})


def _slips(asked: Sequence[Question]) -> set[str]:
    """Return the words that are one letter from another that twice as many people wrote or were told."""
    by: dict[str, set[Pseudonym]] = defaultdict(set)
    for question in asked:
        for word in content_words(" ".join([question.text, *question.answer])):
            if len(word) >= _SLIP_OF:
                by[word].add(question.person)
    most: dict[str, int] = defaultdict(int)
    for word, people in by.items():
        for part in one_less(word):
            most[part] = max(most[part], len(people))
    return {
        word for word, people in by.items() if max(most[part] for part in one_less(word)) >= 2 * len(people)
    }


def _candidate(window_key: str, members: Members, others: Members, slips: Collection[str]) -> Candidate:
    """Return what some questions ask, the most central first; `others` ask it in another language."""
    own = _version(members, slips)
    first = min(members, key=_place)
    return Candidate(
        id=identity("candidate", window_key, own.language, *_place(first)),
        window_key=window_key,
        language=own.language,
        people=tuple(sorted({member.person for member in [*members, *others]})),
        mentions=len(members) + len(others),
        features=own.features,
        exemplar=own.exemplar,
        answer=own.answer,
        answer_people=own.answer_people,
        answer_turns=own.answer_turns,
        disputed=own.disputed,
        also=_version(others, slips) if others else None,
    )


def _version(members: Members, slips: Collection[str]) -> Version:
    fit = (member for member in members if questions.may_word(member.text))
    # Of those with the fewest slips of the pen the first, which is the most central one.
    worded = min(fit, key=lambda member: sum(word in slips for word in tokens(member.text)), default=None)
    about = worded.text if worded else ""
    answer = answers.answer(members, about)
    return Version(
        language=members[0].language,
        features=features([member.text for member in members]),
        exemplar=_exemplar(worded) if worded else None,
        answer=answer.text if answer else None,
        answer_people=answer.people if answer else 0,
        answer_turns=answer.turns if answer else (),
        disputed=grounding.among(answer.told, answer.sentences, about) if answer else (),
    )


def _exemplar(question: Question) -> Exemplar:
    return Exemplar(question.conversation, question.turn, question.sentence, digest_of(question.text))


def _place(question: Question) -> tuple[str, str, int]:
    return question.conversation, question.turn, question.sentence
