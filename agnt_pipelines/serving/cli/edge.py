"""The edge of the process: however a command ends, it is one sentence and an exit code.

What belongs here: errors as an operator reads them, in words or as JSON. What does not: what the
commands do.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path

import click

from agnt_pipelines.errors import AgntError, SettingsError

PROGRAM = "./agnt"
FAILED, INTERRUPTED = 1, 130
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


class Interrupted(AgntError):
    """Ctrl-C, after what was under way was ended in order."""

    exit_code = INTERRUPTED


def guarded(call: Callable[[], object], arguments: Sequence[str]) -> int:
    """Make a call and return the exit code; what it raises is told on stderr.

    With `--json` among the arguments it is also told as `{"error": ...}` on stdout; with `--debug`
    before the command, with its traceback.
    """
    _hear_signals()
    if sys.stdout is None:  # closed by whoever called us: `./agnt status >&-` asks for the exit code alone
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - while we live
    try:
        code = call()
    except click.exceptions.NoArgsIsHelpError as failure:
        click.echo(failure.format_message(), err=True)  # the help of a group, which holds its usage
        return failure.exit_code
    except click.ClickException as failure:
        _show_usage(failure)
        return _told(failure, failure.format_message(), failure.exit_code, arguments)
    except click.Abort as failure:
        return _told(failure, "Stopped.", INTERRUPTED, arguments)
    except AgntError as failure:
        return _told(failure, str(failure), failure.exit_code, arguments)
    except Exception as failure:  # noqa: BLE001 - the process edge: it reports
        known = _known(failure, arguments)
        if known is not None:
            return _told(known, str(known), known.exit_code, arguments)
        first = (str(failure).strip().splitlines() or [""])[0]
        sentence = f"Unexpected {type(failure).__name__}: {first}. `{PROGRAM} --debug ...` shows where."
        return _told(failure, sentence, FAILED, arguments)
    return code if isinstance(code, int) else 0


def _hear_signals() -> None:
    """Hear Ctrl-C in a shell's background, too, where it is ignored.

    Dagster, wherever it catches interrupts, gives SIGTERM what SIGINT has: nothing would end us any more.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _known(failure: Exception, arguments: Sequence[str]) -> AgntError | None:
    """Return what a library's exception means, where we know it; it stays the cause of the answer."""
    known: AgntError | None = None
    if isinstance(failure, UnicodeEncodeError):
        # A file's name need not be UTF-8; whatever else is not shows here, as what it cannot become.
        foreign = [argument for argument in arguments if not _is_text(argument)]
        if foreign:
            known = SettingsError(f"The argument {foreign[0]!a} is not UTF-8: write it in UTF-8.")
    elif isinstance(failure, OSError) and failure.errno in _OF_THE_MACHINE:
        what = failure.filename or "What this command writes"
        known = AgntError(f"{what}: {failure.strerror}. Make room, or write elsewhere, and do it again.")
    elif "sqlalchemy" in sys.modules:
        from agnt_pipelines.storage.failures import explained

        known = explained(failure)
    if known is not None:
        known.__cause__ = failure
    return known


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:  # bytes of the command line that are no UTF-8 come as lone surrogates
        return False
    return True


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
