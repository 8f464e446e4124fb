"""What the replay engine keeps: completions, digests, leases, the delta log, and its side tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pgvector.sqlalchemy import VECTOR
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agnt_pipelines.storage.tables import MIND, Base, Kind, Role

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("clock_timestamp()")


class JobWindow(Base):
    """A completed window of a job: what it read, what it wrote, with which versions."""

    __tablename__ = "job_windows"
    __table_args__ = (
        {
            "schema": MIND,
            "comment": "Completed windows.",
            "info": Role(
                Kind.STATE,
                window="window_key",
                history=frozenset({"counts", "run_id", "token", "finished_at", "revision"}),
            ).info(),
        },
    )

    derivation: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="What was derived.")
    window_key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Window; * for a fold.")
    digest_in: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 over its units' inputs.")
    digest_out: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 over its units' rows.")
    units: Mapped[int] = mapped_column(sa.Integer, comment="Units (persons, scopes) with inputs.")
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, comment="Rows added, changed, removed, ...")
    revision: Mapped[int] = mapped_column(sa.Integer, comment="How often it was completed.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The run that completed it last.")
    token: Mapped[int] = mapped_column(sa.BigInteger, comment="Fencing token of that run.")
    finished_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class WindowUnit(Base):
    """The digests of one unit of one window: the grain of staleness and of replacement."""

    __tablename__ = "window_units"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["derivation", "window_key"],
            [f"{MIND}.job_windows.derivation", f"{MIND}.job_windows.window_key"],
            name="fk_window_units_job_windows",
        ),
        sa.Index("ix_window_units_unit", "unit"),
        {
            "schema": MIND,
            "comment": "Digests per (derivation, window, unit).",
            "info": Role(Kind.STATE, person="unit", window="window_key").info(),
        },
    )

    derivation: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="What was derived.")
    window_key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Window; * for a fold.")
    unit: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Person or scope.")
    digest_in: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the unit's inputs.")
    digest_out: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the unit's rows.")
    version: Mapped[str] = mapped_column(sa.Text, comment="Version of code, prompt and embedder.")
    rows: Mapped[int] = mapped_column(sa.Integer, comment="Rows the unit has.")


class StaleWindow(Base):
    """What is missing or stale, as the staleness job last saw it; sensors only read this."""

    __tablename__ = "stale_windows"
    __table_args__ = (
        sa.CheckConstraint("reason IN ('missing', 'changed', 'code')", name="reason"),
        {
            "schema": MIND,
            "comment": "Windows to run, upstream first.",
            "info": Role(Kind.HISTORY, window="window_key").info(),
        },
    )

    derivation: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="What to derive.")
    window_key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Window; * for a fold.")
    reason: Mapped[str] = mapped_column(sa.Text, comment="missing, changed or code.")
    units: Mapped[int] = mapped_column(sa.Integer, comment="Units that are stale.")
    digest: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the stale units' inputs.")
    computed_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When seen.")


class JobLease(Base):
    """The fencing token of a writer set: every write transaction checks it FOR SHARE."""

    __tablename__ = "job_lease"
    __table_args__ = ({"schema": MIND, "comment": "Fencing tokens.", "info": Role(Kind.HISTORY).info()},)

    writer_set: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Pool of writers.")
    token: Mapped[int] = mapped_column(sa.BigInteger, comment="Grows by one with each holder.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The last holder.")
    holder: Mapped[str] = mapped_column(sa.Text, comment="Host and process of the last holder.")
    acquired_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="Since when.")


class JobHeartbeat(Base):
    """Beats of the run that holds a writer set.

    Apart from `job_lease`: a beat must not wait for the FOR SHARE of a long write transaction.
    """

    __tablename__ = "job_heartbeat"
    __table_args__ = (
        {"schema": MIND, "comment": "Signs of life of holders.", "info": Role(Kind.HISTORY).info()},
    )

    writer_set: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Pool of writers.")
    token: Mapped[int] = mapped_column(sa.BigInteger, comment="The holder's token.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The holder.")
    beat_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="Last beat.")


class DeltaLogEntry(Base):
    """What one run changed for one unit: append-only, one hash chain per job.

    `digest` covers salt, subject, before and after; `hash` covers the previous hash, the entry's
    head and `digest`; JSON rather than JSONB keeps the very bytes that were hashed. Erasure nulls subject, before, after and salt: the chain still verifies.
    """

    __tablename__ = "delta_log"
    __table_args__ = (
        sa.Index("ix_delta_log_subject", "subject"),
        sa.Index("ix_delta_log_run_id", "run_id"),
        {
            "schema": MIND,
            "comment": "Every change of STATE, hash-chained per job.",
            "info": Role(Kind.HISTORY).info(),
        },
    )

    job: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Chain.")
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, comment="1.. without gaps.")
    derivation: Mapped[str] = mapped_column(sa.Text, comment="What was derived.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Window; * for a fold.")
    table_name: Mapped[str] = mapped_column(sa.Text, comment="Table of `mind` that changed.")
    operation: Mapped[str] = mapped_column(sa.Text, comment="apply or erase.")
    subject: Mapped[str | None] = mapped_column(sa.Text, comment="Unit; null once erased.")
    before: Mapped[Any | None] = mapped_column(JSON, comment="Columns and rows removed or replaced.")
    after: Mapped[Any | None] = mapped_column(JSON, comment="Columns and rows put in their place.")
    salt: Mapped[bytes | None] = mapped_column(sa.LargeBinary, comment="16 random bytes; null once erased.")
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary, comment="SHA-256 of the salted values.")
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary, comment="SHA-256 that chains the entries.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="Who.")
    token: Mapped[int] = mapped_column(sa.BigInteger, comment="Its fencing token.")
    at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class Quarantined(Base):
    """Input that was refused, with its reason; nothing is lost and the rest went on."""

    __tablename__ = "quarantine"
    __table_args__ = (
        sa.Index("ix_quarantine_user_id", "user_id"),
        {
            "schema": MIND,
            "comment": "Refused input with its reason.",
            "info": Role(Kind.HISTORY, person="user_id").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of origin and reason.")
    origin: Mapped[str] = mapped_column(sa.Text, comment="Derivation, or the import's kind.")
    window_key: Mapped[str | None] = mapped_column(sa.Text, comment="Window it was met in.")
    source: Mapped[str] = mapped_column(sa.Text, comment="Table or file it came from.")
    source_id: Mapped[str] = mapped_column(sa.Text, comment="Row id, or line number of the file.")
    user_id: Mapped[str | None] = mapped_column(sa.Text, comment="The person, where known.")
    reason: Mapped[str] = mapped_column(sa.Text, comment="Short word, counted in metadata.")
    detail: Mapped[str | None] = mapped_column(sa.Text, comment="One sentence for the operator.")
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary, comment="The bytes, where not in `source`.")
    at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class Hold(Base):
    """A plan that waits for a person because readers would lose too much."""

    __tablename__ = "holds"
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'applied', 'moot')", name="status"),
        {
            "schema": MIND,
            "comment": "Plans waiting for approval.",
            "info": Role(Kind.HISTORY, person="unit").info(),
        },
    )

    plan_hash: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="SHA-256 of the plan.")
    derivation: Mapped[str] = mapped_column(sa.Text, comment="What would be derived.")
    window_key: Mapped[str] = mapped_column(sa.Text, comment="Window; * for a fold.")
    unit: Mapped[str] = mapped_column(sa.Text, comment="Person or scope.")
    lost: Mapped[int] = mapped_column(sa.Integer, comment="Rows that readers would lose.")
    total: Mapped[int] = mapped_column(sa.Integer, comment="Rows that readers have now.")
    parts: Mapped[dict[str, Any]] = mapped_column(
        JSONB,
        server_default=sa.text("'{}'::jsonb"),
        comment="Of a plan that is held whole: what shrinks too much, as [rows now, rows then].",
    )
    status: Mapped[str] = mapped_column(sa.Text, comment="open, applied or moot.")
    times_applied: Mapped[int] = mapped_column(
        sa.Integer, server_default="0", comment="Approvals spent: each serves once."
    )
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The run that met it first.")
    opened_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="Since when.")
    closed_at: Mapped[datetime | None] = mapped_column(_TIME, comment="Until when.")


class Decision(Base):
    """A recorded decision of a person or a minted id: an input of the platform."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.Index("ix_decisions_kind_subject", "kind", "subject"),
        {
            "schema": MIND,
            "comment": "Approvals, pins, undo, minted ids.",
            "info": Role(Kind.INPUT, person="unit").info(),
        },
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of kind and subject.")
    kind: Mapped[str] = mapped_column(sa.Text, comment="approve_hold, ...")
    subject: Mapped[str] = mapped_column(sa.Text, comment="What it binds to: a plan's hash, a row id.")
    unit: Mapped[str | None] = mapped_column(sa.Text, comment="Person or scope it concerns.")
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="Details of the decision.")
    decided_by: Mapped[str] = mapped_column(sa.Text, comment="Who decided.")
    decided_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class ModelAnswer(Base):
    """A received answer of a model, staged at once so that it is never bought again."""

    __tablename__ = "model_answers"
    __table_args__ = (
        {
            "schema": MIND,
            "comment": "Staged model answers.",
            "info": Role(Kind.INPUT, person="unit").info(),
        },
    )

    model: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Model id.")
    prompt_version: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Prompt version.")
    input_hash: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="SHA-256 of the input.")
    unit: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Person or scope it is about.")
    answer: Mapped[Any] = mapped_column(JSONB, comment="The answer, as received.")
    usage: Mapped[dict[str, int]] = mapped_column(JSONB, comment="Tokens in, out and cached.")
    received_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class ModelBatch(Base):
    """A batch of questions to a model: intended before it is sent, so that a crash leaves a trace of it."""

    __tablename__ = "model_batches"
    __table_args__ = (
        sa.CheckConstraint("status IN ('intended', 'sent', 'ingested')", name="status"),
        sa.CheckConstraint("(status = 'intended') = (batch_id IS NULL)", name="known"),
        {
            "schema": MIND,
            "comment": "Message batches and how far they are.",
            "info": Role(Kind.HISTORY).info(),
        },
    )

    id: Mapped[UUID] = mapped_column(
        sa.Uuid, primary_key=True, comment="uuid5 of the run and its requests' ids."
    )
    model: Mapped[str] = mapped_column(sa.Text, comment="Model id.")
    batch_id: Mapped[str | None] = mapped_column(sa.Text, comment="The API's id; null while it is not known.")
    status: Mapped[str] = mapped_column(sa.Text, comment="intended, sent or ingested.")
    requests: Mapped[int] = mapped_column(sa.Integer, comment="Questions in it.")
    worst_usd: Mapped[float] = mapped_column(sa.Double, comment="The most that it may cost.")
    intended_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="Since when.")


