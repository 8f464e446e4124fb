"""Long-term memory of agents and of the project: what five people or more told them in one week.

What belongs here: which values may be told, and their sentence by template. What does not: people's own
memories (`themes`), shares with intervals (`insights`), and reading claims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from agnt_pipelines.dreaming.claims import Polarity, Slot
from agnt_pipelines.dreaming.insights import MIN_PEOPLE
from agnt_pipelines.dreaming.normal_form import normal_form
from agnt_pipelines.dreaming.soul_prompt import quoted
from agnt_pipelines.dreaming.themes import MAX_CLAIMS, THEME_OF, Theme


@dataclass(frozen=True, slots=True)
class Told:
    """A claim that one person made to an agent."""

    id: UUID
    person: str
    slot: Slot
    value: str
    polarity: Polarity
    trust: float


@dataclass(frozen=True, slots=True)
class AgentChunk:
    """What many said of one theme in one week: a row of `mind.agent_chunks`."""

    agent_id: str
    window_key: str
    theme: Theme
    text: str
    people: int
    trust: float
    observation_ids: tuple[UUID, ...]


def agent_chunks(agent_id: str, window_key: str, told: Iterable[Told]) -> list[AgentChunk]:
    """Return a week's themes with whatever `MIN_PEOPLE` people or more said: a function of the set."""
    same: defaultdict[tuple[Slot, str, Polarity], dict[UUID, Told]] = defaultdict(dict)
    for one in told:
        same[one.slot, normal_form(one.value, one.slot), one.polarity][one.id] = one
    by_theme: defaultdict[Theme, list[list[Told]]] = defaultdict(list)
    for (slot, _, _), claims in same.items():
        if len(_people(claims.values())) >= MIN_PEOPLE:
            by_theme[THEME_OF[slot]].append(sorted(claims.values(), key=lambda one: one.id))
    return [_chunk(agent_id, window_key, theme, by_theme[theme]) for theme in Theme if theme in by_theme]


def _chunk(agent_id: str, window_key: str, theme: Theme, values: list[list[Told]]) -> AgentChunk:
    kept = sorted(values, key=lambda some: (-len(_people(some)), _words(some)))[:MAX_CLAIMS]
    said = [one for some in kept for one in some]
    title = theme.value.replace("_", " ").capitalize()
    listed = "; ".join(f"{_words(some)} ({len(_people(some))} people)" for some in kept)
    return AgentChunk(
        agent_id=agent_id,
        window_key=window_key,
        theme=theme,
        text=f"{title}, week of {window_key}: {listed}.",
        people=len(_people(said)),
        trust=min(one.trust for one in said),
        observation_ids=tuple(sorted(one.id for one in said)),
    )


def _words(some: list[Told]) -> str:
    denied = "not " if some[0].polarity is Polarity.DENIED else ""
    return f"{some[0].slot.replace('_', ' ')}: {denied}{quoted(min(one.value for one in some))}"


def _people(some: Iterable[Told]) -> set[str]:
    return {one.person for one in some}
