"""startup: how long one waits before anything happens.

Keys: help_s (`./agnt --help`), definitions_s (loading definitions beyond `import dagster`), each
the median of five fresh processes; up_s, demo_first_s, demo_jobs_s, demo_second_s,
demo_second_changed_rows, test_s are null until the parts they time exist.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

from agnt_pipelines.settings import PROJECT_ROOT
from benchmarks.harness import Options, measured

_REPEATS = 5
_DEFINITIONS = (
    "import time, dagster; began = time.perf_counter();"
    "from agnt_pipelines.definitions import defs; defs().get_repository_def();"
    "print(time.perf_counter() - began)"
)
_LATER = ("up_s", "demo_first_s", "demo_jobs_s", "demo_second_s", "demo_second_changed_rows", "test_s")


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    return measured("startup", options, _figures)


def _figures() -> dict[str, Any]:
    helps = [_wall([sys.executable, str(PROJECT_ROOT / "agnt"), "--help"]) for _ in range(_REPEATS)]
    loads = [float(_output([sys.executable, "-c", _DEFINITIONS])) for _ in range(_REPEATS)]
    figures = {"help_s": statistics.median(helps), "definitions_s": statistics.median(loads)}
    return {name: round(value, 3) for name, value in figures.items()} | dict.fromkeys(_LATER)


def _wall(command: list[str]) -> float:
    began = time.perf_counter()
    _output(command)
    return time.perf_counter() - began


def _output(command: list[str]) -> str:
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    return done.stdout
