"""However a command ends: its exit code, its sentence, and its one object."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
import pytest

from agnt_pipelines.serving.cli import SECTIONS, cli
from agnt_pipelines.serving.cli.output import age, clean, plain
from agnt_pipelines.serving.coordinator import Ending
from agnt_pipelines.settings import get_settings
from agnt_pipelines_tests.serving.calls import agnt

COMMANDS = [name for section in SECTIONS.values() for name in section]


@pytest.fixture
def unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGNT_STATE", str(tmp_path))
    monkeypatch.setenv("AGNT_DATABASE_URL", "postgresql://agnt:s3cret@127.0.0.1:1/nowhere")
    get_settings.cache_clear()


def test_alone_it_shows_help_with_the_commands_to_begin_with() -> None:
    result = agnt()
    assert result.exit_code == 0
    assert "./agnt demo" in result.stdout
    assert "./agnt doctor" in result.stdout
    assert all(name in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_takes_json(name: str) -> None:
    result = agnt(name, "--help")
    assert result.exit_code == 0
    commands = [cli.get_command(click.Context(cli), name)]
    while commands:
        command = commands.pop()
        assert command is not None
        assert command.help
        under = getattr(command, "commands", {})
        commands.extend(under.values())
        options = {option for parameter in command.params for option in parameter.opts}
        assert under or "--json" in options


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["run"], ["run", "light_dream", "--nonsense"], ["memory", "list"]]
)
def test_wrong_use_exits_2_with_a_sentence_and_an_object(arguments: list[str]) -> None:
    result = agnt(*arguments, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["exit_code"] == 2
    assert error["message"] in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("command", [["status"], ["memory", "list", "ayu"], ["holds"], ["quarantine"]])
def test_a_server_that_does_not_answer_is_one_sentence_that_names_the_setting(command: list[str]) -> None:
    result = agnt(*command, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "DatabaseUnreachable"
    assert "AGNT_DATABASE_URL" in error["message"]
    assert "s3cret" not in result.output
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("unreachable")
def test_debug_shows_where_it_went_wrong() -> None:
    result = agnt("--debug", "status")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr


def test_a_bad_setting_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGNT_POOL_SIZE", "many")
    get_settings.cache_clear()
    result = agnt("status")
    get_settings.cache_clear()
    assert result.exit_code == 2
    assert "AGNT_POOL_SIZE='many'" in result.stderr


def test_the_command_tree_imports_nothing_heavy() -> None:
    modules = "\n".join(
        f"import agnt_pipelines.serving.cli.{entry.module}"
        for section in SECTIONS.values()
        for entry in section.values()
    )
    heavy = "dagster", "sqlalchemy", "numpy", "pydantic", "alembic"
    code = f"import sys\n{modules}\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_other_peoples_words_cannot_steer_a_terminal() -> None:
    assert clean("a\x1b[2Jb\u202ec\rd 👩\u200d🍳\n") == "a\ufffd[2Jb\ufffdc d 👩\u200d🍳\n"


def test_json_has_only_jsons_types() -> None:
    @dataclass(frozen=True)
    class Found:
        when: datetime
        who: UUID
        ending: Ending
        places: dict[Path, tuple[str, ...]]

    found = Found(datetime(2026, 11, 22, tzinfo=UTC), UUID(int=7), Ending.FAILURE, {Path("a"): ("b",)})
    assert json.loads(json.dumps(plain([found]))) == [
        {
            "when": "2026-11-22T00:00:00+00:00",
            "who": "00000000-0000-0000-0000-000000000007",
            "ending": "failure",
            "places": {"a": ["b"]},
        }
    ]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "never"), (3.2, "3 s"), (119, "119 s"), (600, "10 min"), (200_000, "2 d")]
)
def test_an_age_is_told_in_the_unit_that_says_enough(seconds: float | None, shown: str) -> None:
    assert age(seconds) == shown
