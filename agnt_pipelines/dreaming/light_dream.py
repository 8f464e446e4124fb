"""Light dreaming, night by night: load -> think -> check -> apply, for one window or one fold.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL
(`store`), and the thinking itself (the pure modules).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import (
    beside_store,
    deep_store,
    fold,
    listening,
    model_extractor,
    observe,
    pin_store,
    soul_prompt,
    store,
    summary_store,
    summary_writer,
    taste,
    undo_store,
)
from agnt_pipelines.dreaming.checks import ClaimChecks
from agnt_pipelines.dreaming.claims import (
    Booking,
    Message,
    Observation,
    Rejection,
    SavedPreference,
    Source,
    UserId,
)
from agnt_pipelines.dreaming.extractor import Extractor
from agnt_pipelines.errors import ModelFailed, PlanRefused
from agnt_pipelines.language.model import Fault
from agnt_pipelines.replay import completion, holds, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Derivation, Plan, Refused, Row
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import FOLD, Window
from agnt_pipelines.settings import Settings

Said = Mapping[UserId, list[Observation]]
Think = Callable[[Connection, Said, Plan], Iterable[tuple[UserId, Iterable[Row]]]]
"""From some people's observations to the rows of their folds, counting into the plan."""


def dream(
    lease: Lease, windows: Sequence[Window], settings: Settings, extractor: Extractor | None = None
) -> Iterator[Applied]:
    """Observe consecutive closed windows, oldest first; a window in which nothing is due is left.

    Raises:
        PlanRefused: a check failed; the window was not written.
        Fenced: a later run took the lease.
        ModelFailed: a model gave nothing for some people, after everybody else was written.
    """
    derivation = store.observations(settings)
    faults: Counter[str] = Counter()
    with ExitStack() as stack:
        reader = extractor or stack.enter_context(model_extractor.extractor(lease.database, settings))
        for window in windows:
            with lease.database.reading() as snapshot:
                due = staleness.due(snapshot, derivation, [window]).get(window.key)
                if due is None:
                    yield completion.standing(snapshot, derivation, window.key)
                    continue
                plan, failed = observe_window(snapshot, derivation, window, due, settings, reader)
                faults.update(failed.values())
            yield apply(lease, plan, settings)
    with lease.database.reading() as snapshot:
        first_key = staleness.first_key(snapshot, derivation)
    completion.forget_empty(lease, derivation, first_key)
    if faults:
        which = ", ".join(f"{name} ({count})" for name, count in sorted(faults.items()))
        message = (
            f"The model failed for {faults.total()} people's days: {which}. They were left as they are and are due: "
            "run the job again, or set AGNT_MODEL_STAND_IN=true to let the offline writer stand in."
        )
        raise ModelFailed(message, faults)


def observe_window(
    snapshot: Connection,
    derivation: Derivation,
    window: Window,
    due: Due,
    settings: Settings,
    extractor: Extractor,
) -> tuple[Plan, dict[str, Fault]]:
    """Read the talk and records of a window's due people and plan what they say; who is left out, and why.

    Raises:
        PlanRefused: a check failed.
    """
    units = dict(due.units | due.code)
    plan, checks = Plan(derivation, window.key, units), ClaimChecks()
    limit, seen = settings.message_max_bytes, set[tuple[str, str]]()
    undone = undo_store.undone(snapshot, units)
    read = store.read_messages(snapshot, window, frozenset(units), settings.chunk_rows)
    whole = (one for one in read if not _passed_over(plan, Source.INTERACTIONS, one, seen))
    ordered = observe.orders_given(beside_store.read_beside(snapshot, window, units), max_bytes=limit)
    failed: dict[str, Fault] = {}
    for person, talk, extracted in listening.heard(whole, extractor, limit):
        if extracted.fault is not None:
            plan.count(f"model_{extracted.fault}")
            if not extracted.stands_in:
                failed[person] = extracted.fault
                continue
            plan.count("offline_stood_in")
        _note(plan, person, [], extracted.refused)
        for message, found, refused in observe.observe_talk(
            talk,
            window_key=window.key,
            max_bytes=limit,
            proposed=extracted.proposed,
            ordered_beside=ordered.get(person, ()),
        ):
            checks.see(found, Source.INTERACTIONS, message.id, message.user_id)
            _note(plan, message.user_id, found, refused, undone)
            plan.watermark = max(plan.watermark or message.created_at, message.created_at)
            plan.count("messages")
    for left_out in failed:
        del units[left_out]
    for source, record in _records(snapshot, window, units):
        if _passed_over(plan, source, record, seen):
            continue
        found, refused = observe.observe_record(record, window_key=window.key)
        checks.see(found, source, record.id, record.user_id)
        _note(plan, record.user_id, found, refused, undone)
        plan.count("records")
    if broken := checks.failed():
        which = ", ".join(f"{name} ({count} of {checks.seen})" for name, count in broken.items())
        message_ = f"Observations of {window.key} failed {which}: nothing of them was written."
        raise PlanRefused(message_, broken)
    return plan, failed


