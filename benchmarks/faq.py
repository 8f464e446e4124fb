"""faq: a week of support talk, from source rows to the index that is published, through the jobs' own functions.

`--conversations N` (20,000), `--weeks W` (1): the last of W such weeks is timed; everything that leaves no doubt
is approved.

Keys: conversations (of a week), weeks, questions, candidates, questions_per_s, extract_s (the slowest week:
reading, redaction, vectors, clusters, apply), recompute_s (the last week once more, by other settings: what is
staged is not computed again), compile_s (the last week: fold, approval, apply, stage, publish), compile_all_s
(all weeks in one run), entries, index_bytes, left_out {reason: n}, embedder.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from agnt_pipelines.faq import faq_compile, faq_extract, store
from agnt_pipelines.language import embedder
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.settings import Settings
from benchmarks import loading
from benchmarks.formats.synthetic_support import Row, week_of_support
from benchmarks.harness import Options, fresh_platform, measured

_CONVERSATIONS = 20_000
_LAST = "2026-11-08"


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    return measured("faq", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    count, weeks = options.number("conversations", _CONVERSATIONS), options.number("weeks", 1)
    last = FAQ_WEEK.window(_LAST)
    windows = list(
        FAQ_WEEK.between(FAQ_WEEK.window_at(last.start - (weeks - 1) * FAQ_WEEK.length).key, last.key)
    )
    with fresh_platform(options, faq_auto_approve=True) as (settings, database):
        loaded = loading.load(database, settings, _lines(windows, count, options.seed))
        options.say(f"imported {loaded['interactions']['imported']:,} messages of {weeks} week(s)")
        with exclusive(database, store.WRITER_SET, "bench", settings) as lease:
            extracted, extract_s = _extracted(lease, windows, settings, options)
            other = settings.model_copy(update={"redact_names": "Nobody Of This Name"})
            _, again_s = _extracted(lease, windows[-1:], other, options)
            compiled, times = _compiled(lease, windows, other)
            with database.reading() as snapshot:
                found = faq_compile.staged(snapshot, last.key)
    told = extracted.counts
    return {
        "conversations": count,
        "weeks": weeks,
        "questions": told["questions"],
        "candidates": extracted.added,
        "questions_per_s": round(told["questions"] / extract_s[-1], 1),
        "extract_s": round(max(extract_s), 2),
        "recompute_s": round(again_s[-1], 2),
        **times,
        "entries": len(found.items),
        "index_bytes": len(found.encoded()),
        "left_out": {name: n for name, n in compiled.counts.items() if name.startswith("left_")},
        "embedder": embedder.installed(),
    }


def _lines(windows: Sequence[Window], count: int, seed: int) -> Iterator[tuple[str, Row]]:
    for place, window in enumerate(windows):
        start: datetime = window.start
        for kind, line in week_of_support(count, start, FAQ_WEEK.length.total_seconds(), seed):
            if kind != "users" or place == 0:
                yield kind, line


def _extracted(
    lease: Lease, windows: Sequence[Window], settings: Settings, options: Options
) -> tuple[Applied, list[float]]:
    seconds, began, done = [], time.perf_counter(), Applied("", "")
    for done in faq_extract.extract(lease, windows, settings, options.say):
        seconds.append(time.perf_counter() - began)
        options.say(f"{done.window_key}: {done.counts['questions']:,} questions, {seconds[-1]:.1f} s")
        began = time.perf_counter()
    return done, seconds


def _compiled(
    lease: Lease, windows: Sequence[Window], settings: Settings
) -> tuple[Applied, dict[str, float]]:
    """Compile all weeks but the last, then the last alone, as its Sunday would."""
    began = time.perf_counter()
    list(faq_compile.compile_weeks(lease, windows[:-1], settings))
    before = time.perf_counter()
    (done,) = faq_compile.compile_weeks(lease, windows[-1:], settings)
    with lease.database.reading() as snapshot:
        found = faq_compile.staged(snapshot, windows[-1].key)
    faq_compile.stage(found, settings)
    faq_compile.publish(lease, windows[-1].key, settings)
    ended = time.perf_counter()
    return done, {"compile_s": round(ended - before, 2), "compile_all_s": round(ended - began, 2)}
