"""FAQ extraction, week by week: read -> redact -> ask -> cluster -> apply.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL (`store`),
and the thinking itself (the pure modules).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.engine import Connection

from agnt_pipelines.errors import ModelFailed
from agnt_pipelines.faq import model_extractor, store, talk_store
from agnt_pipelines.faq.candidates import Embedders, candidates, installed
from agnt_pipelines.faq.model_extractor import ModelExtractor
from agnt_pipelines.faq.prompts import Proposed
from agnt_pipelines.faq.reading import Reader
from agnt_pipelines.faq.talk import Conversation, K, Pseudonym, Question
from agnt_pipelines.faq.vector_store import SENTENCE_VECTORS, Say, StagedVectors
from agnt_pipelines.replay import completion, staging, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

_TOLD_EVERY = 2_000
"""Conversations between two words about how many were read."""


@dataclass(slots=True)
class _Asked:
    """What was read of a week: its questions, who stands behind their pseudonyms, and what a model failed at."""

    questions: list[Question] = field(default_factory=list)
    people: Mapping[Pseudonym, str] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    stood_in: Counter[str] = field(default_factory=Counter)


def extract(
    lease: Lease, windows: Sequence[Window], settings: Settings, say: Say = lambda _: None
) -> Iterator[Applied]:
    """Extract consecutive closed windows, oldest first; a window in which nothing is due is left.

    Raises:
        Fenced: a later run took the lease.
        ModelFailed: a model gave nothing for some conversations; their weeks stay as they were, the others are done.
    """
    derivation = store.candidates(settings)
    faults: Counter[str] = Counter()
    with lease.database.reading() as snapshot:
        # Asked once: one look at all talk. What comes while the run lasts makes its week stale again.
        due = staleness.due(snapshot, derivation, windows)
    with model_extractor.extractor(lease.database, settings) as model:
        for window in windows:
            with lease.database.reading() as snapshot:
                if window.key not in due:
                    yield completion.standing(snapshot, derivation, window.key)
                    continue
                plan, asked = read_window(snapshot, derivation, window, due[window.key], settings, say, model)
            if asked.faults:
                faults += asked.faults
                continue
            _propose(plan, asked, _embedders(lease.database, asked, window, say))
            yield apply(lease, plan, settings)
    with lease.database.reading() as snapshot:
        first_key = staleness.first_key(snapshot, derivation)
    completion.forget_empty(lease, derivation, first_key)
    with lease.transaction() as connection:
        weeks = settings.faq_expire_weeks * FAQ_WEEK.length
        staging.forget_vectors(connection, SENTENCE_VECTORS, weeks)
    if faults:
        which = ", ".join(f"{name} ({count})" for name, count in sorted(faults.items()))
        message = (
            f"The model failed for {faults.total()} conversations: {which}. Their weeks were left as they are and are "
            "due: run the job again, or set AGNT_MODEL_STAND_IN=true to let the rules stand in."
        )
        raise ModelFailed(message, faults)


def read_window(
    snapshot: Connection,
    derivation: Derivation,
    window: Window,
    due: Due,
    settings: Settings,
    say: Say,
    model: ModelExtractor | None = None,
) -> tuple[Plan, _Asked]:
    """Read what was asked in a window's conversations, counting what is left out and why."""
    plan = Plan(derivation, window.key, due.units | due.code)
    reader = Reader(store.redactor(settings), settings.message_max_bytes)
    names, people = talk_store.asked_in(snapshot, window)
    asked, left_out = _Asked(people=people), Counter[str]()
    read = talk_store.read_conversations(snapshot, names, settings, window)
    number = 0
    while talks := list(islice(read, _TOLD_EVERY)):
        number += len(talks)
        for talk, found, left in _heard(talks, reader, model, asked):
            asked.questions += found
            newest = talk.turns[-1].at
            plan.watermark = max(plan.watermark or newest, newest)
            left_out.update({f"left_{reason}": count for reason, count in left.items()})
            left_out.update(conversations=1, left_no_question=0 if found else 1)
        if len(talks) == _TOLD_EVERY:
            say(f"{window.key}: {number:,} of about {len(names):,} conversations read")
    for name, count in (left_out + asked.stood_in).items():
        plan.count(name, count)
    return plan, asked


def _heard(
    talks: Sequence[Conversation], reader: Reader, model: ModelExtractor | None, asked: _Asked
) -> Iterator[tuple[Conversation, list[Question], Counter[str]]]:
    """Yield each conversation with what is asked in it, by the rules and, where there is one, a model."""
    # Redacted first: a model sees what the rules see.
    clean = [reader.redacted(talk) for talk in talks]
    proposed: Mapping[str, Proposed] = {}
    if model is not None:
        proposed, failed, stood_in = model.read(clean, asked.people)
        asked.faults.update(failed)
        asked.stood_in.update({f"model_{fault}": count for fault, count in stood_in.items()})
        asked.stood_in.update(offline_stood_in=stood_in.total())
    for talk, own in zip(talks, clean, strict=True):
        found, left = reader.asked(own, proposed.get(talk.id))
        left["turns_too_long"] += len(talk.turns) - len(own.turns)
        yield talk, found, +left


def _propose(plan: Plan, asked: _Asked, by: Embedders) -> None:
    """Plan what was asked, counting what can be neither worded nor answered."""
    made, told = candidates(plan.window_key, asked.questions, by)
    plan.put(store.CANDIDATES, talk_store.SCOPE, map(store.candidate_row, made))
    plan.count("questions", len(asked.questions))
    plan.count("candidates_too_few_people_this_week", sum(len(one.people) < K for one in made))
    for reason, count in told.items():
        plan.count(f"candidates_{reason}", count)


def _embedders(database: Database, asked: _Asked, window: Window, say: Say) -> Embedders:
    """Return the installed embedders, whose slow vectors are kept as soon as they are made."""
    whose: dict[str, str] = {}
    for question in asked.questions:
        person = asked.people[question.person]
        whose[question.text] = min(person, whose.get(question.text, person))
    return installed(
        lambda own: StagedVectors(own, database, whose, lambda text: say(f"{window.key}: {text}"))
    )
