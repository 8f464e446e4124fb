"""How values are said in a language: its numbers, units, months and bounds, as patterns.

Pure. What belongs here: words and patterns of English and Indonesian. What does not: reading a value from
what a pattern found (`quantities`), and what it is the value of (`statements`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agnt_pipelines.language.terms import ENGLISH, language_of, words

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ["jan", "feb", "mar", "apr", "may mei", "jun", "jul", "aug agu", "sep", "oct okt", "nov", "dec des"],
        1,
    )
    for name in names.split()
}
_NEVER = r"(?!)"
_IN_POINTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
"""1.200.000 is no decimal in any language."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language's way with values; `seconds` of a unit, `comma` where it stands before the decimals."""

    numbers: Mapping[str, int]
    seconds: Mapping[str, float]
    may_hold: re.Pattern[str]
    patterns: tuple[re.Pattern[str], ...]
    at_most: re.Pattern[str]
    at_least: re.Pattern[str]
    pointing: re.Pattern[str]
    no_thing: re.Pattern[str]
    no_noun: frozenset[str]
    comma: bool = False

    def number(self, text: str) -> float:
        """Return the number that digits or a word are."""
        plain = text.lower()
        if plain in self.numbers:
            return float(self.numbers[plain])
        if _IN_POINTS.fullmatch(plain):
            return float(plain.replace(".", ""))
        thousands, decimal = (".", ",") if self.comma else (",", ".")
        return float(plain.replace(thousands, "").replace(decimal, "."))


MONTHS: Final[Mapping[str, int]] = _MONTHS
_MONTH = "|".join(_MONTHS)
_DATES = (
    r"(?P<iso>\b\d{4}-\d{2}-\d{2}\b)",
    rf"(?P<day>\b\d{{1,2}}) (?P<month>{_MONTH})[a-z]* (?P<year>\d{{4}})\b",
)
_VERSION = r"`(?P<version>[a-z][\w-]*(?:/[\w-]+)*/v?\d+(?:\.\d+)*)`"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _ending(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words)})\s*$", re.IGNORECASE)


def _english() -> Spoken:
    numbers = {
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60,
        "ninety": 90,
    }  # fmt: skip
    seconds = {
        "ms": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600,
        "hr": 3600, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_536_000,
    }  # fmt: skip
    spelt = "|".join(word for word in numbers if word not in {"a", "an"})
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    units = "|".join(sorted(seconds, key=len, reverse=True))
    long = "minute|hour|day|week|month|year"
    relative = " (?:ago|since|old|later|earlier|before)"
    whole = r"\d{1,3}(?:,\d{3})+|\d+"
    return Spoken(
        numbers,
        seconds,
        re.compile(rf"\d|(?<!\w)(?:{spelt}|an? (?:{long}))(?!\w)", re.IGNORECASE),
        _compiled(
            *_DATES,
            rf"(?P<sign>[$€£]|\b(?:rp|idr|usd|eur)) ?(?P<amount>{_IN_POINTS.pattern}|{digits})(?P<scale>k|m|bn)?\b",
            rf"\b(?P<amount>{digits})(?P<scale>k|m|bn)? ?(?P<sign>dollar|euro|usd|eur|idr)s?\b",
            rf"(?<![\w.])(?P<percent>{digits}|{spelt}) ?(?:%|per ?cent\b)",
            rf"(?<![\w.])(?P<many>{digits}|{spelt}|an?(?= (?:{long})))[ -]?(?P<unit>{units})s?\b(?! ?[/\d]|{relative})",
            _VERSION,
            rf"(?<![\w.,/#:-])(?P<count>{whole}|{spelt})(?P<plus>\+)? (?P<things>(?:[a-z][a-z-]+ ){{0,2}}?)(?P<noun>[a-z][a-z-]+s)\b",
        ),
        _ending(
            r"\bup to",
            r"\bat most",
            r"\bas much as",
            r"\bwithin",
            r"\bless than",
            r"\bno more than",
            r"\bunder",
        ),
        _ending(r"\bat least", r"\bmore than", r"\bover", r"\bno less than", r"\bminimum of"),
        re.compile(
            r"\b(?:the|these|those|both|all|other|just|only|every|its|their|of|last|first|next|previous)\s$",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:is|are|was|were|and|or|of|in|to|by|from|with|for|on|at|the|than|that|which|has|have)\b"
        ),
        frozenset(
            ["is", "was", "has", "does", "as", "this", "us", "its", "plus", "times", "percent", "others"]
        ),
    )


