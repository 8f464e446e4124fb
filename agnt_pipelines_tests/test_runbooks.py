"""Runbooks hold against the code: the timetable in words is the timetable, and so are its figures."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.settings import Settings
from agnt_pipelines.timetable import TIMETABLE
from agnt_pipelines_tests.pages import ROOT, blocks, named, rows

RUNBOOKS = sorted((ROOT / "runbooks").glob("*/SKILL.md"))
CRON = (ROOT / "runbooks" / "agnt-cron" / "SKILL.md").read_text("utf-8")
REPOSITORY = build_definitions().get_repository_def()
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n(.+)", re.DOTALL)

every_runbook = pytest.mark.parametrize("runbook", RUNBOOKS, ids=named)


def test_there_are_the_three_runbooks() -> None:
    assert [runbook.parent.name for runbook in RUNBOOKS] == [
        "agnt-cron",
        "agnt-faq-extract",
        "agnt-hypothesis",
    ]


@every_runbook
def test_front_matter_says_its_name_and_when_to_use_it(runbook: Path) -> None:
    found = _FRONT_MATTER.fullmatch(runbook.read_text("utf-8"))
    assert found is not None
    front = yaml.safe_load(found[1])
    assert front.keys() == {"name", "description"}
    assert front["name"] == runbook.parent.name
    assert "Use when" in front["description"]
    assert len(front["description"]) <= 1024


@every_runbook
def test_a_runbook_has_numbered_steps_commands_and_a_way_back(runbook: Path) -> None:
    text = runbook.read_text("utf-8")
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert steps[:2] == [1, 2]
    assert steps == list(range(1, len(steps) + 1))
    assert any(block.language == "sh" for block in blocks(text))
    assert re.search(r"^## Undo$", text, re.MULTILINE)


def test_the_timetable_in_the_runbook_is_the_timetable() -> None:
    told = {
        row["job"]: (
            row["cron"],
            row["window"],
            row["pool"],
            timedelta(minutes=int(row["max runtime"].removesuffix(" min"))),
            tuple(re.findall(r"\w+", row["assets"])),
        )
        for row in rows(CRON, "job")
    }
    assert told == {
        job.name: (job.cron, job.window.name if job.window else "none", job.pool, job.max_runtime, job.assets)
        for job in TIMETABLE
    }


def test_the_sensors_in_the_runbook_are_the_sensors() -> None:
    told = {
        row["sensor"]: (int(row["seconds"]), set(re.findall(r"\w+", row["jobs"])))
        for row in rows(CRON, "sensor")
    }
    assert told == {
        sensor.name: (sensor.minimum_interval_seconds, {target.job_name for target in sensor.targets})
        for sensor in REPOSITORY.sensor_defs
    }


@pytest.mark.parametrize("row", rows(CRON, "figure"), ids=lambda row: row["figure"])
def test_a_figure_of_the_runbook_is_the_figure_of_the_code(row: dict[str, str]) -> None:
    value, _, unit = row["value"].partition(" ")
    told: object = float(value) if not unit else timedelta(minutes=float(value))
    assert figure(row["figure"]) == told


def test_every_job_names_a_runbook_that_exists() -> None:
    for job in TIMETABLE:
        assert (ROOT / job.runbook).is_file(), job.name


def figure(name: str) -> object:
    """Return what the code says of a setting's default, a constant, or a line of dagster.yaml."""
    if name.startswith("AGNT_"):
        return Settings.model_fields[name.removeprefix("AGNT_").lower()].default
    module, _, constant = name.rpartition(".")
    instance = yaml.safe_load((ROOT / "dagster.yaml").read_text("utf-8"))
    if module in instance:
        return instance[module][constant]
    return getattr(importlib.import_module(f"agnt_pipelines.{module}"), constant)
