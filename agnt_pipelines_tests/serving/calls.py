"""Calling the command line in this process: what it printed on either stream, and its exit code."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from agnt_pipelines.serving.cli import cli


def agnt(*arguments: str, typed: str | bytes | None = None) -> Result:
    """Call `./agnt` with some arguments and, perhaps, something on standard input."""
    return CliRunner(env={"COLUMNS": "110"}).invoke(cli, list(arguments), input=typed)


def answer(*arguments: str, code: int = 0) -> dict[str, Any]:
    """Call `./agnt ... --json` and return its one object."""
    result = agnt(*arguments, "--json")
    assert result.exit_code == code, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found
