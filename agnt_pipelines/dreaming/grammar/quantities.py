"""Amounts of money, hours of the day and numbers of people, read into one canonical form.

What belongs here: numerals and their units in English and Indonesian. What does not: calendar
dates (`dates`), and which claim an amount belongs to.
Canonical forms: `idr 500000`, `idr 300000-500000 per person`, `usd 49.99`; `19:30`; `4`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:[.,]\d{3}){1,3}(?![\d])|\d{1,12}(?:[.,]\d{1,2})?"
_SCALE = r"k|rb|ribu|rebu|thousand|jt|juta|jeti|mil|mio|million|m"
_MONEY = re.compile(
    r"(?<![\w.,])(?<!\s-)(?P<sign>rp|idr|usd|us\$|aud|a\$|sgd|s\$|eur|gbp|\$|\u20ac|"
    rf"\u00a3)?\.?\s?(?P<low>{_NUMBER})\s?(?P<lowscale>{_SCALE})?(?:an\b)?"
    r"(?:\s?(?:-|\u2013|to|sampai|sampe|s/d)\s?(?:rp\.?\s?|idr\s?|"
    rf"\$)?(?P<high>{_NUMBER})\s?(?P<highscale>{_SCALE})?(?:an\b)?)?"
    r"\s?(?P<word>rupiah|idr|usd|aud|sgd|eur|gbp|dollars?|bucks|euros?|pounds?|quid)?(?!(?!pp\b)\w)"
    r"(?P<each>\s?(?:/\s?(?:person|pax|head|orang|org|pp)|per (?:person|pax|head|orang|org|kepala)|seorangnya|"
    r"p\.?p\b\.?|each|a (?:person|head)|seorang|masing-masing))?"
)
_CURRENCIES = {
    "rp": "idr", "idr": "idr", "rupiah": "idr", "usd": "usd", "us$": "usd", "$": "usd", "dollar": "usd",
    "dollars": "usd", "bucks": "usd",
    "aud": "aud", "a$": "aud", "sgd": "sgd", "s$": "sgd", "eur": "eur", "\u20ac": "eur", "euro": "eur",
    "euros": "eur",
    "gbp": "gbp", "quid": "gbp", "\u00a3": "gbp", "pound": "gbp", "pounds": "gbp",
}  # fmt: skip
_SCALES = {"k": 1_000, "rb": 1_000, "ribu": 1_000, "rebu": 1_000, "thousand": 1_000} | dict.fromkeys(
    ("jt", "juta", "jeti", "mil", "mio", "million", "m"), 1_000_000
)
_MAX_AMOUNT = 10**12

NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10,
    "berdua": 2, "bertiga": 3, "berempat": 4, "berlima": 5, "berenam": 6, "bertujuh": 7, "berdelapan": 8,
    "bersembilan": 9, "bersepuluh": 10,
    "sendiri": 1, "sendirian": 1, "alone": 1,
}  # fmt: skip
_SMALL = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
COUNT = rf"(?:(?:ber-?)?\d{{1,3}}(?![\w.,:]\d|\d|k\b|rb\b)|(?:{_SMALL})\b)"
_COUNT = re.compile(rf"(?<![\w.,:/]){COUNT}")
_CLOCK = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOUR = re.compile(
    r"(?<![\w.,:])(?P<to>setengah )?(?P<hour>\d{1,2})(?:an\b)?(?:[:.](?P<minute>[0-5]\d))?(?![\d%])(?:ish)?\s?(?P<half>[ap]\.?m\.?\b|"
    r"o'clock|pagi|siang|sore|malam|malem|mlm|wita)?"
    rf"|\b(?:(?P<past>half past|half|quarter past|quarter to) (?P<pasthour>\d{{1,2}}|{_CLOCK})|(?:at|around|about|by|for|after|before|from) "
    rf"(?P<word>{_CLOCK}))(?: (?P<wordminute>fifteen|thirty|forty[- ]five))?(?:ish|[ -]ish)?(?!\w|[:.]\d)(?! (?:of us|people|pax|times|days|minutes|hours|years|guests|kids|weeks|months))\s?(?P<wordhalf>[ap]\.?m\.?\b|o'clock)?"
    r"|\b(?P<noon>noon|midday|midnight|tengah hari|tengah malam)\b"
)
_EVENING = re.compile(
    r"\b(?:eat|eats|eating|dine|dines|dining|tables?|bookings?|book|seated|sundowners|sunset drinks|date night|after work|dinner|dinners|supper|evening|evenings|night|(?:malam|malem)(?:nya|ku)?|dinnernya|sunset|drinks|cocktails)\b"
)
_MORNING = re.compile(
    r"\b(?:breakfast|breakfasts|morning|mornings|pagi(?:nya)?|sarapan(?:nya|ku)?|sunrise)\b"
)
_NOON = re.compile(r"\b(?:lunch|lunches|brunch|siang(?:nya|ku)?|lunchnya|afternoon)\b")
_AFTERNOON = re.compile(r"\b(?:sore)\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """A canonical value and where its words lie."""

    value: str
    start: int
    end: int


def _plain(number: str, scale: str | None) -> float:
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number)
    if grouped and _SCALES.get(scale or "", 1) < 1_000_000:
        return float(re.sub(r"[.,]", "", number)) * _SCALES.get(scale or "", 1)
    head, _, tail = number.replace(",", ".").partition(".")
    return float(f"{head}.{tail.replace('.', '') or '0'}") * _SCALES.get(scale or "", 1)


def _written(amount: float) -> str:
    whole = round(amount)
    return str(whole) if abs(amount - whole) < 0.005 else f"{amount:.2f}"


_EACH_BEFORE = re.compile(
    r"\bper ?(?:orang|org|kepala|pax)(?:nya)?\s(?:(?:maks|max|maksimal|mentok|sekitar|paling|cuma|itu|di ?bawah)\s){0,2}\Z"
)
_IN_WORDS = re.compile(
    r"\b(?P<first>se|satu |dua |tiga |empat |lima |enam |tujuh |delapan |sembilan |sepuluh |setengah )(?P<hundred>ratus )?(?P<half>setengah )?"
    r"(?P<unit>ribu|rebu|rb|juta|jt|ratus)(?:an)?\b(?P<each>\s?(?:/\s?|per ?)(?:orang|org|pax|kepala))?"
)


def _in_words(folded: str, start: int, end: int) -> list[Amount]:
    """Sums of rupiah in words: "sejuta", "lima ratus ribu", "satu setengah juta"."""
    found = []
    for m in _IN_WORDS.finditer(folded, start, end):
        first = m["first"].strip()
        number = 1.0 if first == "se" else 0.5 if first == "setengah" else float(NUMBER_WORDS[first])
        number = (number + (0.5 if m["half"] else 0)) * (100 if m["hundred"] else 1)
        unit = 100_000 if m["unit"] == "ratus" else _SCALES[m["unit"]]  # "lima ratus" of money are thousands
        each = (
            " per person"
            if m["each"] or _EACH_BEFORE.search(folded, max(0, m.start() - 30), m.start())
            else ""
        )
        found.append(Amount(f"idr {_written(number * unit)}{each}", m.start(), m.end()))
    return found


def moneys(folded: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """Every amount of money that names a currency or a scale; without a currency it is rupiah."""
    found: list[Amount] = []
    for m in _MONEY.finditer(folded, start, len(folded) if end is None else end):
        scale = m["highscale"] or m["lowscale"]
        currency = _CURRENCIES.get(m["sign"] or "") or _CURRENCIES.get(m["word"] or "")
        if currency is None and (scale is None or (scale == "m" and not _is_millions(folded, m))):
            continue
        low = _plain(m["low"], m["lowscale"] or (scale if m["high"] else None))
        high = _plain(m["high"], scale) if m["high"] else None
        if not 0 < low <= _MAX_AMOUNT or (high is not None and not low < high <= _MAX_AMOUNT):
            continue
        text = _written(low) if high is None else f"{_written(low)}-{_written(high)}"
        before = _EACH_BEFORE.search(folded, max(0, m.start() - 30), m.start())
        each = " per person" if m["each"] or before else ""
        found.append(Amount(f"{currency or 'idr'} {text}{each}", m.start(), m.end()))
    worded = _in_words(folded, start, len(folded) if end is None else end)
    return sorted([*found, *worded], key=lambda one: one.start) if worded else found


_A_LENGTH = re.compile(
    r"\s?(?:from|away|to the|off|deep|tall|high|wide|long|walk|pool|down|up|out|sprint|swim)\b"
)


def _is_millions(folded: str, amount: re.Match[str]) -> bool:
    """Whether "3m" counts millions of rupiah rather than metres: few, and followed by no distance."""
    return _plain(amount["low"], None) < 30 and _A_LENGTH.match(folded, amount.end()) is None


def counts(folded: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """Every number of people up to 200, in digits."""
    found = []
    for m in _COUNT.finditer(folded, start, len(folded) if end is None else end):
        digits = re.sub(r"\D", "", m.group())
        number = int(digits) if digits.isascii() and digits else NUMBER_WORDS.get(m.group(), 0)
        if 1 <= number <= 200:
            found.append(Amount(str(number), m.start(), m.end()))
    return found


def _on_the_clock(hour: int, half: str, about: str) -> int | None:
    """The hour of 24, from what is said of the half of the day, beside it or around it."""
    half = half.replace(".", "")
    if half in {"am", "pagi"}:
        return hour % 12 if hour <= 12 else None
    if half == "pm":
        return hour % 12 + 12 if hour <= 12 else hour
    if hour > 12:
        return hour if hour < 24 else None
    if half in ("malam", "malem", "mlm") or (not half and _EVENING.search(about)):
        return (0 if half else 12) if hour == 12 else hour + 12 if hour >= 5 else None
    if half == "siang" or (not half and _NOON.search(about)):
        return hour if hour >= 10 else hour + 12 if hour <= 3 else None
    if half == "sore" or (not half and _AFTERNOON.search(about)):
        return hour + 12 if 2 <= hour <= 6 else None
    return hour if _MORNING.search(about) and 4 <= hour <= 11 else None


def _told_in_words(folded: str, m: re.Match[str], stop: int) -> list[Amount]:
    """The hour of "half five" (half past it), "quarter to eight" or "at seven"."""
    said = m["pasthour"] or m["word"]
    half = (m["wordhalf"] or "").replace("o'clock", "")
    about = folded[max(0, m.start() - 60) : min(stop, m.end() + 30)]
    hour = _on_the_clock(NUMBER_WORDS.get(said) or int(said), half, about)
    if hour is None:
        return []
    minute = (
        0 if m["past"] is None else 30 if m["past"].startswith("half") else 15 if "past" in m["past"] else 45
    )
    hour = (hour - 1) % 24 if minute == 45 else hour
    if m["wordminute"]:
        minute = {"fifteen": 15, "thirty": 30}.get(m["wordminute"], 45)
    return [Amount(f"{hour:02d}:{minute:02d}", m.start(), m.end())]


def hours(folded: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """Every hour whose half of the day is said, as `HH:MM`."""
    found: list[Amount] = []
    stop = len(folded) if end is None else end
    for m in _HOUR.finditer(folded, start, stop):
        if m["noon"]:
            value = "00:00" if m["noon"] in ("midnight", "tengah malam") else "12:00"
            found.append(Amount(value, m.start(), m.end()))
            continue
        if m["past"] or m["word"]:
            found += _told_in_words(folded, m, stop)
            continue
        half = (m["half"] or "").replace("o'clock", "").replace("wita", "")
        hour = _on_the_clock(int(m["hour"]), half, folded[max(0, m.start() - 60) : min(stop, m.end() + 30)])
        if hour is not None:
            minute = int(m["minute"] or 0)
            if m["to"]:  # "half seven" is half past six
                hour, minute = (hour - 1) % 24, 30
            found.append(Amount(f"{hour:02d}:{minute:02d}", m.start(), m.end()))
    return found
