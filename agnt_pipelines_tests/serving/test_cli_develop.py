"""`./agnt test` and `./agnt bench`: arguments passed on, one object out."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import benchmarks
from agnt_pipelines_tests.serving.calls import agnt, answer
from benchmarks.harness import Options

FILE = "agnt_pipelines_tests/test_backlog.py"


def tell(options: Options) -> dict[str, Any]:
    options.say("on the way")
    return {"bench": "toy", "given": {"data": str(options.data), "seed": options.seed, **options.extra}}


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with one benchmark, which tells what it was given."""
    module = ModuleType("toy_benchmark", "A toy, of `--messages N` and `--kills N`.")
    vars(module)["run"] = tell
    monkeypatch.setattr(benchmarks, "BENCHMARKS", {"toy": "toy_benchmark"})
    monkeypatch.setitem(sys.modules, "toy_benchmark", module)


def test_pytest_gets_its_own_arguments_and_json_stays_one_object() -> None:
    found = answer("test", FILE, "--collect-only", "-q", "-k", "daily")
    assert found["passed"] is True


def test_a_failing_check_is_exit_code_1() -> None:
    assert answer("test", FILE, "-k", "no_test_has_this_name", code=1)["passed"] is False


@pytest.mark.usefixtures("toy")
def test_a_benchmark_gets_its_options(tmp_path: Path) -> None:
    given = answer("bench", "toy", "--data", str(tmp_path), "--seed", "7", "--messages", "10", "--kills=3")
    assert given["given"] == {"data": str(tmp_path), "seed": 7, "messages": "10", "kills": "3"}
    assert "given.seed" in agnt("bench", "toy").stdout


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "'nonsense'; there are toy"),
        (["toy", "--data", "no-such-file"], "no-such-file"),
        (["toy", "--messages"], "--messages needs a value"),
        (["toy", "stray"], "'stray' is no option"),
        (["toy", "--mesages", "5"], "no option --mesages; it takes --data, --kills, --messages, --seed"),
    ],
)
def test_wrong_use_of_a_benchmark_is_told(arguments: list[str], sentence: str) -> None:
    result = agnt("bench", *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.usefixtures("toy")
def test_without_a_name_the_benchmarks_are_listed() -> None:
    assert answer("bench")["benchmarks"] == ["toy"]
    assert "./agnt bench toy" in agnt("bench").stdout
