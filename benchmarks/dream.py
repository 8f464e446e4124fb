"""dream: light dreaming's speed and what it gets right, through the job's own steps.

`--messages N` (100,000): one synthetic day of them, and one of a tenth, each in a platform of its own.
`--data FILE`: JSONL {text, lang, claims: [{slot, value, polarity}]}, each message said on Wednesday
2026-11-25 by a person of its own; without it our own open corpus. `benchmarks.claim_scores` says what counts
as the same claim. `--keyed N` people have facts that change. `--list` names what was wrong and missed.

Keys: messages, messages_per_s (gate to fold with reading and writing, our process on one core), day_s (the
whole job), growth_exponent (a tenth -> all, gate to fold), claims, rerun_rows; precision, claim_recall,
labelled, found; junk_lines, junk_promoted (observations that cite one); current_correct (keyed facts whose
fold value is the newest), keyed, unrelated (facts that stood beside them), unrelated_retired; calls_ratio,
input_tokens_ratio (ours / one call per message with the same prompt prefix, counted by the scripted server,
bytes / 4; of the latter 500 are really made), model_calls, rerun_calls, rerun_usd, changed_row_calls (after one
person's day changed).
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from agnt_pipelines.dreaming import light_dream, store
from agnt_pipelines.dreaming.claims import UserId
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.windows import DAY, WITA
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction, User
from benchmarks import claim_scores, model_costs
from benchmarks.formats import synthetic_talk
from benchmarks.harness import Options, fresh_platform, measured
from benchmarks.jobs import due, leased

OWN = Path(__file__).parent / "corpora" / "said_open.jsonl"
_SAID_AT = datetime(2026, 11, 25, 12, tzinfo=WITA)
_NOW = datetime(2026, 11, 27, 5, tzinfo=WITA)
_KEYED_PEOPLE = 200
_JUNK = 1_400
_USERS, _TALK = table_of(User), table_of(Interaction)
_COLUMNS = ("id", "user_id", "direction", "source", "channel", "content", "created_at")
_JOB = "light_dream"

Said = tuple[str, str, str, str | None, str, datetime]
"""Id, person, direction, source, text, time."""


def run(options: Options) -> dict[str, Any]:
    """Return the figures.

    Raises:
        SettingsError: `--data` is no such file.
    """
    own = replace(options, data=options.data or OWN)
    return measured("dream", own, lambda: _figures(own))


def _figures(options: Options) -> dict[str, Any]:
    assert options.data is not None
    labelled = claim_scores.read(options.data)
    count = options.number("messages", 100_000)
    small_s, _ = _day(max(count // 10, 1), options)
    seconds, figures = _day(count, options)
    options.say(f"{count} messages: {figures}")
    with fresh_platform(options, now=_NOW) as (settings, database):
        return {
            "messages": count,
            "messages_per_s": round(count / seconds),
            "growth_exponent": round(math.log10(seconds / small_s), 3),
            **figures,
            **quality(database, settings, labelled, options),
            **_asking(count, options),
        }


def _day(count: int, options: Options) -> tuple[float, dict[str, Any]]:
    """Return the seconds from gate to fold of a day of talk, and the other figures of the day."""
    with fresh_platform(options, now=_NOW) as (settings, database):
        talk = synthetic_talk.day_of_talk(count, options.seed)
        _tell(database, ((one, who, "inbound", None, text, at) for one, who, text, at in talk))
        with _one_core():
            began = time.perf_counter()
            done, to_fold_s = _dream(database, settings)
            day_s = time.perf_counter() - began
        again, _ = _dream(database, settings, again=True)
    rows = sum(one.added + one.changed + one.removed for one in again)
    claims = next(one.added for one in done if one.derivation == "observations" and one.added)
    return to_fold_s, {"day_s": round(day_s, 2), "claims": claims, "rerun_rows": rows}


def _asking(count: int, options: Options) -> dict[str, Any]:
    with fresh_platform(options, now=_NOW) as (offline, database):
        return asking(database, offline, count, options.seed)


def asking(database: Database, offline: Settings, count: int, seed: int) -> dict[str, Any]:
    """Return what a day costs with a model, against a call a message, and what a re-run costs."""
    talk = synthetic_talk.day_of_talk(count, seed)
    _tell(database, ((one, who, "inbound", None, text, at) for one, who, text, at in talk))
    window = DAY.window("2026-11-10")
    calls, tokens = model_costs.one_by_one(database, offline, window, count)
    with model_costs.with_model(offline) as (settings, server):
        _dream(database, settings)
        ours, our_tokens, cost = len(server.asked), server.tokens, model_costs.usd(database, settings)
        _dream(database, settings, again=True)
        rerun_calls, rerun_usd = len(server.asked) - ours, model_costs.usd(database, settings) - cost
        _tell(database, [("late", "p0", "inbound", None, "I love mangoes", synthetic_talk.DAY)], born=False)
        _dream(database, settings)
        changed = len(server.asked) - ours - rerun_calls
    return {
        "model_calls": ours,
        "calls_ratio": round(ours / calls, 4),
        "input_tokens_ratio": round(our_tokens / tokens, 4),
        "rerun_calls": rerun_calls,
        "rerun_usd": round(rerun_usd, 6),
        "changed_row_calls": changed,
    }


def _dream(database: Database, settings: Settings, *, again: bool = False) -> tuple[list[Applied], float]:
    """Run light dreaming's steps over what is due, or once more over every day; time gate to fold."""
    with leased(database, settings, _JOB, "bench-dream") as lease:
        keys = due(database, settings, _JOB, _NOW)
        keys = [window.key for window in DAY.between("2026-11-10", "2026-11-10")] if again else keys
        began = time.perf_counter()
        done = list(light_dream.dream(lease, [DAY.window(key) for key in keys if key != "*"], settings))
        done.append(light_dream.remember(lease, settings))
        seconds = time.perf_counter() - began
        done.append(light_dream.summarise(lease, settings))
        done.append(light_dream.write_prompts(lease, settings))
        done.append(light_dream.weigh_taste(lease, settings))
    return done, seconds


