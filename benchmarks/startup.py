"""startup: how long one waits before anything happens, and until everything has.

Keys: help_s (`./agnt --help`), definitions_s (loading definitions beyond `import dagster`), each the
median of five fresh processes; demo_first_s, demo_jobs_s (its jobs alone), demo_second_s and
demo_second_changed_rows (`./agnt demo` twice in a fresh state); up_s (until the UI answers, in that
state); test_s (`./agnt test`; null with `--test 0`, which saves minutes).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agnt_pipelines.errors import RunFailed
from agnt_pipelines.settings import PROJECT_ROOT
from benchmarks.harness import Options, measured

_REPEATS = 5
_AGNT = [sys.executable, str(PROJECT_ROOT / "agnt")]
_DEFINITIONS = (
    "import time, dagster; began = time.perf_counter();"
    "from agnt_pipelines.definitions import defs; defs().get_repository_def();"
    "print(time.perf_counter() - began)"
)


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    return measured("startup", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    helps = [_timed([*_AGNT, "--help"])[0] for _ in range(_REPEATS)]
    loads = [float(_timed([sys.executable, "-c", _DEFINITIONS])[1]) for _ in range(_REPEATS)]
    figures = {"help_s": statistics.median(helps), "definitions_s": statistics.median(loads)}
    with tempfile.TemporaryDirectory(prefix="agnt-startup-") as folder:
        Path(folder).chmod(0o711)  # the server may run as another account, which must be able to enter
        environment = _environment(Path(folder) / "state")
        options.say("demo, first")
        first_s, first = _timed([*_AGNT, "demo", "--json"], environment)
        options.say("demo, second")
        second_s, second = _timed([*_AGNT, "demo", "--json"], environment)
        options.say("up")
        figures |= {
            "up_s": _until_up(environment),
            "demo_first_s": first_s,
            "demo_jobs_s": sum(job["seconds"] for job in json.loads(first)["jobs"].values()),
            "demo_second_s": second_s,
        }
    rounded = {name: round(value, 3) for name, value in figures.items()}
    return {
        **rounded,
        "demo_second_changed_rows": json.loads(second)["changed_rows"],
        "test_s": _tests(options) if options.number("test", 1) else None,
    }


def _tests(options: Options) -> float:
    options.say("test (some minutes)")
    return round(_timed([*_AGNT, "test", "--json"], _environment(None))[0], 1)


def _until_up(environment: Mapping[str, str]) -> float:
    """Start the platform and end it again; return the seconds until its UI answered."""
    command = [*_AGNT, "up", "--json", "--port", str(_free_port())]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as up:
        assert up.stdout is not None
        answered = up.stdout.readline()  # the first line of its one object, printed once the UI answers
        seconds = time.perf_counter() - began
        up.send_signal(signal.SIGTERM)
    if not answered:
        raise RunFailed(f"./agnt up ended with code {up.returncode} before its UI answered.")
    return seconds


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _environment(state: Path | None) -> dict[str, str]:
    """Return this environment without its settings, and with a state of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AGNT_")}
    return kept if state is None else {**kept, "AGNT_STATE": str(state)}


def _timed(command: list[str], environment: Mapping[str, str] | None = None) -> tuple[float, str]:
    """Run a command; return its seconds and what it printed.

    Raises:
        RunFailed: it failed; its last words are in the message.
    """
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise RunFailed(f"{' '.join(command[-2:])} ended with code {done.returncode}: {' '.join(last)}")
    return seconds, done.stdout
