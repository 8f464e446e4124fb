"""`./agnt faq`: review, registry and page on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import DEPOSIT, PARKING, PARKING_REPLY, PEOPLE, WEEKS
from agnt_pipelines_tests.serving.calls import agnt, answer


@pytest.fixture
def extracted(database: Database, settings: Settings) -> Settings:
    """A week in which six asked about parking and four about deposits."""
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE, PARKING, PARKING_REPLY))
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:4], DEPOSIT, None))
    world.extract(database, settings, WEEKS[:1])
    return settings


def test_a_week_is_listed_with_what_was_left_out_and_why(extracted: Settings) -> None:
    week = answer("faq", "list")
    (proposal,) = week["proposals"]
    assert (proposal["question"], proposal["people"], proposal["state"]) == (
        "Is there parking at the venues?", "5-9", "open",
    )  # fmt: skip
    assert week["left_out"]["too_few_people"] == 1
    everything = answer("faq", "list", "--all")["proposals"]
    assert [(one["state"], one["question"]) for one in everything][1] == ("too_few_people", None)
    shown = agnt("faq", "list").stdout
    assert "too few people 1" in shown
    assert "rombongan" not in shown


def test_what_is_approved_is_compiled_and_written_as_a_page(
    database: Database, extracted: Settings, tmp_path: Path
) -> None:
    (proposal,) = answer("faq", "list")["proposals"]
    done = answer("faq", "approve", proposal["id"][:8], "--answer", "Parking is free for scooters.")
    assert (done["state"], done["slug"]) == ("approved", "parking-venues")
    world.compile_weeks(database, extracted, WEEKS[:1])
    assert answer("faq", "show")["entries"][0]["slug"] == "parking-venues"
    assert "parking-venues" in agnt("faq", "show").stdout
    written = answer("faq", "page", "--out", str(tmp_path / "out"))
    assert written["entries"] == 1
    assert "Parking is free for scooters." in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    document = json.loads((tmp_path / "out" / "index.json").read_text(encoding="utf-8"))
    assert document["entries"][0]["slug"] == "parking-venues"


def test_what_is_rejected_stays_out(database: Database, extracted: Settings) -> None:
    (proposal,) = answer("faq", "list")["proposals"]
    assert answer("faq", "reject", proposal["id"])["state"] == "rejected"
    world.compile_weeks(database, extracted, WEEKS[:1])
    assert answer("faq", "show")["entries"] == []
    assert "no entry yet" in agnt("faq", "show").stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("approve", "zzz"), "0 proposals of 2026-10-25 begin with 'zzz'"),
        (("list", "--window", "2026-10-26"), "2026-10-26 is not the start of a FAQ week"),
        (("list", "--window", "2026-11-01"), "FAQ week 2026-11-01 has no complete extraction"),
        (("page", "--out", "here"), "No FAQ is published yet"),
    ],
)
def test_what_cannot_be_done_is_told(extracted: Settings, arguments: tuple[str, ...], sentence: str) -> None:
    result = agnt("faq", *arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_four_people_are_too_few_to_approve(extracted: Settings) -> None:
    few = answer("faq", "list", "--all")["proposals"][1]
    result = agnt("faq", "approve", few["id"])
    assert result.exit_code == 2
    assert "too few people" in result.stderr


def test_an_operators_wording_holds_nobodys_number(extracted: Settings) -> None:
    (proposal,) = answer("faq", "list")["proposals"]
    result = agnt("faq", "approve", proposal["id"], "--answer", "Call 0812-3456-7890.")
    assert result.exit_code == 2
    assert "looks like a phone" in result.stderr
