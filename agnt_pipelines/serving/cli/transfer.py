"""`./agnt import` and `./agnt export`: JSON lines in and out.

What belongs here: files, streams and progress. What does not: reading and writing lines
(`serving.importing`, `serving.exporting`).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.serving.cli.bars import bar
from agnt_pipelines.serving.cli.edge import FAILED, PROGRAM, error_object
from agnt_pipelines.serving.cli.output import counted, emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from agnt_pipelines.serving.importing import ImportProgress, ImportReport
    from agnt_pipelines.serving.runs import Listener

_SOON_READ = 1_000_000
"""Bytes; a shorter file is read before a bar has been drawn."""


@click.command(name="import", short_help="Read a file of JSON lines into a source table.")
@click.argument("kind")
@click.argument("file")
@json_option
def import_(kind: str, file: str, *, as_json: bool) -> None:
    """Import FILE (JSON lines, gzip'd or not; - for standard input) as rows of KIND.

    KIND is a table of `source`: users, interactions, bookings, saved_preferences, venues, venue_chunks,
    user_lists, user_follows_taste or a2a_envelopes. Doing it twice changes nothing; after a crash the
    same call goes on. A line that cannot be read, or holds what cannot be (a rating of 9, an invisible
    id), is quarantined alone, with its number and reason; the rest goes on, and the exit code stays 0.
    It is 1 if every line was refused: then it is most likely another kind, or another file.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    path: Path | Literal["-"] = "-" if file == "-" else Path(file)
    with opened(settings, say, create=True) as platform, bar() as shown:
        report = api.import_lines(
            platform.database, kind, path, progress=_onto(shown), batch_rows=settings.chunk_rows
        )
    way = f"./agnt quarantine --origin import:{kind}"
    failure = None
    if report.all_refused:
        failure = f"Not one of {counted(report.read, 'line')} is a row of {kind}; {way} says why."
    if as_json:
        name = os.fsencode(file).decode(errors="replace")
        error = {} if failure is None else {"error": error_object("AgntError", failure, FAILED)}
        emit({"kind": kind, "file": name, "refused": report.refused, **plain(report), **error})
    else:
        _show(kind, report)
    if failure is not None:
        say(f"{PROGRAM}: {failure}")
        click.get_current_context().exit(FAILED)
    if report.refused:
        say(f"In quarantine: {counted(report.refused, 'line')}; {way} shows them.")


def _onto(shown: Listener) -> Callable[[ImportProgress], None]:
    begun = False

    def listen(progress: ImportProgress) -> None:
        nonlocal begun
        if progress.bytes_total is None or progress.bytes_total < _SOON_READ:
            return
        if not begun:
            shown.began(f"import {progress.kind} (kB)", progress.bytes_total // 1000)
        begun = True
        shown.doing(f"{progress.lines:,} lines" if sys.stderr.isatty() else "reading")
        shown.done(progress.bytes_read // 1000)

    return listen


def _show(kind: str, report: ImportReport) -> None:
    counts = ("read", "imported", "changed", "unchanged", "repeated", "refused")
    made = table(f"Imported {kind}", *counts, "reasons", right=counts)
    reasons = ", ".join(f"{reason} {number}" for reason, number in report.quarantined.items())
    row(made, *(getattr(report, name) for name in counts), reasons)
    show(made)
    if report.resumed_at:
        say(f"An earlier import of this file was interrupted: went on after line {report.resumed_at:,}.")


@click.command(short_help="Write a table as JSON lines.")
@click.argument("kind")
@click.option("--out", metavar="FILE", help="Where to; default: standard output.")
@click.option("--refused", is_flag=True, help="The lines that imports of KIND refused, as they were.")
@click.option("--take", is_flag=True, help="With --refused: out of quarantine, once they are written.")
@json_option
def export(kind: str, *, out: str | None, refused: bool, take: bool, as_json: bool) -> None:
    """Export KIND as JSON lines in the order of its key: the same rows, the same bytes.

    KIND is what can be imported, or observations, user_memory, soul_prompts, quarantine.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    if as_json and out is None:
        raise click.UsageError("--json needs --out FILE: standard output holds one or the other.")
    if take and not refused:
        raise click.UsageError("--take goes with --refused.")
    with opened(get_settings(), say) as platform, _target(out) as stream:
        if refused:
            count = api.export_quarantine(platform.database, kind, stream, take=take)
        else:
            count = api.export_lines(platform.database, kind, stream)
    if as_json:
        emit({"kind": kind, "file": out, "rows": count})
    else:
        say(counted(count, "line") + (f" in {out}" if out else ""))


@contextlib.contextmanager
def _target(out: str | None) -> Iterator[BinaryIO]:
    """Yield where to write; a file appears whole or not at all."""
    if out is None:
        yield sys.stdout.buffer
        return
    draft = Path(f"{out}.part")
    try:
        with draft.open("wb") as stream:
            yield stream
        draft.replace(out)
    except OSError as failure:
        raise SettingsError(f"{out} cannot be written: {failure.strerror}. Name another file.") from failure
    finally:
        draft.unlink(missing_ok=True)
