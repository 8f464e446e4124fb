"""LoCoMo: long conversations of two people, in dated sessions.

Each turn is an inbound interaction of its speaker at its session's time, one second apart; times
are WITA. Questions, answers and summaries are never read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agnt_pipelines.replay.windows import WITA
from benchmarks.formats import Lines

_SESSION = re.compile(r"session_(\d+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: who said what when; `dia_id` names it within its sample."""

    sample: str
    session: int
    dia_id: str
    speaker: str
    text: str
    at: datetime

    @property
    def user_id(self) -> str:
        """The person, as a user of ours."""
        return f"{self.sample}/{self.speaker}"

    @property
    def id(self) -> str:
        """The turn, as an interaction of ours."""
        return f"{self.sample}/{self.dia_id}"


def turns(path: Path) -> Iterator[Turn]:
    """Yield every turn of a file, sample by sample, in order."""
    for number, sample in enumerate(json.loads(path.read_text("utf-8"))):
        yield from _turns_of(str(sample.get("sample_id", f"sample-{number}")), sample["conversation"])


def lines(path: Path) -> Lines:
    """Yield the people and their turns."""
    seen: set[str] = set()
    for turn in turns(path):
        if turn.user_id not in seen:
            seen.add(turn.user_id)
            yield "users", {"id": turn.user_id, "created_at": turn.at.isoformat()}
        yield (
            "interactions",
            {
                "id": turn.id,
                "user_id": turn.user_id,
                "session_id": f"{turn.sample}/{turn.session}",
                "direction": "inbound",
                "content": turn.text,
                "created_at": turn.at.isoformat(),
            },
        )


def newest(path: Path) -> datetime:
    """Return the time of the newest turn."""
    return max(turn.at for turn in turns(path))


def _turns_of(sample: str, conversation: dict[str, Any]) -> Iterator[Turn]:
    sessions = sorted(int(match[1]) for key in conversation if (match := _SESSION.fullmatch(key)))
    for session in sessions:
        start = _time(conversation[f"session_{session}_date_time"])
        for place, turn in enumerate(conversation[f"session_{session}"]):
            caption = turn.get("blip_caption")
            text = turn["text"] + (f" [image: {caption}]" if caption else "")
            at = start + timedelta(seconds=place)
            yield Turn(sample, session, turn["dia_id"], turn["speaker"], text, at)


def _time(text: str) -> datetime:
    """Read `1:56 pm on 8 May, 2023`."""
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=WITA)
