"""`./agnt up` as a real process: started on a free port, asked by GraphQL, ended by a signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from agnt_pipelines_tests.serving.processes import family, gone, kill_all, until

AGNT = [sys.executable, "-P", "-m", "agnt_pipelines.serving.cli"]
LEAVES_S = 20.0
"""After kill -9, nothing may be left by then."""


class Risen:
    """The platform while it is up, and every process of it."""

    def __init__(self, process: subprocess.Popen[str], state: Path, url: str, told: Path) -> None:
        self.process = process
        self.state = state
        self.url = url
        self.told = told
        self.everyone = family(process.pid)

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Ask what the UI asks, as it asks it."""
        asked = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{self.url}/graphql", asked, {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = json.load(answer)
        assert "errors" not in found, found["errors"]
        data = found["data"]
        assert isinstance(data, dict)
        return data

    def meet(self, *commands: str) -> None:
        """Wait until processes of these commands are there, and know them from then on."""

        def all_there() -> bool:
            self.everyone = family(self.process.pid)
            lines = [" ".join(one.cmdline()) for one in self.everyone if not gone(one)]
            return all(any(command in line for line in lines) for command in commands)

        assert until(all_there, 60.0), [one.name() for one in self.everyone]

    def end(self, number: signal.Signals) -> int:
        """Send the owner a signal, and see everyone off; return the owner's exit code."""
        self.process.send_signal(number)
        code = self.process.wait(60)
        assert until(lambda: all(map(gone, self.everyone)), LEAVES_S), [
            one.cmdline() for one in self.everyone if not gone(one)
        ]
        return code


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def risen(state: Path) -> Iterator[Risen]:
    """Yield the platform of a state once its UI answers; ended by force if the test did not end it."""
    told = state.parent / "told"
    with told.open("w") as log:
        process = subprocess.Popen(
            [*AGNT, "up", "--port", str(free_port()), "--json"],
            env={**os.environ, "AGNT_STATE": str(state)},
            cwd=state.parent,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    up = None
    try:
        assert process.stdout is not None
        printed = ""
        while not printed.endswith("}\n"):
            line = process.stdout.readline()
            assert line, told.read_text()
            printed += line
        answer = json.loads(printed)
        assert "url" in answer, f"{told.read_text()}\n{answer}"
        up = Risen(process, state, answer["url"], told)
        yield up
    finally:
        # Dagster starts a code server anew every minute: who is there now counts, and who was known.
        now = family(process.pid) if process.poll() is None else []
        kill_all([*now, *(up.everyone if up is not None else ())])
        process.communicate()
        assert until(lambda: not _left(state), LEAVES_S), [one.cmdline()[:5] for one in _left(state)]


def _left(state: Path) -> list[psutil.Process]:
    """Return the processes of Dagster's that work for a state folder."""
    home, found = str(state / "dagster"), []
    for one in psutil.process_iter():
        with suppress(psutil.Error):
            if one.environ().get("DAGSTER_HOME") == home and not gone(one):
                found.append(one)
    return found
