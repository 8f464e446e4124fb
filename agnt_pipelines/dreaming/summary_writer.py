"""Summaries written: by template where no model is set, else from answers to batches; failing alone.

What belongs here: which questions a unit's facts make, what a missing or useless answer means for it, sending
what is open and ingesting what came. What does not: the words (`summaries`), batches (`replay.batches`) and
the model's interface (`language.claude`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import agent_prompt, deep_store, pin_store, store, summaries, summary_store
from agnt_pipelines.dreaming.claims import Observation, UserId
from agnt_pipelines.dreaming.fold import fold
from agnt_pipelines.dreaming.memories import Sentence
from agnt_pipelines.dreaming.summaries import PREFIX, PROMPT_VERSION, TEMPLATE, Fact
from agnt_pipelines.errors import ModelFailed
from agnt_pipelines.language.model import BATCH_DISCOUNT, BatchModel, Fault, ModelFault, Purse
from agnt_pipelines.replay import batches, staging, staleness
from agnt_pipelines.replay.batches import Asked, Batched
from agnt_pipelines.replay.derivation import Derivation, Plan, Row
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staging import NOBODY, STANDS_IN, Answer, Question
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings

_PREFIX_HASH: Final = hashlib.sha256(PREFIX.encode()).hexdigest()
_PEOPLE_AT_ONCE: Final = 2_000

Facts = Mapping[str, Sequence[Fact]]
"""What may be said, by unit: a person, or an agent."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A unit's sentences and who wrote them; no sentences and a fault: it stays as it is, and due."""

    sentences: Sequence[Sentence]
    writer: str
    fault: Fault | None = None
    stood_in: Fault | None = None
    refused: Sequence[summaries.Refusal] = ()


@contextmanager
def batch_model(settings: Settings) -> Iterator[BatchModel | None]:
    """Yield the model that takes batches, where a key is set."""
    if settings.anthropic_api_key is None:
        yield None
        return
    from agnt_pipelines.language.claude import Claude  # noqa: PLC0415 - the SDK is slow to load

    with closing(Claude(settings)) as model:
        yield model


def write(snapshot: Connection, plan: Plan, facts: Facts, settings: Settings, *, about_people: bool) -> None:
    """Plan the summaries of a plan's units; a unit whose answer is still to come is left out of the plan."""
    table = plan.derivation.tables[0]
    told = _told(snapshot, facts, settings, about_people=about_people)
    units = dict(plan.units)
    for unit, one in told.items():
        for reason in one.refused:
            plan.count(f"rejected_{reason}")
        if one.fault is not None:
            del units[unit]
            plan.count("summaries_waiting" if one.fault is Fault.MISSING else f"model_{one.fault}")
            continue
        if one.stood_in is not None:
            plan.count(f"model_{one.stood_in}")
            plan.count("offline_stood_in")
        rows = enumerate(one.sentences, start=1)
        made: list[Row] = [summary_store.sentence_row(unit, place, text, one.writer) for place, text in rows]
        plan.put(table, unit, made)
        plan.count("sentences", len(made))
    plan.units = units


def ingest(lease: Lease, settings: Settings) -> Batched:
    """Stage what ended batches brought; nothing without a key.

    Raises:
        ModelFailed: the API could not be asked; what had been read by then is staged.
    """
    with _told_of("Answers could not be read"), batch_model(settings) as model:
        if model is None:
            return Batched()
        done = batches.ingest(lease, model, stand_in=settings.model_stand_in)
        done.usd = _purse(settings).price(done.tokens)
        return done


def submit(lease: Lease, settings: Settings, *, code: bool = False) -> Batched:
    """Send the questions of every summary that is due and has no answer; nothing without a key.

    `code`: also of those that only another prompt, model or template made.

    Raises:
        ModelFailed: nothing could be counted, or a batch was refused; those before it are sent.
    """
    with _told_of("Questions could not be sent"), batch_model(settings) as model:
        if model is None:
            return Batched()
        purse = _purse(settings)
        done = Batched()
        for asked in _open_questions(lease, settings, code=code):
            sent = batches.submit(lease, model, asked, purse, settings.model_max_tokens)
            done.sent += sent.sent
            done.waiting += sent.waiting
            done.given_up += sent.given_up
            done.faults.update(sent.faults)
        return done


@contextmanager
def _told_of(what: str) -> Iterator[None]:
    try:
        yield
    except ModelFault as failure:
        message = f"{what}: {failure}. Nothing is lost or sent twice: the next run goes on from here."
        raise ModelFailed(message, {failure.fault: 1}) from failure