class _one_core:  # noqa: N801 - reads as a statement
    """Our process on one core; the database keeps the others."""

    def __enter__(self) -> None:
        self._before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {max(self._before)})

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, self._before)


def quality(database: Database, settings: Settings, labelled: list[Any], options: Options) -> dict[str, Any]:
    """Return what is right of labelled messages, junk and facts that change, all said in one platform."""
    keyed = list(synthetic_talk.keyed_facts(options.number("keyed", _KEYED_PEOPLE), options.seed))
    said = [
        *((f"l{n}", f"l{n}", "inbound", None, text, _SAID_AT) for n, (text, _, _) in enumerate(labelled)),
        *_keyed_talk(keyed),
        *_junk_talk(options.seed),
    ]
    random.Random(options.seed).shuffle(said)
    _tell(database, said)
    _dream(database, settings)
    with database.reading() as snapshot:
        people = [f"l{number}" for number in range(len(labelled))]
        learnt = store.read_observations(snapshot, people)
        scores = claim_scores.Scores()
        for person, (text, _, labels) in zip(people, labelled, strict=True):
            found = [
                claim_scores.Said(one.slot, one.value, int(one.polarity), one.subject)
                for one in learnt[UserId(person)]
            ]
            scores.add(text, labels, found)
        promoted = snapshot.scalar(sa.text(_CITING_JUNK)) or 0
        memories = snapshot.execute(sa.select(store.USER_MEMORY)).all()
    told = {"wrong": scores.wrong, "missed": scores.missed} if "list" in options.extra else {}
    return {
        "precision": scores.precision,
        "claim_recall": scores.recall,
        "labelled": scores.labelled,
        "found": scores.found,
        **told,
        "junk_lines": _JUNK,
        "junk_promoted": promoted,
        **_current(keyed, memories),
    }


_CITING_JUNK = """
SELECT count(*) FROM mind.observations AS o, jsonb_array_elements(o.evidence) AS piece
 WHERE starts_with(piece->>'source_id', 'junk/')
"""


def _keyed_talk(keyed: list[synthetic_talk.Keyed]) -> Iterator[Said]:
    for number, fact in enumerate(keyed):
        for place, text in enumerate(fact.texts):
            at = _SAID_AT - timedelta(days=9 - 3 * place, minutes=number % 600)
            yield f"{fact.person}/{fact.slot}/{place}", fact.person, "inbound", None, text, at
    for person in dict.fromkeys(fact.person for fact in keyed):
        for place, (_, _, _, text) in enumerate(synthetic_talk.UNRELATED):
            at = _SAID_AT - timedelta(days=12, minutes=place)
            yield f"{person}/unrelated/{place}", person, "inbound", None, text, at


def _junk_talk(seed: int) -> Iterator[Said]:
    for number, (source, direction, text) in enumerate(synthetic_talk.junk(_JUNK, seed)):
        person = f"j{number % 50}"
        yield f"junk/{number}", person, direction, source, text, _SAID_AT - timedelta(minutes=number)


def _current(keyed: list[synthetic_talk.Keyed], memories: Iterable[Any]) -> dict[str, Any]:
    """Return how many keyed facts are at their newest value, and what else was retired."""
    believed = [m for m in memories if m.polarity > 0]
    known = {(m.user_id, m.key, m.value, m.subject) for m in believed if m.status == "active"}
    ended = {(m.user_id, m.key, m.value, m.subject) for m in believed if m.status != "active"}
    active = {row[:3] for row in known if row[3] == "self"}
    newest = sum((fact.person, fact.slot, fact.values[-1]) in active for fact in keyed)
    only = sum(
        sum((fact.person, fact.slot, value) in active for value in set(fact.values)) == 1 for fact in keyed
    )
    others = [
        (person, slot, value, subject)
        for person in dict.fromkeys(fact.person for fact in keyed)
        for slot, value, subject, _ in synthetic_talk.UNRELATED
    ]
    return {
        "keyed": len(keyed),
        "current_correct": round(min(newest, only) / len(keyed), 4),
        "unrelated": sum(one in known for one in others),
        "unrelated_retired": sum(one in ended and one not in known for one in others),
    }


def _tell(database: Database, said: Iterable[Said], *, born: bool = True) -> None:
    """Let people say things, as the platform's own tables would have it."""
    people: set[str] = set()

    def rows() -> Iterator[tuple[Any, ...]]:
        for row_id, person, direction, source, text, at in said:
            people.add(person)
            yield row_id, person, direction, source, "whatsapp", text, at.astimezone(UTC)

    with database.writing() as connection:
        copy_rows(connection, _TALK, rows(), columns=_COLUMNS)
        if born:
            joined = datetime(2026, 1, 1, tzinfo=UTC)
            copy_rows(connection, _USERS, ((one, joined) for one in people), columns=("id", "created_at"))
    with database.direct() as connection_:
        connection_.execute("ANALYZE")
