"""Redaction: what could tell who somebody is leaves a text before anything else looks at it.

Rules of our own (e-mail, national id, passport, card, booking code, handle, link, long number), phone
numbers by `phonenumbers`, and names: those people introduce themselves by, and a list that is known.
Every hit becomes a placeholder such as `[phone]`. Pure. What does not belong here: deciding which
text is shown to whom; no rule finds a name that nobody introduced.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from phonenumbers import Leniency, PhoneNumberMatcher

REGION = "ID"
"""Numbers without a country code are read as Indonesian ones."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


class Mark(StrEnum):
    """What was there; its value is the placeholder's word."""

    EMAIL = "email"
    LINK = "link"
    HANDLE = "handle"
    CARD = "card"
    NATIONAL_ID = "national id"
    PASSPORT = "passport"
    PHONE = "phone"
    CODE = "code"
    NUMBER = "number"
    NAME = "name"

    @property
    def placeholder(self) -> str:
        """What stands in its place."""
        return f"[{self.value}]"


PLACEHOLDER = re.compile(r"\[(?:" + "|".join(mark.value for mark in Mark) + r")\]")

_EMAIL = re.compile(
    r"[\w.+%-]+(?:@|\s?[\[(]\s?at\s?[\])]\s?)[\w-]+(?:(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)[\w-]+)+", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w[\w.]+")
_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .\-]?\d){12,18}(?!\w)")  # cards and national ids, grouped or not
_PASSPORT = re.compile(r"(?<!\w)(?:[A-Z]{1,2}[ -]?|[a-z])\d{6,7}(?!\w)(?![ .-]?\d)")
_CODE_NAMED = re.compile(
    r"((?:booking|reservation|confirmation|reference|order|voucher|reservasi|pesanan)\s+"
    r"(?:code|number|no\.?|nr\.?|id|ref|kode|nomor)|(?:code|kode|ref|nomor booking)\b)"
    r"(\s*(?:is|=|:|#|adalah)*\s*)(?=[A-Z0-9-]*\d)([A-Z0-9][A-Z0-9-]{3,})",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w-])(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:-?[A-Z0-9]+){4,}(?![\w-])")
_CODE_DASHED = re.compile(r"(?<![\w-])(?=[A-Z-]*\d)[A-Z]{2,}-[A-Z0-9]{3,}(?:-[A-Z0-9]+)*(?![\w-])")
_NUMBER = re.compile(r"(?<!\w)(?:\+\s?)?\(?\d(?:[ .()/\-]{0,2}\d){6,}(?!\w)")

_AMOUNT_OR_DATE = re.compile(
    r"[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d{1,2})?"  # money is not somebody's number
    r"|\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}"  # nor are hours
    r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d"
)

