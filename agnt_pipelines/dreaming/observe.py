"""One message in, its observations and rejections out: gate, grammar and verify in a row.

What belongs here: the order of the rooms. What does not: anything that one of them decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from agnt_pipelines.dreaming.claims import (
    Booking,
    Claim,
    Message,
    Observation,
    Reason,
    Rejection,
    SavedPreference,
    Source,
    UserId,
)
from agnt_pipelines.dreaming.composed import read_composed
from agnt_pipelines.dreaming.gate import admit
from agnt_pipelines.dreaming.grammar import propose
from agnt_pipelines.dreaming.records import observe_booking, observe_preference
from agnt_pipelines.dreaming.verify import said_on, verify

CONVERSATION = timedelta(minutes=30)
"""Nothing is learnt from what a person writes this close to an order of theirs: attacks come in turns."""


def observe_talk(
    messages: Iterable[Message],
    *,
    window_key: str,
    max_bytes: int,
    proposed: Mapping[str, Sequence[Claim]] | None = None,
    ordered_beside: Iterable[datetime] = (),
) -> Iterator[tuple[Message, list[Observation], list[Rejection]]]:
    """What one person's messages of a window say, in order of time; what stands beside orders is withheld.

    `proposed`: claims by message id that somebody else read there; they are verified like the grammar's.
    `ordered_beside`: when the person gave orders beside the window (`orders_given`): what is near them is withheld.

    Holds what was found, not the messages' words.
    """
    heard: list[tuple[Message, list[Observation], list[Rejection]]] = []
    ordered = list(ordered_beside)
    for message in messages:
        more = (proposed or {}).get(message.id, ())
        found, refused = observe(message, window_key=window_key, max_bytes=max_bytes, proposed=more)
        if any(one.reason is Reason.GIVES_ORDERS for one in refused):
            ordered.append(message.created_at)
        heard.append((replace(message, content=""), found, refused))
    ordered.sort()
    for message, found, refused in heard:
        if found and _beside(message.created_at, ordered):
            withheld = Rejection(Source.INTERACTIONS, message.id, message.user_id, Reason.BESIDE_ORDERS)
            yield message, [], [*refused, *(withheld for _ in found)]
        else:
            yield message, found, refused


def orders_given(messages: Iterable[Message], *, max_bytes: int) -> dict[UserId, list[datetime]]:
    """When people gave orders to a machine in some messages; nothing else of these is read."""
    given: dict[UserId, list[datetime]] = {}
    for message in messages:
        verdict = admit(message, max_bytes=max_bytes)
        if isinstance(verdict, Rejection) and verdict.reason is Reason.GIVES_ORDERS:
            given.setdefault(message.user_id, []).append(message.created_at)
    return given


def _beside(at: datetime, ordered: list[datetime]) -> bool:
    """Whether an order was given within a conversation's length, before or after; `ordered` ascends."""
    nearest = bisect_left(ordered, at - CONVERSATION)
    return nearest < len(ordered) and ordered[nearest] <= at + CONVERSATION


def observe(
    message: Message, *, window_key: str, max_bytes: int, proposed: Sequence[Claim] = ()
) -> tuple[list[Observation], list[Rejection]]:
    """What one message says of its author, and what was refused with its reason.

    `window_key` is the message's WITA day; longer content than `max_bytes` of UTF-8 is refused. A pure
    function; it raises on no content whatever.
    """
    admitted = admit(message, max_bytes=max_bytes)
    if isinstance(admitted, Rejection):
        return [], [admitted]
    observations: list[Observation] = []
    rejections: list[Rejection] = []
    read = partial(propose, said_on=said_on(message.created_at))
    for claim in _distinct([*read_composed(admitted, read), *proposed]):
        verdict = verify(message, claim, window_key=window_key)
        if isinstance(verdict, Rejection):
            rejections.append(verdict)
        else:
            observations.append(verdict)
    return observations, rejections


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    """The first claim of each meaning: what the grammar read is not said twice by a model."""
    kept: dict[tuple[str, str, str, int], Claim] = {}
    for claim in claims:
        kept.setdefault((claim.slot, claim.subject, claim.value, int(claim.polarity)), claim)
    return list(kept.values())


def observe_record(
    record: Booking | SavedPreference, *, window_key: str
) -> tuple[list[Observation], list[Rejection]]:
    """What one booking or saved preference says of its person, and what was refused."""
    if isinstance(record, Booking):
        return observe_booking(record, window_key=window_key)
    return observe_preference(record, window_key=window_key)