def require_all(sent: Batched) -> None:
    """Raise unless everything that is open was sent, or waits for its answer.

    Raises:
        ModelFailed: the purse did not hold some questions, or they came to nothing too often.
    """
    faults = dict(sent.faults) | ({"given_up": sent.given_up} if sent.given_up else {})
    if faults:
        which = ", ".join(f"{name} ({count})" for name, count in sorted(faults.items()))
        raise ModelFailed(
            f"{sum(faults.values())} summaries were not asked for: {which}. They stay as they are; everything else "
            f"({sent.sent}) was sent. Raise AGNT_MODEL_USD_PER_RUN, or set AGNT_MODEL_STAND_IN=true to let the "
            "template stand in.",
            faults,
        )


def facts_of_people(snapshot: Connection, said: Mapping[UserId, Sequence[Observation]]) -> Facts:
    """Return what may be said of some people, as their observations stand."""
    pins = pin_store.pinned(snapshot, said)
    return {
        person: summaries.facts_of(fold(person, mine, pins.get(person, frozenset())))
        for person, mine in said.items()
    }


def facts_of_agents(snapshot: Connection, agents: Collection[str]) -> Facts:
    """Return what may be said of some agents: the insights of their newest week."""
    told = deep_store.read_insights(snapshot, agents)
    return {agent: agent_prompt.facts_of(told.get(agent, ()), deep_store.insight_id) for agent in agents}


def _told(snapshot: Connection, facts: Facts, settings: Settings, *, about_people: bool) -> dict[str, _Told]:
    if settings.anthropic_api_key is None:
        return {unit: _Told(summaries.template(some), TEMPLATE) for unit, some in facts.items()}
    asked = {
        unit: _asked(unit if about_people else NOBODY, some, settings).question
        for unit, some in facts.items()
        if some
    }
    answers = staging.found(snapshot, list(asked.values()))
    found: dict[str, _Told] = {}
    for unit, some in facts.items():
        answer = answers.get(asked[unit]) if unit in asked else None
        found[unit] = _read(answer, some, settings) if some else _Told((), TEMPLATE)
    return found


def _read(answer: Answer | None, facts: Sequence[Fact], settings: Settings) -> _Told:
    if answer is None:
        return _Told((), TEMPLATE, fault=Fault.MISSING)
    if STANDS_IN in answer.content:
        return _Told(summaries.template(facts), TEMPLATE, stood_in=Fault(answer.content[STANDS_IN]))
    try:
        sentences, refused = summaries.sentences_of(answer.content, facts)
    except ModelFault as failure:
        if not settings.model_stand_in:
            return _Told((), TEMPLATE, fault=failure.fault)
        return _Told(summaries.template(facts), TEMPLATE, stood_in=failure.fault)
    return _Told(sentences, settings.model_small, refused=refused)


def _purse(settings: Settings) -> Purse:
    prices = (settings.model_usd_in * BATCH_DISCOUNT, settings.model_usd_out * BATCH_DISCOUNT)
    return Purse(settings.model_usd_per_run, *prices)


def _open_questions(lease: Lease, settings: Settings, *, code: bool) -> Iterator[list[Asked]]:
    """Yield the questions of every unit whose summary is due, some at a time."""
    for derivation, about_people in (
        (summary_store.summaries(settings), True),
        (summary_store.agent_summaries(settings), False),
    ):
        with lease.database.reading() as snapshot:
            due = _due(snapshot, derivation, code=code)
        for start in range(0, len(due), _PEOPLE_AT_ONCE):
            some = due[start : start + _PEOPLE_AT_ONCE]
            with lease.database.reading() as snapshot:
                facts = (
                    facts_of_people(snapshot, store.read_observations(snapshot, some))
                    if about_people
                    else facts_of_agents(snapshot, some)
                )
            yield [
                _asked(unit if about_people else NOBODY, mine, settings)
                for unit, mine in facts.items()
                if mine
            ]


def _due(snapshot: Connection, derivation: Derivation, *, code: bool) -> list[str]:
    """Return the units whose summary waits to be written."""
    found = staleness.due(snapshot, derivation).get(FOLD, Due(FOLD))
    units = found.units | (found.code if code else {})
    return sorted(unit for unit, digest in units.items() if digest is not None)


def _asked(unit: str, facts: Sequence[Fact], settings: Settings) -> Asked:
    request = summaries.request_of(facts)
    body = {"prefix": _PREFIX_HASH, "content": request.content}
    return Asked(Question(settings.model_small, PROMPT_VERSION, unit, body), request)
