"""The SQL of deep dreaming: what a week reads, and rows in and out of dataclasses.

What belongs here: the derivations of taste, memory chunks, insights and hypotheses, their queries and
conversions. What does not: observations (`store`), and thinking (the pure modules).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import store
from agnt_pipelines.dreaming.claims import Observation, Slot, UserId
from agnt_pipelines.dreaming.hypotheses import MIN_EVIDENCE, Hypothesis, Status
from agnt_pipelines.dreaming.insights import (
    FLEET,
    BookingCase,
    Conversation,
    Insight,
    Kind,
    Share,
    Spoken,
    Week,
)
from agnt_pipelines.dreaming.taste import Taste
from agnt_pipelines.dreaming.themes import THEME_OF, Chunk
from agnt_pipelines.replay.derivation import Derivation, InputSource, Row, content_id
from agnt_pipelines.replay.staleness import alive, content
from agnt_pipelines.replay.windows import DREAM_WEEK, FOLD, WITA_NAME, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import dreaming as tables
from agnt_pipelines.storage.tables import source, table_of
from agnt_pipelines.storage.tables.replay import WindowUnit

TASTE_PROFILES = table_of(tables.TasteProfile)
MEMORY_CHUNKS = table_of(tables.MemoryChunk)
AGENT_INSIGHTS = table_of(tables.AgentInsight)
HYPOTHESES = table_of(tables.HypothesisRow)
_OBSERVATIONS = store.OBSERVATIONS
_UNITS = table_of(WindowUnit)
_INTERACTIONS = table_of(source.Interaction)
_BOOKINGS = table_of(source.Booking)
_VENUES = table_of(source.Venue)

DEEP_DREAM = "deep_dream"
TASTE_VERSION = "1"
THEMES_VERSION = "1"
INSIGHTS_VERSION = "2"
HYPOTHESES_VERSION = "1"
"""Raised with every change that may change rows, as those of `store`."""

AGAINST = frozenset({Slot.DISLIKES, Slot.NEVER})
"""Slots that tell what somebody does not want, beside whatever is denied."""
_EXTERNAL = "external_agent"


def taste_profiles(settings: Settings) -> Derivation:
    """The fold of a person's observations into weights; light dreaming's, as it follows every night."""
    return Derivation(
        name="taste_profiles",
        job=store.LIGHT_DREAM,
        writer_set=store.WRITER_SET,
        version=f"taste {TASTE_VERSION}",
        tables=(TASTE_PROFILES,),
        calendar=None,
        upstream=store.observations(settings),
    )


def memory_chunks(settings: Settings) -> Derivation:
    """The themes of a person's week: determined by what the week's seven days wrote of them."""
    return Derivation(
        name="memory_chunks",
        job=DEEP_DREAM,
        writer_set=store.WRITER_SET,
        version=f"themes {THEMES_VERSION}",
        tables=(MEMORY_CHUNKS,),
        calendar=DREAM_WEEK,
        sources=(InputSource("days", _days_of_people()),),
        upstream=store.observations(settings),
    )


def agent_insights(settings: Settings) -> Derivation:
    """The shares of an agent's week: determined by all people who had to do with it."""
    return Derivation(
        name="agent_insights",
        job=DEEP_DREAM,
        writer_set=store.WRITER_SET,
        version=f"insights {INSIGHTS_VERSION}",
        tables=(AGENT_INSIGHTS,),
        calendar=DREAM_WEEK,
        sources=(
            InputSource("claims", of_agents(claims_of_agents(), "slot", "polarity")),
            InputSource("conversations", of_agents(_turns(), "direction", "source", "session_id", "intent")),
            InputSource("bookings", of_agents(_bookings(), "status", "party_size")),
        ),
        upstream=store.observations(settings),
    )


def hypotheses(settings: Settings) -> Derivation:
    """The hypotheses of an agent: a fold over its insights, as of the newest week with any."""
    insights = agent_insights(settings)
    return Derivation(
        name="hypotheses",
        job=DEEP_DREAM,
        writer_set=store.WRITER_SET,
        version=f"insights {INSIGHTS_VERSION}, hypotheses {HYPOTHESES_VERSION}",
        tables=(HYPOTHESES,),
        calendar=None,
        upstream=insights,
        digests=_insight_digests(insights),
    )


def read_week(
    connection: Connection, window: Window, people: Collection[str]
) -> dict[UserId, list[Observation]]:
    """Return what some people's observations of a week are."""
    days = window.key, DREAM_WEEK.window_at(window.end).key
    return store.read_observations(connection, people, days)


