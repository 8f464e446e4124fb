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
        sa.CheckConstraint("cardinality(observation_ids) > 0", name="lineage"),
        sa.Index("ix_user_memory_user_id", "user_id", "key"),
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