def remember(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Fold the observations of everybody whose observations changed into user memory.

    Args:
        lease: of the writer set `dreaming`.
        settings: of this process.
        code: whether people whose fold only another version of the code made are folded again.
    """

    def think(snapshot: Connection, said: Said, plan: Plan) -> Iterator[tuple[UserId, Iterable[Row]]]:
        pins = pin_store.pinned(snapshot, said)
        for person, mine in said.items():
            memories = fold.fold(person, mine, pins.get(person, frozenset()))
            for memory in memories:
                plan.count(f"memories_{memory.status}")
            yield person, map(store.memory_row, memories)

    return _fold(lease, store.user_memory(settings), store.USER_MEMORY, think, settings, code=code)


def summarise(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Write the summaries of everybody whose memories changed; arguments as `remember`.

    Where a model writes them, a person whose answer is still to come keeps what they have, and stays due.
    """

    def think(snapshot: Connection, said: Said, plan: Plan) -> Iterable[tuple[UserId, Iterable[Row]]]:
        facts = summary_writer.facts_of_people(snapshot, said)
        summary_writer.write(snapshot, plan, facts, settings, about_people=True)
        return ()

    derivation = summary_store.summaries(settings)
    return _fold(lease, derivation, summary_store.SUMMARIES, think, settings, code=code)


def write_prompts(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Write the soul prompts of everybody whose memories or summary changed; arguments as `remember`."""
    budget = settings.soul_prompt_tokens

    def think(snapshot: Connection, said: Said, plan: Plan) -> Iterator[tuple[UserId, Iterable[Row]]]:
        pins = pin_store.pinned(snapshot, said)
        short = summary_store.read_summaries(snapshot, said)
        for person, mine in said.items():
            versions = soul_prompt.versions(
                person,
                mine,
                token_budget=budget,
                summary=short.get(person, ()),
                pins=pins.get(person, frozenset()),
            )
            if versions:
                plan.count("memories_left_out", versions[-1].left_out_count)
            yield person, map(store.prompt_row, versions)

    return _fold(lease, store.soul_prompts(settings), store.SOUL_PROMPTS, think, settings, code=code)


def weigh_taste(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Weigh the taste of everybody whose observations changed; arguments as `remember`."""

    def think(_: Connection, said: Said, __: Plan) -> Iterator[tuple[UserId, Iterable[Row]]]:
        for person, mine in said.items():
            yield person, map(deep_store.taste_row, taste.profile(person, mine))

    derivation = deep_store.taste_profiles(settings)
    return _fold(lease, derivation, deep_store.TASTE_PROFILES, think, settings, code=code)


def _fold(
    lease: Lease, derivation: Derivation, table: sa.Table, think: Think, settings: Settings, *, code: bool
) -> Applied:
    with lease.database.reading() as snapshot:
        due = staleness.due(snapshot, derivation).get(FOLD, Due(FOLD))
        done = completion.standing(snapshot, derivation, FOLD)
    if derivation.held:
        holds.forget_moot(lease, derivation, due.units.keys() | due.code.keys())
    people = sorted(due.units | (due.code if code else {}))
    if not people and not due.missing:
        return done
    done = Applied(derivation.name, FOLD)
    for some in _chunks(people, settings.fold_people):
        done.add(_fold_some(lease, derivation, table, think, some, settings))
    return done


def _fold_some(
    lease: Lease,
    derivation: Derivation,
    table: sa.Table,
    think: Think,
    people: list[str],
    settings: Settings,
) -> Applied:
    """Fold some people in one snapshot and one transaction."""
    with lease.database.reading() as snapshot:
        now_due = staleness.due(snapshot, derivation, units=people).get(FOLD, Due(FOLD))
        digests = now_due.units | now_due.code
        plan = Plan(derivation, FOLD, {person: digests[person] for person in people if person in digests})
        said = store.read_observations(snapshot, plan.units)
        for person, rows in think(snapshot, said, plan):
            plan.put(table, person, rows)
    return apply(lease, plan, settings)


def _records(
    snapshot: Connection, window: Window, units: Collection[str]
) -> Iterator[tuple[Source, Booking | SavedPreference]]:
    for booking in store.read_bookings(snapshot, window, units):
        yield Source.BOOKINGS, booking
    for saved in store.read_preferences(snapshot, window, units):
        yield Source.SAVED_PREFERENCES, saved


def _passed_over(
    plan: Plan, source: Source, row: Message | Booking | SavedPreference, seen: set[tuple[str, str]]
) -> bool:
    """Whether a row is not read: one that no table would have, but an operator's view may.

    One that lacks a value goes to the quarantine; one whose id was met before is only counted.
    """
    refusal = store.incomplete(source, row)
    if refusal is not None:
        _note(plan, row.user_id, [], [refusal])
        return True
    if (source, row.id) in seen:
        plan.count("rows_repeated")
        return True
    seen.add((source, row.id))
    return False


def _note(
    plan: Plan,
    person: UserId,
    found: Sequence[Observation],
    refused: Sequence[Rejection],
    undone: Collection[UUID] = (),
) -> None:
    rows = [(store.observation_row(observation), observation.slot) for observation in found]
    kept = [(row, slot) for row, slot in rows if row[0] not in undone]
    plan.put(store.OBSERVATIONS, person, [row for row, _ in kept])
    for _, slot in kept:
        plan.count(f"slot_{slot}")
    if len(kept) < len(rows):
        plan.count("claims_undone", len(rows) - len(kept))
    for rejection in refused:
        plan.count(f"rejected_{rejection.reason}")
        if rejection.quarantine:
            plan.refused.append(
                Refused(rejection.source, rejection.source_id, rejection.user_id, rejection.reason)
            )


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    """Yield slices of at most `size`; one empty slice where there is nothing."""
    for start in range(0, max(len(items), 1), size):
        yield items[start : start + size]