def _indonesian() -> Spoken:
    numbers = {
        "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
        "sepuluh": 10, "sebelas": 11, "dua belas": 12, "lima belas": 15, "dua puluh": 20, "tiga puluh": 30, "se": 1,
    }  # fmt: skip
    seconds = {
        "detik": 1, "menit": 60, "jam": 3600, "hari": 86_400, "minggu": 604_800, "pekan": 604_800,
        "bulan": 2_629_800, "tahun": 31_536_000,
    }  # fmt: skip
    spelt = "|".join(sorted((word for word in numbers if word != "se"), key=len, reverse=True))
    digits = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
    whole = r"\d{1,3}(?:\.\d{3})+|\d+"
    units = "|".join(seconds)
    scale = "(?: ?(?P<scale>rb|ribu|jt|juta|miliar|k|m))?"
    return Spoken(
        numbers,
        seconds,
        re.compile(rf"\d|(?<!\w)(?:{spelt}|se(?:{units}))(?!\w)", re.IGNORECASE),
        _compiled(
            *_DATES,
            rf"(?P<sign>[$€£]|\b(?:rp|idr|usd|eur)\.?) ?(?P<amount>{digits}){scale}\b",
            rf"\b(?P<amount>{digits}){scale} ?(?P<sign>rupiah|dolar|euro|usd|eur|idr)\b",
            rf"(?<![\w.,])(?P<percent>{digits}|{spelt}) ?(?:%|persen\b)",
            rf"(?<![\w.,])(?P<many>(?:{digits}|{spelt})(?= )|se(?={units})) ?(?P<unit>{units})\b(?! (?:yang )?lalu)",
            _VERSION,
            rf"(?<![\w.,/#:-])(?P<count>{whole}|{spelt})(?P<plus>\+)? (?:buah |orang |unit )?(?P<things>)(?P<noun>[a-z][a-z-]{{2,}})\b",
        ),
        _ending(
            r"\bhingga", r"\bsampai", r"\bpaling (?:lama|banyak|lambat)", r"\bmaksimal", r"\bmaksimum",
            r"\bkurang dari", r"\bdi bawah", r"\bdalam",
        ),
        _ending(r"\bminimal", r"\bminimum", r"\bsetidaknya", r"\bsedikitnya", r"\blebih dari", r"\bpaling sedikit"),
        re.compile(r"\b(?:kedua|para|semua|hanya|setiap|dari|ke|pukul|jam|nomor|no\.|pasal|tahun|versi)\s$", re.IGNORECASE),
        re.compile(_NEVER),
        frozenset(
            ["dan", "atau", "dari", "di", "ke", "yang", "untuk", "dengan", "pada", "per", "kali", "persen", "rupiah", "ribu", "juta", "miliar", "orang", "buah", "unit", "lagi", "lainnya", "pertama", "terakhir"]
        )
        | frozenset(seconds),
        comma=True,
    )  # fmt: skip


SPOKEN: Final[Mapping[str, Spoken]] = {"english": _english(), "indonesian": _indonesian()}


def language_in(text: str) -> str:
    """Return the language of SPOKEN in which a text says its values; English unless Indonesian shows.

    A short text may have no function word of either: then a unit or number tells.
    """
    found = set(words(text))
    telling = SPOKEN["indonesian"].seconds.keys() | SPOKEN["indonesian"].numbers.keys() | {"persen", "rupiah"}
    if found & telling and not found & ENGLISH:
        return "indonesian"
    return language_of(text)
