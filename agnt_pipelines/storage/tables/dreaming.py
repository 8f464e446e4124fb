"""What dreaming writes: observations of one window each, and the folds over them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agnt_pipelines.storage.tables import MIND, Base, Kind, Role


class ObservationRow(Base):
    """One typed claim that one window's dream took from one person's own words or records."""

    __tablename__ = "observations"
    __table_args__ = (
        sa.CheckConstraint("polarity IN (-1, 1)", name="polarity"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        sa.CheckConstraint("trust BETWEEN 0 AND 1", name="trust"),
        sa.CheckConstraint("jsonb_array_length(evidence) > 0", name="evidence"),
        sa.CheckConstraint(
            "trust <= CASE author_role WHEN 'person' THEN 1 WHEN 'record' THEN 1 WHEN 'agent' THEN 0.6 "
            "WHEN 'a2a' THEN 0.4 ELSE 0.2 END",
            name="trust_of_its_class",
        ),
        sa.Index("ix_observations_window_key_user_id", "window_key", "user_id"),
        sa.Index("ix_observations_user_id", "user_id"),
        {
            "schema": MIND,
            "comment": "Claims with their evidence: one row per claim, window and person.",
            "info": Role(Kind.STATE, person="user_id", window="window_key").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of content and source.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="WITA day the words were said.")
    user_id: Mapped[str] = mapped_column(sa.Text, comment="The person.")
    subject: Mapped[str] = mapped_column(sa.Text, comment="self, or whom of theirs it is about.")
    slot: Mapped[str] = mapped_column(sa.Text, comment="What the claim is about; a closed list.")
    value: Mapped[str] = mapped_column(sa.Text, comment="Normalised value, 120 characters at most.")
    polarity: Mapped[int] = mapped_column(sa.SmallInteger, comment="1 affirmed, -1 denied.")
    confidence: Mapped[float] = mapped_column(sa.Double, comment="0..1.")
    hedged: Mapped[bool] = mapped_column(sa.Boolean, comment="Said with maybe or the like.")
    language: Mapped[str] = mapped_column(sa.Text, comment="Language of the words, ISO 639-1.")
    trust: Mapped[float] = mapped_column(sa.Double, comment="0..1 by class of source.")
    author_role: Mapped[str] = mapped_column(sa.Text, comment="person or record.")
    observed_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), comment="Event time.")
    expires_on: Mapped[date | None] = mapped_column(sa.Date, comment="Last WITA day it holds.")
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, comment="Source, row id, span and SHA-256 of the quote, for each piece."
    )


class UserMemory(Base):
    """The fold of a person's observations: what agents may say they know about them."""

    __tablename__ = "user_memory"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('structural', 'semantic')", name="kind"),
        sa.CheckConstraint("polarity IN (-1, 1)", name="polarity"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        sa.CheckConstraint("cardinality(observation_ids) > 0", name="lineage"),
        sa.Index("ix_user_memory_user_id", "user_id", "key"),
        # The foreign key's other end: without it each deleted row scans the table.
        sa.Index(
            "ix_user_memory_superseded_by",
            "superseded_by",
            postgresql_where=sa.text("superseded_by IS NOT NULL"),
        ),
        {
            "schema": MIND,
            "comment": "What is known about a person, with validity by event time.",
            "info": Role(Kind.STATE, person="user_id").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of what it says.")
    user_id: Mapped[str] = mapped_column(sa.Text, comment="The person.")
    key: Mapped[str] = mapped_column(sa.Text, comment="Slot.")
    kind: Mapped[str] = mapped_column(sa.Text, comment="structural: always injected; semantic: recalled.")
    subject: Mapped[str] = mapped_column(sa.Text, comment="self, or whom of theirs it is about.")
    value: Mapped[str] = mapped_column(sa.Text, comment="Normalised value.")
    polarity: Mapped[int] = mapped_column(sa.SmallInteger, comment="1 affirmed, -1 denied.")
    confidence: Mapped[float] = mapped_column(sa.Double, comment="0..1, from all evidence.")
    trust: Mapped[float] = mapped_column(sa.Double, comment="Minimum over its observations.")
    status: Mapped[str] = mapped_column(
        sa.Text, comment="active, candidate, superseded, disputed or expired."
    )
    language: Mapped[str] = mapped_column(sa.Text, comment="Language of the words.")
    valid_from: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), comment="Event time.")
    valid_to: Mapped[datetime | None] = mapped_column(
        sa.DateTime(timezone=True), comment="Event time at which it stopped to hold."
    )
    superseded_by: Mapped[UUID | None] = mapped_column(
        sa.Uuid,
        sa.ForeignKey(f"{MIND}.user_memory.id", deferrable=True, initially="DEFERRED"),
        comment="The row that closed this one.",
    )
    evidence_count: Mapped[int] = mapped_column(sa.Integer, comment="Observations behind it.")
    distinct_days: Mapped[int] = mapped_column(sa.Integer, comment="WITA days it was said on.")
    last_evidence_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), comment="Event time of the newest statement."
    )
    observation_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Its lineage.")
    score: Mapped[float] = mapped_column(sa.Double, comment="What speaks for it, 0..1; .5 is enough.")


