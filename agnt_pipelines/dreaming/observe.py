"""One message in, its observations and rejections out: gate, grammar and verify in a row.

What belongs here: the order of the rooms. What does not: anything that one of them decides.
"""

from __future__ import annotations

from agnt_pipelines.dreaming.claims import Booking, Message, Observation, Rejection, SavedPreference
from agnt_pipelines.dreaming.gate import admit
from agnt_pipelines.dreaming.grammar import propose
from agnt_pipelines.dreaming.records import observe_booking, observe_preference
from agnt_pipelines.dreaming.verify import said_on, verify


def observe(
    message: Message, *, window_key: str, max_bytes: int
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
    for claim in propose(admitted, said_on=said_on(message.created_at)):
        verdict = verify(message, claim, window_key=window_key)
        if isinstance(verdict, Rejection):
            rejections.append(verdict)
        else:
            observations.append(verdict)
    return observations, rejections


def observe_record(
    record: Booking | SavedPreference, *, window_key: str
) -> tuple[list[Observation], list[Rejection]]:
    """What one booking or saved preference says of its person, and what was refused."""
    if isinstance(record, Booking):
        return observe_booking(record, window_key=window_key)
    return observe_preference(record, window_key=window_key)
