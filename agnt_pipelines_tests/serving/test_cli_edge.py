"""However a command ends: its exit code, its sentence, and its one object."""

from __future__ import annotations

import json
import os
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

AGNT = [sys.executable, "-P", "-m", "agnt_pipelines.serving.cli"]
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


@pytest.mark.parametrize("name", ["memory", "wiki", "faq"])
def test_a_group_alone_shows_its_help_once(name: str) -> None:
    result = agnt(name)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("Usage:") == 1
    assert "--help" in result.stderr


@pytest.mark.usefixtures("database")
def test_an_argument_that_is_not_utf8_is_told_in_a_sentence() -> None:
    called = [*AGNT, "memory", "list", os.fsdecode(b"ay\xff"), "--json"]
    done = subprocess.run(called, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"is not UTF-8" in done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "SettingsError"


def test_a_full_disk_is_told_in_a_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*AGNT, "bench"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "No space left on device. Make room" in done.stderr
    assert "Unexpected" not in done.stderr


@pytest.mark.usefixtures("database")
def test_a_person_who_is_not_there_is_told_with_the_way_to_those_who_are() -> None:
    assert "among the 0 in source.users; `./agnt import users FILE`" in agnt("memory", "list", "tom").stderr
    agnt("import", "users", "-", typed='{"id": "ayu", "created_at": "2026-11-16T08:00:00Z"}')
    assert "`./agnt export users` lists them" in agnt("memory", "why", "tom").stderr


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


def test_a_bad_value_that_the_state_folder_remembers_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_STATE", str(tmp_path))
    monkeypatch.delenv("AGNT_DATABASE_URL", raising=False)
    (tmp_path / "embedded.env").write_text("AGNT_NOW='next Monday'\n")
    get_settings.cache_clear()
    result = agnt("status")
    assert result.exit_code == 2
    assert "AGNT_NOW='next Monday': this is no time" in result.stderr
    assert "embedded.env" in result.stderr


def test_a_closed_standard_output_leaves_the_exit_code() -> None:
    command = f"{sys.executable} -P -m agnt_pipelines.serving.cli doctor --help >&-"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


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


def test_sigterm_is_heard_where_a_shells_background_ignores_ctrl_c() -> None:
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from agnt_pipelines.serving.cli.edge import guarded\n"
        "def call():\n"
        "    from dagster._utils.interrupts import capture_interrupts\n"
        "    with capture_interrupts():\n"
        "        pass\n"
        "    return 7 if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN else 0\n"
        "sys.exit(guarded(call, []))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
