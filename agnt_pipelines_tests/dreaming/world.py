"""A small world for light dreaming: rows that people leave, and the nights that read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from agnt_pipelines.dreaming import light_dream, store
from agnt_pipelines.replay import staleness, state
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import DAY, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Booking, Interaction, SavedPreference, User

USERS, INTERACTIONS = table_of(User), table_of(Interaction)
BOOKINGS, PREFERENCES = table_of(Booking), table_of(SavedPreference)
NOW = datetime(2026, 11, 9, 5, tzinfo=UTC)
WEEK = list(DAY.between("2026-11-02", "2026-11-08"))


def insert(database: Database, table: sa.Table, rows: Sequence[dict[str, object]]) -> None:
    """Let the platform write rows of its own."""
    if rows:
        with database.writing() as connection:
            connection.execute(sa.insert(table), rows)


def people(*names: str) -> list[dict[str, object]]:
    """Return rows of people."""
    return [{"id": name, "created_at": datetime(2026, 1, 1, tzinfo=UTC)} for name in names]


def message(person: str, text: str, window: Window, minute: int) -> dict[str, object]:
    """Return a row of what a person said in a window."""
    return {
        "id": f"{window.key}/{person}/{minute}",
        "user_id": person,
        "direction": "inbound",
        "channel": "whatsapp",
        "content": text,
        "created_at": window.start + timedelta(minutes=minute),
    }


def dream(
    database: Database, settings: Settings, windows: Sequence[Window], run_id: str = "run"
) -> list[Applied]:
    """Run light dreaming for some windows, as one run of the job does."""
    with exclusive(database, store.WRITER_SET, run_id, settings) as lease:
        erase_gone(lease, store.LIGHT_DREAM, settings)
        done = list(light_dream.dream(lease, windows, settings))
        done.append(light_dream.remember(lease, settings))
        done.append(light_dream.summarise(lease, settings))
        done.append(light_dream.write_prompts(lease, settings))
    return done


def stale(database: Database, settings: Settings, now: datetime = NOW) -> list[Window]:
    """Return the closed windows that are missing or stale."""
    derivation = store.observations(settings)
    with database.reading() as snapshot:
        windows = staleness.due_windows(snapshot, derivation, now)
        return [DAY.window(key) for key in staleness.due(snapshot, derivation, windows)] if windows else []


def settle(database: Database, settings: Settings) -> None:
    """Run whatever is missing or stale until nothing is."""
    for _ in range(3):
        windows = stale(database, settings)
        dream(database, settings, windows)
        if not windows:
            return
    message = "what was run stays stale"
    raise AssertionError(message)


def dump(database: Database) -> dict[str, list[bytes]]:
    """Return STATE as bytes."""
    with database.reading() as snapshot:
        return state.dump(snapshot)
