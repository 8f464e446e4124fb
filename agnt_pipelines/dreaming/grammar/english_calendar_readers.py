"""Readers of an English speaker's sums, hours, habits and plans.

What belongs here: readers that the rules of `english_time` call for. What does not: the rules, and the
forms of amounts and days (`quantities`, `dates`).
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.grammar import quantities
from agnt_pipelines.dreaming.grammar.dates import Day, days
from agnt_pipelines.dreaming.grammar.phrases import phrase
from agnt_pipelines.dreaming.grammar.rules import Found, Spot
from agnt_pipelines.dreaming.grammar.vocabulary import PLACES

_EACH = re.compile(
    r"(?:every\s(?:single\s|other\s)?\w+(?:\s(?:morning|night|evening|afternoon|lunch)\b)?|(?:once|twice|\w+\s(?:times|days|nights|mornings)|\d+x)\s(?:a|per|each)\s\w+|"
    r"(?:on\s)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|weekends|weekdays)(?:(?:,|\sand|\s&)\s(?:mon|tues|wednes|thurs|fri|satur|sun)days)*|(?:most|all|each)\s\w+|daily|weekly)"
)
_FILL = re.compile(
    r"\s+(?:pretty much|basically|nearly|almost|more or less|literally|religiously|without fail|at least|about|roughly|practically|just about|always|usually|first thing)\s*$"
)
_LOOK = 70


def sum_here(spot: Spot) -> list[Found]:
    """The sum of money that stands right there."""
    first = next(iter(quantities.moneys(spot.folded, spot.at, min(spot.limit, spot.at + _LOOK))), None)
    if first is None or first.start > spot.at + 2:
        return []
    return [Found(first.value, max(first.end, spot.match.end()))]


def clock(spot: Spot) -> list[Found]:
    """The hour that stands right there; the quote reaches to what tells the half of the day."""
    start = spot.clause_start if spot.match.start() - spot.clause_start < _LOOK else spot.match.start()
    near = [
        one
        for one in quantities.hours(spot.folded, start, min(spot.limit, spot.at + _LOOK))
        if spot.at - 14 <= one.start <= spot.at + 12
    ]
    return [Found(near[0].value, near[0].end)] if near else []


def repeated(spot: Spot) -> list[Found]:
    """An activity told by a plain verb, and how often it happens."""
    start, end = spot.match.span("v")
    fill = _FILL.search(spot.folded, start, end + 1)
    end = fill.start() if fill else end
    item = phrase(spot.folded, start, end, verb=True)
    often = _EACH.search(spot.folded, end, min(spot.limit, end + _LOOK))
    if item is None or often is None or item.end < end - 1:
        return []
    return [Found(f"{item.value} {' '.join(often.group().split())}", often.end())]


def repeated_thing(spot: Spot) -> list[Found]:
    """An activity told by a noun or gerund, and how often it happens."""
    start, end = spot.match.span("v")
    fill = _FILL.search(spot.folded, start, end + 1)
    end = fill.start() if fill else end
    item = phrase(spot.folded, start, end)
    often = _EACH.search(spot.folded, end, min(spot.limit, end + _LOOK))
    if item is None or often is None or item.end < end - 1:
        return []
    return [Found(f"{item.value} {' '.join(often.group().split())}", often.end())]


def repeated_after(spot: Spot) -> list[Found]:
    """An activity behind how often it happens ("every Sunday we ...")."""
    item = phrase(spot.folded, spot.match.end(), spot.limit, verb=True)
    return [Found(f"{item.value} {' '.join(spot.match['often'].split())}", item.end)] if item else []


def _day(spot: Spot, start: int) -> Day | None:
    """The first day said behind a place of the sentence, or else before its clause."""
    behind = days(spot.folded, spot.said_on, start, min(spot.limit, start + 2 * _LOOK))
    if behind:
        return behind[0]
    before = days(spot.folded, spot.said_on, max(0, spot.clause_start - 60), spot.clause_start)
    line = spot.folded.rfind("\n", 0, spot.clause_start)
    return before[-1] if before and before[-1].start > line else None


_OBJECTS = re.compile(r"(?P<verb>[a-z]+ing)\s(?P<whom>them|him|her|everyone|us)\s")


def _planned(spot: Spot, start: int, *, verb: bool) -> list[Found]:
    day = _day(spot, start)
    if day is None or _NO_PLAN.match(spot.folded, start, spot.limit):
        return []
    end = day.start if day.start > start else spot.limit
    whom = _OBJECTS.match(spot.folded, start, end)
    item = phrase(spot.folded, whom.end() if whom else start, end, verb=verb)
    if item is None:
        return []
    value = f"{whom['verb']} {whom['whom']} {item.value}" if whom else item.value
    if " " not in value:
        return []
    until = max(item.end, day.end) if day.start > start else item.end
    since = day.start >= spot.clause_start or day.start > start
    return [Found(value, until, expires_on=day.day if since else None)]


_NO_PLAN = re.compile(r"(?:staying|living|renting|working|planning)\s")


def plan_in_sentence(spot: Spot) -> list[Found]:
    """A plan told by a gerund, with a day anywhere in its sentence."""
    return _planned(spot, spot.match.start("v"), verb=False)


def plan_verb_in_sentence(spot: Spot) -> list[Found]:
    """A plan told by a plain verb, with a day anywhere in its sentence."""
    return _planned(spot, spot.match.end(), verb=True)


def trip(spot: Spot) -> list[Found]:
    """A journey told by where it goes, with its day."""
    day = _day(spot, spot.match.end())
    item = phrase(
        spot.folded,
        spot.match.start("v") + spot.match["v"].index(" ") + 1,
        day.start if day and day.start > spot.match.end() else spot.limit,
    )
    if day is None or item is None or day.start < spot.match.end():
        return []
    place = item.value.partition(" for ")[0]
    if not spot.original[item.start].isupper() and place not in PLACES:
        return []
    return [Found(place, day.end, expires_on=day.day)]


_END_OF_PLAN = re.compile(r"\b(?:after all|any ?more|in the end|this time)\b")


def plan_off(spot: Spot) -> list[Found]:
    """A plan that no longer holds: the quote reaches to the words that say so."""
    over = _END_OF_PLAN.search(spot.folded, spot.match.start("v"), spot.limit)
    item = phrase(spot.folded, spot.match.start("v"), over.start() if over else spot.limit)
    if item is None or " " not in item.value:
        return []
    return [Found(item.value, over.end() if over else item.end)]


_OFF = re.compile(
    r"\s(?:is|'s)\s(?:off|cancelled|canceled|not happening|dead|postponed)|'s\s(?:off|cancelled|dead)"
)


def cancelled(spot: Spot) -> list[Found]:
    """A trip or feast that was called off."""
    off = _OFF.search(spot.folded, spot.at, spot.limit)
    item = phrase(spot.folded, spot.at, off.start() if off else spot.limit)
    return [Found(item.value, off.end() if off else item.end)] if item else []
