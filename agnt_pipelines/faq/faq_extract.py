"""FAQ extraction, week by week: read -> redact -> ask -> cluster -> apply.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL (`store`),
and the thinking itself (the pure modules).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from agnt_pipelines.faq import store, talk_store
from agnt_pipelines.faq.candidates import candidates, installed
from agnt_pipelines.faq.reading import Reader
from agnt_pipelines.faq.talk import K, Question
from agnt_pipelines.replay import completion, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings


def extract(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    """Extract consecutive closed windows, oldest first; a window in which nothing is due is left.

    Raises:
        Fenced: a later run took the lease.
    """
    derivation = store.candidates(settings)
    for window in windows:
        with lease.database.reading() as snapshot:
            due = staleness.due(snapshot, derivation, [window]).get(window.key)
            if due is None:
                yield completion.standing(snapshot, derivation, window.key)
                continue
            plan = extract_window(snapshot, derivation, window, due, settings)
        yield apply(lease, plan, settings)
    with lease.database.reading() as snapshot:
        first_key = staleness.first_key(snapshot, derivation)
    completion.forget_empty(lease, derivation, first_key)


def extract_window(
    snapshot: Connection, derivation: Derivation, window: Window, due: Due, settings: Settings
) -> Plan:
    """Read a window's conversations and plan what was asked, counting what is left out and why."""
    plan = Plan(derivation, window.key, due.units | due.code)
    reader = Reader(store.redactor(settings), settings.message_max_bytes)
    asked: list[Question] = []
    for conversation in talk_store.read_conversations(snapshot, window, settings.chunk_rows):
        found, left = reader.questions(conversation)
        asked += found
        newest = conversation.turns[-1].at
        plan.watermark = max(plan.watermark or newest, newest)
        plan.count("conversations")
        plan.count("left_no_question", 0 if found else 1)
        for reason, count in left.items():
            plan.count(f"left_{reason}", count)
    made, told = candidates(window.key, asked, installed())
    plan.put(store.CANDIDATES, talk_store.SCOPE, map(store.candidate_row, made))
    plan.count("questions", len(asked))
    plan.count("candidates_too_few_people_this_week", sum(len(one.people) < K for one in made))
    for reason, count in told.items():
        plan.count(f"candidates_{reason}", count)
    return plan
