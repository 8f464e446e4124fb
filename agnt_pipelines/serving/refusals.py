"""What was refused, for an operator: whose, when, why, and what that reason means.

What belongs here: reading the quarantine. What does not: filling it (`replay.quarantine`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from agnt_pipelines.dreaming.claims import Reason
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Quarantined

_QUARANTINE = table_of(Quarantined)

MEANINGS: Final = {
    Reason.UNKNOWN_DIRECTION: "direction is neither inbound nor outbound",
    Reason.UNREADABLE: "a column that must have a value has none, or it is no text",
    Reason.TOO_LONG: "longer than AGNT_MESSAGE_MAX_BYTES",
    Reason.HIDDEN_TEXT: "characters that hide text or turn its direction",
    Reason.GIVES_ORDERS: "speaks to the agent as if it gave orders, so nothing is learnt from it",
    Reason.UNKNOWN_STATUS: "status is none of pending, confirmed, completed, cancelled, no_show",
    Reason.UNKNOWN_KEY: "a key that is no slot of memory",
    Reason.UNREADABLE_VALUE: "a value that its slot cannot have",
    Reason.VALUE_TOO_LONG: "a value too long for its slot",
    Reason.CONTACT_IN_VALUE: "a value with somebody's address or number in it",
}
"""What light dreaming's reasons say of a row; a wing that knows more writes a detail of its own."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused row: `person` where it is known whose it is; `at` is when it was refused."""

    origin: str
    window: str | None
    source: str
    source_id: str
    person: str | None
    reason: str
    detail: str | None
    at: datetime


def quarantined(
    platform: Platform, *, origin: str | None = None, reason: str | None = None, limit: int = 50
) -> tuple[list[Refusal], int]:
    """Return the newest refusals and how many there are in all."""
    asked = [
        column == value
        for column, value in ((_QUARANTINE.c.origin, origin), (_QUARANTINE.c.reason, reason))
        if value is not None
    ]
    query = sa.select(_QUARANTINE).where(*asked).order_by(_QUARANTINE.c.at.desc(), _QUARANTINE.c.id)
    count = sa.select(sa.func.count()).select_from(_QUARANTINE).where(*asked)
    with platform.database.reading() as snapshot:
        rows = snapshot.execute(query.limit(limit)).all()
        return [_refusal(row) for row in rows], snapshot.scalar(count) or 0


def _refusal(row: sa.Row[Any]) -> Refusal:
    return Refusal(
        origin=row.origin,
        window=row.window_key,
        source=row.source,
        source_id=row.source_id,
        person=row.user_id,
        reason=row.reason,
        detail=row.detail or (MEANINGS.get(row.reason) if row.window_key else None),
        at=row.at,
    )
