"""The batches of a scripted model: what is sent is taken, ends when it is told to, and brings what it was told.

Shapes as the SDK reads them (`anthropic.types.messages`). What belongs here: batches and their results. What
does not: HTTP (`model_server`), and what a right answer would be (the test).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Result = Mapping[str, Any]
Outcome = Callable[[str, Mapping[str, Any]], Result | None]
"""From a question's id and its parameters to what becomes of it; None: its results do not mention it."""

PATH = "/v1/messages/batches"
_STATES = ("processing", "succeeded", "errored", "canceled", "expired")


def succeeded(body: Mapping[str, Any]) -> Result:
    """Return the result of an answered question: the body of a message."""
    return {"type": "succeeded", "message": dict(body)}


def errored(kind: str, detail: str = "scripted") -> Result:
    """Return the result of a question that failed within its batch."""
    error = {"type": "error", "request_id": None, "error": {"type": kind, "message": detail}}
    return {"type": "errored", "error": error}


def ended_as(kind: str) -> Result:
    """Return the result of a question that nobody answered: expired or canceled."""
    return {"type": kind}


@dataclass(slots=True)
class Batch:
    """One batch as it was taken."""

    id: str
    requests: Sequence[Mapping[str, Any]]
    created_at: datetime


@dataclass(slots=True)
class Batches:
    """All batches of a server, and how it treats them; a test may change any of it at any time.

    Attributes:
        outcome: what becomes of each question.
        ends: whether batches have ended.
        backwards: whether results come in another order than the questions.
        also: further lines of results, of questions that nobody asked.
        cut: whether the results end in the middle of a line.
        refuses: statuses with which the next requests for results are answered.
    """

    outcome: Outcome
    ends: bool = True
    backwards: bool = False
    also: Sequence[Mapping[str, Any]] = ()
    cut: bool = False
    refuses: list[int] = field(default_factory=list)
    taken: list[Batch] = field(default_factory=list)

    def take(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Take a batch and tell how it stands."""
        made = Batch(f"msgbatch_{len(self.taken) + 1:03}", list(body["requests"]), datetime.now(UTC))
        self.taken.append(made)
        return self.told(made, "")

    def get(self, path: str, url: str) -> tuple[int, bytes]:
        """Answer a GET below /v1/messages/batches: status and body."""
        name, _, asked = path.partition("?")[0].partition(PATH)[2].strip("/").partition("/")
        batch = self.found(name)
        if name and (batch is None or (asked and self.refuses)):
            status = 404 if batch is None else self.refuses.pop(0)
            told: Any = {"type": "error", "error": {"type": "scripted", "message": "scripted"}}
            return status, json.dumps(told).encode()
        if batch is not None and asked:
            return 200, self.results(batch)
        return 200, json.dumps(self.listed(url) if batch is None else self.told(batch, url)).encode()

    def found(self, batch_id: str) -> Batch | None:
        """Return the batch of an id."""
        return next((one for one in self.taken if one.id == batch_id), None)

    def listed(self, url: str) -> dict[str, Any]:
        """Return the first page of all batches, newest first."""
        data = [self.told(one, url) for one in reversed(self.taken)]
        ends = (data[0]["id"], data[-1]["id"]) if data else (None, None)
        return {"data": data, "has_more": False, "first_id": ends[0], "last_id": ends[1]}

    def told(self, batch: Batch, url: str) -> dict[str, Any]:
        """Return a batch as the API tells of it."""
        counts = dict.fromkeys(_STATES, 0)
        counts["succeeded" if self.ends else "processing"] = len(batch.requests)
        made = batch.created_at
        return {
            "id": batch.id, "type": "message_batch", "processing_status": "ended" if self.ends else "in_progress",
            "request_counts": counts, "created_at": made.isoformat(), "archived_at": None,
            "expires_at": (made + timedelta(days=1)).isoformat(), "cancel_initiated_at": None,
            "ended_at": made.isoformat() if self.ends else None,
            "results_url": f"{url}/v1/messages/batches/{batch.id}/results" if self.ends else None,
        }  # fmt: skip

    def results(self, batch: Batch) -> bytes:
        """Return a batch's results, a line each."""
        lines = [
            {"custom_id": one["custom_id"], "result": result}
            for one in batch.requests
            if (result := self.outcome(one["custom_id"], one["params"])) is not None
        ]
        ordered = [*(reversed(lines) if self.backwards else lines), *self.also]
        data = b"".join(json.dumps(line).encode() + b"\n" for line in ordered)
        return data[: len(data) * 2 // 3] if self.cut else data