class ModelRequest(Base):
    """One question of a batch, and what became of it."""

    __tablename__ = "model_requests"
    __table_args__ = (
        sa.Index("ix_model_requests_batch", "batch"),
        sa.Index("ix_model_requests_input_hash", "input_hash"),
        {
            "schema": MIND,
            "comment": "Questions of batches with their outcome.",
            "info": Role(Kind.HISTORY, person="unit").info(),
        },
    )

    custom_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Its id within the API.")
    batch: Mapped[UUID] = mapped_column(sa.Uuid, comment="Row of model_batches.")
    model: Mapped[str] = mapped_column(sa.Text, comment="Model id.")
    prompt_version: Mapped[str] = mapped_column(sa.Text, comment="Prompt version.")
    input_hash: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of the input.")
    unit: Mapped[str] = mapped_column(sa.Text, comment="Person it is about; empty: nobody.")
    outcome: Mapped[str | None] = mapped_column(sa.Text, comment="answered, or why not; null: waits.")


class StagedVector(Base):
    """A text's vector under one embedder, stored so that it is never recomputed."""

    __tablename__ = "vectors"
    __table_args__ = (
        {
            "schema": MIND,
            "comment": "Staged embeddings; vectors of two embedders are never compared.",
            "info": Role(Kind.INPUT, person="unit").info(),
        },
    )

    embedder_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Embedder and version.")
    text_hash: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="SHA-256 of the text.")
    unit: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Person or scope of the text.")
    vector: Mapped[Any] = mapped_column(VECTOR, comment="The vector, any number of dimensions.")
    staged_at: Mapped[datetime] = mapped_column(
        _TIME, server_default=_NOW, comment="When; some are forgotten by it."
    )


