"""What a fold publishes: a memory, its kind and where it stands.

What belongs here: the dataclass behind a row of `mind.user_memory`. What does not: how observations
become memories (`fold`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from agnt_pipelines.dreaming.claims import Polarity, Slot, UserId


class Kind(StrEnum):
    """Structural memories are always at hand; semantic ones are recalled by meaning."""

    STRUCTURAL = "structural"
    SEMANTIC = "semantic"


class Status(StrEnum):
    """Where a memory stands. Only `ACTIVE` rows are shown to agents."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    CANDIDATE = "candidate"


BELIEVED = frozenset({Status.ACTIVE, Status.SUPERSEDED, Status.EXPIRED})
"""Statuses of rows that hold, or once held. Disputed and candidate rows never did."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One row of `mind.user_memory`: a value of one subject, over one interval of event time.

    `value` and `language` are those of the row's first statement. `valid_from` is inclusive, `valid_to`
    exclusive, both UTC. `confidence` is 0..0.99, rounded to 4 decimals. `trust` is the least of the
    evidence's, 0..1. `distinct_days` counts windows. `last_evidence_at` is the newest statement's time.
    `score` is that of its promotion (`promotion.Case`), 0..1, as of its newest statement. `pinned`: an operator keeps it at hand.
    """

    id: UUID
    user_id: UserId
    key: Slot
    kind: Kind
    subject: str
    value: str
    polarity: Polarity
    confidence: float
    trust: float
    status: Status
    valid_from: datetime
    valid_to: datetime | None
    superseded_by: UUID | None
    evidence_count: int
    distinct_days: int
    last_evidence_at: datetime
    observation_ids: tuple[UUID, ...]
    language: str
    score: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a summary, with the rows it rests on: at least one."""

    text: str
    cites: tuple[UUID, ...]
