"""Terms of a text, as full-text search counts them: words without function words, cut to their stems.

What belongs here: tokens, stop words and Snowball stems, English and Indonesian. What does not: how
terms are weighed (`bm25`), and what a text says (the grammars).
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Final

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


ENGLISH: Final = _listed(
    "a about above after again against ago all also am an and any are aren as at be because been before being "
    "below between both but by can cannot could couldn d did didn do does doesn doing don down during each else "
    "ever few for from further get gets getting got had hadn has hasn have haven having he her here hers herself "
    "him himself his how i if in into is isn it its itself just let ll m ma may me might more most much must my "
    "myself no nor not now of off on once one only or other our ours ourselves out over own re really s same "
    "shall she should shouldn so some such t than that the their theirs them themselves then there these they "
    "this those through to too under until up upon us ve very was wasn we were weren what when where which while "
    "who whom whose why will with won would wouldn you your yours yourself yourselves"
)
INDONESIAN: Final = _listed(
    "ada adalah agar akan aku aja anda apa apakah atau bagaimana bahwa banget banyak begitu belum berapa bila "
    "bisa bukan dalam dan dari dengan deh di dia dimana dong dulu enggak ga gak gimana gitu hanya harus ini itu "
    "iya jadi jangan jika juga kah kalau kami kamu kan kapan karena ke kenapa kepada kita kok lagi lalu lebih "
    "maka mana masih mau mengapa mereka mungkin namun nggak nih nya oleh pada paling para pernah pun saat saja "
    "sama sampai sangat saya sebuah sedang sekali selalu seperti setelah siapa sih suatu sudah supaya tadi tak "
    "tanpa telah tentang tersebut tetapi tidak tapi tuh udah untuk ya yang"
)
"""Function words: too many texts hold them for them to tell one from another."""

_CACHED_WORDS = 65_536
_STEMMERS = threading.local()  # a stemmer holds the word that it is at work on


def words(text: str) -> list[str]:
    """Return a text's words in lower case, without what follows an apostrophe."""
    return [word.partition("'")[0] for word in _WORD.findall(text.lower().replace("\u2019", "'"))]


def terms(text: str) -> list[str]:
    """Return the stems of a text's words, function words left out, in the text's order.

    The stemmer is that of the language of whose function words the text has more; English at a tie.
    """
    language, kept = _without_function_words(text)
    return [stem(word, language) for word in kept]


def language_of(text: str) -> str:
    """Return `indonesian` where a text has more of its function words than of English ones, else `english`."""
    return _without_function_words(text)[0]


def content_words(text: str) -> list[str]:
    """Return a text's words in lower case and in its order, function words left out."""
    return _without_function_words(text)[1]


@lru_cache(maxsize=_CACHED_WORDS)
def stem(word: str, language: str = "english") -> str:
    """Return a word's Snowball stem."""
    stemmers: dict[str, object] = _STEMMERS.__dict__
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(language)
    return str(stemmers[language].stemWord(word))  # type: ignore[attr-defined]


def _without_function_words(text: str) -> tuple[str, list[str]]:
    found = words(text)
    indonesian = [word for word in found if word not in INDONESIAN]
    english = [word for word in found if word not in ENGLISH]
    return ("indonesian", indonesian) if len(indonesian) < len(english) else ("english", english)
