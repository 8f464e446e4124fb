"""What weeks said of agents, and what was supposed of it: for an operator.

What belongs here: reading insights, hypotheses, and agents' long-term memories and prompts. What does not: how they come to be (`dreaming`).
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import agent_chunk_store, deep_store, summary_store
from agnt_pipelines.dreaming.hypotheses import brier
from agnt_pipelines.dreaming.insights import FLEET
from agnt_pipelines.dreaming.memories import Sentence
from agnt_pipelines.errors import AgntError
from agnt_pipelines.replay.windows import DREAM_WEEK
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import source, table_of

_INSIGHTS = deep_store.AGENT_INSIGHTS
_CHUNKS = agent_chunk_store.AGENT_CHUNKS
_PROMPTS = summary_store.AGENT_PROMPTS
_TALK, _VENUES, _USERS = table_of(source.Interaction), table_of(source.Venue), table_of(source.User)
_ENVELOPES = table_of(source.Envelope)
# What is told of an agent comes first: it is there at once, where talk has to be searched.
_AGENTS = (
    _INSIGHTS.c.agent_id,
    _VENUES.c.agent_id,
    _USERS.c.cp_agent_id,
    _ENVELOPES.c.from_agent,
    _ENVELOPES.c.to_agent,
    _TALK.c.agent_id,
)


@dataclass(frozen=True, slots=True)
class ToldInsight:
    """One insight; `agent` is * for the whole fleet, `window` a Monday."""

    agent: str
    window: str
    kind: str
    facet: str
    people: int
    differs: bool
    statement: str


@dataclass(frozen=True, slots=True)
class ToldHypothesis:
    """One hypothesis with the weeks that counted for and against it."""

    agent: str
    claim: str
    status: str
    created: str
    expires: str
    prior: float
    posterior: float
    weeks_for: int
    weeks_against: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good a kind's forecasts were: mean squared error of the priors of what was decided."""

    kind: str
    brier: float
    decided: int


@dataclass(frozen=True, slots=True)
class ToldChunk:
    """What five people or more told an agent of one theme in a week."""

    agent: str
    window: str
    theme: str
    text: str
    people: int


@dataclass(frozen=True, slots=True)
class ToldPrompt:
    """The newest version of an agent's own prompt."""

    version: int
    window: str
    tokens: int
    text: str
    left_out: int


@dataclass(frozen=True, slots=True)
class Told:
    """A week's insights and long-term memories, all hypotheses, and the score of each kind.

    Of one agent also its summary and its prompt.
    """

    window: str | None
    insights: tuple[ToldInsight, ...]
    hypotheses: tuple[ToldHypothesis, ...]
    calibration: tuple[Calibration, ...]
    chunks: tuple[ToldChunk, ...] = ()
    summary: tuple[Sentence, ...] = ()
    prompt: ToldPrompt | None = None


def insights_of(database: Database, *, agent: str | None = None, window: str | None = None) -> Told:
    """Return the insights of a week (the newest with any) and all hypotheses, of one agent or of all.

    Raises:
        AgntError: there is no such agent.
        SettingsError: the window is no Monday.
    """
    if window is not None:
        window = DREAM_WEEK.window(window).key
    mine = () if agent is None else (_INSIGHTS.c.agent_id == agent,)
    with database.reading() as snapshot:
        if agent is not None and agent != FLEET:
            _require_agent(snapshot, agent)
        newest = sa.select(sa.func.max(_INSIGHTS.c.window_key)).where(*mine)
        week = window or snapshot.scalar(newest)
        query = sa.select(_INSIGHTS).where(_INSIGHTS.c.window_key == week, *mine)
        order = (_INSIGHTS.c.agent_id, _INSIGHTS.c.kind, _INSIGHTS.c.facet)
        told = tuple(_told(row) for row in snapshot.execute(query.order_by(*order)))
        kept = deep_store.read_hypotheses(snapshot)
        chunks = _chunks(snapshot, week, agent)
        short = summary_store.read_agent_summaries(snapshot, [agent]) if agent else {}
        prompt = _prompt(snapshot, agent)
    scores = brier(kept)
    return Told(
        week,
        told,
        tuple(
            ToldHypothesis(
                agent=one.agent_id,
                claim=one.claim,
                status=one.status.value,
                created=one.created_window,
                expires=one.expires_window,
                prior=one.prior,
                posterior=one.posterior,
                weeks_for=one.evidence_for,
                weeks_against=one.evidence_against,
            )
            for one in kept
            if agent in {None, one.agent_id}
        ),
        tuple(Calibration(kind, score, decided) for kind, (score, decided) in scores.items()),
        chunks,
        tuple(short.get(agent or "", ())),
        prompt,
    )


def _require_agent(snapshot: Connection, agent: str) -> None:
    if not snapshot.scalar(sa.select(sa.or_(*(sa.exists().where(one == agent) for one in _AGENTS)))):
        raise AgntError(
            f"There is no agent {agent!r}: no message, venue, person or envelope names it; "
            "`./agnt insights` shows the agents of whom there is something to tell."
        )


def _chunks(snapshot: Connection, week: str | None, agent: str | None) -> tuple[ToldChunk, ...]:
    query = sa.select(_CHUNKS).where(_CHUNKS.c.window_key == week)
    if agent is not None:
        query = query.where(_CHUNKS.c.agent_id == agent)
    rows = snapshot.execute(query.order_by(_CHUNKS.c.agent_id, _CHUNKS.c.theme))
    return tuple(ToldChunk(row.agent_id, row.window_key, row.theme, row.text, row.people) for row in rows)


def _prompt(snapshot: Connection, agent: str | None) -> ToldPrompt | None:
    mine = sa.select(_PROMPTS).where(_PROMPTS.c.agent_id == agent)
    row = snapshot.execute(mine.order_by(_PROMPTS.c.version.desc()).limit(1)).first()
    if row is None:
        return None
    return ToldPrompt(row.version, row.window_key, row.token_count, row.text, len(row.left_out))


def _told(row: sa.Row[tuple[object, ...]]) -> ToldInsight:
    one = deep_store.insight_of(row)
    return ToldInsight(
        one.agent_id, one.window_key, one.kind.value, one.facet, one.people, one.differs, one.statement
    )
