"""The smallest true job: every inbound message becomes one observation of its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from agnt_pipelines.dreaming import store
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan, content_id
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.windows import DAY, FOLD, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction, User

OBSERVATIONS = store.OBSERVATIONS
USERS = table_of(User)
INTERACTIONS = table_of(Interaction)
MONDAY = DAY.window("2026-11-16")
JOINED = datetime(2026, 1, 1, tzinfo=UTC)


def people(database: Database, *names: str) -> None:
    """Let people join."""
    with database.writing() as connection:
        connection.execute(sa.insert(USERS), [{"id": name, "created_at": JOINED} for name in names])


def say(database: Database, person: str, *texts: str, window: Window = MONDAY, at: int = 0) -> list[str]:
    """Let a person say something in a window, a minute apart; return the messages' ids."""
    rows = [
        {
            "id": f"{window.key}/{person}/{at + minute}",
            "user_id": person,
            "direction": "inbound",
            "content": text,
            "created_at": window.start + timedelta(minutes=at + minute),
        }
        for minute, text in enumerate(texts)
    ]
    with database.writing() as connection:
        connection.execute(sa.insert(INTERACTIONS), rows)
    return [str(row["id"]) for row in rows]


def derivation(settings: Settings) -> Derivation:
    """Return the observations' derivation, under the toy's own version."""
    return store.observations(settings)


def run(lease: Lease, settings: Settings, window: Window = MONDAY) -> Applied:
    """Bring one window up to date."""
    made = derivation(settings)
    with lease.database.reading() as snapshot:
        due = staleness.due(snapshot, made, [window]).get(window.key)
        units = {} if due is None else due.units
        plan = Plan(made, window.key, units)
        for message in store.read_messages(snapshot, window, units, 1000):
            plan.put(
                OBSERVATIONS, message.user_id, [row(message.id, message.user_id, message.content, window)]
            )
    return apply(lease, plan, settings)


def row(message_id: str, person: str, text: str, window: Window) -> tuple[object, ...]:
    """Return an observation that says what a message says."""
    evidence = [{"source": "interactions", "source_id": message_id, "start": 0, "end": 1, "digest": "-"}]
    return (
        content_id(message_id, text), window.key, person, "self", "likes", text, 1, 0.9, False, "en", 1.0,
        "person", window.start, None, canonical.fragment(evidence),
    )  # fmt: skip


def plan_of(settings: Settings, rows: Mapping[str, Sequence[str]], window: Window = MONDAY) -> Plan:
    """Return a plan by hand: person -> values."""
    plan = Plan(derivation(settings), window.key, dict.fromkeys(rows, "by hand"))
    for person, values in rows.items():
        plan.put(OBSERVATIONS, person, [row(f"{person}/{value}", person, value, window) for value in values])
    return plan


def fold_plan(settings: Settings, rows: Mapping[str, Sequence[str]]) -> Plan:
    """Return a plan of a fold that readers see, by hand: person -> values of their memory."""
    plan = Plan(store.user_memory(settings), FOLD, dict.fromkeys(rows, "by hand"))
    for person, values in rows.items():
        plan.put(store.USER_MEMORY, person, [_memory(person, value) for value in values])
    return plan


def _memory(person: str, value: str) -> tuple[object, ...]:
    return (
        content_id(person, value), person, "likes", "semantic", "self", value, 1, 0.9, 1.0, "active", "en",
        MONDAY.start, None, None, 1, 1, MONDAY.start, [content_id(person)], 1.0,
    )  # fmt: skip
