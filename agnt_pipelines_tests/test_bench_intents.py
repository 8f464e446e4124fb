"""The benchmark of clusters: what it reads, and that labels do nothing but score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from agnt_pipelines.errors import SettingsError
from benchmarks import intents
from benchmarks.formats.intents import labelled
from benchmarks.harness import Options

ASKED = {
    "parking": ["is there parking?", "where can I park the car?", "do you have parking spaces?"],
    "card": ["can I pay by card?", "do you take credit cards?", "is paying by card possible?"],
    "dogs": ["are dogs allowed?", "may I bring my dog?", "is the place dog friendly?"],
}
ROWS = [(text, intent) for intent, texts in ASKED.items() for text in texts]


def written(path: Path, rows: Sequence[tuple[str, str]]) -> Path:
    """Write rows as the format that the name says."""
    if path.suffix == ".csv":
        path.write_text("text,category\n" + "".join(f'"{text}",{label}\n' for text, label in rows), "utf-8")
    else:
        lines = (json.dumps({"utterance": text, "intent": label}) for text, label in rows)
        path.write_text("\n".join(lines), "utf-8")
    return path


def figures(path: Path) -> dict[str, object]:
    found = intents.run(Options(data=path, say=lambda _: None))
    return {key: found[key] for key in ("n", "k_true", "k_found", "owned", "acc", "nmi", "ari", "embedder")}


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    lines, table = written(tmp_path / "a.jsonl", ROWS), written(tmp_path / "a.csv", ROWS)
    assert labelled(lines) == labelled(table)
    assert figures(lines) == figures(table)
    assert (figures(lines)["n"], figures(lines)["k_true"]) == (9, 3)


def test_labels_change_no_cluster(tmp_path: Path) -> None:
    told = figures(written(tmp_path / "a.jsonl", ROWS))
    shuffled = [(text, intent) for (text, _), (_, intent) in zip(ROWS, ROWS[::-1], strict=True)]
    assert figures(written(tmp_path / "b.jsonl", shuffled))["k_found"] == told["k_found"]


@pytest.mark.parametrize(
    ("truth", "found", "owned", "acc", "nmi"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0, 1.0, 1.0),
        ([0, 0, 1, 1], [0, 0, 0, 0], 0.5, 0.5, 0.0),
        ([0, 0, 0, 1], [0, 1, 2, 2], 0.5, 0.5, 0.2694),
    ],
)
def test_scores_are_what_they_are_called(
    truth: list[int], found: list[int], owned: float, acc: float, nmi: float
) -> None:
    told = intents.scores(np.array(truth), np.array(found))
    assert (told["owned"], told["acc"]) == (owned, acc)
    assert told["nmi"] == pytest.approx(nmi, abs=0.01)


@pytest.mark.parametrize("text", ["", '{"utterance": "hello"}'])
def test_a_file_without_labels_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=r"a\.jsonl: (there is no row|row 1 needs utterance and intent)"):
        labelled(path)
