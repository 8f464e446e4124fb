"""When two spellings are one value: the form under which the fold files them.

What belongs here: the cautious folding of case, punctuation, articles and plurals. What does not:
similarity of any kind. Two values that differ in a number or a name never share a form.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from agnt_pipelines.dreaming.claims import Slot

PLURAL_MIN_CHARS = 4
"""Shortest word whose final -s may be a plural's: below it lie "gas", "bus", "yes"."""

_NAME_SLOTS = frozenset({Slot.FAVOURITE_AREAS, Slot.HOME_AREA, Slot.ORIGIN, Slot.LAST_BOOKING})
_PUNCTUATION = frozenset(".,;:!?'\"()[]{}-_/`´‘’“”„‚«»‹›…–—¡¿·")
_SIGNS = frozenset("-–.,")
_ARTICLES = frozenset({"a", "an", "the"})


@lru_cache(maxsize=50_000)
def normal_form(value: str, slot: Slot) -> str:
    """The form in which two spellings of one value are equal.

    Case, punctuation, a leading article and a plural -s are dropped. What tells two values apart
    stays: punctuation of numbers ("2.5", "-5"), symbols ("50+", "<50"), and the -s of a name: a
    word with a capital that is not the first, or any word of a slot whose values are names.
    A value without a word keeps its own signs.
    """
    plain = unicodedata.normalize("NFKC", value)
    words = "".join(" " if _separates(plain, at) else char for at, char in enumerate(plain)).split()
    has_article = len(words) > 1 and words[0].casefold() in _ARTICLES
    singular = [
        _singular(word, name=slot in _NAME_SLOTS or (word[0].isupper() and (at > 0 or has_article)))
        for at, word in enumerate(words[has_article:])
    ]
    return " ".join(singular) or " ".join(plain.casefold().split())


def _separates(text: str, at: int) -> bool:
    """Whether the character is punctuation, and not part of a number."""
    before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    is_sign = text[at] in _SIGNS and not before.isalnum()
    in_number = after.isdigit() and (before.isdigit() or is_sign)
    return text[at] in _PUNCTUATION and not in_number


def _singular(word: str, *, name: bool) -> str:
    folded = word.casefold()
    is_plural = folded.isalpha() and folded.endswith("s") and not folded.endswith(("ss", "us", "is"))
    if name or not is_plural or len(folded) < PLURAL_MIN_CHARS:
        return folded
    return folded[:-1]