_NAME = r"((?:[^\W\d_][\w'’.-]{1,24})(?:\s+(?!(?i:and|dan|from|dari|here|yang|di|in|at)\b)[A-Z][\w'’-]{1,24}){0,2})"
_INTRODUCED = (
    re.compile(
        r"\b(?i:my (?:\w+ )?name(?: \w+){0,3}(?:'s| is)|the name is|name is|call me|under the name(?: of)?|name on (?:it|the booking) is|"
        r"nama (?:saya|aku|ku|lengkap saya)(?: adalah)?|namaku|namanya|atas nama|a\.?n\.|panggil (?:saya|aku))\s*:?\s+"
        + _NAME
    ),
    re.compile(r"\b(?i:my name|names?)\s+((?:[A-Z][a-z'’-]{1,24})(?:\s+[A-Z][a-z'’-]{1,24}){0,2})"),
    re.compile(r"(?<!\w)((?:[A-Z][ .,-]{1,2}){2,}[A-Z])(?!\w)"),  # spelt out
    # Here a capital must tell a name from anything else that one may be.
    re.compile(
        r"\b(?i:i am|i'm|i’m|this is|it's|saya|aku|dengan|sama|dari|regards,?|salam,?)\s+(?:(?i:mr|mrs|ms|pak|bu|kak|ibu|bapak)\.?\s+)?"
        r"((?:[A-Z][a-z'’-]{1,24})(?:\s+[A-Z][a-z'’-]{1,24}){0,2})(?=\s*(?:[,.!?;]|$|\b(?i:from|here|dari|di sini|and|dan|mau|ingin|speaking)\b))"
    ),
)
_NO_NAMES_LISTED = (
    "bali canggu seminyak ubud kuta sanur uluwatu jimbaran denpasar indonesia jakarta australia monday tuesday "
    "wednesday thursday friday saturday sunday senin selasa rabu kamis jumat sabtu minggu english indonesian "
    "visa mastercard whatsapp telegram instagram ok fine sorry here there the a an not so very just good great "
    "vegan vegetarian muslim happy sure mau ingin tidak bisa sudah juga lagi apa this that it i"
)
_NO_NAMES = frozenset(_NO_NAMES_LISTED.split())


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes out what could tell who somebody is.

    Attributes:
        names: names known beforehand; they are redacted wherever they stand, in any letter case.
    """

    names: frozenset[str] = frozenset()

    def redact(self, text: str, introduced: Iterable[str] = ()) -> str:
        """Return a text in NFKC with placeholders; `introduced` are names of its conversation."""
        clean = _DASHES.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
        for rule in _RULES:
            clean = rule(clean)
        names = {*self.names, *introduced, *introductions(clean)}
        return _without_names(clean, names) if names else clean

    def found(self, text: str) -> list[Mark]:
        """Return what a text that is about to be published still holds; nothing, if all is well."""
        after = self.redact(text)
        return [Mark(hit[0][1:-1]) for hit in PLACEHOLDER.finditer(after)]


def introductions(text: str) -> frozenset[str]:
    """Return the names by which people introduce themselves in a text."""
    found = (match[1] for pattern in _INTRODUCED for match in pattern.finditer(text))
    return frozenset(name for whole in found for name in _parts(whole))


def _parts(whole: str) -> Iterator[str]:
    if len(whole) > 1 and not whole[1].isalnum():
        yield whole  # spelt out, letter by letter
        return
    words = [word.strip(".,'’-") for word in whole.split()]
    for word in words:
        if len(word) > 1 and word.lower() not in _NO_NAMES:
            yield word


def _without_names(text: str, names: Iterable[str]) -> str:
    listed = sorted(
        {unicodedata.normalize("NFKC", name) for name in names if name}, key=lambda n: (-len(n), n)
    )
    pattern = "|".join(map(re.escape, listed))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", Mark.NAME.placeholder, text, flags=re.IGNORECASE)


def luhn(digits: str) -> bool:
    """Whether digits bear the check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed([int(char) for char in digits])):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _long_digits(match: re.Match[str]) -> str:
    digits = "".join(char for char in match[0] if char.isdigit())
    if luhn(digits):
        return Mark.CARD.placeholder
    return (Mark.NATIONAL_ID if len(digits) == 16 else Mark.NUMBER).placeholder


def _phones(text: str) -> str:
    if sum(char.isdigit() for char in text) < 7:  # the matcher is slow, and most text has no number
        return text
    pieces, end = [], 0
    for match in PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE):
        if _AMOUNT_OR_DATE.fullmatch(match.raw_string.strip()) is None:
            pieces += [text[end : match.start], Mark.PHONE.placeholder]
            end = match.end
    return "".join([*pieces, text[end:]])


def _long_numbers(text: str) -> str:
    def mark(match: re.Match[str]) -> str:
        kept = _AMOUNT_OR_DATE.fullmatch(match[0]) is not None
        return match[0] if kept else Mark.NUMBER.placeholder

    return _NUMBER.sub(mark, text)


def _sub(pattern: re.Pattern[str], mark: Mark) -> Callable[[str], str]:
    return lambda text: pattern.sub(mark.placeholder, text)


def _named_codes(text: str) -> str:
    return _CODE_NAMED.sub(lambda m: f"{m[1]}{m[2]}{Mark.CODE.placeholder}", text)


_RULES: tuple[Callable[[str], str], ...] = (
    _sub(_LINK, Mark.LINK),
    _sub(_EMAIL, Mark.EMAIL),
    _sub(_HANDLE, Mark.HANDLE),
    lambda text: _DIGITS.sub(_long_digits, text),
    _sub(_PASSPORT, Mark.PASSPORT),
    _named_codes,
    _sub(_CODE_DASHED, Mark.CODE),
    _sub(_CODE, Mark.CODE),
    _phones,
    _long_numbers,
)
"""In this order: what has the clearest form goes first, any other long number last."""
