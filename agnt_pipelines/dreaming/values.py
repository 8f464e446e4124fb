"""Whether a value follows from a quoted text: every word and number of it is read there again.

What belongs here: the forms a value may take, and deriving them anew from a quote. What does not:
choosing a value (`grammar`) and judging a claim as a whole (`verify`).
"""

from __future__ import annotations

import re
from datetime import date

from agnt_pipelines.dreaming.claims import Claim, Slot
from agnt_pipelines.dreaming.grammar import quantities
from agnt_pipelines.dreaming.grammar.dates import days, yearly
from agnt_pipelines.dreaming.grammar.english_words import BUSINESS
from agnt_pipelines.dreaming.grammar.indonesian_vocabulary import COHABITANTS_ID, DRINKS, OCCASIONS_ID
from agnt_pipelines.dreaming.grammar.phrases import gerund, normalised, words_of
from agnt_pipelines.dreaming.grammar.rules import spaced
from agnt_pipelines.dreaming.grammar.vocabulary import (
    ACCESS_PATTERNS,
    BUSINESS_OWNER,
    DIET,
    DIETS,
    HOUSEHOLD,
    INTOLERANCE,
    INTOLERANCES,
    RUNS,
    RUNS_ID,
    STATUS,
    STATUSES,
    alternatives,
    as_listed,
    household,
)

__all__ = ["contact_in", "derives", "normalised", "numbers_hold", "readings"]

_CONTACT = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|id|co|me|app|ai|dev|info|xyz)\b"
    r"|[^\s@]+@[^\s@]|@\w{3,}|\+?\d(?:[\s().-]?\d){6,}"
)
# Days, hours and sums in their canonical form have as many digits as a telephone number.
_DAY_HOUR_OR_SUM = re.compile(
    r"(?:\d{4}-)?\d{2}-\d{2}|\d{2}:\d{2}|[a-z]{3} \d+(?:\.\d\d)?(?:-\d+(?:\.\d\d)?)?(?: per person)?"
)
_NUMBER = re.compile(r"\d+")
_DIET = re.compile(rf"\b(?:{DIET})\b")
_INTOLERANCE = re.compile(rf"\b(?:{INTOLERANCE})\b")
_STATUS = re.compile(rf"\b(?:{STATUS})\b")
_ABSTAINS = re.compile(
    r"\b(?:nge-?alkohol|drink|drinks|drinking|alcohol|alkohol|alkohool|beralkohol|minuman keras|mabok|mabuk|booze|miras|sober|teetotal(?:l?er)?)\b"
)
_COHABITANT = re.compile(rf"\b(?:{alternatives(COHABITANTS_ID)})(?=(?:ku|nya)?\b)")
_DRINK = re.compile(rf"\b(?:{alternatives(DRINKS)})\b")
_OCCASION = re.compile(rf"\b(?:{alternatives(OCCASIONS_ID)})(?=(?:ku)?\b)")
_RUNS = spaced(rf"\b(?:{RUNS}|{RUNS_ID})")
_AMOUNTS = {
    Slot.BUDGET: quantities.moneys,
    Slot.PREFERRED_BOOKING_HOUR: quantities.hours,
    Slot.TYPICAL_PARTY_SIZE: quantities.counts,
}
_CANONICAL_ONLY = frozenset(
    (*_AMOUNTS, Slot.BIRTHDAY, Slot.ANNIVERSARY, Slot.DIET, Slot.HOUSEHOLD, Slot.ACCESSIBILITY)
)


def contact_in(value: str) -> bool:
    """Whether a value holds a web address, an e-mail address, a handle or a telephone number."""
    return _DAY_HOUR_OR_SUM.fullmatch(value) is None and _CONTACT.search(value) is not None


def readings(slot: Slot, folded: str, day: date) -> frozenset[str]:
    """Every canonical value of a slot that a folded quote, said on `day`, can be read as."""
    if slot in _AMOUNTS:
        return frozenset(amount.value for amount in _AMOUNTS[slot](folded))
    if slot in (Slot.BIRTHDAY, Slot.ANNIVERSARY):
        return frozenset(yearly(found) for found in days(folded, day) if found.dated)
    if slot is Slot.DIET:
        return frozenset(DIETS[as_listed(m.group())] for m in _DIET.finditer(folded))
    if slot is Slot.ALLERGY:
        return frozenset(INTOLERANCES[as_listed(m.group())] for m in _INTOLERANCE.finditer(folded))
    if slot is Slot.HOUSEHOLD:
        members = {household(m) for m in HOUSEHOLD.finditer(folded)}
        members |= {COHABITANTS_ID[as_listed(m.group())] for m in _COHABITANT.finditer(folded)}
        return frozenset(members | {STATUSES[as_listed(m.group())] for m in _STATUS.finditer(folded)})
    if slot is Slot.ACCESSIBILITY:
        return frozenset(value for pattern, value in ACCESS_PATTERNS if pattern.search(folded))
    if slot in (Slot.ALCOHOL, Slot.OCCASION):
        return _drunk(folded) if slot is Slot.ALCOHOL else _celebrated(folded)
    owns_business = slot is Slot.OCCUPATION and (
        BUSINESS.search(folded) is not None or _RUNS.search(folded) is not None
    )
    return frozenset((BUSINESS_OWNER,)) if owns_business else frozenset()


def _drunk(folded: str) -> frozenset[str]:
    """Alcohol, where somebody keeps from it, and every drink that is named."""
    drinks = frozenset(DRINKS[as_listed(m.group())] for m in _DRINK.finditer(folded))
    return drinks | {"alcohol"} if _ABSTAINS.search(folded) else drinks


def _celebrated(folded: str) -> frozenset[str]:
    """The canonical names of the occasions that are named."""
    return frozenset(OCCASIONS_ID[as_listed(m.group())] for m in _OCCASION.finditer(folded))


def numbers_hold(claim: Claim, folded: str, day: date) -> bool:
    """Whether every number of the value stands in the quote, or is one of its canonical readings."""
    if claim.value in readings(claim.slot, folded, day):
        return True
    said = set(_NUMBER.findall(normalised(folded)))
    return all(number in said for number in _NUMBER.findall(claim.value))


def derives(claim: Claim, folded: str, day: date) -> bool:
    """Whether the value's words all come from the quote: as they stand, or as gerunds of its verbs.

    Slots of one canonical form accept nothing but what the quote is read as.
    """
    if claim.value in readings(claim.slot, folded, day):
        return True
    if claim.slot in _CANONICAL_ONLY:
        return False
    said = set(words_of(folded))
    return all(w in said or any(gerund(s) == w for s in said) for w in words_of(claim.value))
