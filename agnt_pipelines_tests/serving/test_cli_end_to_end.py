"""The command line as an operator meets it: real processes, a server and a daemon of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest

from agnt_pipelines.demo.generator import World, generate
from agnt_pipelines.errors import LockedOut
from agnt_pipelines.serving import demonstration
from agnt_pipelines.serving.cli.bars import bar
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

pytestmark = pytest.mark.long

AGNT = [sys.executable, "-P", "-m", "agnt_pipelines.serving.cli"]
NOW = "2026-01-08T05:00:00+08:00"
LATE = {
    "id": "late-1",
    "user_id": "u-001",
    "direction": "inbound",
    "channel": "whatsapp",
    "content": "I'm from Melbourne.",
    "created_at": "2026-01-03T10:00:00+08:00",
}


class Operator:
    """Somebody at a terminal, with a state folder of their own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.environment = {**os.environ, "AGNT_STATE": str(state), "AGNT_NOW": NOW}

    def __call__(self, *arguments: str, code: int = 0, typed: str = "") -> dict[str, Any]:
        """Run a command in another folder than the checkout and return its one object."""
        done = subprocess.run(
            [*AGNT, *arguments, "--json"],
            env=self.environment,
            cwd=self.state.parent,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    with tempfile.TemporaryDirectory(prefix="agnt command line ") as folder:
        Path(folder).chmod(0o711)  # the server may run as another account, which must be able to enter
        yield Operator(Path(folder) / "state")


@pytest.fixture(scope="module")
def world() -> World:
    return generate(date(2026, 1, 8))


@pytest.fixture(scope="module")
def first(operator: Operator) -> dict[str, Any]:
    return operator("demo", "--score")


def test_the_demo_runs_every_job_and_each_learns_something(first: dict[str, Any]) -> None:
    assert first["until"] == "2026-01-08"
    assert first["jobs"]["light_dream"]["windows"] == 60
    for job in (
        "wiki_reconcile",
        "light_dream",
        "deep_dream",
        "graph_build",
        "taste_similarity",
        "faq_extract",
        "faq_compile",
    ):
        assert first["jobs"][job]["rows"] > 0, job
    for count in ("memories", "recommendations", "faq_entries", "wiki_deltas"):
        assert first[count] > 0, count
    assert first["changed_rows"] > first["memories"]
    assert first["score"]["memories"]["right"] > first["score"]["memories"]["wrong"]
    assert first["score"]["secrets_told"] == 0


def test_every_memory_is_shown_with_words_that_still_stand(
    first: dict[str, Any], operator: Operator, world: World
) -> None:
    assert first["memories"] > 0
    moved = next(one for one in world.truth.memories if one.slot == "home_area" and one.ended_by)
    whys = operator("memory", "why", moved.person)["memories"]
    assert whys
    assert {ground["verdict"] for reason in whys for ground in reason["grounds"]} == {"holds"}


def test_what_gave_orders_to_the_agent_is_in_quarantine(
    first: dict[str, Any], operator: Operator, world: World
) -> None:
    assert first["changed_rows"] > 0
    orders = {item.message for item in world.truth.noise if item.sort == "orders"}
    refused = operator("quarantine", "--reason", "gives_orders", "--limit", "1000")
    assert refused["total"] > 0
    assert {one["source_id"] for one in refused["rows"]} & orders


def test_the_demo_a_second_time_changes_nothing(first: dict[str, Any], operator: Operator) -> None:
    second = operator("demo", "--score")
    assert second["changed_rows"] == 0
    different = {"seconds": 0, "jobs": 0, "changed_rows": 0}
    assert {**second, **different} == {**first, **different}
    assert operator("run", "light_dream", "--stale")["runs"] == []


def test_later_commands_live_in_the_demos_world(first: dict[str, Any], operator: Operator) -> None:
    assert first["wiki_deltas"] > 0
    plan = operator("wiki", "plan")
    assert plan["configured"]
    assert plan["plan"]["changes"] == []
    week = operator("faq", "list")
    assert [one["state"] for one in week["proposals"]]


def test_a_late_message_makes_its_one_window_run_again(first: dict[str, Any], operator: Operator) -> None:
    assert first["changed_rows"] > 0
    operator("import", "interactions", "-", typed=json.dumps(LATE))
    job = operator("status")["jobs"][0]
    assert (job["missing"], job["changed"], job["first_due"]) == (0, 1, "2026-01-03")
    (run,) = operator("run", "light_dream", "--stale")["runs"]
    assert (run["first"], run["last"], run["ending"]) == ("2026-01-03", "2026-01-03", "success")
    observations = run["assets"][0]
    assert (observations["added"], observations["changed"], observations["removed"]) == (1, 0, 0)
    assert "melbourne" in [one["value"] for one in operator("memory", "list", "u-001")["memories"]]
    refused = operator("demo", code=2)["error"]["message"]
    assert "1 rows of interactions that are not the demo's" in refused
    assert "AGNT_STATE" in refused


def test_a_second_demo_beside_the_first_is_kept_out(
    database: Database, settings: Settings, world: World
) -> None:
    there = Platform(settings, database, "postgresql:///nowhere")
    with database.direct() as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('agnt demo', 0))")
        with bar() as progress, pytest.raises(LockedOut, match="Another demo is under way"):
            demonstration.perform(there, world, pytest.fail, progress)


def test_ctrl_c_cancels_the_run_and_leaves_no_process(first: dict[str, Any], operator: Operator) -> None:
    assert first["changed_rows"] > 0
    command = [*AGNT, "run", "light_dream", "--json"]
    with subprocess.Popen(
        command, env=operator.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        assert any("starting the run" in line for line in running.stderr)
        below = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGINT)
        printed, _ = running.communicate()
    assert running.returncode == 130
    assert json.loads(printed)["error"]["kind"] == "Interrupted"
    gone, alive = psutil.wait_procs(below, timeout=30)
    assert gone
    assert not alive


def test_a_world_that_is_somewhere_else_in_time_is_refused(first: dict[str, Any], operator: Operator) -> None:
    assert first["until"] == "2026-01-08"
    assert "ends on 2026-01-08" in operator("demo", "--until", "2026-01-05", code=2)["error"]["message"]
    assert "still to come" in operator("demo", "--until", "2027-01-01", code=2)["error"]["message"]


def test_the_demo_does_not_go_into_a_database_that_was_given(tmp_path: Path) -> None:
    somebody = Operator(tmp_path / "state")
    somebody.environment["AGNT_DATABASE_URL"] = "postgresql://agnt@127.0.0.1:1/theirs"
    assert "unset AGNT_DATABASE_URL" in somebody("demo", code=2)["error"]["message"]