class Summary(Base):
    """One sentence of what is known about a person, with the memories that it rests on."""

    __tablename__ = "summaries"
    __table_args__ = (
        sa.CheckConstraint("cardinality(cites) > 0", name="cites"),
        {
            "schema": MIND,
            "comment": "Short summaries of people, sentence by sentence, each citing memories.",
            "info": Role(Kind.STATE, person="user_id").info(),
        },
    )

    user_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="The person.")
    place: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, comment="1.. in reading order.")
    text: Mapped[str] = mapped_column(sa.Text, comment="The sentence.")
    cites: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Rows of user_memory.")
    writer: Mapped[str] = mapped_column(sa.Text, comment="template, or the model that wrote it.")


class SoulPrompt(Base):
    """One version of a person's memory block for the system prompt of their agent."""

    __tablename__ = "soul_prompts"
    __table_args__ = (
        sa.CheckConstraint("version > 0", name="version"),
        {
            "schema": MIND,
            "comment": "Memory blocks for system prompts, numbered in window order.",
            "info": Role(Kind.STATE, person="user_id").info(),
        },
    )

    user_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="The person.")
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, comment="1.. in window order.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Window at whose end it began to hold.")
    text: Mapped[str] = mapped_column(sa.Text, comment="The block, ready to be injected.")
    token_count: Mapped[int] = mapped_column(sa.Integer, comment="UTF-8 bytes / 4, rounded up.")
    memory_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Memories in it.")
    left_out: Mapped[list[UUID]] = mapped_column(
        ARRAY(sa.Uuid), comment="Memories the budget had no room for."
    )
    content_hash: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the text, hex.")


class TasteProfile(Base):
    """How much of what a person said about one thing still counts."""

    __tablename__ = "taste_profiles"
    __table_args__ = (
        {
            "schema": MIND,
            "comment": "Forward-decayed weights of what people like and avoid.",
            "info": Role(Kind.STATE, person="user_id").info(),
        },
    )

    user_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="The person.")
    facet: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Slot and value.")
    weight: Mapped[int] = mapped_column(
        sa.BigInteger, comment="In 1/1048576 of a sure statement made on the landmark; negative: averse."
    )
    favourable: Mapped[int] = mapped_column(sa.Integer, comment="Statements in favour.")
    averse: Mapped[int] = mapped_column(sa.Integer, comment="Statements against.")
    half_life_days: Mapped[int | None] = mapped_column(sa.Integer, comment="Days; null: never fades.")
    last_said: Mapped[date] = mapped_column(sa.Date, comment="WITA day of the newest statement.")
    landmark: Mapped[date] = mapped_column(
        sa.Date, comment="WITA day on which the weight holds: the person's last with claims."
    )


