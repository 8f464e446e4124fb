"""real-world: data that nobody here wrote, through import and every job over all due windows.

Keys: sources {name: {read, imported, quarantined}}, jobs {name: {due, run, skipped, rows, seconds}},
observations, memories, edges, faq_candidates, faq_entries, wiki_pages, wiki_deltas, rejected
{reason: n} of what any job read and refused; also claims_by_slot and, for LoCoMo alone,
claims_per_1000_turns. A window is skipped if it was due and still is after its job.

Why the FAQ has so few entries: faq_left_out {reason: n} tells why candidates are none (with
faq_approved they are all of faq_candidates), faq_lacking {what: n} what candidates lack (one
may lack several things), faq_not_asked {reason: n} which sentences were no question for the FAQ.

`--sample N` adds N claims of LoCoMo drawn by hash, with their words. FAQ candidates are approved by
themselves. A wiki that is no bundle in wiki/ leaves its job out: its figures are null.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from agnt_pipelines.dreaming import store
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.windows import FAQ_WEEK, WITA
from agnt_pipelines.serving.importing import ImportProgress, import_lines
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.faq import FaqCandidate, FaqEntry
from agnt_pipelines.storage.tables.graph import EntityEdge
from agnt_pipelines.storage.tables.replay import DeltaLogEntry
from agnt_pipelines.storage.tables.wiki import WikiPage
from agnt_pipelines.wiki import store as wiki_store
from benchmarks.formats import Lines, intents, locomo, visits
from benchmarks.harness import Options, Say, fresh_platform, measured
from benchmarks.jobs import run_jobs

_VISITORS = 2_000
_VISIT_DAYS = timedelta(days=180)
_FAQ_WINDOWS = 4
_TOLD_EVERY = 50_000
_KINDS = ("users", "interactions", "bookings")


def run(options: Options) -> dict[str, Any]:
    """Return the figures.

    Raises:
        SettingsError: `--data` is missing, or holds no LoCoMo file to take the time from.
    """
    return measured("real-world", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    conversations = _locomo_files(options.data)
    newest = max(map(locomo.newest, conversations))
    now = monday_after_compile(newest)
    options.say(f"newest session {newest:%Y-%m-%d %H:%M}, now {now:%Y-%m-%d %H:%M} WITA")
    bundle = next(iter(sorted((options.data or Path()).glob("wiki/*.bundle"))), None)
    wiki = None if bundle is None else str(bundle.resolve())
    with fresh_platform(options, now=now, faq_auto_approve=True, wiki_url=wiki) as (settings, database):
        sources = {
            name: _load(database, settings, name, lines, options)
            for name, lines in _sources(options, conversations, newest)
        }
        ran = dict(run_jobs(database, settings, now, options.say))
        done = {name: job.done for name, job in ran.items()}
        sample = _sample(database, options.number("sample", 0))
        if wiki is not None:
            sources[f"wiki/{Path(wiki).name}"] = _wiki(database)
        return {
            "sources": sources,
            "jobs": {name: job.figures() for name, job in ran.items()},
            "observations": _count(database, store.OBSERVATIONS),
            "memories": _count(database, store.USER_MEMORY),
            "edges": _count(database, table_of(EntityEdge)),
            "faq_candidates": _count(database, table_of(FaqCandidate)),
            "faq_entries": _count(database, table_of(FaqEntry)),
            "wiki_pages": None if wiki is None else _count(database, table_of(WikiPage)),
            "wiki_deltas": None if wiki is None else _deltas(database, "wiki_reconcile"),
            "rejected": _named([one for some in done.values() for one in some], "rejected_"),
            "claims_by_slot": _named(done["light_dream"], "slot_"),
            **_faq(done["faq_extract"], done["faq_compile"]),
            "claims_per_1000_turns": _yield(database, conversations),
            **({"sample": sample} if sample else {}),
        }


def monday_after_compile(newest: datetime) -> datetime:
    """Return now: the first Monday 05:00 WITA after the compile tick of the window of `newest`.

    That window is compiled on the Sunday after the one it closes on, at 03:00.
    """
    window = FAQ_WEEK.window_at(newest)
    compiled = window.end + timedelta(days=6, hours=3, minutes=1)
    return compiled.astimezone(WITA).replace(hour=5, minute=0) + timedelta(days=1)


def _locomo_files(data: Path | None) -> list[Path]:
    if data is None:
        message = "real-world needs --data DIR, a folder with locomo/, intents/, visits/ and wiki/."
        raise SettingsError(message)
    found = sorted((data / "locomo").glob("*.json"))
    if not found:
        message = f"{data} holds no locomo/*.json, from which the run takes its time."
        raise SettingsError(message)
    return found


def _sources(options: Options, conversations: list[Path], newest: datetime) -> Iterator[tuple[str, Lines]]:
    assert options.data is not None
    for path in conversations:
        yield f"locomo/{path.name}", locomo.lines(path)
    last = FAQ_WEEK.window_at(newest)
    first = FAQ_WEEK.window_at(last.start - FAQ_WEEK.length * (_FAQ_WINDOWS - 1))
    for path in sorted((options.data / "intents").glob("*.[jc]s*")):
        yield f"intents/{path.name}", intents.lines(path, first.start, last.end)
    train = options.data / "visits" / "train.txt"
    if train.exists():
        yield f"visits/{train.name}", visits.lines(train, _VISITORS, newest - _VISIT_DAYS, newest)


def _load(
    database: Database, settings: Settings, name: str, lines: Lines, options: Options
) -> dict[str, int]:
    """Write a source as import files and import them, as an operator would."""
    folder = settings.state / "real-world"
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind: folder / f"{name.replace('/', '-')}.{kind}.jsonl" for kind in _KINDS}
    streams = {kind: path.open("w", encoding="utf-8") for kind, path in files.items()}
    for kind, line in lines:
        streams[kind].write(json.dumps(line) + "\n")
    totals: Counter[str] = Counter(read=0, imported=0, quarantined=0)
    for kind, stream in streams.items():
        stream.close()
        report = import_lines(
            database, kind, files[kind], progress=_telling(name, options.say), batch_rows=10_000,
            state=settings.state,
        )  # fmt: skip
        totals.update(read=report.read, imported=report.imported, quarantined=report.refused)
    options.say(f"{name}: {totals['imported']} rows")
    return dict(totals)


def _telling(name: str, say: Say) -> Callable[[ImportProgress], None]:
    """Return what tells of a long import, batch by batch, after the first."""

    def told(progress: ImportProgress) -> None:
        if progress.lines > _TOLD_EVERY and progress.lines % _TOLD_EVERY == 0:
            say(f"{name}: {progress.lines} {progress.kind}")

    return told


def _faq(extracted: Iterable[Applied], compiled: Iterable[Applied]) -> dict[str, Any]:
    """Return why candidates are no entries, what they lack, and which sentences were no question."""
    weeks = {one.window_key for one in compiled}
    left = _named(compiled, "left_")
    open_weeks = [one for one in extracted if one.window_key not in weeks]
    if later := sum(one.added + one.changed + one.unchanged for one in open_weeks):
        left["compiled_later"] = later
    lacking = _named(extracted, "candidates_")
    names = {
        "agents_reply": "without_reply",
        "answer_told_to_several": "without_answer",
        "wording": "without_wording",
        "five_people_that_week": "too_few_people_this_week",
    }
    return {
        "faq_approved": _named(compiled, "candidates_").get("approved", 0),
        "faq_left_out": left,
        "faq_lacking": {name: lacking[key] for name, key in names.items() if lacking.get(key)},
        "faq_not_asked": _named(extracted, "left_sentences_"),
    }


def _wiki(database: Database) -> dict[str, int]:
    """Return the pages of the newest recorded head: read, shown to readers, refused."""
    with database.reading() as snapshot:
        pages = len(wiki_store.recorded_tree(snapshot)[0])
        refused = len(wiki_store.quarantined(snapshot))
    return {"read": pages, "imported": _count(database, table_of(WikiPage)), "quarantined": refused}


def _named(done: Iterable[Applied], prefix: str) -> dict[str, int]:
    """Return the counts under a prefix, added up, the largest first; a reason that never was is left."""
    total: Counter[str] = Counter()
    for applied in done:
        for name, count in applied.counts.items():
            if name.startswith(prefix):
                total[name.removeprefix(prefix)] += count
    return dict((+total).most_common())


def _deltas(database: Database, job: str) -> int:
    with database.reading() as snapshot:
        log = table_of(DeltaLogEntry)
        return snapshot.scalar(sa.select(sa.func.count()).select_from(log).where(log.c.job == job)) or 0


def _count(database: Database, table: sa.Table) -> int:
    with database.reading() as snapshot:
        return snapshot.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _yield(database: Database, conversations: list[Path]) -> float:
    """Return the claims that LoCoMo's people gave, per thousand turns."""
    people = {turn.user_id for path in conversations for turn in locomo.turns(path)}
    turns = sum(1 for path in conversations for _ in locomo.turns(path))
    table = store.OBSERVATIONS
    with database.reading() as snapshot:
        count = sa.select(sa.func.count()).select_from(table).where(table.c.user_id.in_(people))
        return round(1000 * (snapshot.scalar(count) or 0) / turns, 1)


def _sample(database: Database, size: int) -> list[dict[str, Any]]:
    """Return claims from talk, drawn by the hash of their id, with the words they quote."""
    query = sa.text(
        """
        SELECT o.subject, o.slot, o.value, o.polarity, o.hedged, i.content,
               substr(i.content, (piece->>'start')::int + 1,
                      (piece->>'end')::int - (piece->>'start')::int) AS words
          FROM mind.observations AS o, jsonb_array_elements(o.evidence) AS piece
          JOIN source.interactions AS i ON i.id = piece->>'source_id'
         WHERE piece->>'source' = 'interactions' AND i.session_id NOT IN (
               SELECT user_id FROM source.interactions WHERE user_id = session_id)
         ORDER BY md5(o.id::text) LIMIT :size
        """
    )
    with database.reading() as snapshot:
        return [dict(row._mapping) for row in snapshot.execute(query, {"size": size})]  # noqa: SLF001
