"""Themes: what a person's claims of one week were about, as long-term memory with citations.

What belongs here: which slots make a theme, when a theme is worth keeping, and its sentence, which is
made from the cited claims by template: never from earlier sentences. What does not: what is true of
the person now (`fold`), and storing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from agnt_pipelines.dreaming.claims import Observation, Polarity, Slot, UserId
from agnt_pipelines.dreaming.normal_form import normal_form

MIN_EVIDENCE = 3
MIN_DAYS = 2
"""A theme has at least so many pieces of evidence on so many days: one chatty evening is none. Ours."""

MAX_CLAIMS = 12
"""Claims that a sentence spells out, those said on most days first; it counts the others."""


class Theme(StrEnum):
    """What a claim is about, coarsely."""

    FOOD = "food"
    PLACES = "places"
    GOING_OUT = "going_out"
    OCCASIONS = "occasions"
    DAILY_LIFE = "daily_life"
    TASTES = "tastes"


SLOTS: dict[Theme, tuple[Slot, ...]] = {
    Theme.FOOD: (Slot.DIET, Slot.ALLERGY, Slot.FAVOURITE_CUISINES, Slot.ALCOHOL),
    Theme.PLACES: (Slot.FAVOURITE_AREAS, Slot.HOME_AREA, Slot.ORIGIN),
    Theme.GOING_OUT: (
        Slot.PREFERRED_BOOKING_HOUR, Slot.TYPICAL_PARTY_SIZE, Slot.BUDGET, Slot.LAST_BOOKING, Slot.PLAN,
    ),
    Theme.OCCASIONS: (Slot.BIRTHDAY, Slot.ANNIVERSARY, Slot.OCCASION),
    Theme.DAILY_LIFE: (
        Slot.INTERESTS, Slot.FITNESS_GOAL, Slot.HOUSEHOLD, Slot.OCCUPATION, Slot.HABIT, Slot.ACCESSIBILITY,
    ),
    Theme.TASTES: (Slot.LIKES, Slot.DISLIKES, Slot.NEVER),
}  # fmt: skip
"""Every slot lies in exactly one theme."""

THEME_OF = {slot: theme for theme, slots in SLOTS.items() for slot in slots}
_SLOT_ORDER = {slot: place for place, slot in enumerate(Slot)}


@dataclass(frozen=True, slots=True)
class Chunk:
    """One theme of one person's week: a row of `mind.memory_chunks`.

    `evidence_count` counts cited rows, `distinct_days` WITA days; `trust` is the least of its claims',
    0..1; `observation_ids` are in order of event time.
    """

    window_key: str
    user_id: UserId
    theme: Theme
    text: str
    evidence_count: int
    distinct_days: int
    trust: float
    observation_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """The same thing said once or more, in event order."""

    said: tuple[Observation, ...]

    @property
    def days(self) -> list[str]:
        return sorted({one.window_key for one in self.said})

    @property
    def sentence(self) -> str:
        first = self.said[0]
        denied = "not " if first.polarity is Polarity.DENIED else ""
        whose = "" if first.subject == "self" else f" ({first.subject})"
        return f"{first.slot.value.replace('_', ' ')}{whose}: {denied}{first.value} [{', '.join(self.days)}]"


def chunks(user_id: UserId, window_key: str, observations: Iterable[Observation]) -> list[Chunk]:
    """Return the themes of a person's week: a function of the set of observations, in theme order."""
    by_theme: defaultdict[Theme, dict[UUID, Observation]] = defaultdict(dict)
    for one in observations:
        if one.user_id == user_id:
            by_theme[THEME_OF[one.slot]][one.id] = one
    made = []
    for theme in Theme:
        said = sorted(by_theme[theme].values(), key=lambda one: (one.observed_at, one.id))
        evidence = {(piece.source, piece.source_id) for one in said for piece in one.evidence}
        days = {one.window_key for one in said}
        if len(evidence) >= MIN_EVIDENCE and len(days) >= MIN_DAYS:
            made.append(
                Chunk(
                    window_key=window_key,
                    user_id=user_id,
                    theme=theme,
                    text=_text(theme, window_key, said),
                    evidence_count=len(evidence),
                    distinct_days=len(days),
                    trust=min(one.trust for one in said),
                    observation_ids=tuple(one.id for one in said),
                )
            )
    return made


def _text(theme: Theme, window_key: str, said: Sequence[Observation]) -> str:
    claims = sorted(_claims(said), key=lambda claim: -len(claim.days))
    kept = sorted(claims[:MAX_CLAIMS], key=lambda claim: (_SLOT_ORDER[claim.said[0].slot], claim.days))
    more = f"; and {len(claims) - MAX_CLAIMS} more" if len(claims) > MAX_CLAIMS else ""
    title = theme.value.replace("_", " ").capitalize()
    return f"{title}, week of {window_key}: {'; '.join(claim.sentence for claim in kept)}{more}."


def _claims(said: Sequence[Observation]) -> list[_Claim]:
    same: defaultdict[tuple[str, Slot, str, Polarity], list[Observation]] = defaultdict(list)
    for one in said:
        same[one.subject, one.slot, normal_form(one.value, one.slot), one.polarity].append(one)
    return [_Claim(tuple(claim)) for claim in same.values()]
