"""Batches of questions to a model: intended, sent, found again, ingested; each answer staged as it came.

The API tells of a batch by an id of its own and, once it has ended, by the ids that we gave its questions.
So a batch is written down before it is sent: after a crash between sending and noting the API's id, it is
looked for in the API's list, and nothing of it is sent again while one of as many questions may be it. What
cannot be excluded: that a batch which the API took is not in its list yet when the next run looks. What does
not belong here: what is asked (the wing), and the API's own form (`language`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.language.model import (
    UNSURE,
    BatchModel,
    Fault,
    ModelFault,
    Purse,
    Reply,
    Request,
    SentBatch,
)
from agnt_pipelines.replay import staging
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.staging import STANDS_IN, Answer, Question
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import ModelBatch, ModelRequest

_BATCHES = table_of(ModelBatch)
_REQUESTS = table_of(ModelRequest)

QUESTIONS_AT_ONCE: Final = 2_000
"""Questions of one batch: what is held in memory and reckoned at once (the API takes 100,000)."""
GIVE_UP_AFTER: Final = 3
"""Batches in which a question came to nothing, after which it is asked no more until it changes."""
CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""By so much the API's clock may be behind ours when a lost batch is looked for."""

ANSWERED: Final = "answered"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the request that would be sent for it."""

    question: Question
    request: Request


@dataclass(slots=True)
class Batched:
    """What was done with batches: batches and questions sent, what came, why not, and what waits."""

    sent: int = 0
    waiting: int = 0
    batches_waiting: int = 0
    answered: int = 0
    unknown: int = 0
    given_up: int = 0
    usd: float = 0.0
    tokens: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


def open_batches(connection: Connection) -> list[tuple[UUID, str | None]]:
    """Return the batches that are not ingested: our id, and the API's where it is known."""
    query = sa.select(_BATCHES.c.id, _BATCHES.c.batch_id).where(_BATCHES.c.status != "ingested")
    return [(row.id, row.batch_id) for row in connection.execute(query.order_by(_BATCHES.c.id))]


def ingest(lease: Lease, model: BatchModel, *, stand_in: bool) -> Batched:
    """Stage whatever ended batches brought, question by question, and note what became of the rest.

    With `stand_in` it is staged, too, that the offline writer stands in for a question that came to nothing.

    Raises:
        ModelFault: the API could not be asked; what had been read by then is staged.
        Fenced: a later run took the lease.
    """
    done = Batched()
    _find_lost(lease, model)
    with lease.database.reading() as snapshot:
        waiting = open_batches(snapshot)
    for batch, batch_id in waiting:
        standing = None if batch_id is None else model.batch(batch_id)
        if batch_id is None or (standing is not None and not standing.ended):
            done.batches_waiting += 1
            continue
        if standing is not None:
            _read(lease, batch, model.results(batch_id), done, stand_in=stand_in)
        _close(lease, batch, done, stand_in=stand_in)
    return done


def submit(lease: Lease, model: BatchModel, asked: Sequence[Asked], purse: Purse, most_out: int) -> Batched:
    """Send whatever has no answer and waits for none, within the purse, in batches.

    Args:
        lease: of the writer set.
        model: takes the batches.
        asked: every question that is open; those that were answered are left out here.
        purse: what may be spent, reckoned at the worst before anything is sent.
        most_out: tokens of the longest answer.

    Raises:
        ModelFault: nothing could be counted, or the batch was refused; what came before it is sent.
        Fenced: a later run took the lease.
    """
    done = Batched()
    with lease.database.reading() as snapshot:
        fresh = list(_fresh(snapshot, asked, done))
    left = iter(fresh)
    while some := list(islice(left, QUESTIONS_AT_ONCE)):
        try:
            tokens = model.count(some[0][1].request.prefix, [one.request.content for _, one in some])
            purse.reserve(tokens, len(some) * most_out)
        except ModelFault as failure:
            if failure.fault is not Fault.OVER_BUDGET:
                raise
            done.faults[Fault.OVER_BUDGET] += len(some)
            continue
        _send(lease, model, some, purse.worst(tokens, len(some) * most_out))
        done.sent += len(some)
    return done


def _fresh(snapshot: Connection, asked: Sequence[Asked], done: Batched) -> Iterator[tuple[str, Asked]]:
    """Yield what may be sent, under the id of its next attempt."""
    answered = staging.found(snapshot, [one.question for one in asked])
    tried = _attempts(snapshot, {one.question.input_hash for one in asked})
    for key, one in {one.question.key: one for one in asked}.items():
        if one.question in answered:
            continue
        outcomes = tried.get(key, [])
        if None in outcomes:
            done.waiting += 1
        elif len(outcomes) >= GIVE_UP_AFTER:
            done.given_up += 1
        else:
            yield content_id("request", *key, len(outcomes)).hex, one


def _attempts(snapshot: Connection, hashes: Collection[str]) -> dict[staging.Key, list[str | None]]:
    made = _REQUESTS.c
    names = sa.bindparam("hashes", list(hashes), ARRAY(sa.Text))
    found: dict[staging.Key, list[str | None]] = {}
    for row in snapshot.execute(sa.select(_REQUESTS).where(made.input_hash == sa.func.any(names))):
        key = row.model, row.prompt_version, row.input_hash, row.unit
        found.setdefault(key, []).append(row.outcome)
    return found


