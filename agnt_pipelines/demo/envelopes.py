"""Agent-to-agent envelopes of the demo, as their mirror keeps them: duplicates and empty times included.

What belongs here: rows of a2a_envelopes. What does not: what outside agents write to us, which are
interactions (`conversations.outside_sessions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from agnt_pipelines.demo.chance import one_in
from agnt_pipelines.demo.conversations import Request
from agnt_pipelines.demo.days import DAYS, Calendar
from agnt_pipelines.demo.venues import AREAS, Venue

Line = dict[str, object]

_PLATFORM = ("platform-concierge", "platform-health")
_OUTSIDE = ("ext-roamio", "ext-tablehop")
_TTLS = (5000, 5000, 5000, 15000, 30000)
_FILL = 500
_LISTED = 3


def envelope_lines(
    requests: Sequence[Request], venues: Sequence[Venue], days: Calendar, dice: Random
) -> Iterator[Line]:
    """Yield envelopes: a search and a confirmation for many requests, listings, pings, and doubles."""
    drafts: list[tuple[datetime, Line]] = []
    for request in requests:
        if request.asked_at >= days.end:
            continue
        if one_in(dice, 0.6):
            drafts.append((request.asked_at, _about(request, "booking.search", dice)))
        if one_in(dice, 0.5):
            drafts.append((request.asked_at + timedelta(seconds=9), _about(request, "booking.confirm", dice)))
    for _ in range(_FILL):
        when = days.at(dice.randrange(DAYS), dice.randrange(1440), dice.randrange(60))
        drafts.append((when, _fill(venues, dice)))
    drafts += [(when, line) for when, line in drafts if one_in(dice, 0.03)]
    ordered = sorted(enumerate(drafts), key=lambda item: (item[1][0], item[0]))
    for number, (_, (when, line)) in enumerate(ordered, start=1):
        yield _dated(f"e-{number:05}", when, line)


def _dated(id_: str, when: datetime, line: Line) -> Line:
    stamp = when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {**line, "id": id_, "timestamp": "" if line["timestamp"] == "" else stamp}


def _about(request: Request, intent: str, dice: Random) -> Line:
    payload: dict[str, object] = {
        "area": request.venue.area,
        "party_size": request.party,
        "slot_at": request.slot_at.isoformat(),
    }
    if intent == "booking.confirm":
        payload["venue_id"] = request.venue.id
    else:
        payload["category"] = request.venue.category
    return _line(
        request.person.agent, request.venue.agent, intent, payload, request.person.voice.language, dice
    )


def _fill(venues: Sequence[Venue], dice: Random) -> Line:
    if one_in(dice, 0.4):
        return _line(dice.choice(_PLATFORM), dice.choice(venues).agent, "network.ping", {}, "en", dice)
    area = dice.choice(tuple(AREAS))
    listed: list[object] = [venue.id for venue in dice.sample(venues, _LISTED)]
    payload: dict[str, object] = {"area": area, "venue_ids": listed}
    sender = dice.choice((*_PLATFORM, *_OUTSIDE, *(venue.agent for venue in venues[:5])))
    return _line(sender, dice.choice(_OUTSIDE), "venue.list", payload, "en", dice)


def _line(
    sender: str, receiver: str, intent: str, payload: dict[str, object], locale: str, dice: Random
) -> Line:
    status = dice.choices(("DELIVERED", "ANSWERED", "PENDING", "EXPIRED", "FAILED"), (40, 35, 10, 12, 3))[0]
    return {
        "id": "",
        "protocol": dice.choice(("openclaw/a2a/v1", "openclaw/a2a/v1", "agp/1")),
        "from_agent": sender,
        "to_agent": receiver,
        "intent": intent,
        "payload": payload,
        "agent_context": {"locale": locale, "tier": dice.choice(("free", "pro"))},
        "ttl_ms": dice.choice(_TTLS),
        "timestamp": "" if one_in(dice, 0.06) else "set",
        "status": status.lower() if one_in(dice, 0.15) else status,
    }
