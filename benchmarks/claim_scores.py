"""Scores of claims against labels: which found claim is which labelled one.

What belongs here: when two claims say the same, and counting. What does not: finding claims. Two claims are
one where slot, polarity and subject agree (not to like a thing and to dislike it are one, and so are never
to drink alcohol and not to; whether a liking is an interest, a cuisine or an area is not judged), their numbers are the same, and the words that mean something in the one value
are all among the other's, by stem.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.normal_form import normal_form
from agnt_pipelines.errors import SettingsError

_NEGATIVE = frozenset({"-1", "-", "denied", "negative", "neg", "false", "no"})
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "some",
        "any",
        "of",
        "to",
        "in",
        "at",
        "on",
        "for",
        "with",
        "and",
        "very",
        "really",
        "is",
        "be",
        "being",
        "going",
        "go",
        "eat",
        "eating",
        "drink",
        "drinking",
        "have",
        "having",
        "do",
        "doing",
        "makan",
        "minum",
        "di",
        "ke",
        "yang",
        "yg",
        "dan",
        "sama",
        "banget",
        "buat",
        "untuk",
        "dengan",
        "itu",
        "tempat",
        "makanan",
        "masakan",
        "food",
        "cuisine",
    ]
)
_KINDS_OF_LIKING = frozenset({Slot.LIKES, Slot.INTERESTS, Slot.FAVOURITE_CUISINES, Slot.FAVOURITE_AREAS})
_DRINKS_NOTHING = frozenset({"none", "no", "sober", "teetot", "non", "alcoho", "alkoho"})
_NO_DRINKER = frozenset({"none", "no", "sober", "teetot", "non"})
"""First words, cut to six letters, by which a file may say that somebody does not drink."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Said:
    """One claim, labelled or found; `subject` is None where a label leaves it open."""

    slot: str
    value: str
    polarity: int
    subject: str | None = "self"
    optional: bool = False

    @property
    def meaning(self) -> tuple[str, int]:
        """Slot and polarity, by what they mean."""
        if self.slot in _KINDS_OF_LIKING and self.polarity < 0:
            return Slot.DISLIKES, 1
        if self.slot == Slot.DISLIKES and self.polarity < 0:
            return Slot.LIKES, 1
        if self.slot == Slot.ALCOHOL and self.words & _NO_DRINKER:
            return Slot.ALCOHOL, -1
        if self.slot == Slot.NEVER and self.words & {"alcohol", "alkohol"}:
            return Slot.ALCOHOL, -1
        return (Slot.LIKES if self.slot in _KINDS_OF_LIKING else self.slot), self.polarity

    @property
    def words(self) -> frozenset[str]:
        """The words that mean something, cut to their first six letters."""
        words = _WORD.findall(self.value.casefold())
        telling = [word for word in words if word not in _SMALL] or words
        return frozenset(word if word.isdigit() else word[:6].rstrip("s") for word in telling)

    @property
    def abstains(self) -> bool:
        """Whether it says that somebody does not drink, in whatever words of a file's own."""
        return self.slot == Slot.ALCOHOL and self.meaning[1] < 0 and bool(self.words & _DRINKS_NOTHING)


@dataclass(slots=True)
class Scores:
    """Claims counted over messages; `wrong` and `missed` name the messages for a person to read."""

    right: int = 0
    found: int = 0
    labelled: int = 0
    recalled: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str, labels: Sequence[Said], found: Sequence[Said]) -> None:
        """Hold what was found in one message against its labels, each of which counts once."""
        open_labels = list(labels)
        for claim in found:
            label = next((one for one in open_labels if same(one, claim)), None)
            if label is None and any(same(one, claim) for one in labels):
                continue  # said twice in one message
            if label is None and claim.subject != "self" and not any(one.subject != "self" for one in labels):
                continue  # a file may label the writer alone
            if label is not None:
                open_labels.remove(label)
                if label.optional:
                    continue
            self.found += 1
            self.right += label is not None
            if label is None:
                self.wrong.append(
                    (text, f"{claim.slot}={claim.value} ({claim.polarity:+d}, {claim.subject})")
                )
        wanted = [one for one in labels if not one.optional]
        lacking = [one for one in open_labels if not one.optional]
        self.labelled += len(wanted)
        self.recalled += len(wanted) - len(lacking)
        self.missed += [
            (text, f"{one.slot}={one.value} ({one.polarity:+d}, {one.subject})") for one in lacking
        ]

    @property
    def precision(self) -> float | None:
        """Share of the found claims that are labelled; None where nothing was found."""
        return round(self.right / self.found, 4) if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the labelled claims that were found; None where nothing is labelled."""
        return round(self.recalled / self.labelled, 4) if self.labelled else None


def same(label: Said, claim: Said) -> bool:
    """Whether two claims say the same."""
    if label.meaning != claim.meaning or (label.subject or claim.subject) != claim.subject:
        return False
    slot = Slot(claim.slot) if claim.slot in set(Slot) else Slot.LIKES
    if normal_form(label.value, slot) == normal_form(claim.value, slot) or (
        label.abstains and claim.abstains
    ):
        return True
    mine, theirs = label.words, claim.words
    numbers = [{word for word in words if word.isdigit()} for words in (mine, theirs)]
    return bool(mine and theirs) and numbers[0] == numbers[1] and (mine <= theirs or theirs <= mine)


def read(path: Path) -> list[tuple[str, str, list[Said]]]:
    """Return (text, language, labels) of each line of a labelled file.

    Raises:
        SettingsError: a line is no such object.
    """
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            rows.append((str(row["text"]), str(row.get("lang", "")), list(row["claims"])))
        except (ValueError, TypeError, KeyError) as failure:
            message = f"{path}, line {number}: not {{text, lang, claims}} ({failure})."
            raise SettingsError(message) from failure
    names_subjects = any("subject" in claim for _, _, claims in rows for claim in claims)
    default = "self" if names_subjects else None
    return [(text, lang, list(_labels(claims, default))) for text, lang, claims in rows]


def _labels(claims: Iterable[dict[str, Any]], default: str | None) -> Iterable[Said]:
    for claim in claims:
        polarity = -1 if str(claim.get("polarity", 1)).strip().lower() in _NEGATIVE else 1
        yield Said(
            str(claim["slot"]), str(claim["value"]), polarity, claim.get("subject", default),
            bool(claim.get("optional")),
        )  # fmt: skip
