"""FAQ extraction, week by week: read -> redact -> ask -> cluster -> apply.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL (`store`),
and the thinking itself (the pure modules).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from agnt_pipelines.faq import store, talk_store
from agnt_pipelines.faq.candidates import Embedders, candidates, installed
from agnt_pipelines.faq.reading import Reader
from agnt_pipelines.faq.talk import K, Pseudonym, Question
from agnt_pipelines.faq.vector_store import Say, StagedVectors
from agnt_pipelines.replay import completion, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

_TOLD_EVERY = 2_000
"""Conversations between two words about how many were read."""


@dataclass(slots=True)
class _Asked:
    """What was read of a week: its questions, and who stands behind their pseudonyms."""

    questions: list[Question] = field(default_factory=list)
    people: Mapping[Pseudonym, str] = field(default_factory=dict)


def extract(
    lease: Lease, windows: Sequence[Window], settings: Settings, say: Say = lambda _: None
) -> Iterator[Applied]:
    """Extract consecutive closed windows, oldest first; a window in which nothing is due is left.

    Raises:
        Fenced: a later run took the lease.
    """
    derivation = store.candidates(settings)
    with lease.database.reading() as snapshot:
        # Asked once: one look at all talk. What comes while the run lasts makes its week stale again.
        due = staleness.due(snapshot, derivation, windows)
    for window in windows:
        with lease.database.reading() as snapshot:
            if window.key not in due:
                yield completion.standing(snapshot, derivation, window.key)
                continue
            plan, asked = read_window(snapshot, derivation, window, due[window.key], settings, say)
        _propose(plan, asked, _embedders(lease.database, asked, window, say))
        yield apply(lease, plan, settings)
    with lease.database.reading() as snapshot:
        first_key = staleness.first_key(snapshot, derivation)
    completion.forget_empty(lease, derivation, first_key)


def read_window(
    snapshot: Connection, derivation: Derivation, window: Window, due: Due, settings: Settings, say: Say
) -> tuple[Plan, _Asked]:
    """Read what was asked in a window's conversations, counting what is left out and why."""
    plan = Plan(derivation, window.key, due.units | due.code)
    reader = Reader(store.redactor(settings), settings.message_max_bytes)
    names, people = talk_store.asked_in(snapshot, window)
    asked, left_out = _Asked(people=people), Counter[str]()
    for number, talk in enumerate(
        talk_store.read_conversations(snapshot, names, settings.chunk_rows, window), start=1
    ):
        found, left = reader.questions(talk)
        asked.questions += found
        newest = talk.turns[-1].at
        plan.watermark = max(plan.watermark or newest, newest)
        left_out.update({f"left_{reason}": count for reason, count in left.items()})
        left_out.update(conversations=1, left_no_question=0 if found else 1)
        if number % _TOLD_EVERY == 0:
            say(f"{window.key}: {number:,} of about {len(names):,} conversations read")
    for name, count in left_out.items():
        plan.count(name, count)
    return plan, asked


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
