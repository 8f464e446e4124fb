"""recall: does what somebody said come back when it is asked for? LoCoMo or LongMemEval, by their form.

`--data FILE`: LoCoMo; a question is asked of both people (two calls, merged by score) and counts if one
of its evidence ids is a turn. `--data DIR`: LongMemEval, a question file each (`*_abs` left out); sessions
are ranked by their best hit.

Keys: dataset, questions, recall@5, recall@10, recall@20 (share of the evidence turns among the first k
distinct turns cited; null for LongMemEval, whose evidence is sessions), any_session@5, all_session@5, mrr
(of the first session of evidence), newest_first (share of knowledge-update questions whose newest evidence
session is above its older ones; null without such questions), lexical_* (the same without vectors),
ms_per_query (the median call of one person, with vectors where they are installed), vectors (their id, or
null: then all figures are lexical), by_type (LongMemEval: any and all by type of question).
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from agnt_pipelines.dreaming.recall import Hit
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.language.static_vectors import static_vectors
from agnt_pipelines.serving.importing import import_lines
from agnt_pipelines.serving.recalling import merged, recall
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from benchmarks.formats import Lines, locomo, longmemeval
from benchmarks.formats.locomo_questions import Sample, samples
from benchmarks.harness import Options, fresh_platform, measured
from benchmarks.recall_scores import any_and_all, recall_at, sessions_in_order

_TURNS = 20
_HITS = 200
"""Hits asked for: enough to find the evidence's first session, however far down."""

_SAY_EVERY = 100


@dataclass(slots=True)
class _Scores:
    """Figures of each question, by key."""

    values: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, **figures: float) -> None:
        """Add one question's figures."""
        for key, value in figures.items():
            self.values[key.replace("_at_", "@")].append(value)

    def mean(self, key: str) -> float | None:
        """Return the mean, to four places; None of nothing."""
        values = self.values.get(key)
        return round(float(np.mean(values)), 4) if values else None


@dataclass(slots=True)
class _Asking:
    """The platform asked, and how long each call took."""

    database: Database
    settings: Settings
    lexical: bool
    seconds: list[float] = field(default_factory=list)
    scores: _Scores = field(default_factory=_Scores)

    def of(self, person: str, text: str, now: Any) -> list[Hit]:
        """Ask one question about one person."""
        started = time.perf_counter()
        hits = recall(self.database, person, text, now, _HITS, lexical=self.lexical, settings=self.settings)
        self.seconds.append(time.perf_counter() - started)
        return hits


