"""visits: recommending against visits that were held out, by LightGCN's protocol.

`--data DIR` holds train.txt and test.txt, one line a person: `person place place ...`. Places seen in
train are masked, all places of either file are ranked, people with a test line are averaged, the ideal
gain is over min(20, |test|), ties go by place. Diversity and recency are off: they are the product's,
not the protocol's.

Keys: users, items, recall@20, ndcg@20, build_s (the index, from visits in memory), index_mb,
ms_per_user_p50, ms_per_user_p95 (one person at a time through `recommend`, sentences and all), told
(share of recommendations whose path speaks of other people). `--people N` scores a sample of them.
One thread.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph.entities import NodeType, Relation, key_of, node_id
from agnt_pipelines.graph.places import Place, Taste
from agnt_pipelines.graph.recommend import Index, Recommendation, Wish, recommend
from agnt_pipelines.graph.visits import Doing
from benchmarks.formats.visits import visits
from benchmarks.harness import Options, measured

_AT = 20
_WISH = Wish(limit=_AT, diversity=0.0, recency=0.0)
_GAINS = 1 / np.log2(np.arange(2, _AT + 2))
_SAY_EVERY = 5000

People = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class _Scores:
    """What was measured, a value a person."""

    recalls: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    paths: Counter[bool] = field(default_factory=Counter)


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    with threadpool_limits(limits=1):
        return measured("visits", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    train, test = _read(options.data, "train.txt"), _read(options.data, "test.txt")
    places = {place for people in (train, test) for known in people.values() for place in known}
    started = time.perf_counter()
    index = Index.of(_doings(train), dict.fromkeys(sorted(places), Place()))
    build_s = time.perf_counter() - started
    options.say(f"an index of {len(train)} people and {len(places)} places in {build_s:.1f} s")
    asked = _sample([person for person in sorted(test) if test[person]], options)
    scores = _Scores()
    for number, person in enumerate(asked, 1):
        _score(scores, index, person, test[person])
        if number % _SAY_EVERY == 0:
            options.say(f"{number} of {len(asked)} people, recall {np.mean(scores.recalls):.4f}")
    told = scores.paths[True] / max(scores.paths.total(), 1)
    return {
        "users": len(asked),
        "items": len(places),
        "recall@20": round(float(np.mean(scores.recalls)), 5) if asked else None,
        "ndcg@20": round(float(np.mean(scores.gains)), 5) if asked else None,
        "build_s": round(build_s, 2),
        "index_mb": round(index.filter.megabytes, 1),
        "ms_per_user_p50": _milliseconds(scores.seconds, 50),
        "ms_per_user_p95": _milliseconds(scores.seconds, 95),
        "told": round(told, 4),
    }


def _score(scores: _Scores, index: Index, person: str, held_out: frozenset[str]) -> None:
    started = time.perf_counter()
    found = recommend(index, Taste(person), _WISH)
    for one in found:
        one.path.sentence(key_of)
    scores.seconds.append(time.perf_counter() - started)
    scores.paths.update(_speaks_of_people(one) for one in found)
    hits = np.zeros(_AT)
    hits[: len(found)] = [one.venue in held_out for one in found]
    scores.recalls.append(float(hits.sum()) / len(held_out))
    scores.gains.append(float(hits @ _GAINS / _GAINS[: len(held_out)].sum()))


def _speaks_of_people(one: Recommendation) -> bool:
    return any(step.src is None for step in one.path.steps)


def _read(folder: Path | None, name: str) -> People:
    """Return each person's places as node ids whose order is that of the numbers in the file."""
    if folder is None or not (folder / name).is_file():
        where = "--data DIR" if folder is None else f"--data {folder}"
        raise SettingsError(f"{where}: visits needs a folder that holds train.txt and test.txt.")
    people: dict[str, frozenset[str]] = {}
    for number, (person, places) in enumerate(visits(folder / name), 1):
        if odd := [word for word in (person, *places) if not word.isdecimal()]:
            what = f"{folder / name}, line {number}: {odd[0]!r} is no number"
            raise SettingsError(f"{what}; a line is `person place place ...`, in numbers.")
        known = frozenset(node_id(NodeType.VENUE, place.zfill(12)) for place in places)
        name_of = node_id(NodeType.USER, person.zfill(12))
        people[name_of] = people.get(name_of, frozenset()) | known
    return people


def _doings(people: People) -> Iterator[Doing]:
    for person, places in people.items():
        yield from (Doing(person, Relation.COMPLETED, place, 1) for place in places)


def _sample(people: list[str], options: Options) -> list[str]:
    count = options.number("people", len(people))
    if count >= len(people):
        return people
    drawn = np.random.default_rng(options.seed).choice(len(people), count, replace=False)
    return [people[place] for place in sorted(drawn)]


def _milliseconds(seconds: list[float], percentile: int) -> float | None:
    return round(1000 * float(np.percentile(seconds, percentile)), 3) if seconds else None
