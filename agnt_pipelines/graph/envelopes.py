"""Agent-to-agent messages: which rows are one message, what became of it, which edge it speaks for.

What belongs here: identity, time and fate of envelopes. What does not: whose agents they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from agnt_pipelines.graph.entities import Evidence, NodeType, Relation, node_id
from agnt_pipelines.graph.records import Envelope

TABLE = "source.a2a_envelopes"
PING, LIST, SEARCH, CONFIRM = "network.ping", "venue.list", "booking.search", "booking.confirm"
_SHARES = {LIST: 2, SEARCH: 6, CONFIRM: 16}
"""Sixteenths: listing venues is exposure, searching is weak, confirming is strong."""


class Fate(StrEnum):
    """What became of a message."""

    PENDING = "pending"
    EXPIRED = "expired"
    REFUSED = "refused"
    ANSWERED = "answered"


_FATES = {
    "pending": Fate.PENDING, "sent": Fate.PENDING, "queued": Fate.PENDING,
    "expired": Fate.EXPIRED, "timeout": Fate.EXPIRED, "timed_out": Fate.EXPIRED, "failed": Fate.EXPIRED,
    "rejected": Fate.REFUSED, "declined": Fate.REFUSED, "refused": Fate.REFUSED, "cancelled": Fate.REFUSED,
}  # fmt: skip
"""Every other status is an answer."""

_RANK = (Fate.PENDING, Fate.EXPIRED, Fate.REFUSED, Fate.ANSWERED)


def evidence(envelopes: Iterable[Envelope], as_of: datetime) -> Iterator[Evidence]:
    """Yield what messages up to `as_of` say: one piece per message, recipient and relation.

    Rows are one message by (sender, intent, timestamp); without a timestamp by their own id. A ping
    says nothing.
    """
    messages: defaultdict[tuple[str, str, str, str], list[Envelope]] = defaultdict(list)
    for envelope in envelopes:
        intent = envelope.intent.strip().lower()
        if intent != PING:
            stamp = envelope.timestamp.strip() or envelope.id
            messages[envelope.from_agent, intent, stamp, envelope.to_agent].append(envelope)
    for (sender, intent, _, recipient), rows in messages.items():
        at = sent_at(rows[0].timestamp)
        if at is not None and at >= as_of:
            continue
        fate = max((fate_of(row, as_of) for row in rows), key=_RANK.index)
        row_id = min(row.id for row in rows)
        for relation in relations(intent, fate):
            yield Evidence(
                relation,
                node_id(NodeType.AGENT, sender),
                node_id(NodeType.AGENT, recipient),
                at,
                TABLE,
                row_id,
                _SHARES.get(intent, _SHARES[SEARCH]),
            )


def relations(intent: str, fate: Fate) -> Iterator[Relation]:
    """Yield the relations that a message of an intent and a fate speaks for."""
    if intent in (LIST, SEARCH):
        yield Relation.SEARCHED
    if fate is Fate.EXPIRED:
        yield Relation.UNANSWERED_BY
    elif intent == CONFIRM:
        yield Relation.CONFIRMED_WITH if fate is Fate.ANSWERED else Relation.NEGOTIATED_WITH
    elif intent == SEARCH and fate in (Fate.ANSWERED, Fate.REFUSED):
        yield Relation.NEGOTIATED_WITH


def fate_of(envelope: Envelope, as_of: datetime) -> Fate:
    """Return what became of a message; the platform's reaper lags, so a pending one may be expired."""
    fate = _FATES.get(envelope.status.strip().lower(), Fate.ANSWERED)
    at = sent_at(envelope.timestamp)
    if fate is Fate.PENDING and at is not None and at + timedelta(milliseconds=envelope.ttl_ms) < as_of:
        return Fate.EXPIRED
    return fate


def sent_at(timestamp: str) -> datetime | None:
    """Return when a message was sent, UTC where no offset is given; None where nobody can tell."""
    try:
        at = datetime.fromisoformat(timestamp.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
