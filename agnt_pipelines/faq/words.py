"""Words of questions in English and Indonesian: tokens, language, and hashed features.

What belongs here: closed lists of function words and what is counted by them. What does not:
patterns of what is asked (`questions`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from math import sqrt

from agnt_pipelines.faq.talk import Features, Language
from agnt_pipelines.language.redact import PLACEHOLDER

_TOKEN = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ENGLISH = _listed(
    "a an the i you we they he she it is are was were be been am do does did have has had will would can could "
    "should may might must what when where which who whom whose why how to of in on at by for from with without "
    "about and or but if so than then there here this that these those my your our their me us them not no any "
    "some please need want know like just also hi hello hey thanks thank i'm i'd it's don't is there get one help question questions"
)
_INDONESIAN = _listed(
    "apa apakah siapa kapan dimana mana bagaimana gimana kenapa mengapa berapa yang dan atau tapi tetapi kalau "
    "jika di ke dari untuk dengan pada oleh ini itu saya aku kami kita kamu anda mereka dia nya ada adalah tidak "
    "gak nggak ga tak bukan sudah udah belum akan bisa boleh harus perlu mau ingin pengen tolong dong ya sih kah "
    "bisakah bolehkah halo hai kak min mas mbak terima kasih makasih saja aja juga lagi bila dalam agar supaya "
    "tanya tahu tau kok deh bantu pertanyaan"
)
_FEATURE_BITS = 32
_MAX_FEATURES = 64


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, without placeholders."""
    return [match[0].replace("’", "'") for match in _TOKEN.finditer(PLACEHOLDER.sub(" ", text.lower()))]


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning: no function word of either language."""
    return [word for word in tokens(text) if word not in _ENGLISH and word not in _INDONESIAN]


def one_less(word: str) -> set[str]:
    """Return a word, and it without each of its letters: two words share one if a letter is all between them."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def language_of(text: str) -> Language:
    """Return the language whose function words a text has more of; English where it is a tie."""
    words = tokens(text)
    indonesian = sum(word in _INDONESIAN for word in words)
    english = sum(word in _ENGLISH for word in words)
    return Language.INDONESIAN if indonesian > english else Language.ENGLISH


def features(texts: Sequence[str]) -> Features:
    """Return what texts that ask the same have in common: the commonest features and their weight.

    A feature is a content word or a run of four letters in one, hashed: no word can be read off it.
    Weights are the share of texts that have it, in hundredths; at most 64 features.
    """
    counts = Counter(hashed for text in texts for hashed in set(_hashed(content_words(text))))
    kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MAX_FEATURES]
    return {hashed: max(1, round(100 * count / len(texts))) for hashed, count in sorted(kept)}


def likeness(one: Features, other: Features) -> float:
    """Return the cosine of two bags of features, 0..1."""
    dot = sum(weight * other[hashed] for hashed, weight in one.items() if hashed in other)
    if not dot:
        return 0.0
    return dot / (_norm(one) * _norm(other))


class Shelf:
    """Bags of features with their owners, found again by likeness without comparing them all."""

    def __init__(self) -> None:
        self._bags: list[tuple[int, float]] = []
        self._places: dict[tuple[Language, int], list[tuple[int, int]]] = defaultdict(list)

    def add(self, owner: int, language: Language, bag: Features) -> None:
        """Put a bag of an owner on the shelf."""
        for hashed, weight in bag.items():
            self._places[language, hashed].append((len(self._bags), weight))
        self._bags.append((owner, _norm(bag)))

    def alike(self, language: Language, bag: Features, least: float) -> dict[int, float]:
        """Return owners of bags of a language at least so like one, with the likeness, the most alike first."""
        dots: dict[int, int] = defaultdict(int)
        for hashed, weight in bag.items():
            for place, other in self._places.get((language, hashed), ()):
                dots[place] += weight * other
        mine = _norm(bag)
        found: dict[int, float] = {}
        for place, dot in dots.items():
            owner, norm = self._bags[place]
            score = dot / (mine * norm)
            if score >= max(least, found.get(owner, 0.0)):
                found[owner] = score
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _norm(bag: Features) -> float:
    return sqrt(sum([weight * weight for weight in bag.values()]))


def _hashed(words: Iterable[str]) -> Iterable[int]:
    for word in words:
        yield _hash(word)
        padded = f"<{word}>"
        for start in range(max(1, len(padded) - 3)):
            yield _hash("~" + padded[start : start + 4])


@cache
def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_FEATURE_BITS // 8).digest(), "big")