def read_agents(connection: Connection, window: Window, agents: Collection[str]) -> dict[str, Week]:
    """Return what a week holds of some agents, of which `FLEET` may be one."""
    weeks = {agent: Week([], [], []) for agent in agents}

    def put(agent: str | None) -> Iterable[Week]:
        return (weeks[name] for name in {agent, FLEET} if name in weeks)

    for row in connection.execute(_conversations(window, agents)):
        intents = frozenset(intent for intent in row.intents if intent is not None)
        for week in put(row.agent_id):
            week.conversations.append(Conversation(row.person, row.answered, intents))
    for row in connection.execute(within(_bookings(), window, agents)):
        for week in put(row.agent_id):
            week.bookings.append(BookingCase(row.person, (row.status or "").lower(), row.party_size))
    for row in connection.execute(within(claims_of_agents(), window, agents)):
        for week in put(row.agent_id):
            against = row.polarity < 0 or row.slot in AGAINST
            week.spoken.append(Spoken(row.person, THEME_OF[Slot(row.slot)], against))
    return weeks


def read_insights(connection: Connection, agents: Collection[str]) -> dict[str, list[Insight]]:
    """Return all insights of some agents."""
    found: defaultdict[str, list[Insight]] = defaultdict(list)
    query = sa.select(AGENT_INSIGHTS).where(AGENT_INSIGHTS.c.agent_id == _any(agents))
    for row in connection.execute(query):
        found[row.agent_id].append(insight_of(row))
    return dict(found)


def read_hypotheses(connection: Connection) -> list[Hypothesis]:
    """Return every hypothesis, by agent, metric and week."""
    kept = HYPOTHESES.c
    query = sa.select(HYPOTHESES).order_by(kept.agent_id, kept.metric, kept.created_window)
    return [hypothesis_of(row) for row in connection.execute(query)]


def newest_week(connection: Connection, derivation: Derivation) -> str:
    """Return the newest week in which any agent had insights; "" where there is none."""
    return connection.scalar(sa.select(_newest(derivation))) or ""


def taste_row(taste: Taste) -> Row:
    """Return a facet as a row of `mind.taste_profiles`."""
    return (
        taste.user_id, taste.facet, taste.weight, taste.favourable, taste.averse, taste.half_life_days,
        taste.last_said, taste.landmark,
    )  # fmt: skip


def chunk_row(chunk: Chunk) -> Row:
    """Return a theme of a week as a row of `mind.memory_chunks`."""
    return (
        content_id("chunk", chunk.user_id, chunk.window_key, chunk.theme),
        chunk.window_key,
        chunk.user_id,
        chunk.theme.value,
        chunk.text,
        chunk.evidence_count,
        chunk.distinct_days,
        chunk.trust,
        list(chunk.observation_ids),
    )


def insight_id(insight: Insight) -> UUID:
    """Return the id of an insight's row."""
    return content_id("insight", insight.agent_id, insight.window_key, insight.kind, insight.facet)


def insight_row(insight: Insight) -> Row:
    """Return an insight as a row of `mind.agent_insights`."""
    rest = insight.rest
    return (
        insight_id(insight),
        insight.window_key,
        insight.agent_id,
        insight.kind.value,
        insight.facet,
        insight.people,
        insight.share.hits,
        insight.share.cases,
        *insight.share.interval,
        None if rest is None else rest.hits,
        None if rest is None else rest.cases,
        insight.differs,
        insight.statement,
        insight.p,
    )


def insight_of(row: sa.Row[Any]) -> Insight:
    """Return a row of `mind.agent_insights` as an insight."""
    rest = None if row.rest_cases is None else Share(row.rest_hits, row.rest_cases)
    share = Share(row.hits, row.cases)
    return Insight(row.agent_id, row.window_key, Kind(row.kind), row.facet, row.people, share, rest, row.p)


def hypothesis_row(one: Hypothesis) -> Row:
    """Return a hypothesis as a row of `mind.hypotheses`."""
    return (
        content_id("hypothesis", one.agent_id, one.metric, one.created_window), one.agent_id, one.kind,
        one.metric, one.claim, one.direction, one.baseline, MIN_EVIDENCE, one.created_window,
        one.expires_window, one.prior, one.posterior, one.evidence_for, one.evidence_against,
        one.status.value, one.decided_window,
    )  # fmt: skip


def hypothesis_of(row: sa.Row[Any]) -> Hypothesis:
    """Return a row of `mind.hypotheses` as a hypothesis."""
    return Hypothesis(
        agent_id=row.agent_id,
        kind=row.kind,
        metric=row.metric,
        direction=row.direction,
        baseline=row.baseline,
        created_window=row.created_window,
        expires_window=row.expires_window,
        prior=row.prior,
        evidence_for=row.evidence_for,
        evidence_against=row.evidence_against,
        status=Status(row.status),
        decided_window=row.decided_window,
    )


def _days_of_people() -> sa.Select[Any]:
    """Select what every day wrote of every person, at the day's beginning.

    A day that left no claim of a person is no input, so that more small talk makes no week stale.
    """
    unit = _UNITS.c
    mine = unit.derivation == "observations"
    # CASE: the window keys of other derivations are no dates, and no order of conditions is sure.
    midnight = sa.cast(sa.case((mine, unit.window_key)), sa.DateTime)
    return sa.select(
        sa.func.timezone(WITA_NAME, midnight).label("at"),
        unit.unit.label("unit"),
        unit.window_key.label("row_id"),
        unit.digest_out.label("content"),
    ).where(mine, unit.rows > 0)


