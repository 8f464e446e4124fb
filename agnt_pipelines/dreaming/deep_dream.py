"""Deep dreaming, week by week: load -> think -> apply, for one window or one fold.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL
(`deep_store`), and the thinking itself (the pure modules).

A week is dreamt from whatever its days have written by then. A day that is run later makes the week
stale for the people whose claims it changed, so the end is the same in any order; that days come first is
a matter of time (02:00 before 04:00) and of the sensor, which leaves a week alone while its days are due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import (
    agent_chunk_store,
    agent_prompt,
    audit_store,
    chunk_store,
    deep_store,
    summary_store,
    summary_writer,
)
from agnt_pipelines.dreaming.agent_chunks import agent_chunks
from agnt_pipelines.dreaming.hypotheses import brier
from agnt_pipelines.dreaming.hypotheses import hypotheses as weigh
from agnt_pipelines.dreaming.insights import insights
from agnt_pipelines.dreaming.themes import chunks
from agnt_pipelines.language.static_vectors import static_vectors
from agnt_pipelines.replay import completion, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import FOLD, Window
from agnt_pipelines.settings import Settings

Think = Callable[[Connection, Window, Plan], None]
"""Fills a window's plan with the rows of its units."""


def remember(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    """Make long-term memories of consecutive closed weeks, oldest first, and their vectors where installed.

    Raises:
        Fenced: a later run took the lease.
    """

    def think(snapshot: Connection, window: Window, plan: Plan) -> None:
        count, changed = audit_store.reverified(snapshot, window, plan.units)
        plan.count("reverified", count)
        plan.count("reverified_in_vain", len(changed))
        plan.refused += changed
        for person, said in deep_store.read_week(snapshot, window, plan.units).items():
            made = chunks(person, window.key, said)
            plan.put(deep_store.MEMORY_CHUNKS, person, map(deep_store.chunk_row, made))
            plan.count("claims", len(said))
            for chunk in made:
                plan.count(f"slot_{chunk.theme}")

    yield from _weeks(lease, deep_store.memory_chunks(settings), windows, think, settings)
    chunk_store.stage_vectors(lease.database, static_vectors())


def compare(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    """Take the shares of consecutive closed weeks for every agent with changed inputs, oldest first.

    Raises:
        Fenced: a later run took the lease.
    """

    def think(snapshot: Connection, window: Window, plan: Plan) -> None:
        for agent, week in deep_store.read_agents(snapshot, window, plan.units).items():
            told = insights(agent, window.key, week)
            plan.put(deep_store.AGENT_INSIGHTS, agent, map(deep_store.insight_row, told))
            plan.count("contrasts_that_differ", sum(insight.differs for insight in told))

    return _weeks(lease, deep_store.agent_insights(settings), windows, think, settings)


def gather(lease: Lease, windows: Sequence[Window], settings: Settings) -> Iterator[Applied]:
    """Make long-term memories of agents, and of the project, of consecutive closed weeks, oldest first.

    Raises:
        Fenced: a later run took the lease.
    """

    def think(snapshot: Connection, window: Window, plan: Plan) -> None:
        for agent, told in agent_chunk_store.read_told(snapshot, window, plan.units).items():
            made = agent_chunks(agent, window.key, told)
            plan.put(agent_chunk_store.AGENT_CHUNKS, agent, map(agent_chunk_store.chunk_row, made))
            plan.count("claims", len(told))

    yield from _weeks(lease, agent_chunk_store.agent_chunks(settings), windows, think, settings)
    chunk_store.stage_vectors(lease.database, static_vectors())


def suppose(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Make and score the hypotheses of every agent whose insights changed, or which a week passed by.

    Args:
        lease: of the writer set `dreaming`.
        settings: of this process.
        code: whether agents whose fold only another version of the code made are folded again.
    """
    derivation = deep_store.hypotheses(settings)
    upstream = derivation.upstream
    assert upstream is not None

    def think(snapshot: Connection, plan: Plan) -> None:
        as_of = deep_store.newest_week(snapshot, upstream)
        for agent, told in deep_store.read_insights(snapshot, plan.units).items():
            made = weigh(agent, told, as_of)
            plan.put(deep_store.HYPOTHESES, agent, map(deep_store.hypothesis_row, made))
            for one in made:
                plan.count(f"hypotheses_{one.status}")

    return _agents(lease, derivation, think, settings, code=code)


def summarise(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Write the summary of every agent whose insights changed; arguments as `suppose`.

    Where a model writes them, an agent whose answer is still to come keeps what it has, and stays due.
    """

    def think(snapshot: Connection, plan: Plan) -> None:
        facts = summary_writer.facts_of_agents(snapshot, plan.units)
        summary_writer.write(snapshot, plan, facts, settings, about_people=False)

    return _agents(lease, summary_store.agent_summaries(settings), think, settings, code=code)


def write_prompts(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Write the prompts of every agent whose insights, hypotheses or summary changed; arguments as `suppose`."""

    def think(snapshot: Connection, plan: Plan) -> None:
        told = deep_store.read_insights(snapshot, plan.units)
        short = summary_store.read_agent_summaries(snapshot, plan.units)
        for agent in plan.units:
            versions = agent_prompt.versions(
                agent,
                told.get(agent, ()),
                deep_store.insight_id,
                token_budget=settings.soul_prompt_tokens,
                summary=short.get(agent, ()),
            )
            plan.put(summary_store.AGENT_PROMPTS, agent, map(summary_store.prompt_row, versions))
            if versions:
                plan.count("insights_left_out", len(versions[-1].left_out))

    return _agents(lease, summary_store.agent_prompts(settings), think, settings, code=code)


def calibration(lease: Lease) -> dict[str, tuple[float, int]]:
    """Return by kind the Brier score of all decided hypotheses, and of how many."""
    with lease.database.reading() as snapshot:
        return dict(brier(deep_store.read_hypotheses(snapshot)))


def _agents(
    lease: Lease,
    derivation: Derivation,
    think: Callable[[Connection, Plan], None],
    settings: Settings,
    *,
    code: bool,
) -> Applied:
    """Bring a fold over agents up to date."""
    with lease.database.reading() as snapshot:
        due = staleness.due(snapshot, derivation).get(FOLD, Due(FOLD))
        units = due.units | (due.code if code else {})
        if not units and not due.missing:
            return completion.standing(snapshot, derivation, FOLD)
        plan = Plan(derivation, FOLD, units)
        think(snapshot, plan)
    return apply(lease, plan, settings)


def _weeks(
    lease: Lease, derivation: Derivation, windows: Sequence[Window], think: Think, settings: Settings
) -> Iterator[Applied]:
    """Bring consecutive windows up to date; one in which nothing is due is left."""
    for window in windows:
        with lease.database.reading() as snapshot:
            due = staleness.due(snapshot, derivation, [window]).get(window.key)
            if due is None:
                yield completion.standing(snapshot, derivation, window.key)
                continue
            plan = Plan(derivation, window.key, due.units | due.code)
            think(snapshot, window, plan)
        yield apply(lease, plan, settings)
    with lease.database.reading() as snapshot:
        first_key = staleness.first_key(snapshot, derivation)
    completion.forget_empty(lease, derivation, first_key)
