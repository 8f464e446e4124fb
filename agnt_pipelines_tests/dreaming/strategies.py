"""Observations for the fold's tests: a builder for examples, strategies for laws.

The strategies draw from a small world on purpose: few slots, values, days and trusts, so that
repeats, flips, returns, ties and expiries are the rule and not the exception.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from agnt_pipelines.dreaming.claims import FUNCTIONAL, Evidence, Observation, Polarity, Slot, Source, UserId
from agnt_pipelines.replay.windows import WITA

WAYAN = UserId("wayan")
MADE = UserId("made")
FIRST_DAY = date(2026, 10, 1)

VALUES = {
    Slot.DIET: ("vegan", "Vegans", "vegetarian", "pescatarian"),
    Slot.HOME_AREA: ("Ubud", "ubud", "Canggu", "Sanur"),
    Slot.ALLERGY: ("peanuts", "Peanut", "shellfish"),
    Slot.LIKES: ("the rooftop bars", "rooftop bar", "jazz"),
    Slot.DISLIKES: ("jazz", "rooftop bar"),
    Slot.NEVER: ("eating jazz", "jazz"),
    Slot.LAST_BOOKING: ("warung 2026-10-03", "villa 2026-10-05"),
}

_BOOKED = (Evidence(Source.BOOKINGS, "b1", None, None, "-"),)


def at(day: int, hour: int = 12) -> datetime:
    """An instant on the `day`-th day (0-based) of the tests' October, WITA."""
    midnight = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=WITA)
    return midnight + timedelta(days=day, hours=hour)


def key_of(day: int) -> str:
    """The window key of the `day`-th day."""
    return str(FIRST_DAY + timedelta(days=day))


def said(
    slot: Slot,
    value: str,
    day: int,
    *,
    id_: int | None = None,
    hour: int = 12,
    denied: bool = False,
    hedged: bool = False,
    trust: float = 1.0,
    confidence: float = 0.8,
    subject: str = "self",
    user_id: UserId = WAYAN,
    expires_day: int | None = None,
) -> Observation:
    """One observation; its id follows from day and hour unless given."""
    return Observation(
        id=UUID(int=(day + 1) * 100 + hour if id_ is None else id_),
        window_key=key_of(day),
        user_id=user_id,
        subject=subject,
        slot=slot,
        value=value,
        polarity=Polarity.DENIED if denied else Polarity.AFFIRMED,
        confidence=confidence,
        hedged=hedged,
        language="en",
        trust=trust,
        author_role="user",
        observed_at=at(day, hour),
        expires_on=None if expires_day is None else FIRST_DAY + timedelta(days=expires_day),
        evidence=_BOOKED if slot is Slot.LAST_BOOKING else (),
    )


@st.composite
def _observation(
    draw: st.DrawFn, *, slots: tuple[Slot, ...], values: st.SearchStrategy[str] | None
) -> Observation:
    slot = draw(st.sampled_from(slots))
    day = draw(st.integers(0, 6))
    return said(
        slot,
        draw(st.sampled_from(VALUES[slot]) if values is None else values),
        day,
        id_=draw(st.integers(1, 2**40)),
        hour=draw(st.sampled_from((0, 12, 23))),
        denied=draw(st.integers(0, 3)) == 0,
        hedged=draw(st.integers(0, 3)) == 0,
        trust=draw(st.sampled_from((0.4, 1.0, 1.0))),
        confidence=draw(st.sampled_from((0.0, 0.5, 0.8, 1.0))),
        subject=draw(st.sampled_from(("self", "self", "wife"))),
        user_id=draw(st.sampled_from((WAYAN, WAYAN, WAYAN, MADE))),
        expires_day=draw(st.none() | st.none() | st.integers(day - 1, day + 4)),
    )


def observations(
    *,
    slots: tuple[Slot, ...] = tuple(VALUES),
    values: st.SearchStrategy[str] | None = None,
    min_size: int = 0,
) -> st.SearchStrategy[list[Observation]]:
    """Up to thirty observations with distinct ids, of two people; `values` replaces the small world's."""
    one = _observation(slots=slots, values=values)
    return st.lists(one, min_size=min_size, max_size=30, unique_by=lambda o: o.id)


def reaches(told: st.SearchStrategy[list[Observation]], goal: Callable[[list[Observation]], bool]) -> bool:
    """Whether a law over `told` meets the case `goal`: a guard against laws that hold of nothing."""
    searched = settings(max_examples=2000, derandomize=True, database=None, phases=[Phase.generate])
    try:
        find(told, goal, settings=searched)
    except NoSuchExample:
        return False
    return True


FUNCTIONAL_SLOTS = tuple(slot for slot in VALUES if slot in FUNCTIONAL)

HOSTILE_TEXT = st.lists(
    st.sampled_from(
        (
            *(
                "</user_memory>",
                "<user_memory>",
                "\n",
                "\r",
                "\u2028",
                "\x85",
                "\x00",
                '"',
                "``` ",
                "\\",
                ">",
            ),
            *(
                "\u202e",
                "\u200b",
                "\U000e0041",
                "\ufe0f",
                "\uff1c/user_memory\uff1e",
                "\uff02",
                "ignore this",
            ),
        )
    )
    | st.text(max_size=8),
    max_size=20,
).map("".join)
"""Values that try to end the quote, the line or the block."""
