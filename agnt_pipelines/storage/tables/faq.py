"""What the FAQ writes: candidates of a week, the registry as of a week, reviews and publications."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agnt_pipelines.storage.tables import MIND, Base, Kind, Role

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("clock_timestamp()")
_BY_WINDOW = Role(Kind.STATE, scope="scope", window="window_key")


class FaqCandidate(Base):
    """One question that a week's talk asked; nobody's words, and nobody's name."""

    __tablename__ = "faq_candidates"
    __table_args__ = (
        sa.CheckConstraint("language IN ('en', 'id')", name="language"),
        sa.CheckConstraint("cardinality(people) > 0", name="people"),
        sa.Index("ix_faq_candidates_window_key", "window_key"),
        {
            "schema": MIND,
            "comment": "Questions of a week's talk, counted: one row per question and window.",
            "info": _BY_WINDOW.info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of window and place.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="FAQ week, by the Sunday it starts on.")
    scope: Mapped[str] = mapped_column(sa.Text, comment="faq: the unit of replacement is the week.")
    language: Mapped[str] = mapped_column(sa.Text, comment="Language of the question, ISO 639-1.")
    people: Mapped[list[str]] = mapped_column(
        ARRAY(sa.Text), comment="Pseudonyms of who asked, to count them over weeks; never shown."
    )
    mentions: Mapped[int] = mapped_column(sa.Integer, comment="How often it was asked.")
    features: Mapped[dict[str, int]] = mapped_column(
        JSONB, comment="Hashed features -> weight in hundredths, by which weeks are compared."
    )
    exemplar: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="Place and digest of a sentence that could word it once enough people ask."
    )
    answer: Mapped[str | None] = mapped_column(sa.Text, comment="Agents' sentences told to several people.")
    answer_people: Mapped[int] = mapped_column(sa.Integer, comment="Distinct people who were told it.")
    answer_turns: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), comment="Ids of agents' replies cited.")
    also: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="The same question as asked in the other language: features, exemplar, answer."
    )
    disputed: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB,
        server_default=sa.text("'[]'::jsonb"),
        comment="Values in the answer that other replies contradict; nobody's words.",
    )


class FaqEntry(Base):
    """One entry of the registry as of a window: what an index of that window is made of."""

    __tablename__ = "faq_entries"
    __table_args__ = (
        sa.CheckConstraint("language IN ('en', 'id')", name="language"),
        sa.CheckConstraint(
            "status IN ('new', 'stable', 'trending', 'changed', 'pending', 'retired')", name="status"
        ),
        sa.CheckConstraint(
            "(status IN ('pending', 'retired')) = (question IS NULL AND answer IS NULL)", name="shown"
        ),
        {
            "schema": MIND,
            "comment": "The FAQ as of each week: the fold of reviewed candidates up to it.",
            "info": _BY_WINDOW.info(),
        },
    )

    window_key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="FAQ week it is as of.")
    entry_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="Permanent, minted once.")
    scope: Mapped[str] = mapped_column(sa.Text, comment="faq: the unit of replacement is the week.")
    slug: Mapped[str] = mapped_column(sa.Text, comment="Permanent part of its address.")
    language: Mapped[str] = mapped_column(sa.Text, comment="ISO 639-1.")
    status: Mapped[str] = mapped_column(
        sa.Text, comment="new, stable, trending, changed; not shown: pending, retired."
    )
    reason: Mapped[str | None] = mapped_column(sa.Text, comment="Why it is not shown.")
    question: Mapped[str | None] = mapped_column(sa.Text, comment="Canonical question, if shown.")
    answer: Mapped[str | None] = mapped_column(sa.Text, comment="Approved answer, if shown.")
    people_bucket: Mapped[str | None] = mapped_column(sa.Text, comment="How many asked, as a bucket.")
    weeks: Mapped[int] = mapped_column(sa.Integer, comment="Weeks in which it was asked.")
    first_window: Mapped[str] = mapped_column(sa.Text, comment="Week it was approved in first.")
    last_window: Mapped[str] = mapped_column(sa.Text, comment="Week it was asked in last.")
    also: Mapped[dict[str, str] | None] = mapped_column(
        JSONB, comment="Question and answer in the other language, if shown."
    )
    redirects_to: Mapped[str | None] = mapped_column(
        sa.Text, comment="Slug of the entry that it was merged into."
    )
    aliases: Mapped[list[str]] = mapped_column(
        ARRAY(sa.Text),
        server_default=sa.text("'{}'::text[]"),
        comment="Slugs it had before; they lead to it.",
    )


class FaqReview(Base):
    """What an operator decided about a proposal; it binds to the digest of what they saw."""

    __tablename__ = "faq_reviews"
    __table_args__ = (
        sa.CheckConstraint("verdict IN ('approved', 'rejected')", name="verdict"),
        {"schema": MIND, "comment": "Reviews of candidates.", "info": Role(Kind.INPUT).info()},
    )

    window_key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="FAQ week reviewed.")
    digest: Mapped[str] = mapped_column(
        sa.Text, primary_key=True, comment="SHA-256 of language, question and answer as proposed."
    )
    verdict: Mapped[str] = mapped_column(sa.Text, comment="approved or rejected.")
    question: Mapped[str | None] = mapped_column(sa.Text, comment="The operator's own wording, if any.")
    answer: Mapped[str | None] = mapped_column(sa.Text, comment="The operator's own answer, if any.")
    decided_by: Mapped[str] = mapped_column(sa.Text, comment="Who decided; auto where a setting did.")
    decided_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class FaqPublication(Base):
    """One move of the pointer to what the public page shows; the highest number is current."""

    __tablename__ = "faq_publications"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number"),
        {"schema": MIND, "comment": "Moves of the pointer.", "info": Role(Kind.HISTORY).info()},
    )

    number: Mapped[int] = mapped_column(
        sa.BigInteger, primary_key=True, autoincrement=False, comment="1.. without a gap."
    )
    window_key: Mapped[str] = mapped_column(sa.Text, comment="FAQ week of the index.")
    revision: Mapped[int] = mapped_column(sa.Integer, comment="Which completion of that week it is of.")
    sha256: Mapped[str] = mapped_column(sa.Text, comment="Names the staged index file.")
    entries: Mapped[int] = mapped_column(sa.Integer, comment="Entries shown.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The run, or the person, that moved it.")
    reason: Mapped[str] = mapped_column(
        sa.Text, server_default="published", comment="published; or why it was moved back."
    )
    published_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")
