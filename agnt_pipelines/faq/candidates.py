"""Candidates: from a week's questions to what was asked, by how many, without anybody's words.

What belongs here: one window's thinking from questions to candidates. What does not: reading
conversations (`reading`), and comparing weeks (`registry`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agnt_pipelines.faq import answers, cluster, questions
from agnt_pipelines.faq.talk import Candidate, Exemplar, Language, Question, digest_of, identity
from agnt_pipelines.faq.words import features
from agnt_pipelines.language.embedder import Embedder


def candidates(
    window_key: str, asked: Sequence[Question], embedder: Embedder
) -> tuple[list[Candidate], Counter[str]]:
    """Return one candidate per question that a week asked, and what could not be worded or answered."""
    told: Counter[str] = Counter()
    found = []
    for language in Language:
        mine = sorted((q for q in asked if q.language is language), key=_place)
        for core in cluster.cores([question.text for question in mine], embedder):
            members = [mine[place] for place in core.members]
            made = _candidate(window_key, language, members)
            told["without_reply"] += not any(member.replied for member in members)
            told["without_answer"] += made.answer is None
            told["without_wording"] += made.exemplar is None
            found.append(made)
    return sorted(found, key=lambda candidate: candidate.id.int), +told


def _candidate(window_key: str, language: Language, members: Sequence[Question]) -> Candidate:
    """Return what some questions ask, the most central first."""
    exemplar = next((_exemplar(member) for member in members if questions.may_word(member.text)), None)
    answer = answers.answer(members)
    first = min(members, key=_place)
    return Candidate(
        id=identity("candidate", window_key, language, *_place(first)),
        window_key=window_key,
        language=language,
        people=tuple(sorted({member.person for member in members})),
        mentions=len(members),
        features=features([member.text for member in members]),
        exemplar=exemplar,
        answer=answer.text if answer else None,
        answer_people=answer.people if answer else 0,
        answer_turns=answer.turns if answer else (),
    )


def _exemplar(question: Question) -> Exemplar:
    return Exemplar(question.conversation, question.turn, question.sentence, digest_of(question.text))


def _place(question: Question) -> tuple[str, str, int]:
    return question.conversation, question.turn, question.sentence