class Outbox(Base):
    """A letter to the world outside that is written with what it tells of, and delivered after it.

    A letter that was delivered is gone; one that is still here may have arrived: the receiver knows
    it by its key.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_kind_due_at", "kind", "due_at"),
        {
            "schema": MIND,
            "comment": "Letters to deliver, at least once each.",
            "info": Role(Kind.HISTORY, person="user_id").info(),
        },
    )

    key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Idempotency key.")
    kind: Mapped[str] = mapped_column(sa.Text, comment="What it is, and so who delivers it.")
    user_id: Mapped[str | None] = mapped_column(sa.Text, comment="The person it is about.")
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="What is told.")
    attempts: Mapped[int] = mapped_column(sa.Integer, server_default="0", comment="Deliveries that failed.")
    last_error: Mapped[str | None] = mapped_column(sa.Text, comment="Why the last one did.")
    due_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="Not before.")
    written_at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")


class Receipt(Base):
    """Proof that a person was erased: a salted id and counts, nothing else."""

    __tablename__ = "receipts"
    __table_args__ = ({"schema": MIND, "comment": "Erasures.", "info": Role(Kind.HISTORY).info()},)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="Random.")
    salted_id: Mapped[bytes] = mapped_column(sa.LargeBinary, comment="SHA-256 of salt and user id.")
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary, comment="16 random bytes.")
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, comment="Rows removed, by table.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The run that erased.")
    at: Mapped[datetime] = mapped_column(_TIME, server_default=_NOW, comment="When.")
