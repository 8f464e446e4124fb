"""Insights: what a week says of an agent's work, as counts with their uncertainty.

What belongs here: which shares are taken, of whom they may be told, and their sentences. What does not:
reading rows, and what becomes of a share later (`hypotheses`).

An insight is n of N with its Wilson interval, and where it is a contrast, the same of all other cases with
the probability of so much difference by chance, corrected for how many contrasts the week has.
It holds no one's words: facets are names of ours, or the platform's own intent patterns. Whatever is
told of people is told from `MIN_PEOPLE` distinct people on.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from agnt_pipelines.dreaming.significance import corrected, two_sided
from agnt_pipelines.dreaming.themes import Theme

FLEET = "*"
"""The scope of all agents together."""

MIN_PEOPLE = 5
"""k of k-anonymity (Sweeney 2002): the distinct people behind every count that is told."""

GROUP = 6
"""People from which a booking is a group's: the platform's own line."""

LEVEL = 0.05
"""Below it a contrast differs: corrected for all contrasts of an agent's week."""

EVERYTHING = "all"
_Z = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""
_PATTERN = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_PATTERN_CHARS = 40
_FELL_THROUGH = frozenset({"cancelled", "no_show"})


class Kind(StrEnum):
    """What a share is a share of."""

    THEME = "theme"
    COMPLAINT = "complaint"
    UNANSWERED = "unanswered"
    FELL_THROUGH = "fell_through"


_SENTENCE = {
    Kind.THEME: "of the people who wrote spoke of {facet}",
    Kind.COMPLAINT: "of the people who wrote said what they do not want of {facet}",
    Kind.UNANSWERED: "conversations ({facet}) had no answer after the first message",
    Kind.FELL_THROUGH: "bookings ({facet}) were cancelled or missed",
}


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's exchange with an agent within a week."""

    person: str
    answered: bool
    intents: frozenset[str]


@dataclass(frozen=True, slots=True)
class BookingCase:
    """One booking made in a week, with its present status in lower case."""

    person: str
    status: str
    party_size: int | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A person claimed something of a theme; `against`: what they do not like or want."""

    person: str
    theme: Theme
    against: bool = False


@dataclass(slots=True)
class Week:
    """What a week holds of one agent, or of the fleet."""

    conversations: list[Conversation]
    bookings: list[BookingCase]
    spoken: list[Spoken]


@dataclass(frozen=True, slots=True)
class Share:
    """n of N, with the 95 % Wilson interval of n / N."""

    hits: int
    cases: int

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound, 0..1, to 4 decimals."""
        return wilson(self.hits, self.cases)

    @property
    def words(self) -> str:
        """The share as a person reads it."""
        low, high = self.interval
        return f"{self.hits} of {self.cases} ({low:.0%} to {high:.0%})"


@dataclass(frozen=True, slots=True)
class Insight:
    """One share of one agent's week, and that of its other cases: a row of `mind.agent_insights`."""

    agent_id: str
    window_key: str
    kind: Kind
    facet: str
    people: int
    share: Share
    rest: Share | None
    p: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the two shares would hardly differ so much by chance, of all contrasts of the week."""
        return self.p is not None and self.p < LEVEL

    @property
    def statement(self) -> str:
        """The insight in a sentence, with its numbers."""
        facet = self.facet.replace("_", " ")
        chance = "" if self.p is None else f" (p {self.p:.4f})"
        other = "" if self.rest is None else f"; of the others {self.rest.words}{chance}"
        return f"{self.share.words} {_SENTENCE[self.kind].format(facet=facet)}{other}."


@dataclass(frozen=True, slots=True)
class _Case:
    person: str
    hit: bool
    facets: frozenset[str]


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927), to 4 decimals; (0, 1) of no case."""
    if cases == 0:
        return 0.0, 1.0
    share, weight = hits / cases, _Z * _Z / cases
    middle = share + weight / 2
    reach = math.sqrt(weight * (share * (1 - share) + weight / 4))
    low, high = (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
    return round(max(low, 0.0), 4), round(min(high, 1.0), 4)


def insights(agent_id: str, window_key: str, week: Week) -> list[Insight]:
    """Return what may be told of an agent's week, by kind and facet."""
    told = [
        *_themes(agent_id, window_key, Kind.THEME, week),
        *_themes(agent_id, window_key, Kind.COMPLAINT, week),
        *_contrasts(agent_id, window_key, Kind.UNANSWERED, map(_conversation, week.conversations)),
        *_contrasts(agent_id, window_key, Kind.FELL_THROUGH, map(_booking, week.bookings)),
    ]
    return sorted(_corrected(told), key=lambda insight: (insight.kind, insight.facet))


def _corrected(told: Sequence[Insight]) -> Iterator[Insight]:
    """Give each contrast its probability under chance, corrected for all contrasts of the agent's week."""
    yield from (one for one in told if one.rest is None)
    compared = [(one, one.rest) for one in told if one.rest is not None]
    chances = [two_sided(one.share.hits, one.share.cases, rest.hits, rest.cases) for one, rest in compared]
    for (one, _), p in zip(compared, corrected(chances), strict=True):
        yield replace(one, p=p)


def _themes(agent_id: str, window_key: str, kind: Kind, week: Week) -> Iterator[Insight]:
    """Shares of the people who wrote: told where k spoke of a theme, as a share speaks of its n."""
    wrote = {conversation.person for conversation in week.conversations}
    spoke: defaultdict[Theme, set[str]] = defaultdict(set)
    for one in week.spoken:
        if kind is Kind.COMPLAINT and not one.against:
            continue
        spoke[one.theme].add(one.person)
    for theme, people in spoke.items():
        number = len(people & wrote)
        if number >= MIN_PEOPLE:
            share = Share(number, len(wrote))
            yield Insight(agent_id, window_key, kind, theme.value, number, share, None)


def _contrasts(agent_id: str, window_key: str, kind: Kind, found: Iterable[_Case]) -> Iterator[Insight]:
    """The share of all cases, then each facet's against the rest: both sides from k people on."""
    cases = list(found)
    if len(_people(cases)) < MIN_PEOPLE:
        return
    yield Insight(agent_id, window_key, kind, EVERYTHING, len(_people(cases)), _share(cases), None)
    for facet in sorted({facet for case in cases for facet in case.facets}):
        these = [case for case in cases if facet in case.facets]
        rest = [case for case in cases if facet not in case.facets]
        people = len(_people(these))
        if min(people, len(_people(rest))) >= MIN_PEOPLE:
            yield Insight(agent_id, window_key, kind, facet, people, _share(these), _share(rest))


def _conversation(one: Conversation) -> _Case:
    return _Case(one.person, not one.answered, frozenset(filter(_is_pattern, one.intents)))


def _booking(one: BookingCase) -> _Case:
    group = one.party_size is not None and one.party_size >= GROUP
    return _Case(one.person, one.status in _FELL_THROUGH, frozenset({"groups"} if group else ()))


def _is_pattern(intent: str) -> bool:
    """Whether an intent is a name, so that no one's words come into a sentence by this way."""
    return intent != EVERYTHING and len(intent) <= _PATTERN_CHARS and _PATTERN.fullmatch(intent) is not None


def _people(cases: Sequence[_Case]) -> set[str]:
    return {case.person for case in cases}


def _share(cases: Sequence[_Case]) -> Share:
    count: Callable[[Iterable[bool]], int] = sum
    return Share(count(case.hit for case in cases), len(cases))
