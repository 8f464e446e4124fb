"""A small world for the FAQ: people who ask an agent, and the weeks in which they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from agnt_pipelines.faq import faq_compile, faq_extract, store
from agnt_pipelines.faq.talk import Proposal, Verdict
from agnt_pipelines.replay import staleness, state
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction, User

USERS, TALK = table_of(User), table_of(Interaction)
WEEKS = list(FAQ_WEEK.between("2026-10-25", "2026-11-15"))
NOW = datetime(2026, 11, 23, 0, tzinfo=UTC)
PEOPLE = ("ayu", "budi", "citra", "dewi", "eka", "fajar", "gita", "hadi")

PARKING = (
    "Is there parking at the venues?",
    "is there any parking at the venue",
    "Hi, is there parking at your venues?",
    "Is there parking near the venue?",
    "Do the venues have parking? is there parking at the venue?",
    "Hello, is parking there at the venues?",
)
DEPOSIT = (
    "Apakah rombongan perlu bayar deposit?",
    "halo kak, apakah rombongan perlu deposit?",
    "rombongan perlu bayar deposit gak ya",
    "apakah rombongan besar perlu bayar deposit?",
    "Apakah untuk rombongan perlu deposit ya kak",
    "kalau rombongan apakah perlu bayar deposit?",
)
PARKING_REPLY = "Most venues have free parking for scooters and cars. See you soon!"
DEPOSIT_REPLY = "Rombongan enam orang atau lebih membayar deposit sepuluh persen. Sama-sama kak!"


def join(database: Database, *names: str) -> None:
    """Let people join."""
    rows = [{"id": name, "created_at": datetime(2026, 1, 1, tzinfo=UTC)} for name in names]
    with database.writing() as connection:
        connection.execute(sa.insert(USERS), rows)


def leave(database: Database, name: str) -> None:
    """Let somebody ask to be deleted."""
    with database.writing() as connection:
        connection.execute(sa.update(USERS).where(USERS.c.id == name).values(deleted_at=NOW))


def turn(
    session: str,
    person: str | None,
    text: str,
    at: datetime,
    *,
    direction: str = "inbound",
    source: str | None = None,
) -> dict[str, object]:
    """Return a row of one message."""
    return {
        "id": f"{session}/{at:%m%dT%H%M}/{direction}",
        "user_id": person,
        "session_id": session,
        "direction": direction,
        "channel": "whatsapp",
        "source": source,
        "content": text,
        "created_at": at,
    }


def asking(
    week: Window, people: Sequence[str], texts: Sequence[str], reply: str | None
) -> list[dict[str, object]]:
    """Return conversations of a week: each of the people asks in their own words and is answered."""
    rows = []
    for place, (person, text) in enumerate(zip(people, texts, strict=False)):
        at = week.start + timedelta(hours=5 * place + 3)
        session = f"{week.key}-{person}-{text[:4]}"
        rows.append(turn(session, person, text, at))
        if reply is not None:
            rows.append(turn(session, person, reply, at + timedelta(minutes=1), direction="outbound"))
    return rows


def tell(database: Database, rows: Iterable[dict[str, object]]) -> None:
    """Let the platform write messages."""
    with database.writing() as connection:
        connection.execute(sa.insert(TALK), list(rows))


def extract(database: Database, settings: Settings, weeks: Sequence[Window] = WEEKS) -> list[Applied]:
    """Extract some weeks, as one run of the job does."""
    with exclusive(database, store.WRITER_SET, "extract", settings) as lease:
        erase_gone(lease, store.EXTRACT, settings)
        return list(faq_extract.extract(lease, weeks, settings))


def compile_weeks(database: Database, settings: Settings, weeks: Sequence[Window] = WEEKS) -> list[Applied]:
    """Compile and publish some weeks, as one run of the job does."""
    with exclusive(database, store.WRITER_SET, "compile", settings) as lease:
        erase_gone(lease, store.COMPILE, settings)
        done = list(faq_compile.compile_weeks(lease, weeks, settings))
        for week in weeks:
            with database.reading() as snapshot:
                found = faq_compile.staged(snapshot, week.key)
            faq_compile.stage(found, settings)
            faq_compile.publish(lease, week.key, settings)
    return done


def proposals(database: Database, settings: Settings, week: Window) -> list[Proposal]:
    """Return what an operator sees of a week, the most asked first."""
    with database.reading() as snapshot:
        _, found = faq_compile.proposed(snapshot, week.key, settings)
    mine = [one for one in found if one.candidate.window_key == week.key]
    return sorted(mine, key=lambda one: (-one.people, one.candidate.id.int))


def approve(
    database: Database, settings: Settings, week: Window, *, verdict: Verdict = Verdict.APPROVED
) -> int:
    """Decide alike about whatever may be decided about in a week; return how many."""
    with database.reading() as snapshot:
        _, found = faq_compile.proposed(snapshot, week.key, settings)
    mine = [one for one in found if one.candidate.window_key == week.key and one.reason is None]
    with database.writing() as connection:
        for one in mine:
            faq_compile.decide(connection, one, verdict, "tests")
    return len(mine)


def stale(database: Database, settings: Settings) -> tuple[list[str], list[str]]:
    """Return the weeks that are missing or stale: of extraction, and of compilation."""
    with database.reading() as snapshot:
        found = []
        for derivation in (store.candidates(settings), store.entries(settings)):
            windows = staleness.due_windows(snapshot, derivation, NOW)
            found.append(list(staleness.due(snapshot, derivation, windows)) if windows else [])
    return found[0], found[1]


def settle(database: Database, settings: Settings) -> None:
    """Run whatever is missing or stale until nothing is."""
    for _ in range(4):
        extracted, compiled = stale(database, settings)
        if not extracted and not compiled:
            return
        extract(database, settings, [FAQ_WEEK.window(key) for key in extracted])
        compile_weeks(database, settings, [FAQ_WEEK.window(key) for key in stale(database, settings)[1]])
    message = "what was run stays stale"
    raise AssertionError(message)


def dump(database: Database) -> dict[str, list[bytes]]:
    """Return STATE as bytes."""
    with database.reading() as snapshot:
        return state.dump(snapshot)
