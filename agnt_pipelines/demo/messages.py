"""Rows of interactions from the demo's conversations, and which message holds what.

What belongs here: ids, times and order of messages. What does not: what is said in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agnt_pipelines.demo.conversations import Session

Line = dict[str, object]

_SECONDS_A_TURN = 37


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of interactions, and the ids of messages and sessions by mark."""

    lines: tuple[Line, ...]
    messages: Mapping[str, tuple[str, ...]]
    sessions: Mapping[str, tuple[str, ...]]
    at: Mapping[str, datetime]
    """When each message was written, by id."""


def written(sessions: Sequence[Session], end: datetime) -> Written:
    """Number all turns by time; a conversation that would run past the end stops there."""
    ordered = sorted(enumerate(sessions), key=lambda item: (item[1].start, item[0]))
    turns = [
        (session.start + timedelta(seconds=_SECONDS_A_TURN * turn), number, turn, session)
        for number, (_, session) in enumerate(ordered, start=1)
        for turn in range(len(session.turns))
    ]
    lines: list[Line] = []
    messages: dict[str, list[str]] = {}
    conversations: dict[str, list[str]] = {}
    at: dict[str, datetime] = {}
    for when, number, turn, session in sorted(turns, key=lambda item: item[:3]):
        if when >= end:
            continue
        id_, said = f"m-{len(lines) + 1:05}", session.turns[turn]
        lines.append(_line(id_, f"s-{number:04}", session, turn, when))
        at[id_] = when
        if said.mark is not None:
            messages.setdefault(said.mark, []).append(id_)
            conversations.setdefault(said.mark, []).append(f"s-{number:04}")
    return Written(tuple(lines), _frozen(messages), _frozen(conversations), at)


def _line(id_: str, session_id: str, session: Session, turn: int, when: datetime) -> Line:
    said = session.turns[turn]
    outside = session.person is None
    return {
        "id": id_,
        "user_id": None if session.person is None else session.person.id,
        "agent_id": session.agent,
        "session_id": session_id,
        "direction": "inbound" if said.inbound else "outbound",
        "channel": session.channel,
        "source": "external_agent" if outside and said.inbound else None,
        "content": said.text,
        "venue_id": session.venue and session.venue.id,
        "intent": session.intent,
        "created_at": when.isoformat(),
    }


def _frozen(found: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {mark: tuple(ids) for mark, ids in sorted(found.items())}