class MemoryChunk(Base):
    """One theme of a person's week: long-term memory, made from cited claims alone."""

    __tablename__ = "memory_chunks"
    __table_args__ = (
        sa.CheckConstraint("evidence_count >= 3", name="evidence"),
        sa.CheckConstraint("distinct_days >= 2", name="days"),
        sa.CheckConstraint("trust BETWEEN 0 AND 1", name="trust"),
        sa.CheckConstraint("cardinality(observation_ids) > 0", name="lineage"),
        sa.Index("ix_memory_chunks_user_id", "user_id", "window_key"),
        {
            "schema": MIND,
            "comment": "Long-term memories: one row per person, week and theme.",
            "info": Role(Kind.STATE, person="user_id", window="window_key").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of whose, when and what.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Dream week, its Monday.")
    user_id: Mapped[str] = mapped_column(sa.Text, comment="The person.")
    theme: Mapped[str] = mapped_column(sa.Text, comment="food, places, ...; a closed list.")
    text: Mapped[str] = mapped_column(sa.Text, comment="The claims with their days, by template.")
    evidence_count: Mapped[int] = mapped_column(sa.Integer, comment="Source rows behind it.")
    distinct_days: Mapped[int] = mapped_column(sa.Integer, comment="WITA days they lie on.")
    trust: Mapped[float] = mapped_column(sa.Double, comment="Minimum over its claims.")
    observation_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Its lineage.")


class AgentChunk(Base):
    """What five people or more told an agent in one week, by theme: long-term memory of agents."""

    __tablename__ = "agent_chunks"
    __table_args__ = (
        sa.CheckConstraint("people >= 5", name="people"),
        sa.CheckConstraint("trust BETWEEN 0 AND 1", name="trust"),
        sa.CheckConstraint("cardinality(observation_ids) >= 5", name="lineage"),
        sa.Index("ix_agent_chunks_agent_id", "agent_id", "window_key"),
        {
            "schema": MIND,
            "comment": "Long-term memories of agents and of the project: what five people or more said.",
            "info": Role(Kind.STATE, scope="agent_id", window="window_key").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of whose, when and what.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Dream week, its Monday.")
    agent_id: Mapped[str] = mapped_column(sa.Text, comment="The agent; * for the project.")
    theme: Mapped[str] = mapped_column(sa.Text, comment="food, places, ...; a closed list.")
    text: Mapped[str] = mapped_column(sa.Text, comment="What was said and by how many, by template.")
    people: Mapped[int] = mapped_column(sa.Integer, comment="Distinct people behind it.")
    trust: Mapped[float] = mapped_column(sa.Double, comment="Minimum over its claims.")
    observation_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Its lineage.")


class AgentSummary(Base):
    """One sentence of what is known of an agent's work, with what it rests on."""

    __tablename__ = "agent_summaries"
    __table_args__ = (
        sa.CheckConstraint("cardinality(cites) > 0", name="cites"),
        {
            "schema": MIND,
            "comment": "Short summaries of agents' weeks, sentence by sentence, each with what it cites.",
            "info": Role(Kind.STATE, scope="agent_id").info(),
        },
    )

    agent_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="The agent; * for all of them.")
    place: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, comment="1.. in reading order.")
    text: Mapped[str] = mapped_column(sa.Text, comment="The sentence; no one's words are in it.")
    cites: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Rows of agent_insights.")
    writer: Mapped[str] = mapped_column(sa.Text, comment="template, or the model that wrote it.")


class AgentPrompt(Base):
    """One version of an agent's own memory block: what weeks taught it of its work."""

    __tablename__ = "agent_prompts"
    __table_args__ = (
        sa.CheckConstraint("version > 0", name="version"),
        {
            "schema": MIND,
            "comment": "Memory blocks of agents for their system prompts, numbered in window order.",
            "info": Role(Kind.STATE, scope="agent_id").info(),
        },
    )

    agent_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="The agent; * for all of them.")
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, comment="1.. in window order.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Week at whose end it began to hold.")
    text: Mapped[str] = mapped_column(sa.Text, comment="The block, ready to be injected.")
    token_count: Mapped[int] = mapped_column(sa.Integer, comment="UTF-8 bytes / 4, rounded up.")
    insight_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="Insights in it.")
    left_out: Mapped[list[UUID]] = mapped_column(
        ARRAY(sa.Uuid), comment="Insights the budget had no room for."
    )
    content_hash: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the text, hex.")


