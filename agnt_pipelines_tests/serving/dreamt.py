"""Talk that is dreamt of in this process, for tests of what is shown afterwards."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from agnt_pipelines.dreaming import light_dream
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Booking, Interaction, SavedPreference, User

MONDAY = DAY.window("2026-11-16")
TUESDAY = DAY.window("2026-11-17")
USERS, TALK, BOOKINGS, SAVED = (table_of(m) for m in (User, Interaction, Booking, SavedPreference))


def join(database: Database, *people: str) -> None:
    """Let people join."""
    with database.writing() as connection:
        rows = [{"id": person, "created_at": MONDAY.start} for person in people]
        connection.execute(sa.insert(USERS), rows)


def say(database: Database, person: str, text: str, *, day: int = 0, hour: int = 9) -> str:
    """Let a person say something some days after Monday; return the message's id."""
    row = {
        "id": f"{person}-{day}-{hour}",
        "user_id": person,
        "direction": "inbound",
        "channel": "whatsapp",
        "content": text,
        "created_at": MONDAY.start + timedelta(days=day, hours=hour),
    }
    with database.writing() as connection:
        connection.execute(sa.insert(TALK), [row])
    return str(row["id"])


def dream(database: Database, settings: Settings, *, last: str = "2026-11-17") -> None:
    """Dream of every day from Monday on and fold."""
    windows = list(DAY.between(MONDAY.key, last))
    with exclusive(database, "dreaming", "dream", settings) as lease:
        list(light_dream.dream(lease, windows, settings))
        light_dream.remember(lease, settings)
        light_dream.summarise(lease, settings)
        light_dream.write_prompts(lease, settings)
        light_dream.weigh_taste(lease, settings)
