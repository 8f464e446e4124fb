"""LoCoMo's questions with the turns that answer them: for scorers only.

What belongs here: questions and evidence ids. What does not: the talk itself (`formats.locomo`); answers,
categories, observations and summaries are read by nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.formats import locomo

_BETWEEN = re.compile(r"[\s;]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its text, and the ids of the turns that hold the answer."""

    text: str
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversation, and what is asked about it."""

    name: str
    turns: tuple[locomo.Turn, ...]
    questions: tuple[Asked, ...]


def samples(path: Path) -> list[Sample]:
    """Return a file's conversations, each with the questions of which a turn of evidence is there."""
    turns: dict[str, list[locomo.Turn]] = {}
    for turn in locomo.turns(path):
        turns.setdefault(turn.sample, []).append(turn)
    found = []
    for number, sample in enumerate(json.loads(path.read_text("utf-8"))):
        name = str(sample.get("sample_id", f"sample-{number}"))
        said = turns.get(name, [])
        known = {turn.dia_id: turn.id for turn in said}
        asked = (Asked(str(one["question"]), _resolved(one.get("evidence"), known)) for one in sample["qa"])
        found.append(Sample(name, tuple(said), tuple(one for one in asked if one.evidence)))
    return found


def _resolved(evidence: Sequence[str] | str | None, known: dict[str, str]) -> frozenset[str]:
    """Return the turns that evidence names; an item may name several, and some that are not there."""
    items = [evidence] if isinstance(evidence, str) else evidence or []
    names = (name for item in items for name in _BETWEEN.split(str(item)))
    return frozenset(known[name] for name in names if name in known)
