"""Pauses: one switch for whatever starts runs by itself, as decisions of which the newest counts.

`AGNT_PAUSED=1` of the daemon's environment is the other way; a decision works while everything runs, and
from any machine that reaches the database. It is no input of STATE: what a paused platform holds is what it
held. What does not belong here: who obeys it (`agnt_pipelines.pausing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError

from agnt_pipelines.errors import DatabaseUnreachable
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision

_DECISIONS = table_of(Decision)
_KIND: Final = "pause"
_SUBJECT: Final = "schedules and sensors"
BY_SETTING: Final = "paused by AGNT_PAUSED"


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that holds: who asked for it, when, and why."""

    by: str
    since: datetime
    why: str

    def __str__(self) -> str:
        why = f": {self.why}" if self.why else ""
        since = f"{self.since.astimezone(WITA):%Y-%m-%d %H:%M} WITA"
        return f"paused by {self.by} since {since}{why} (`./agnt resume` ends it)"


def decided(connection: Connection) -> Pause | None:
    """Return the pause that was decided last, if it was not ended since."""
    last = _last(connection)
    if last is None or not last.payload["paused"]:
        return None
    return Pause(last.decided_by, last.decided_at, last.payload["why"])


def decide(connection: Connection, *, paused: bool, by: str, why: str = "") -> bool:
    """Record a pause or its end; False where it stands so already."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:kind))"), {"kind": _KIND})
    if paused == (decided(connection) is not None):
        return False
    last = _last(connection)
    number = last.payload["number"] + 1 if last else 1
    row = {
        "id": content_id(_KIND, number),
        "kind": _KIND,
        "subject": _SUBJECT,
        "payload": {"number": number, "paused": paused, "why": why},
        "decided_by": by,
    }
    connection.execute(sa.insert(_DECISIONS).values(row))
    return True


def in_words(connection: Connection, settings: Settings) -> str | None:
    """Return what pauses schedules and sensors now; None: nothing."""
    pause = decided(connection)
    return BY_SETTING if settings.paused else None if pause is None else str(pause)


def why_paused(settings: Settings) -> str | None:
    """Return what pauses schedules and sensors now; None: nothing.

    A database that does not answer, or has no tables yet, pauses nothing: the run tells of it.
    """
    if settings.paused:
        return BY_SETTING
    try:
        with connected(settings, application_name="pause") as database, database.reading() as snapshot:
            return in_words(snapshot, settings)
    except (DatabaseUnreachable, ProgrammingError):
        return None


def _last(connection: Connection) -> Any | None:
    mine = (_DECISIONS.c.kind == _KIND, _DECISIONS.c.subject == _SUBJECT)
    newest = sa.cast(_DECISIONS.c.payload["number"].astext, sa.Integer).desc()
    return connection.execute(sa.select(_DECISIONS).where(*mine).order_by(newest).limit(1)).first()
