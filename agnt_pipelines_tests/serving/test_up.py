"""`./agnt up`: what it serves, and that nothing of it is left, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.timetable import POOL_LIMITS, TIMETABLE
from agnt_pipelines_tests.serving.processes import gone, until
from agnt_pipelines_tests.serving.risen import AGNT, LEAVES_S, Risen, risen

pytestmark = pytest.mark.long

EVERY_PROCESS = (
    "postgres -D",
    "agnt_pipelines.serving.daemon_guard",
    "agnt_pipelines.serving.daemon_process",
    "--heartbeat-timeout 20",  # the daemon's code server
    "agnt_pipelines.serving.webserver_process",
    "--heartbeat-timeout 45",  # the webserver's
)
SERVED = """
query Served {
  assetNodes { assetKey { path } groupName description jobNames }
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy } }
             concurrencyLimits { concurrencyKey slotCount } }
  repositoriesOrError { ... on RepositoryConnection { nodes {
    schedules { name cronSchedule executionTimezone scheduleState { status nextTick { timestamp } } }
  } } }
}
"""


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="agnt up ") as made:
        Path(made).chmod(0o711)  # the server may run as another account, which must be able to enter
        yield Path(made) / "state"


@pytest.fixture(scope="module")
def up() -> Iterator[Risen]:
    with folder() as empty, risen(empty) as running:
        yield running


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A state for those that come and go, one after the other."""
    with folder() as made:
        yield made


def refused(state: Path, port: int) -> str:
    """Call `up` where it can't be had; return the sentence."""
    done = subprocess.run(
        [*AGNT, "up", "--port", str(port)],
        env={**os.environ, "AGNT_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_an_empty_state_answers_with_every_job_at_its_hour(up: Risen) -> None:
    served = up.ask(SERVED)
    shown = {node["assetKey"]["path"][-1]: node for node in served["assetNodes"]}
    (location,) = served["repositoriesOrError"]["nodes"]
    schedules = {schedule["name"]: schedule for schedule in location["schedules"]}
    for job in TIMETABLE:
        assert all(job.name in shown[asset]["jobNames"] for asset in job.assets)
        state = schedules[job.name]["scheduleState"]
        assert (schedules[job.name]["cronSchedule"], state["status"]) == (job.cron, "RUNNING")
        assert schedules[job.name]["executionTimezone"] == "Asia/Makassar"
        tick = datetime.fromtimestamp(state["nextTick"]["timestamp"], UTC)
        assert tick == job.tick_after(tick - timedelta(seconds=1)), f"{job.name}: not one of its ticks"
    dream = datetime.fromtimestamp(schedules["light_dream"]["scheduleState"]["nextTick"]["timestamp"], WITA)
    assert (dream.hour, dream.minute) == (2, 0)
    limits = {one["concurrencyKey"]: one["slotCount"] for one in served["instance"]["concurrencyLimits"]}
    assert limits == POOL_LIMITS


def test_the_daemons_of_schedules_and_sensors_are_healthy(up: Risen) -> None:
    def healthy() -> set[str]:
        found = up.ask(SERVED)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return {one["daemonType"] for one in found if one["healthy"]}

    assert until(lambda: {"SCHEDULER", "SENSOR", "BACKFILL", "QUEUED_RUN_COORDINATOR"} <= healthy(), 60.0)


def test_a_second_one_on_the_same_state_names_the_first(up: Risen) -> None:
    told = refused(up.state, 1)
    assert f"is up already, at {up.url}: use that one" in told
    assert "AGNT_STATE" in told


def test_a_taken_port_is_named_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port} is taken (Address already in use): choose another with --port." in refused(
            tmp_path / "state", port
        )
    assert not (tmp_path / "state" / "data").exists()


def test_sigterm_stops_all_of_it(up: Risen) -> None:
    up.meet(*EVERY_PROCESS)
    assert up.end(signal.SIGTERM) == 0
    assert up.told.read_text().endswith("stopping\n")


def test_ctrl_c_stops_all_of_it_though_a_request_is_half_sent(state: Path) -> None:
    with risen(state) as up, half_sent_request(up):
        up.meet(*EVERY_PROCESS)
        assert up.end(signal.SIGINT) == 0
        assert "Traceback" not in up.told.read_text()


def test_kill_9_leaves_nothing_behind_though_a_request_is_half_sent(state: Path) -> None:
    with risen(state) as up, half_sent_request(up):
        up.meet(*EVERY_PROCESS)
        assert up.end(signal.SIGKILL) == -signal.SIGKILL


def test_a_webserver_that_was_killed_ends_all_of_it_with_a_sentence(state: Path) -> None:
    with risen(state) as up:
        up.meet(*EVERY_PROCESS)
        alive = [one for one in up.everyone if not gone(one)]
        (webserver,) = (one for one in alive if "webserver_process" in " ".join(one.cmdline()))
        webserver.kill()
        assert up.process.wait(60) == 1
        assert until(lambda: all(map(gone, up.everyone)), LEAVES_S)
        assert "The webserver ended by itself" in up.told.read_text()


def half_sent_request(up: Risen) -> socket.socket:
    """Begin a request that is never finished: a polite webserver would wait for the rest for ever."""
    host, port = up.url.removeprefix("http://").split(":")
    browser = socket.create_connection((host, int(port)))
    browser.sendall(b"POST /graphql HTTP/1.1\r\nHost: ui\r\nContent-Type: application/json\r\n")
    browser.sendall(b"Content-Length: 10000\r\n\r\n{")
    return browser