def run(options: Options) -> dict[str, Any]:
    """Return the figures.

    Raises:
        SettingsError: `--data` is missing, or holds no question.
    """
    with threadpool_limits(limits=1):
        return measured("recall", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    if options.data is None:
        raise SettingsError("recall needs --data: a LoCoMo file, or a folder of LongMemEval questions.")
    ask = _ask_locomo if options.data.is_file() else _ask_longmemeval
    sources = _sources(options.data)
    with fresh_platform(options) as (settings, database):
        _load(database, settings, sources)
        vectors = static_vectors()
        lexical = _Asking(database, settings, lexical=True)
        ask(lexical, options)
        shipped = lexical
        if vectors is not None:
            shipped = _Asking(database, settings, lexical=False)
            ask(shipped, options)
    return {
        "dataset": "LoCoMo" if options.data.is_file() else "LongMemEval",
        "questions": len(shipped.scores.values["any_session@5"]),
        **{key: shipped.scores.mean(key) for key in _KEYS},
        "ms_per_query": round(1000 * float(np.median(shipped.seconds)), 2),
        "vectors": None if vectors is None else vectors.id,
        **{f"lexical_{key}": lexical.scores.mean(key) for key in _KEYS},
        "lexical_ms_per_query": round(1000 * float(np.median(lexical.seconds)), 2),
        "by_type": {
            key.removeprefix("type "): shipped.scores.mean(key)
            for key in sorted(shipped.scores.values)
            if key.startswith("type ")
        },
    }


_KEYS = ("recall@5", "recall@10", "recall@20", "any_session@5", "all_session@5", "newest_first", "mrr")


def _ask_locomo(asking: _Asking, options: Options) -> None:
    assert options.data is not None
    read = samples(options.data)
    for sample in read:
        now = max(turn.at for turn in sample.turns) + timedelta(hours=1)
        people = sorted({turn.user_id for turn in sample.turns})
        session = {turn.id: f"{turn.sample}/{turn.session}" for turn in sample.turns}
        for asked in sample.questions:
            hits = merged((asking.of(person, asked.text, now) for person in people), 2 * _HITS)
            _score_turns(
                asking.scores, [one for hit in hits for one in hit.interactions], asked.evidence, session
            )
        options.say(_told(asking, sample))


def _told(asking: _Asking, sample: Sample) -> str:
    so_far = asking.scores.mean("recall@10")
    how = "by words" if asking.lexical else "with vectors"
    return f"{sample.name}: {len(sample.questions)} questions {how}, recall@10 so far {so_far}"


def _score_turns(
    scores: _Scores, cited: Iterable[str], evidence: frozenset[str], session: dict[str, str]
) -> None:
    turns = list(dict.fromkeys(cited))
    ranked = sessions_in_order([session[turn] for turn in turns])
    answers = {session[turn] for turn in evidence}
    either = any_and_all(ranked, answers)
    scores.add(
        recall_at_5=recall_at(turns, evidence, 5),
        recall_at_10=recall_at(turns, evidence, 10),
        recall_at_20=recall_at(turns, evidence, _TURNS),
        any_session_at_5=either[0],
        all_session_at_5=either[1],
        mrr=_reciprocal(ranked, answers),
    )


def _ask_longmemeval(asking: _Asking, options: Options) -> None:
    assert options.data is not None
    for number, path in enumerate(longmemeval.files(options.data), 1):
        asked = longmemeval.question(path)
        ranked = sessions_in_order([hit.session for hit in asking.of(asked.person, asked.text, asked.now)])
        either = any_and_all(ranked, asked.evidence)
        asking.scores.add(any_session_at_5=either[0], all_session_at_5=either[1])
        asking.scores.add(mrr=_reciprocal(ranked, asked.evidence))
        asking.scores.values[f"type {asked.kind} any"].append(either[0])
        asking.scores.values[f"type {asked.kind} all"].append(either[1])
        if asked.kind == "knowledge-update":
            asking.scores.add(newest_first=_newest_first(ranked, asked))
        if number % _SAY_EVERY == 0:
            options.say(f"{number} questions, any_session@5 so far {asking.scores.mean('any_session@5')}")


def _newest_first(ranked: Sequence[str], asked: longmemeval.Asked) -> float:
    """Whether the newest session of evidence is found, and above its older ones."""
    found = [one for one in ranked if one in asked.evidence]
    newest = max(asked.times[one] for one in asked.evidence)
    return float(bool(found) and asked.times[found[0]] == newest)


def _reciprocal(ranked: Sequence[str], evidence: frozenset[str] | set[str]) -> float:
    return next((1 / place for place, one in enumerate(ranked, 1) if one in evidence), 0.0)


def _sources(data: Path) -> list[Lines]:
    if data.is_file():
        if not any(sample.questions for sample in samples(data)):
            raise SettingsError(f"--data {data}: no question in it names a turn that answers it.")
        return [locomo.lines(data)]
    found = longmemeval.files(data)
    if not found:
        raise SettingsError(f"--data {data}: there is no question file (*.json) in it.")
    return [longmemeval.lines(path) for path in found]


def _load(database: Database, settings: Settings, sources: Iterable[Lines]) -> None:
    """Write the people and what they said as import files, and import them as an operator would."""
    folder = settings.state / "recall"
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind: folder / f"{kind}.jsonl" for kind in ("users", "interactions")}
    with ExitStack() as open_files:
        streams = {
            kind: open_files.enter_context(path.open("w", encoding="utf-8")) for kind, path in files.items()
        }
        for kind, line in chain.from_iterable(sources):
            streams[kind].write(json.dumps(line) + "\n")
    for kind, path in files.items():
        import_lines(database, kind, path, progress=lambda _: None, batch_rows=10_000, state=settings.state)
