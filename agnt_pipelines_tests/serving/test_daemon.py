"""`./agnt daemon` as an operator meets it: two commands on one database, external and embedded."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from agnt_pipelines.serving.cli.daemon import daemon as command
from agnt_pipelines.storage.server import ServerAddress, ensure_database
from agnt_pipelines_tests.serving.processes import family, gone, kill_all, until
from agnt_pipelines_tests.serving.risen import AGNT

pytestmark = pytest.mark.long

WAIT_S = 180.0
LEAVES_S = 20.0

Environment = dict[str, str]


class Daemon:
    """One `./agnt daemon`, what it has said, and everybody below it."""

    def __init__(self, folder: Path, name: str, environment: Environment) -> None:
        self.said = folder / f"{name}.err"
        self.answer = folder / f"{name}.json"
        with self.said.open("ab") as err, self.answer.open("ab") as out:
            self.process = subprocess.Popen(
                [*AGNT, "daemon", "--json"],
                env={**os.environ, **environment},
                cwd=folder,
                stdout=out,
                stderr=err,
            )
        self.everyone = [psutil.Process(self.process.pid)]

    def says(self, words: str) -> bool:
        """Wait until it has said this, and know everybody below it from then on."""
        came = until(lambda: words in self.said.read_text() or self.process.poll() is not None, WAIT_S)
        if self.process.poll() is None:
            self.everyone = family(self.process.pid)
        return came and words in self.said.read_text()

    def left(self) -> list[psutil.Process]:
        return [one for one in self.everyone if not gone(one)]

    def end(self, number: signal.Signals) -> int:
        """Send it a signal, and see everybody off; return its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(WAIT_S)
        assert until(lambda: not self.left(), LEAVES_S), self.left()
        return code


@contextmanager
def two_daemons(folder: Path, environment: Environment) -> Iterator[tuple[Daemon, Daemon]]:
    """Yield a leader that serves and a standby that is ready; whatever is left of them is killed."""
    met = []
    try:
        leader = Daemon(folder, "leader", environment)
        met.append(leader)
        assert leader.says("serving queue"), leader.said.read_text()
        standby = Daemon(folder, "standby", environment)
        met.append(standby)
        assert standby.says("everything is loaded"), standby.said.read_text()
        yield leader, standby
    finally:
        for one in met:
            kill_all(one.everyone)
            one.process.wait()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account can enter, whoever that is."""
    made = Path(tempfile.mkdtemp(prefix="agnt-daemon-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_on_an_external_database_the_second_names_the_first_and_takes_over(
    folder: Path, server: ServerAddress
) -> None:
    name = f"daemons_{os.getpid()}"
    ensure_database(server, name)
    with two_daemons(folder, {"AGNT_DATABASE_URL": server.url(name), "AGNT_STATE": str(folder)}) as met:
        leader, standby = met
        holder = f"agnt daemon, pid {leader.process.pid} on {os.uname().nodename}"
        assert f"standing by: {holder} leads" in standby.said.read_text()
        told = json.loads(standby.answer.read_text())
        assert told == {"role": "standby", "leader": holder, "pid": standby.process.pid}
        assert json.loads(leader.answer.read_text())["role"] == "leader"
        kill_all(leader.everyone)
        assert standby.says("serving queue"), standby.said.read_text()
        assert standby.end(signal.SIGTERM) == 0
        assert "Traceback" not in standby.said.read_text()


def test_on_an_embedded_database_whoever_is_left_takes_the_server_over(folder: Path) -> None:
    environment = {"AGNT_STATE": str(folder / "state")}
    with two_daemons(folder, environment) as (owner, heir):
        owner.process.kill()
        assert heir.says("serving queue"), heir.said.read_text()
        assert until(lambda: not owner.left(), LEAVES_S), owner.left()
        assert any("postgres" in one.name() for one in heir.everyone), "it owns the server now"
        third = Daemon(folder, "third", environment)
        try:
            assert third.says("standing by"), third.said.read_text()
            assert heir.end(signal.SIGINT) == 0, "it does not wait for the one that stands by"
            assert heir.said.read_text().endswith("ended\n")
            assert third.says("serving queue"), third.said.read_text()
            assert third.end(signal.SIGTERM) == 0
        finally:
            kill_all(third.everyone)
            third.process.wait()


def test_help_says_what_a_supervisor_may_rely_on() -> None:
    told = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    for promise in ("Restart=always", "connects again", "exit code 2", "nothing is left behind"):
        assert promise in told


def test_a_database_that_does_not_answer_is_a_sentence_and_exit_code_2(folder: Path) -> None:
    nowhere = f"postgresql://agnt@/agnt?host={folder}"
    alone = Daemon(folder, "alone", {"AGNT_DATABASE_URL": nowhere, "AGNT_STATE": str(folder)})
    assert alone.process.wait(WAIT_S) == 2
    assert "AGNT_DATABASE_URL" in alone.said.read_text()
