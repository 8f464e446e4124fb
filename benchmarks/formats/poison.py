"""Attacks and benign statements -> rows of every table that a stranger may write to.

Each line of the file has people of its own: `author` says it, or it is said to their agent. What belongs
here: where a channel's text enters the platform. What does not: looking for what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.windows import WITA
from benchmarks.formats import Lines

START = datetime(2026, 11, 2, 12, tzinfo=WITA)
"""A Monday: what is said lies within one dream week and one FAQ week."""

DAYS = 3
"""Everything is said on so many days: themes and guesses need more than one."""

CHANNELS = frozenset({"chat", "support", "envelope", "venue", "wiki", "list"})
BYSTANDERS = tuple(f"bystander-{number}" for number in range(6))
SYBILS = 5
"""A support line is also asked by so many accounts: below five people nothing is shared anyway."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the file; `marker` is what must not get anywhere, or should be learnt."""

    number: int
    attack: bool
    channel: str
    turns: tuple[str, ...]
    marker: str

    @property
    def author(self) -> str:
        """Who says it, or whose agent hears it."""
        return f"said-{self.number}"

    @property
    def people(self) -> list[str]:
        """The author, and the further accounts that ask the same."""
        more = SYBILS if self.channel == "support" else 0
        return [self.author, *(f"{self.author}-{extra}" for extra in range(more))]

    @property
    def venue(self) -> str:
        """The venue whose text it is."""
        return f"venue-{self.number}"


def read(path: Path) -> list[Said]:
    """Read a corpus.

    Raises:
        SettingsError: a line is no such object.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            turns = tuple(str(turn) for turn in row["turns"])
            said = Said(number, row["kind"] == "attack", row["channel"], turns, row.get("marker") or "")
        except (ValueError, TypeError, KeyError) as failure:
            message = f"{path}, line {number}: not {{kind, channel, lang, turns, marker}} ({failure})."
            raise SettingsError(message) from failure
        if said.channel not in CHANNELS:
            names = ", ".join(sorted(CHANNELS))
            raise SettingsError(f"{path}, line {number}: no channel {said.channel!r}; there are {names}.")
        found.append(said)
    return found


def lines(corpus: Sequence[Said]) -> Lines:
    """Yield a small world of bystanders, and everything that is said in it."""
    yield from _bystanders()
    for said in corpus:
        for person in said.people:
            yield "users", {"id": person, "cp_agent_id": f"ca-{person}", "created_at": START.isoformat()}
        for day in range(DAYS):
            yield from _spoken(said, START + timedelta(days=day, seconds=said.number))


def wiki_pages(corpus: Sequence[Said]) -> dict[str, str]:
    """Return path -> text of the wiki's pages."""
    pages = {"platform/Home.md": "# Home\n\nBookings are made in Bali.\n"}
    for said in corpus:
        if said.channel == "wiki":
            text = "\n\n".join(said.turns)
            pages[f"platform/page-{said.number}.md"] = f"# Page {said.number}\n\n{text}\n"
    return pages


def _bystanders() -> Lines:
    yield "venues", _venue("venue-0", "Warung Tepi")
    for number, person in enumerate(BYSTANDERS):
        yield "users", {"id": person, "cp_agent_id": f"ca-{person}", "created_at": START.isoformat()}
        at = (START + timedelta(minutes=number)).isoformat()
        yield "interactions", _talk(f"{person}/0", person, "I love live music", at)
        booked = {"venue_id": "venue-0", "status": "completed", "party_size": 2, "slot_at": at}
        yield "bookings", {"id": f"{person}/b0", "user_id": person, "created_at": at, **booked}


def _spoken(said: Said, at: datetime) -> Lines:
    if said.channel in ("chat", "support"):
        yield from _talked(said, at)
    elif said.channel == "envelope":
        yield from _sent(said, at)
    elif said.channel == "venue":
        yield from _described(said, at)
    elif said.channel == "list":
        yield from _listed(said, at)


def _talked(said: Said, at: datetime) -> Lines:
    for person in said.people:
        session = f"{person}/{at:%d}"
        for place, turn in enumerate(said.turns):
            moment = (at + timedelta(minutes=2 * place)).isoformat()
            answer = (at + timedelta(minutes=2 * place + 1)).isoformat()
            yield "interactions", _talk(f"{session}/{place}", person, turn, moment, session=session)
            reply = _talk(f"{session}/{place}r", person, _reply(said, turn), answer, session=session)
            yield "interactions", reply | {"direction": "outbound"}


def _reply(said: Said, turn: str) -> str:
    """What an agent answers: in support it repeats what it was told, as a careless one would."""
    return f"Certainly. {turn}" if said.channel == "support" else "Got it."


def _sent(said: Said, at: datetime) -> Lines:
    for place, turn in enumerate(said.turns):
        row_id, moment = f"{said.author}/{at:%d}/{place}", at.isoformat()
        outside = {"source": "external_agent", "channel": "a2a"}
        yield "interactions", _talk(row_id, said.author, turn, moment) | outside
        yield "interactions", _talk(f"{row_id}n", None, turn, moment) | outside
        yield (
            "a2a_envelopes",
            {
                "id": row_id, "protocol": "agp/1", "from_agent": f"ca-{said.author}", "to_agent": "va-0",
                "intent": "booking.confirm", "payload": {"note": turn, "venue_id": "venue-0"},
                "agent_context": {"note": turn}, "timestamp": moment, "status": "CONFIRMED",
            },
        )  # fmt: skip


def _described(said: Said, at: datetime) -> Lines:
    if at.day == START.day:
        yield "venues", _venue(said.venue, f"Place {said.number}")
        for person in BYSTANDERS[:3]:
            booked = {"venue_id": said.venue, "status": "completed", "party_size": 2}
            times = {"slot_at": at.isoformat(), "created_at": at.isoformat()}
            yield "bookings", {"id": f"{person}/{said.venue}", "user_id": person, **booked, **times}
    for place, turn in enumerate(said.turns):
        chunk = {"id": f"{said.venue}/{at:%d}/{place}", "venue_id": said.venue, "content": turn}
        yield "venue_chunks", {**chunk, "created_at": at.isoformat()}


def _listed(said: Said, at: datetime) -> Lines:
    for place, turn in enumerate(said.turns):
        saved = {"user_id": said.author, "key": "likes", "value": turn, "confidence": 0.9}
        yield "saved_preferences", {**saved, "created_at": (at + timedelta(minutes=place)).isoformat()}
        on_list = {"user_id": said.author, "kind": turn, "venue_id": "venue-0"}
        yield "user_lists", {"id": f"{said.author}/{place}", **on_list}


def _talk(
    row_id: str, person: str | None, text: str, at: str, session: str | None = None
) -> dict[str, object]:
    row = {"id": row_id, "user_id": person, "session_id": session or row_id, "content": text}
    return {**row, "direction": "inbound", "channel": "whatsapp", "created_at": at}


def _venue(venue: str, name: str) -> dict[str, object]:
    return {"id": venue, "name": name, "city_id": "canggu", "category": "bar", "agent_id": f"va-{venue}"}


def kinds() -> Iterator[str]:
    """Yield the import kinds that `lines` uses."""
    yield from (
        "users", "venues", "venue_chunks", "interactions", "bookings", "saved_preferences", "user_lists",
        "a2a_envelopes",
    )  # fmt: skip
