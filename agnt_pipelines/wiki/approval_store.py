"""The SQL of approvals: sections that are kept from readers, and who let which of them through.

An approval binds to a section's text, so that a changed one is looked at again. What does not belong
here: what is flagged (`flags`), and project memory (`store`).
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision
from agnt_pipelines.wiki.store import APPROVAL, PROJECT_MEMORY, SECTIONS, approval_of

_DECISIONS = table_of(Decision)


@dataclass(frozen=True, slots=True)
class FlaggedSection:
    """A section that is kept from readers: why, and what an approval of it binds to."""

    id: str
    page_id: str
    path: str
    section: str
    line_from: int
    flags: tuple[str, ...]
    subject: str


def approved(connection: Connection) -> set[str]:
    """Return the subjects of approvals of flagged sections."""
    return set(connection.scalars(sa.select(_DECISIONS.c.subject).where(_DECISIONS.c.kind == APPROVAL)))


def approve_section(database: Database, prefix: str, decided_by: str) -> FlaggedSection:
    """Approve the one flagged section whose id starts with `prefix`, as its text is now.

    Raises:
        SettingsError: no flagged section, or several, have that prefix.
    """
    with database.writing() as connection:
        found = [each for each in flagged(connection) if each.id.startswith(prefix)]
        if len(found) != 1:
            message = f"{len(found)} flagged sections begin with {prefix!r}; `./agnt wiki lint` lists them."
            raise SettingsError(message)
        (section,) = found
        decision = {
            "id": content_id(APPROVAL, section.subject),
            "kind": APPROVAL,
            "subject": section.subject,
            "unit": None,
            "payload": {"page_id": section.page_id},
            "decided_by": decided_by,
        }
        connection.execute(insert(_DECISIONS).values(decision).on_conflict_do_nothing())
    return section


def flagged(connection: Connection) -> list[FlaggedSection]:
    """Return the sections that are kept from readers, by path and line."""
    query = (
        sa.select(PROJECT_MEMORY, SECTIONS.c.id.label("section_id"), SECTIONS.c.text.label("whole"))
        .join(
            SECTIONS,
            sa.and_(
                SECTIONS.c.page_id == PROJECT_MEMORY.c.page_id,
                SECTIONS.c.line_from == PROJECT_MEMORY.c.line_from,
            ),
        )
        .where(PROJECT_MEMORY.c.flagged, PROJECT_MEMORY.c.source != "operator")
        .order_by(PROJECT_MEMORY.c.path, PROJECT_MEMORY.c.line_from)
    )
    return [
        FlaggedSection(
            str(row.id),
            row.page_id,
            row.path,
            row.section,
            row.line_from,
            tuple(row.flags),
            approval_of(row.section_id, row.whole),
        )
        for row in connection.execute(query)
    ]
