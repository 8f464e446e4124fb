"""`./agnt test` and `./agnt bench`: for those who change the code, or doubt its figures.

What belongs here: options and output. What does not: the checks (`serving.quality`) and the
benchmarks, which lie beside the package in `benchmarks/`.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import click

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.serving.cli.edge import FAILED
from agnt_pipelines.serving.cli.output import emit, json_option, plain, row, say, show, table


@click.command(
    short_help="Linters, types, sizes and tests.",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.option("--fast", is_flag=True, help="Everything but the tests.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
@json_option
def test(pytest_args: tuple[str, ...], *, fast: bool, as_json: bool) -> None:
    """Run every check of the code; with PYTEST_ARGS, pytest alone with these."""
    from agnt_pipelines.serving import quality

    began = time.monotonic()
    if not as_json:
        code = quality.run(pytest_args, fast=fast)
    else:
        with _stdout_on_stderr():
            code = quality.run(pytest_args, fast=fast)
        emit({"passed": code == 0, "seconds": round(time.monotonic() - began, 2)})
    if code:
        click.get_current_context().exit(FAILED)


@contextmanager
def _stdout_on_stderr() -> Iterator[None]:
    """Send whatever is printed to stderr, by child processes too."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


@click.command(
    short_help="A benchmark: real data in, figures out.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("name", required=False)
@click.option("--data", type=click.Path(path_type=Path), help="File or folder in its published format.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of whatever is drawn by chance.")
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
@json_option
def bench(name: str | None, more: tuple[str, ...], *, data: Path | None, seed: int, as_json: bool) -> None:
    """Run the benchmark NAME in a temporary state of its own; without NAME, list them.

    What a benchmark asks for besides --data and --seed is given as --name value.
    """
    if data is not None and not data.exists():
        raise SettingsError(f"--data {data}: there is no such file or folder.")
    known = _benchmarks()
    if name is None:
        _list(known, as_json=as_json)
        return
    if name not in known:
        raise SettingsError(f"There is no benchmark {name!r}; there are {', '.join(sorted(known))}.")
    module, further = importlib.import_module(known[name]), _further(more)
    _refuse_unknown(name, further, module.__doc__ or "")
    options = importlib.import_module("benchmarks.harness").Options(data, seed, say, further)
    figures: Mapping[str, Any] = module.run(options)
    if as_json:
        emit(figures)
        return
    made = table(f"bench {name}", "figure", "value", right=("value",))
    for key, value in _flat(figures):
        row(made, key, value)
    show(made)


def _benchmarks() -> Mapping[str, str]:
    try:
        registry = importlib.import_module("benchmarks")
    except ModuleNotFoundError:
        raise SettingsError("The folder benchmarks/ is not in this installation: use a checkout.") from None
    known: Mapping[str, str] = getattr(registry, "BENCHMARKS", {})
    return known


def _list(known: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        emit({"benchmarks": sorted(known)})
    else:
        show("\n".join(["Benchmarks:", *(f"  ./agnt bench {name}" for name in sorted(known))]))


def _further(more: tuple[str, ...]) -> dict[str, str]:
    """Read `--key value` and `--key=value`."""
    found: dict[str, str] = {}
    words = iter(more)
    for word in words:
        key, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not key:
            raise SettingsError(f"{word!r} is no option of a benchmark: write --name value.")
        if not equals:
            value = next(words, "")
        if not value:
            raise SettingsError(f"{word} needs a value.")
        found[key.replace("-", "_")] = value
    return found


def _refuse_unknown(name: str, further: Mapping[str, str], told: str) -> None:
    """Refuse options that a benchmark does not tell of: it would run for minutes, and not as was asked."""
    taken = {word.replace("-", "_") for word in re.findall(r"--([a-z][a-z_-]*)", told)}
    for key in further:
        if key not in taken:
            which = ", ".join(f"--{word.replace('_', '-')}" for word in sorted({"data", "seed", *taken}))
            raise SettingsError(f"bench {name} has no option --{key.replace('_', '-')}; it takes {which}.")


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", plain(value)
