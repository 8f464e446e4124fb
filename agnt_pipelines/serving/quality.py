"""What `./agnt test` runs: the linters, the types, the architecture, the sizes, then the tests.

What belongs here: which checks there are, in which order, and how their outcome is told. What does
not: the settings of the tools (pyproject.toml for ruff, setup.cfg for the others) and what the tests
assert. Each tool runs as its own process, so that starting the command line imports none of them.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("agnt_pipelines", "agnt_pipelines_tests", "benchmarks")

FILE_LINES = 400
"""Longest file: as much as one can hold in one's head at one sitting."""
FUNCTION_LINES = 60
"""Longest function, its signature and docstring included."""
FUNCTION_LINES_AIM = 45
"""Functions above this are named, though they do not fail."""
SLOWEST_TESTS = 15
ALONE = "agnt_pipelines_tests/faults/test_trees.py"
"""Kills whole process trees and waits for what rises again: beside other tests it waits for the machine instead."""
TEST_WORKERS = 3
"""One more than the cores of a small machine: the long ones mostly wait for processes."""


@dataclass(frozen=True, slots=True)
class Size:
    """A file or function with its length in lines and the limit that it is over."""

    place: str
    lines: int
    limit: int

    @property
    def fails(self) -> bool:
        """Whether this breaks the rule, rather than only the aim."""
        return self.limit != FUNCTION_LINES_AIM


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step ended, in how many seconds."""

    step: str
    passed: bool
    seconds: float


def run(pytest_args: Sequence[str] = (), *, fast: bool = False) -> int:
    """Run every check to its end and sum up; `fast` leaves the tests out.

    With arguments of its own, pytest alone runs, with these and in one process.

    Returns:
        The exit code: 0 when all passed, else 1.
    """
    closing: list[str] = []
    steps: dict[str, Callable[[], bool]] = {} if pytest_args else dict(_static_steps())
    if not fast:
        steps["tests"] = lambda: _tests(pytest_args, closing)
    outcomes = [_announced(step, check) for step, check in steps.items()]
    _sum_up(outcomes)
    # Pytest's own last word stays the last line, where a log's reader looks for it.
    for line in closing:
        print(line, flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def oversized(root: Path = ROOT) -> list[Size]:
    """Every file and function of the sources that is longer than it should be, longest first."""
    found = (
        size
        for source in SOURCES
        for path in sorted((root / source).rglob("*.py"))
        for size in _sizes(path, path.relative_to(root))
    )
    return sorted(found, key=lambda size: -size.lines)


def _sizes(path: Path, name: Path) -> Iterator[Size]:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield Size(str(name), lines, FILE_LINES)
    for node in ast.walk(ast.parse(text, filename=str(name))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES_AIM:
                limit = FUNCTION_LINES if length > FUNCTION_LINES else FUNCTION_LINES_AIM
                yield Size(f"{name}:{node.lineno} {node.name}", length, limit)


def _static_steps() -> Iterator[tuple[str, Callable[[], bool]]]:
    """The steps that read the code without running it, the quickest first."""
    yield "ruff check", lambda: _tool("-m", "ruff", "check", ".")
    yield "ruff format", lambda: _tool("-m", "ruff", "format", "--check", ".")
    yield "sizes", _sizes_hold
    # As code, because the tool has no `-m` and its script's first line breaks when a checkout moves.
    importlinter = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    yield "import-linter", lambda: _tool("-c", importlinter, "--no-logo")
    yield "mypy", lambda: _tool("-m", "mypy")


def _tool(*command: str) -> bool:
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode == 0


def _sizes_hold() -> bool:
    sizes = oversized()
    for size in sizes:
        verdict = "too long" if size.fails else "long"
        print(f"{size.place}: {size.lines} lines, over {size.limit} ({verdict})")
    return not any(size.fails for size in sizes)


def _tests(pytest_args: Sequence[str], closing: list[str]) -> bool:
    """Run pytest with its output passed on as it comes; `closing` receives its last line."""
    # By file: what a module's tests share (a daemon, a browser) is then made once.
    # In the order of collection: the long ones first.
    if pytest_args:
        return _pytest(pytest_args, closing)
    alone = _pytest([ALONE], closing)
    shared = ["-n", str(TEST_WORKERS), "--dist", "loadfile", "--no-loadscope-reorder", f"--ignore={ALONE}"]
    return _pytest(shared, closing) and alone


def _pytest(chosen: Sequence[str], closing: list[str]) -> bool:
    colour = "yes" if sys.stdout.isatty() else "no"
    command = [sys.executable, "-m", "pytest", f"--durations={SLOWEST_TESTS}", f"--color={colour}", *chosen]
    last = ""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as pytest:
        for line in pytest.stdout or ():
            print(line, end="", flush=True)
            last = line.rstrip() or last
    closing.append(last)
    return pytest.returncode == 0


def _announced(step: str, check: Callable[[], bool]) -> Outcome:
    print(f"\n== {step}", flush=True)
    began = time.monotonic()
    passed = check()
    outcome = Outcome(step, passed, time.monotonic() - began)
    print(f"== {step}: {_verdict(outcome)} in {outcome.seconds:.1f} s", flush=True)
    return outcome


def _sum_up(outcomes: Sequence[Outcome]) -> None:
    width = max((len(outcome.step) for outcome in outcomes), default=0)
    print("\nstep".ljust(width + 1), "   seconds  outcome")
    for outcome in outcomes:
        print(f"{outcome.step:<{width}}  {outcome.seconds:>8.1f}  {_verdict(outcome)}")


def _verdict(outcome: Outcome) -> str:
    return "passed" if outcome.passed else "FAILED"