def _send(lease: Lease, model: BatchModel, some: Sequence[tuple[str, Asked]], worst_usd: float) -> None:
    """Write a batch down, send it, and note the API's id of it."""
    batch = content_id("batch", lease.token, *sorted(id_ for id_, _ in some))
    rows = [
        dict(zip(("custom_id", "batch", *_KEY), (id_, batch, *one.question.key), strict=True))
        for id_, one in some
    ]
    made = {
        "id": batch, "model": model.id, "status": "intended", "requests": len(some), "worst_usd": worst_usd,
    }  # fmt: skip
    with lease.transaction() as connection:
        connection.execute(sa.insert(_BATCHES), made)
        connection.execute(sa.insert(_REQUESTS), rows)
    crash_point("answer.before_call")
    try:
        sent = model.send({id_: one.request for id_, one in some})
    except ModelFault as failure:
        if failure.fault not in UNSURE:
            _forget(lease, batch)
        raise
    crash_point("answer.received")
    _note_sent(lease, batch, sent.id)
    crash_point("answer.staged")


_KEY = ("model", "prompt_version", "input_hash", "unit")


def _note_sent(lease: Lease, batch: UUID, batch_id: str) -> None:
    with lease.transaction() as connection:
        sent = {"status": "sent", "batch_id": batch_id}
        connection.execute(sa.update(_BATCHES).where(_BATCHES.c.id == batch).values(sent))


def _forget(lease: Lease, batch: UUID) -> None:
    """Drop a batch that was never sent: its questions were not asked."""
    with lease.transaction() as connection:
        connection.execute(sa.delete(_REQUESTS).where(_REQUESTS.c.batch == batch))
        connection.execute(sa.delete(_BATCHES).where(_BATCHES.c.id == batch))


def _find_lost(lease: Lease, model: BatchModel) -> None:
    """Look for batches that were intended, and perhaps sent, in the API's list."""
    with lease.database.reading() as snapshot:
        lost = snapshot.execute(
            sa.select(_BATCHES).where(_BATCHES.c.status == "intended").order_by(_BATCHES.c.intended_at)
        ).all()
        known = set(snapshot.scalars(sa.select(_BATCHES.c.batch_id).where(_BATCHES.c.batch_id.is_not(None))))
    for row in lost:
        candidates = _candidates(model, row.intended_at, row.requests, known)
        mine = next((one for one in candidates if one.ended and _is_mine(lease, model, row.id, one)), None)
        if mine is not None:
            known.add(mine.id)
            _note_sent(lease, row.id, mine.id)
        elif all(one.ended for one in candidates):
            _forget(lease, row.id)  # none of them is it: it never arrived


def _candidates(model: BatchModel, since: datetime, requests: int, known: Collection[str]) -> list[SentBatch]:
    listed = model.batches_since(since - CLOCKS_DIFFER)
    return [one for one in listed if one.id not in known and one.requests == requests]


def _is_mine(lease: Lease, model: BatchModel, batch: UUID, candidate: SentBatch) -> bool:
    """Whether an ended batch answers our questions: one of our ids is enough, for they are nobody else's."""
    with lease.database.reading() as snapshot:
        mine = set(snapshot.scalars(sa.select(_REQUESTS.c.custom_id).where(_REQUESTS.c.batch == batch)))
    return any(id_ in mine for id_, _ in model.results(candidate.id))


def _read(
    lease: Lease, batch: UUID, results: Iterator[tuple[str, Reply | Fault]], done: Batched, *, stand_in: bool
) -> None:
    """Stage a batch's results, some hundreds in one transaction; ids that are not waited for are counted."""
    while some := list(islice(results, 500)):
        with lease.transaction() as connection:
            waiting = _waiting(connection, batch)
            for id_, result in some:
                row = waiting.pop(id_, None)
                if row is None:
                    done.unknown += 1
                elif isinstance(result, Reply):
                    content = {"text": result.text, "stop_reason": result.stop_reason}
                    staging.keep(connection, _key_of(row), Answer(content, result.usage))
                    _settle(connection, id_, ANSWERED)
                    done.answered += 1
                    done.tokens.update(result.usage)
                else:
                    _failed(connection, row, result, done, stand_in=stand_in)


def _close(lease: Lease, batch: UUID, done: Batched, *, stand_in: bool) -> None:
    """Note that a batch is ingested; a question of which it told nothing is missing."""
    with lease.transaction() as connection:
        for row in _waiting(connection, batch).values():
            _failed(connection, row, Fault.MISSING, done, stand_in=stand_in)
        connection.execute(sa.update(_BATCHES).where(_BATCHES.c.id == batch).values(status="ingested"))


def _failed(connection: Connection, row: Any, fault: Fault, done: Batched, *, stand_in: bool) -> None:
    if stand_in:
        staging.keep(connection, _key_of(row), Answer({STANDS_IN: fault.value}, {}))
    _settle(connection, row.custom_id, fault.value)
    done.faults[fault] += 1


def _settle(connection: Connection, custom_id: str, outcome: str) -> None:
    mine = _REQUESTS.c.custom_id == custom_id
    connection.execute(sa.update(_REQUESTS).where(mine).values(outcome=outcome))


def _waiting(connection: Connection, batch: UUID) -> dict[str, Any]:
    query = sa.select(_REQUESTS).where(_REQUESTS.c.batch == batch, _REQUESTS.c.outcome.is_(None))
    return {row.custom_id: row for row in connection.execute(query)}


def _key_of(row: Any) -> staging.Key:
    return row.model, row.prompt_version, row.input_hash, row.unit
