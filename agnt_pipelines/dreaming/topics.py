"""Topics: which statements bear on each other, and which of them say the same.

What belongs here: the keys of the fold's timelines. What does not: what statements do to each other (`fold`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agnt_pipelines.dreaming.claims import AVERSE, FUNCTIONAL, LIKINGS, Observation, Polarity, Slot
from agnt_pipelines.dreaming.normal_form import normal_form

WHOLE = {Slot.ALCOHOL: "alcohol"}
"""Functional slots with a value that stands for all of their values; denying it denies each."""


_HAVING = re.compile(
    r"^(?:eat|eating|drink|drinking|having|makan|minum)\s+(?!out\b|in\b|at\b|di\b|late\b|early\b)",
    re.IGNORECASE,
)


class Topic(NamedTuple):
    """What statements must share to have any bearing on each other."""

    subject: str
    slot: Slot
    value: str


class Point(NamedTuple):
    """What two statements on one topic share when they say the same."""

    value: str
    polarity: Polarity


def topic_of(observation: Observation) -> Topic:
    """Return the timeline that a statement lies on."""
    subject = " ".join(observation.subject.casefold().split())
    slot = Slot.LIKES if observation.slot in LIKINGS else observation.slot
    return Topic(subject, slot, "" if slot in FUNCTIONAL else _value(observation))


def point_of(observation: Observation) -> Point:
    """Return what it says there: a disliked thing is one that is not liked."""
    sign = -observation.polarity if observation.slot in AVERSE else observation.polarity
    return Point(_value(observation), Polarity(sign))


def _value(observation: Observation) -> str:
    """The value's normal form; what is never eaten is the same thing as what is liked."""
    value = observation.value
    return normal_form(_HAVING.sub("", value) if observation.slot is Slot.NEVER else value, observation.slot)


def is_implied(slot: Slot, point: Point, current: Point) -> bool:
    """Whether a slot of one value already rules this out: "not vegan", of a vegetarian.

    Denying the whole of a slot is always news ("no alcohol", of one who drank wine), and then
    denying a part of it is none.
    """
    if point.polarity is not Polarity.DENIED or point.value == current.value:
        return False
    whole = WHOLE.get(slot)
    return point.value != whole if current.polarity is Polarity.AFFIRMED else current.value == whole


def is_never(observation: Observation) -> bool:
    """Whether it is the strongest word against a thing: a row is kept under it, whoever only dislikes it beside."""
    return observation.slot is Slot.NEVER and observation.polarity is Polarity.AFFIRMED
