"""Intent files: what people asked support, one line each, with or without the dialogue's id.

One conversation per dialogue id (the second part of `turn_id`; a file without ids: one per line), a
person per conversation, spread evenly over the FAQ windows given. Labels are read by `labelled` alone,
which is for scoring.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from agnt_pipelines.errors import SettingsError
from benchmarks.formats import Lines


def conversations(path: Path) -> dict[str, list[str]]:
    """Return dialogue id -> utterances, in the file's order."""
    found: dict[str, list[str]] = {}
    for number, (dialogue, utterance) in enumerate(_utterances(path)):
        found.setdefault(dialogue or f"line-{number:06}", []).append(utterance)
    return found


def labelled(path: Path) -> tuple[list[str], list[str]]:
    """Return the utterances and what each is labelled with, in the file's order.

    Raises:
        SettingsError: the file has no line, or a line has no text or no label.
    """
    texts, intents = [], []
    for number, row in enumerate(_rows(path), 1):
        text, intent = row.get("utterance", row.get("text")), row.get("intent", row.get("category"))
        if not text or not intent:
            raise SettingsError(
                f"--data {path}: row {number} needs utterance and intent (or text and category)."
            )
        texts.append(str(text))
        intents.append(str(intent))
    if not texts:
        raise SettingsError(f"--data {path}: there is no row in it.")
    return texts, intents


def lines(path: Path, start: datetime, end: datetime) -> Lines:
    """Yield each conversation's person and messages, spread evenly over [start, end)."""
    talks = conversations(path)
    for place, (dialogue, utterances) in enumerate(talks.items()):
        person, at = f"{path.stem}/{dialogue}", start + (end - start) * place / len(talks)
        yield "users", {"id": person, "created_at": at.isoformat()}
        for turn, utterance in enumerate(utterances):
            yield (
                "interactions",
                {
                    "id": f"{person}/{turn}",
                    "user_id": person,
                    "session_id": person,
                    "direction": "inbound",
                    "content": utterance,
                    "created_at": (at + timedelta(seconds=turn)).isoformat(),
                },
            )


def _utterances(path: Path) -> Iterator[tuple[str | None, str]]:
    for row in _rows(path):
        parts = str(row.get("turn_id", "")).split("_")
        yield (parts[1] if len(parts) > 2 else None), str(row.get("utterance", row.get("text")))


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8", newline="") as stream:
        if path.suffix == ".csv":
            yield from csv.DictReader(stream)
            return
        for line in stream:
            if line.strip():
                yield json.loads(line)
