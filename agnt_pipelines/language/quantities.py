"""Quantities: values as people write them, in one form that can be compared.

Pure. What belongs here: finding money, shares, times, dates, counts and versions' names in a clause,
and whether two of a kind can both hold. What does not: the words of a language (`spoken`), and what they
are values of (`statements`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agnt_pipelines.language.spoken import MONTHS, SPOKEN, Spoken

_CURRENCY: Final = {
    "$": "usd", "€": "eur", "£": "gbp", "rp": "idr", "rupiah": "idr", "dollar": "usd", "dolar": "usd", "euro": "eur",
}  # fmt: skip
_SCALE: Final = {
    "k": 1e3, "rb": 1e3, "ribu": 1e3, "m": 1e6, "jt": 1e6, "juta": 1e6, "bn": 1e9, "miliar": 1e9,
}  # fmt: skip

_NAME: Final = re.compile(r"(?:\b[A-Z]\w*[A-Z]\w*|\w\s+[A-Z]\w+)\s$")
_THOUSANDS: Final = re.compile(r"\d{1,3}\.\d{3}")
_BEFORE: Final = 60
"""Characters before a number that may tell what it means."""
_NEAR: Final = 0.02
"""Values that differ by less are one value, rounded."""


class Kind(StrEnum):
    """What sort of value it is."""

    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    DATE = "date"
    COUNT = "count"
    VERSION = "version"
    OWNER = "owner"


class Bound(StrEnum):
    """Whether a number is meant as it is."""

    EXACT = "exact"
    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Found:
    """A value in a clause: `value` compares, `shown` is as written; seconds, units of money, shares in %."""

    kind: Kind
    value: float | str | frozenset[str]
    shown: str
    start: int
    end: int
    bound: Bound = Bound.EXACT
    noun: str = ""
    qualified: frozenset[str] = frozenset()


def find(clause: str, language: str = "english") -> list[Found]:
    """Return the values of a clause in order; of overlapping readings the more special one."""
    found: list[Found] = []
    spoken = SPOKEN[language]
    if spoken.may_hold.search(clause) is None:
        return found
    for pattern in spoken.patterns:
        for match in pattern.finditer(clause):
            free = all(match.end() <= other.start or other.end <= match.start() for other in found)
            value = _read(match, clause, spoken) if free else None
            if value is not None:
                found.append(value)
    return sorted(found, key=lambda value: value.start)


def without(clause: str, found: Iterable[Found]) -> str:
    """Return a clause without some values that were found in it."""
    for value in sorted(found, key=lambda value: -value.start):
        clause = f"{clause[: value.start]} {clause[value.end :]}"
    return clause


def agree(one: Found, other: Found) -> bool:
    """Whether two values of one kind can both hold of one thing."""
    mine, theirs = one.value, other.value
    if isinstance(mine, frozenset) and isinstance(theirs, frozenset):
        return bool(mine & theirs)  # a first name is somebody's
    if not isinstance(mine, float) or not isinstance(theirs, float):
        return mine == theirs
    bounds = {one.bound: mine, other.bound: theirs}
    if len(bounds) == 1:
        return abs(mine - theirs) <= _NEAR * max(abs(mine), abs(theirs))
    exact = bounds.get(Bound.EXACT)
    most, least = bounds.get(Bound.AT_MOST, math.inf), bounds.get(Bound.AT_LEAST, -math.inf)
    return least <= most if exact is None else least <= exact <= most


def _read(match: re.Match[str], clause: str, spoken: Spoken) -> Found | None:
    parts = {name: text for name, text in match.groupdict().items() if text is not None}
    before = clause[max(0, match.start() - _BEFORE) : match.start()]
    bound = _bound(before, parts, spoken)
    base = (match[0].strip("`"), match.start(), match.end(), bound)
    if "sign" in parts:
        sign = parts["sign"].lower().rstrip(".")
        noun = _CURRENCY.get(sign, sign)
        # Rupiah are written with a point before the thousands, whatever the language around them.
        said = SPOKEN["indonesian"] if noun == "idr" and _THOUSANDS.fullmatch(parts["amount"]) else spoken
        amount = said.number(parts["amount"]) * _SCALE.get(parts.get("scale", "").lower(), 1)
        return Found(Kind.MONEY, amount, *base, noun=noun)
    if "noun" in parts:
        return _count(parts, before, base, spoken)
    kind, value = _plain(parts, spoken)
    return Found(kind, value, *base)


def _plain(parts: dict[str, str], spoken: Spoken) -> tuple[Kind, float | str]:
    if "iso" in parts:
        return Kind.DATE, parts["iso"]
    if "year" in parts:
        month = MONTHS[parts["month"].lower()]
        return Kind.DATE, f"{parts['year']}-{month:02}-{int(parts['day']):02}"
    if "percent" in parts:
        return Kind.PERCENT, spoken.number(parts["percent"])
    if "unit" in parts:
        return Kind.DURATION, spoken.number(parts["many"]) * spoken.seconds[parts["unit"].lower()]
    return Kind.VERSION, parts["version"]


def _count(
    parts: dict[str, str], before: str, base: tuple[str, int, int, Bound], spoken: Spoken
) -> Found | None:
    noun = parts["noun"].lower()
    # "Go 16 ships": a number after a name is the name's.
    if _NAME.search(before) or spoken.pointing.search(before):
        return None
    if noun in spoken.no_noun or spoken.no_thing.search(parts["things"].lower()):
        return None
    return Found(
        Kind.COUNT,
        spoken.number(parts["count"]),
        *base,
        noun=noun,
        qualified=frozenset(parts["things"].lower().split()),
    )


def _bound(before: str, parts: dict[str, str], spoken: Spoken) -> Bound:
    if "plus" in parts or spoken.at_least.search(before):
        return Bound.AT_LEAST
    return Bound.AT_MOST if spoken.at_most.search(before) else Bound.EXACT