def of_agents(rows: sa.Select[Any], *names: str) -> sa.Select[Any]:
    """Select rows once for their agent and once for the fleet, as inputs with these columns."""
    one = rows.subquery()
    scopes = sa.func.unnest(array([one.c.agent_id, sa.literal(FLEET)])).table_valued("unit").render_derived()
    return (
        sa.select(
            one.c.at,
            scopes.c.unit,
            one.c.person,
            one.c.row_id,
            content(one.c.person, one.c.at, *(one.c[name] for name in names)).label("content"),
        )
        .select_from(one)
        .join(scopes, sa.true())
        .where(scopes.c.unit.is_not(None))
    )


def _turns() -> sa.Select[Any]:
    """Select people's exchanges with agents, without their words."""
    talk = _INTERACTIONS.c
    return sa.select(
        talk.created_at.label("at"),
        talk.user_id.label("person"),
        talk.agent_id,
        talk.id.label("row_id"),
        sa.func.lower(talk.direction).label("direction"),
        talk.source,
        talk.session_id,
        talk.intent,
    ).where(talk.user_id.is_not(None))


def _bookings() -> sa.Select[Any]:
    """Select bookings with the agent that answers for the venue."""
    booked = _BOOKINGS.c
    return sa.select(
        booked.created_at.label("at"),
        booked.user_id.label("person"),
        _VENUES.c.agent_id,
        booked.id.label("row_id"),
        booked.status,
        booked.party_size,
    ).select_from(_BOOKINGS.outerjoin(_VENUES, _VENUES.c.id == booked.venue_id))


def claims_of_agents() -> sa.Select[Any]:
    """Select claims from talk with the agent that heard them."""
    said, talk = _OBSERVATIONS.c, _INTERACTIONS.c
    heard = sa.and_(talk.id == said.evidence[0]["source_id"].astext, talk.user_id == said.user_id)
    return (
        sa.select(
            talk.created_at.label("at"),
            said.user_id.label("person"),
            talk.agent_id,
            sa.cast(said.id, sa.Text).label("row_id"),
            said.slot,
            said.value,
            said.polarity,
            said.subject,
            said.trust,
        )
        .select_from(_OBSERVATIONS.join(_INTERACTIONS, heard))
        .where(said.author_role == "person")
    )


def _conversations(window: Window, agents: Collection[str]) -> sa.Select[Any]:
    """Select a week's conversations: by agent, person and session (by day where there is no session).

    Answered is one in which the agent said something after the person's first message of the week.
    """
    turn = within(_turns(), window, agents).subquery()
    day = sa.func.to_char(sa.func.timezone(WITA_NAME, turn.c.at), "YYYY-MM-DD")
    inbound = sa.and_(turn.c.direction == "inbound", turn.c.source.is_distinct_from(_EXTERNAL))
    asked = sa.func.min(turn.c.at).filter(inbound)
    answered = sa.func.max(turn.c.at).filter(turn.c.direction == "outbound")
    return (
        sa.select(
            turn.c.agent_id,
            turn.c.person,
            sa.func.coalesce(answered >= asked, sa.false()).label("answered"),
            sa.func.array_agg(sa.distinct(turn.c.intent)).label("intents"),
        )
        .group_by(turn.c.agent_id, turn.c.person, sa.func.coalesce(turn.c.session_id, day))
        .having(asked.is_not(None))
    )


def within(rows: sa.Select[Any], window: Window, agents: Collection[str]) -> sa.Select[Any]:
    """Restrict to a week, to people who are there, and, unless the fleet is asked for, to agents."""
    one = rows.subquery()
    restricted = sa.select(one).where(
        one.c.at >= window.start, one.c.at < window.end, one.c.person.in_(alive())
    )
    return restricted if FLEET in agents else restricted.where(one.c.agent_id == _any(agents))


def _insight_digests(upstream: Derivation) -> sa.Select[Any]:
    """Select (FOLD, agent, digest) of a fold over all weeks of an agent and the newest week of any."""
    weeks = sa.func.string_agg(
        _UNITS.c.window_key + sa.literal(" ") + _UNITS.c.digest_out, sa.text("E'\\n' ORDER BY window_key")
    )
    both = weeks + sa.literal("\n") + _newest(upstream)
    return (
        sa.select(
            sa.literal(FOLD).label("window_key"),
            _UNITS.c.unit.label("unit"),
            sa.func.encode(sa.func.sha256(sa.func.convert_to(both, "UTF8")), "hex").label("digest_in"),
        )
        .where(_UNITS.c.derivation == upstream.name, _UNITS.c.rows > 0)
        .group_by(_UNITS.c.unit)
    )


def _newest(upstream: Derivation) -> sa.ScalarSelect[Any]:
    newest = _UNITS.alias("newest")
    query = sa.select(sa.func.max(newest.c.window_key))
    return query.where(newest.c.derivation == upstream.name, newest.c.rows > 0).scalar_subquery()


def _any(values: Iterable[str]) -> sa.ColumnElement[str]:
    return sa.func.any(sa.bindparam("agents", list(values), ARRAY(sa.Text), unique=True))
