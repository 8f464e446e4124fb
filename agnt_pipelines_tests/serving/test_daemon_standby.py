"""Leader and standby as real processes on a location that ticks every minute, killed in every way."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from agnt_pipelines.serving.daemon_guard import Word
from agnt_pipelines.serving.daemon_lock import connect, lock_holder
from agnt_pipelines.storage.server import ServerAddress, ensure_database, serving
from agnt_pipelines_tests.serving.processes import family, gone, until
from benchmarks.standby import VICTIMS, Member, Stage, rehearse, staged

pytestmark = pytest.mark.long

WAIT_S = 120.0
LEAVES_S = 20.0
MINUTE_S = 5.0


@pytest.fixture
def url(server: ServerAddress, request: pytest.FixtureRequest) -> str:
    name = f"dagster_{abs(hash(request.node.name))}_{os.getpid()}"
    ensure_database(server, name)
    return server.url(name)


@pytest.fixture
def stage(tmp_path: Path, url: str) -> Iterator[Stage]:
    with staged(tmp_path, url, MINUTE_S) as opened:
        yield opened


def heard(member: Member, *words: Word) -> bool:
    """Wait until a daemon has said all of this."""
    return until(lambda: all(map(member.said, words)), WAIT_S)


def test_whatever_of_a_leader_is_killed_the_standby_leads_and_nothing_is_left(stage: Stage) -> None:
    leader = stage.enter()
    assert heard(leader, Word.SERVES), leader.told.read_text()
    for victim in VICTIMS:
        standby = stage.enter()
        assert heard(standby, Word.WAITS, Word.READY), standby.told.read_text()
        assert f"pid {leader.process.pid} on" in standby.told.read_text()
        below = [one for one in family(leader.process.pid) if one.pid != leader.process.pid]
        assert len(below) >= 3, "guard, daemon, code server"
        leader.kill(victim)
        assert heard(standby, Word.LEADS, Word.SERVES), standby.told.read_text()
        assert until(lambda: all(map(gone, below)), LEAVES_S), (victim, below)  # noqa: B023 - in this round
        assert victim in {"command", "everything"} or leader.process.poll() is None, "it competes again"
        leader.end()
        leader = standby


def test_a_leader_that_loses_its_session_ends_its_daemon_and_leads_again(stage: Stage, url: str) -> None:
    alone = stage.enter()
    assert heard(alone, Word.SERVES), alone.told.read_text()
    guard = f"agnt daemon, pid {alone.process.pid} on {os.uname().nodename}"
    assert lock_holder(url) == guard
    (daemon,) = (one for one in family(alone.process.pid) if "--guard" in one.cmdline())
    alone.told.write_text("")
    with connect(url, "operator") as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (guard,)
        )
    assert heard(alone, Word.LOST, Word.LEADS, Word.SERVES), alone.told.read_text()
    assert gone(daemon)
    assert lock_holder(url) == guard
    assert psutil.pid_exists(alone.process.pid)


def test_both_go_through_a_restart_of_the_server_and_one_leads_again(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="agnt-restart-") as folder, ExitStack() as stack:
        Path(folder).chmod(0o711)  # for the server's account
        address = stack.enter_context(serving(Path(folder), durable=False))
        ensure_database(address, "dagster")
        stage = stack.enter_context(staged(tmp_path, address.url("dagster"), MINUTE_S))
        pair = [stage.enter()]
        assert heard(pair[0], Word.SERVES), pair[0].told.read_text()
        pair.append(stage.enter())
        assert heard(pair[1], Word.READY), pair[1].told.read_text()
        for one in pair:
            one.told.write_text("")
        pid = int((Path(folder) / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        psutil.Process(pid).send_signal(signal.SIGINT)  # a fast shutdown; its owner starts it again
        assert all(heard(one, Word.LOST) for one in pair)
        assert until(lambda: any(one.said(Word.SERVES) for one in pair), WAIT_S)
        assert until(lambda: sum(one.said(Word.WAITS) for one in pair) == 1, WAIT_S)


def test_no_tick_is_doubled_and_none_is_lost_while_leaders_are_killed(tmp_path: Path, url: str) -> None:
    told: list[str] = []
    seen = rehearse(tmp_path, url, kills=2, ticks=9, minute_s=MINUTE_S, say=told.append)
    assert len(seen.takeovers) == 2, told
    assert seen.doubled_ticks == 0, seen
    assert seen.lost_ticks == 0, seen
