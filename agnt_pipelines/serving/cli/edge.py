"""The edge of the process: however a command ends, it is one sentence and an exit code.

What belongs here: errors as an operator reads them, in words or as JSON. What does not: what the
commands do.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Sequence
from itertools import takewhile

import click

from agnt_pipelines.errors import AgntError

PROGRAM = "./agnt"
FAILED, INTERRUPTED = 1, 130


class Interrupted(AgntError):
    """Ctrl-C, after what was under way was ended in order."""

    exit_code = INTERRUPTED


def guarded(call: Callable[[], object], arguments: Sequence[str]) -> int:
    """Make a call and return the exit code; what it raises is told on stderr.

    With `--json` among the arguments it is also told as `{"error": ...}` on stdout; with `--debug`
    before the command, with its traceback.
    """
    try:
        code = call()
    except click.ClickException as failure:
        _show_usage(failure)
        return _told(failure, failure.format_message(), failure.exit_code, arguments)
    except click.Abort as failure:
        return _told(failure, "Stopped.", INTERRUPTED, arguments)
    except AgntError as failure:
        return _told(failure, str(failure), failure.exit_code, arguments)
    except Exception as failure:  # noqa: BLE001 - the process edge: it reports
        first = (str(failure).strip().splitlines() or [""])[0]
        sentence = f"Unexpected {type(failure).__name__}: {first}. `{PROGRAM} --debug ...` shows where."
        return _told(failure, sentence, FAILED, arguments)
    return code if isinstance(code, int) else 0


def error_object(kind: str, message: str, code: int) -> dict[str, object]:
    """Return an error as it stands under "error" in a command's JSON."""
    return {"kind": kind, "message": message, "exit_code": code}


def _told(failure: BaseException, sentence: str, code: int, arguments: Sequence[str]) -> int:
    if "--debug" in takewhile(lambda argument: argument.startswith("-"), arguments):
        traceback.print_exception(failure, file=sys.stderr)
    click.echo(f"{PROGRAM}: {sentence}", err=True)
    if "--json" in arguments:
        kind = "Interrupted" if code == INTERRUPTED else type(failure).__name__
        click.echo(json.dumps({"error": error_object(kind, sentence, code)}))
    return code


def _show_usage(failure: click.ClickException) -> None:
    context = failure.ctx if isinstance(failure, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"`{context.command_path} --help` tells more.", err=True)
