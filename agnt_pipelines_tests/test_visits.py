"""The benchmark of recommending: LightGCN's protocol, on files small enough to score by hand."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest

from agnt_pipelines_tests.serving.calls import agnt, answer

TRAIN = """0 1 2
1 1 2 3
2 1 2 3
3 2 3
4 9
5 1
6
"""
TEST = """0 3 9
1
2 4
6 1
8 1
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "train.txt").write_text(TRAIN)
    (tmp_path / "test.txt").write_text(TEST)
    return tmp_path


def test_the_figures_are_those_of_the_protocol(data: Path) -> None:
    figures = answer("bench", "visits", "--data", str(data))
    assert figures["items"] == 5, "those of either file"
    assert figures["users"] == 4, "people with a test line, known or not; an empty line is none"
    # 0: 3 is first of 3, 9, 4; 2: 4 is last of 9, 4; 6 and 8 are strangers, to whom 1 is told first.
    assert figures["recall@20"] == 1.0
    best = 1 / log2(2) + 1 / log2(3)
    assert figures["ndcg@20"] == pytest.approx((best / best + (1 / log2(3)) + 2 * 1.0) / 4, abs=1e-4)
    assert figures["ms_per_user_p95"] > 0
    assert figures["build_s"] >= 0


@pytest.mark.parametrize("line", ["0 a b", "1 -3 4", "garbage"])
def test_a_line_that_is_no_numbers_is_told_by_its_place(data: Path, line: str) -> None:
    (data / "train.txt").write_text(f"{TRAIN}{line}\n")
    result = agnt("bench", "visits", "--data", str(data))
    assert result.exit_code == 2
    assert "train.txt, line 8" in result.stderr


def test_a_folder_without_the_two_files_is_refused_by_name(tmp_path: Path) -> None:
    result = agnt("bench", "visits", "--data", str(tmp_path))
    assert result.exit_code == 2
    assert "train.txt and test.txt" in result.stderr
