"""Calendar expressions, resolved from the day on which they were said.

What belongs here: "next Saturday", "besok", "5 March", "12/06/1990", as dates. What does not: the
clock's hours (`quantities`), and any notion of today: the day of speaking is always given.
A stretch of time (a week, a month) resolves to its last day. "Next" counts from the next calendar
week, whose first day is Monday. Day/month order with slashes is accepted only where it is certain.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from agnt_pipelines.dreaming.grammar.quantities import NUMBER_WORDS

_WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "tue": 1, "tues": 1, "thu": 3, "thurs": 3, "fri": 4,
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "sabtu": 5, "minggu": 6,
    "ahad": 6,
}  # fmt: skip
_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10,
    "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sept": 9, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12, "januari": 1, "februari": 2, "maret": 3, "mei": 5, "juni": 6, "juli": 7,
    "agustus": 8, "oktober": 10,
    "desember": 12, "agu": 8, "okt": 10, "des": 12,
}  # fmt: skip


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_COUNTED = rf"(?:a|an|seminggu|sebulan|\d{{1,2}}|{_any(NUMBER_WORDS)})"
_DATE = re.compile(
    rf"(?<![\w/])(?:(?:on|in|this|by|at|pada|di|hari|tgl|tanggal|the|bulan)\s){{0,3}}(?:"
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<slash>\d{{1,2}}[/.]\d{{1,2}}(?:[/.](?:19|20)\d{{2}})?)(?![\d/.]|\s?(?:am|pm|k\b|rb|jt))"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?(?:\sof)?\s(?P<month>{_any(_MONTHS)})\b(?:,?\s(?P<year>(?:19|20)\d{{2}}))?"
    rf"|(?P<usmonth>{_any(_MONTHS)})\.?\s(?P<usday>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\b(?!:)(?:,?\s(?P<usyear>(?:19|20)\d{{2}}))?"
    r"|(?P<near>day after tomorrow|tomorrow|tmrw|tmr|tonight|today|this (?:morning|afternoon|"
    r"evening)|hari ini|(?:nanti|ntar) (?:malam|malem|sore|siang)|malam ini|sore ini|besok lusa|"
    r"besok|bsk|lusa)\b(?: (?:morning|afternoon|evening|night|pagi|siang|sore|malam|malem))?"
    rf"|(?P<nextday>next)\s(?P<nextwd>{_any(_WEEKDAYS)})\b|(?P<wdnext>senin|selasa|rabu|kamis|"
    r"jumat|jum'at|sabtu|ahad) depan\b"
    r"|(?P<span>next weekend|(?:this )?weekend|next week|this week|next month|this month|next "
    r"year|minggu depan|minggu ini|bulan depan|bulan ini|tahun depan|taun depan|akhir pekan(?: ini| depan)?|"
    r"weekend (?:ini|depan))\b"
    rf"|in (?P<ahead>{_COUNTED}) (?P<unit>day|week|month)s?\b|(?P<lagi>{_COUNTED}) (?P<satuan>hari|"
    r"minggu|bulan) lagi\b"
    rf"|(?P<weekday>{_any(_WEEKDAYS)})(?! depan)(?: ini)?\b(?: (?:morning|afternoon|evening|night|"
    r"pagi|siang|sore|malam|malem))?"
    rf"|(?<=in )(?P<inmonth>{_any(_MONTHS)})\b|(?<=bulan )(?P<bulan>{_any(_MONTHS)})\b)"
)
_HINT = re.compile(
    r"\d|to[dmn]|day\b|tmr|week|month|year|hari|ini|besok|bsk|lusa|depan|lagi|minggu|pekan|"
    + _any(_WEEKDAYS)
    + "|"
    + _any(_MONTHS)
)


@dataclass(frozen=True, slots=True)
class Day:
    """A resolved date and where its words lie; `dated` has a day of a month, `with_year` a past year."""

    day: date
    start: int
    end: int
    dated: bool = False
    with_year: bool = False


def _after(day: date, days: int) -> date | None:
    return None if date.max.toordinal() - day.toordinal() < days else day + timedelta(days=days)


def _month_end(year: int, month: int) -> date | None:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1]) if year <= date.max.year else None


def _upcoming(said_on: date, month: int, day: int) -> date | None:
    """The next such day on or after the day of speaking; 29 February waits for its year."""
    for year in range(said_on.year, min(said_on.year + 9, date.max.year + 1)):
        if day <= calendar.monthrange(year, month)[1] and date(year, month, day) >= said_on:
            return date(year, month, day)
    return None


def _weekday(said_on: date, weekday: int, *, next_week: bool) -> date | None:
    if next_week:
        return _after(said_on, 7 - said_on.weekday() + weekday)
    return _after(said_on, (weekday - said_on.weekday()) % 7)


def _calendar_day(said_on: date, year: str | None, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is None:
        return _upcoming(said_on, month, day)
    return date(int(year), month, day) if day <= calendar.monthrange(int(year), month)[1] else None


def _slashed(said_on: date, text: str) -> date | None:
    first, second, *year = re.split(r"[/.]", text)
    day, month = int(first), int(second)
    if day <= 12 and month <= 12 and day != month:
        return None  # 5/3 is March to some and May to others
    if month > 12:
        day, month = month, day
    return _calendar_day(said_on, year[0] if year else None, month, day)


def _near(said_on: date, words: str) -> date | None:
    if words.startswith(("day after", "lusa", "besok lusa")):
        return _after(said_on, 2)
    return _after(said_on, 1 if words.startswith(("tomorrow", "tmr", "besok", "bsk")) else 0)


def _stretch(said_on: date, words: str) -> date | None:
    later = "next" in words or "depan" in words
    if "month" in words or "bulan" in words:
        return _month_end(said_on.year, said_on.month + later)
    if "year" in words or "tahun" in words or "taun" in words:
        return date(said_on.year + 1, 12, 31) if said_on.year < date.max.year else None
    return _weekday(said_on, 6, next_week=later)


def _ahead(said_on: date, counted: str, unit: str) -> date | None:
    number = 1 if counted in ("a", "an") else NUMBER_WORDS.get(counted) or int(counted)
    return _after(said_on, number * {"day": 1, "hari": 1, "week": 7, "minggu": 7}.get(unit, 30))


def _counted_or_named(m: re.Match[str], said_on: date) -> date | None:
    """The day of an expression that is no calendar day: a distance, a month, a day of the week."""
    if m["ahead"] or m["lagi"]:
        return _ahead(said_on, m["ahead"] or m["lagi"], m["unit"] or m["satuan"])
    if m["inmonth"] or m["bulan"]:
        month = _MONTHS[m["inmonth"] or m["bulan"]]
        return _month_end(said_on.year + (month < said_on.month), month)
    weekday = m["nextwd"] or m["wdnext"] or m["weekday"]
    return _weekday(said_on, _WEEKDAYS[weekday], next_week=m["weekday"] is None)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _resolve(m: re.Match[str], said_on: date) -> date | None:
    if m["iso"]:
        return _iso(m["iso"])
    if m["slash"]:
        return _slashed(said_on, m["slash"])
    if m["month"] or m["usmonth"]:
        month = _MONTHS[m["month"] or m["usmonth"]]
        return _calendar_day(said_on, m["year"] or m["usyear"], month, int(m["day"] or m["usday"]))
    if m["near"]:
        return _near(said_on, m["near"])
    return _stretch(said_on, m["span"]) if m["span"] else _counted_or_named(m, said_on)


def days(folded: str, said_on: date, start: int = 0, end: int | None = None) -> list[Day]:
    """Every calendar expression between two offsets that resolves to one day."""
    stop = len(folded) if end is None else end
    if not _HINT.search(folded, start, stop):
        return []
    found = []
    for m in _DATE.finditer(folded, start, stop):
        day = _resolve(m, said_on)
        if day is not None:
            dated = bool(
                m["iso"]
                or m["slash"]
                or m["day"]
                or m["usday"]
                or m["near"]
                or m["weekday"]
                or m["nextday"]
                or m["wdnext"]
            )
            year = bool(m["year"] or m["usyear"] or m["iso"] or (m["slash"] and len(m["slash"]) > 6))
            found.append(Day(day, m.start(), m.end(), dated, with_year=year and day < said_on))
    return found


def yearly(day: Day) -> str:
    """A birthday's canonical form: `YYYY-MM-DD` where the year was said, else `MM-DD`."""
    return day.day.isoformat() if day.with_year else day.day.strftime("%m-%d")
