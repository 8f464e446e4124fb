"""A small world for deep dreaming: weeks of talk with agents, and the Mondays that read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from agnt_pipelines.dreaming import deep_dream, deep_store, light_dream, store
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, WITA, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Venue
from agnt_pipelines_tests.dreaming import world

PEOPLE = tuple(f"person-{n}" for n in range(7))
WEEKS = list(DREAM_WEEK.between("2026-10-19", "2026-11-02"))
DAYS = list(DAY.between("2026-10-19", "2026-11-08"))
NOW = datetime(2026, 11, 9, 4, tzinfo=WITA)
AGENT, VENUE_AGENT = "concierge", "warung"
VENUES = table_of(Venue)
STATE_TABLES = (
    "taste_profiles", "memory_chunks", "agent_chunks", "agent_insights", "hypotheses", "agent_summaries",
    "agent_prompts",
)  # fmt: skip


def message(
    person: str, text: str, day: int, *, minute: int = 0, agent: str = AGENT, outbound: bool = False
) -> dict[str, object]:
    """Return a row of what a person said to an agent, or was told by it, on the n-th day."""
    row = world.message(person, text, DAYS[day], minute)
    more = {"agent_id": agent, "session_id": f"{person}/{day}", "intent": "late-night" if day % 2 else None}
    return {**row, **more, "direction": "outbound" if outbound else "inbound"}


def talk() -> list[dict[str, object]]:
    """Return three weeks in which everybody speaks of food, and fewer and fewer are answered."""
    rows = []
    for place, person in enumerate(PEOPLE):
        for day in range(0, 21, 3):
            texts = ("I'm vegetarian", "I'm allergic to peanuts", "I love sushi")
            rows.append(message(person, texts[day // 3 % 3], day, minute=place))
            rows.append(message(person, f"I love {('jazz', 'sushi')[day % 2]}", day + 1, minute=place))
            if day < 12:
                rows.append(message(person, "With pleasure.", day, minute=place + 30, outbound=True))
    return rows


def bookings() -> list[dict[str, object]]:
    """Return bookings of everybody in the second week, the groups' cancelled."""
    return [
        {
            "id": f"{person}/{size}",
            "user_id": person,
            "venue_id": "warung-1",
            "status": "Cancelled" if size > 2 else "COMPLETED",
            "slot_at": DAYS[13].start,
            "party_size": size,
            "created_at": DAYS[8].start + timedelta(hours=1),
        }
        for person in PEOPLE
        for size in (2, 8)
    ]


def build(database: Database, rows: Sequence[dict[str, object]] | None = None) -> None:
    """Let the platform write the world's rows."""
    world.insert(database, world.USERS, world.people(*PEOPLE))
    world.insert(database, VENUES, [{"id": "warung-1", "name": "Warung", "agent_id": VENUE_AGENT}])
    world.insert(database, world.INTERACTIONS, talk() if rows is None else rows)
    world.insert(database, world.BOOKINGS, bookings())


def dream(
    database: Database, settings: Settings, weeks: Sequence[Window], run_id: str = "deep"
) -> dict[str, list[Applied]]:
    """Run deep dreaming for some weeks, as one run of the job does."""
    with exclusive(database, store.WRITER_SET, run_id, settings) as lease:
        erase_gone(lease, deep_store.DEEP_DREAM, settings)
        return {
            "memory_chunks": list(deep_dream.remember(lease, weeks, settings)),
            "agent_chunks": list(deep_dream.gather(lease, weeks, settings)),
            "agent_insights": list(deep_dream.compare(lease, weeks, settings)),
            "hypotheses": [deep_dream.suppose(lease, settings)],
            "agent_summaries": [deep_dream.summarise(lease, settings)],
            "agent_prompts": [deep_dream.write_prompts(lease, settings)],
        }


def nights(database: Database, settings: Settings, days: Sequence[Window]) -> None:
    """Run light dreaming for some days, taste included."""
    world.dream(database, settings, days)
    with exclusive(database, store.WRITER_SET, "taste", settings) as lease:
        light_dream.weigh_taste(lease, settings)


def stale(database: Database, settings: Settings) -> dict[str, dict[str, set[str]]]:
    """Return what is missing or stale: derivation -> window -> units."""
    found = {}
    with database.reading() as snapshot:
        for derivation in (deep_store.memory_chunks(settings), deep_store.agent_insights(settings)):
            windows = staleness.due_windows(snapshot, derivation, NOW)
            due = staleness.due(snapshot, derivation, windows) if windows else {}
            if due:
                found[derivation.name] = {key: set(entry.units) for key, entry in due.items()}
        due = staleness.due(snapshot, deep_store.hypotheses(settings))
        if due:
            found["hypotheses"] = {key: set(entry.units) for key, entry in due.items()}
    return found


def settle(database: Database, settings: Settings) -> None:
    """Run whatever is missing or stale, upstream first, until nothing is."""
    world.settle(database, settings)
    nights(database, settings, [])
    found: dict[str, dict[str, set[str]]] = {}
    for _ in range(3):
        found = stale(database, settings)
        keys = {key for name in ("memory_chunks", "agent_insights") for key in found.get(name, {})}
        dream(database, settings, [week for week in WEEKS if week.key in keys])
        if not found:
            return
    message = f"what was run stays stale: {found}"
    raise AssertionError(message)
