"""What `./agnt run` prints of a run."""

from __future__ import annotations

import pytest

from agnt_pipelines.serving.cli.run import show_report
from agnt_pipelines.serving.runs import AssetReport, RunReport

HELD = "Held, and readers keep what they have: BOOKED 38 to 8 (79 % less)."


def report(*assets: AssetReport) -> RunReport:
    return RunReport("graph_build", "r1", None, None, 1, "SUCCESS", (), assets, 1.0)


def asset(name: str, **metadata: object) -> AssetReport:
    made = AssetReport(name)
    made.take(metadata)
    return made


def test_kinds_of_rows_and_what_waits_are_told_below_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    nodes = asset("entity_nodes", rows_by_kind={"user": [4, 1, 0, 0], "city": [0, 0, 0, 0]}, held=HELD)
    edges = asset("entity_edges", rows_by_kind={"BOOKED": [38, 0, 0, 0]}, held=HELD)
    show_report(report(nodes, edges))
    told = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "entity_nodes user 4 1 0 0" in lines
    assert "entity_edges BOOKED 38 0 0 0" in lines
    assert "city" not in told, "none there, and none lost"
    assert " ".join(lines).count(HELD) == 1, "both wait for one approval"


def test_a_run_of_one_kind_of_rows_is_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(report(asset("observations", rows_added=3)))
    told = capsys.readouterr().out
    assert "By kind" not in told
    assert "Held" not in told
