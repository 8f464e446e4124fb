"""Taste: how much of what a person said about a thing still counts, by forward-decayed weights.

What belongs here: facets, half-lives and the sum. What does not: what is true of the person (`fold`:
an old diet is superseded, not faded), and comparing people (the graph).

Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009): every statement weighs
2 ** -(age / half-life), its age counted in whole days up to a landmark. The landmark is the person's last
day with claims, a function of the data, so that nothing fades while nobody runs a job. Each weight is
rounded to a fixed point before it is added: integers sum to the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from agnt_pipelines.dreaming.claims import AVERSE, LIKINGS, Observation, Slot, UserId
from agnt_pipelines.dreaming.normal_form import normal_form

SCALE = 2**20
"""Fixed point of a weight: one sure statement made today weighs this much."""

HALF_LIFE_DAYS: dict[Slot, int | None] = {
    Slot.ALLERGY: None,
    Slot.BUDGET: 60,
    Slot.TYPICAL_PARTY_SIZE: 30,
    Slot.DIET: 90,
    Slot.INTERESTS: 90,
    Slot.FAVOURITE_AREAS: 90,
    Slot.FAVOURITE_CUISINES: 90,
    Slot.LIKES: 90,
    Slot.DISLIKES: 90,
    Slot.NEVER: 90,
    Slot.HABIT: 90,
}
"""Slots that are taste, and days after which a statement counts half; None: it never fades. Ours."""

_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Taste:
    """One facet of one person: a row of `mind.taste_profiles`.

    `facet` is the slot and the value's normal form; likes, dislikes and nevers of a thing share one,
    `likes:...`. `weight` is in 1 / SCALE, negative for what the person is averse to; it holds on `landmark`.
    """

    user_id: UserId
    facet: str
    weight: int
    favourable: int
    averse: int
    half_life_days: int | None
    last_said: date
    landmark: date


def profile(user_id: UserId, observations: Iterable[Observation]) -> list[Taste]:
    """Return a person's facets by name: a function of the set of what they said of themselves."""
    mine = {one.id: one for one in observations if one.user_id == user_id}
    if not mine:
        return []
    landmark = max(date.fromisoformat(one.window_key) for one in mine.values())
    facets: dict[str, list[Observation]] = {}
    for one in mine.values():
        if one.subject == "self" and one.slot in HALF_LIFE_DAYS:
            facets.setdefault(_facet(one), []).append(one)
    return [_taste(user_id, facet, said, landmark) for facet, said in sorted(facets.items())]


@lru_cache(maxsize=50_000)
def decayed(age_days: int, half_life_days: int | None) -> int:
    """Return SCALE * 2 ** -(age / half-life), rounded: by decimal arithmetic, the same on every machine."""
    if half_life_days is None:
        return SCALE
    halvings = _EXACT.divide(Decimal(-age_days), Decimal(half_life_days))
    return int(_EXACT.multiply(SCALE, _EXACT.power(2, halvings)).to_integral_value(ROUND_HALF_EVEN))


def _taste(user_id: UserId, facet: str, said: list[Observation], landmark: date) -> Taste:
    signs = [_sign(one) for one in said]
    half_lives = [HALF_LIFE_DAYS[one.slot] for one in said]
    days = [date.fromisoformat(one.window_key) for one in said]
    weights = [
        sign * (round(one.confidence * _PERMILLE) * decayed((landmark - day).days, half_life) // _PERMILLE)
        for one, sign, half_life, day in zip(said, signs, half_lives, days, strict=True)
    ]
    return Taste(
        user_id=user_id,
        facet=facet,
        weight=sum(weights),
        favourable=signs.count(1),
        averse=signs.count(-1),
        half_life_days=half_lives[0],
        last_said=max(days),
        landmark=landmark,
    )


def _facet(one: Observation) -> str:
    slot = Slot.LIKES if one.slot in LIKINGS else one.slot
    return f"{slot.value}:{normal_form(one.value, one.slot)}"


def _sign(one: Observation) -> int:
    return -int(one.polarity) if one.slot in AVERSE else int(one.polarity)