class AgentInsight(Base):
    """One share of an agent's week, with its interval, and that of its other cases."""

    __tablename__ = "agent_insights"
    __table_args__ = (
        sa.CheckConstraint("people >= 5", name="people"),
        sa.CheckConstraint("hits BETWEEN 0 AND cases", name="hits"),
        sa.CheckConstraint("rest_hits BETWEEN 0 AND rest_cases", name="rest"),
        sa.Index("ix_agent_insights_agent_id", "agent_id", "window_key"),
        {
            "schema": MIND,
            "comment": "Shares and contrasts, told of five distinct people or more.",
            "info": Role(Kind.STATE, scope="agent_id", window="window_key").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of agent, week and metric.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Dream week, its Monday.")
    agent_id: Mapped[str] = mapped_column(sa.Text, comment="The agent; * for all of them.")
    kind: Mapped[str] = mapped_column(sa.Text, comment="theme, complaint, unanswered or fell_through.")
    facet: Mapped[str] = mapped_column(sa.Text, comment="Which cases: a theme, an intent, groups or all.")
    people: Mapped[int] = mapped_column(sa.Integer, comment="Distinct people it is told of.")
    hits: Mapped[int] = mapped_column(sa.Integer, comment="n of N.")
    cases: Mapped[int] = mapped_column(sa.Integer, comment="N.")
    low: Mapped[float] = mapped_column(sa.Double, comment="Wilson interval (95 in 100), lower bound.")
    high: Mapped[float] = mapped_column(sa.Double, comment="Wilson interval (95 in 100), upper bound.")
    rest_hits: Mapped[int | None] = mapped_column(sa.Integer, comment="n of the agent's other cases.")
    rest_cases: Mapped[int | None] = mapped_column(sa.Integer, comment="N of the agent's other cases.")
    differs: Mapped[bool] = mapped_column(sa.Boolean, comment="Whether p is below 0.05.")
    statement: Mapped[str] = mapped_column(sa.Text, comment="In a sentence; no one's words are in it.")
    p: Mapped[float | None] = mapped_column(
        sa.Double, comment="Of so much difference by chance, corrected for the week's contrasts."
    )


class HypothesisRow(Base):
    """A claim about one metric of one agent, made in one week and scored in later ones."""

    __tablename__ = "hypotheses"
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'confirmed', 'refuted', 'expired')", name="status"),
        sa.CheckConstraint("direction IN (-1, 1)", name="direction"),
        sa.CheckConstraint("prior BETWEEN 0 AND 1 AND posterior BETWEEN 0 AND 1", name="probability"),
        sa.CheckConstraint("decided_window IS NULL OR decided_window > created_window", name="later"),
        sa.Index("ix_hypotheses_agent_id", "agent_id"),
        {
            "schema": MIND,
            "comment": "Claims that later weeks confirm, refute or let expire.",
            "info": Role(Kind.STATE, scope="agent_id").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of agent, metric and week.")
    agent_id: Mapped[str] = mapped_column(sa.Text, comment="The agent; * for all of them.")
    kind: Mapped[str] = mapped_column(sa.Text, comment="Kind of the insights it is about.")
    metric: Mapped[str] = mapped_column(sa.Text, comment="kind:facet of mind.agent_insights.")
    claim: Mapped[str] = mapped_column(sa.Text, comment="In a sentence.")
    direction: Mapped[int] = mapped_column(sa.SmallInteger, comment="1 stays above, -1 below the baseline.")
    baseline: Mapped[float] = mapped_column(sa.Double, comment="Share of the week before it was made.")
    minimum_evidence: Mapped[int] = mapped_column(sa.Integer, comment="Later weeks that decide it.")
    created_window: Mapped[str] = mapped_column(sa.Text, comment="Week at whose end it was made.")
    expires_window: Mapped[str] = mapped_column(sa.Text, comment="Last week that may count.")
    prior: Mapped[float] = mapped_column(sa.Double, comment="Probability when it was made.")
    posterior: Mapped[float] = mapped_column(sa.Double, comment="Probability after the weeks scored.")
    evidence_for: Mapped[int] = mapped_column(sa.Integer, comment="Later weeks on the claimed side.")
    evidence_against: Mapped[int] = mapped_column(sa.Integer, comment="Later weeks on the other side.")
    status: Mapped[str] = mapped_column(sa.Text, comment="open, confirmed, refuted or expired.")
    decided_window: Mapped[str | None] = mapped_column(sa.Text, comment="Week that decided it.")
