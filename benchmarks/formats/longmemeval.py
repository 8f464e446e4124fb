"""LongMemEval: one person's long history of chats in dated sessions, and one question; a file each.

The person's own turns become inbound interactions at their session's time, one second apart; times are
WITA. What the assistant said is not read, nor the answer. Which sessions hold the answer is for the
scorer alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agnt_pipelines.replay.windows import WITA
from benchmarks.formats import Lines


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: of whom, when, and the sessions that hold the answer, with each session's time."""

    person: str
    text: str
    kind: str
    now: datetime
    evidence: frozenset[str]
    times: dict[str, datetime]


def files(folder: Path) -> list[Path]:
    """Return the question files of a folder; those without an answer in the history are left out."""
    return sorted(path for path in folder.glob("*.json") if not path.stem.endswith("_abs"))


def question(path: Path) -> Asked:
    """Return a file's question; it is asked no earlier than the newest turn."""
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    times = dict(zip(_sessions(read), map(_time, read["haystack_dates"]), strict=True))
    return Asked(
        person=path.stem,
        text=str(read["question"]),
        kind=str(read["question_type"]),
        now=max([_time(read["question_date"]), *(at + timedelta(hours=1) for at in times.values())]),
        evidence=frozenset(f"{path.stem}/{name}" for name in read["answer_session_ids"]),
        times={f"{path.stem}/{name}": at for name, at in times.items()},
    )


def lines(path: Path) -> Lines:
    """Yield the person and their turns."""
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    person, first = path.stem, min(map(_time, read["haystack_dates"]))
    yield "users", {"id": person, "created_at": first.isoformat()}
    talks = zip(_sessions(read), read["haystack_dates"], read["haystack_sessions"], strict=True)
    for name, day, turns in talks:
        for number, turn in enumerate(turns):
            if turn["role"] == "user" and str(turn["content"]).strip():
                yield (
                    "interactions",
                    {
                        "id": f"{person}/{name}/{number}",
                        "user_id": person,
                        "session_id": f"{person}/{name}",
                        "direction": "inbound",
                        "content": turn["content"],
                        "created_at": (_time(day) + timedelta(seconds=number)).isoformat(),
                    },
                )


def _sessions(read: dict[str, Any]) -> Iterator[str]:
    """Yield the sessions' ids; one that comes twice is two sessions."""
    seen: dict[str, int] = {}
    for name in read["haystack_session_ids"]:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}#{seen[name]}"


def _time(text: str) -> datetime:
    """Read `2023/05/13 (Sat) 00:10`."""
    day, _, clock = text.partition(" ")
    hour = clock.rpartition(" ")[2] or "00:00"
    return datetime.strptime(f"{day} {hour}", "%Y/%m/%d %H:%M").replace(tzinfo=WITA)
