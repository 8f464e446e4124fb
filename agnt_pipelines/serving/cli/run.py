"""`./agnt run`: a job over windows, through Dagster's queue.

What belongs here: options, confirmation, and what was done, by asset. What does not: which windows
are meant or stale (`serving.backlog`) and the run itself (`serving.runs`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from agnt_pipelines.errors import RunFailed, SettingsError
from agnt_pipelines.serving.cli.bars import bar
from agnt_pipelines.serving.cli.edge import Interrupted, error_object
from agnt_pipelines.serving.cli.output import clean, counted, emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from agnt_pipelines.backlog import Backlog, Range
    from agnt_pipelines.serving.runs import RunReport
    from agnt_pipelines.serving.session import Platform
    from agnt_pipelines.timetable import Job


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say."""

    window: str | None
    first: str | None
    last: str | None
    stale: bool
    code: bool
    yes: bool
    as_json: bool


@click.command(short_help="Run a job over a window, a range, or whatever is stale.")
@click.argument("job")
@click.option("--window", metavar="KEY", multiple=True, help="One window, by the first day of it.")
@click.option("--from", "first", metavar="KEY", multiple=True, help="First window of a range.")
@click.option("--to", "last", metavar="KEY", multiple=True, help="Last window of it; default: last closed.")
@click.option("--stale", is_flag=True, help="Every window that is missing or whose inputs changed.")
@click.option("--code", is_flag=True, help="With --stale: also what another version of the code made.")
@click.option("--yes", is_flag=True, help="Do not ask before --code.")
@json_option
def run(
    job: str,
    window: Sequence[str],
    first: Sequence[str],
    last: Sequence[str],
    *,
    stale: bool,
    code: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Run JOB over its windows and wait for the end of it. Without options: the last closed window.

    \b
    ./agnt run light_dream
    ./agnt run light_dream --window 2026-11-22
    ./agnt run light_dream --from 2026-01-01 --to 2026-01-31
    ./agnt run light_dream --stale
    """  # noqa: D301 - click's mark for a block that is not wrapped
    asked = Asked(
        window=_once("--window", window),
        first=_once("--from", first),
        last=_once("--to", last),
        stale=stale,
        code=code,
        yes=yes,
        as_json=as_json,
    )
    _check(asked)
    _run(job, asked)


def _once(option: str, given: Sequence[str]) -> str | None:
    if len(given) > 1:
        raise click.UsageError(f"{option} was given {len(given)} times; give it once.")
    return given[0] if given else None


def _check(asked: Asked) -> None:
    ways = {
        "--window": asked.window is not None,
        "--from": asked.first is not None or asked.last is not None,
        "--stale": asked.stale,
    }
    chosen = [name for name, given in ways.items() if given]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} exclude each other: choose one.")
    if asked.last is not None and asked.first is None:
        raise click.UsageError("--to needs --from.")
    if asked.code and not asked.stale:
        raise click.UsageError("--code goes with --stale.")


def _run(name: str, asked: Asked) -> None:
    from agnt_pipelines import backlog
    from agnt_pipelines.serving import session
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    job = backlog.find_job(name)
    over: Range | None = None
    if not asked.stale:  # before any server starts: a wrong key is told at once
        now = session.now(settings)
        over = backlog.chosen(job, now, window=asked.window, first=asked.first, last=asked.last)
    with session.opened(settings, say, create=True, source=True) as platform:
        ranges: Sequence[Range | None] = _stale_ranges(platform, job, asked) if asked.stale else [over]
        reports = _run_ranges(platform, job, ranges, code=asked.code) if ranges else []
    _tell(job, reports, asked)


def _stale_ranges(platform: Platform, job: Job, asked: Asked) -> Sequence[Range]:
    from agnt_pipelines.serving.api import stale

    waiting = stale(platform, job)
    ranges = waiting.ranges(code=asked.code)
    if not ranges:
        say(_nothing(waiting, job, asked))
        return []
    if asked.code:
        _confirm(waiting, ranges, asked)
    return ranges


def _nothing(waiting: Backlog, job: Job, asked: Asked) -> str:
    if not waiting.closed:
        return f"Nothing to do: {job.name} finds no input in any closed window (`./agnt import`)."
    made_by_other = 0 if asked.code else waiting.count("code")
    also = f" ({made_by_other:,} by another version of the code: add --code)" if made_by_other else ""
    return f"Nothing to do: all {counted(len(waiting.closed), 'closed window')} of {job.name} done{also}."


def _confirm(waiting: Backlog, ranges: Sequence[Range], asked: Asked) -> None:
    windows = len(waiting.keys(code=True))
    units = waiting.units(code=True)
    scope = ", ".join((counted(windows, "window"), counted(units, "unit"), counted(len(ranges), "run")))
    say(f"{scope}; 0 model calls, 0 USD.")
    if asked.yes or asked.as_json:
        return
    if not sys.stdin.isatty():
        raise SettingsError("There is no terminal to confirm on: add --yes.")
    if not click.confirm("Run them?", err=True):
        raise RunFailed("Nothing was run.")


def _run_ranges(
    platform: Platform, job: Job, ranges: Sequence[Range | None], *, code: bool
) -> list[RunReport]:
    from agnt_pipelines.serving.api import serving_queue

    reports = []
    with serving_queue(platform, say) as runner, bar() as progress:
        for over in ranges:
            reports.append(runner.run(job, over, progress, code=code))
            if not reports[-1].succeeded:
                break  # what comes after it would most likely fail alike
    return reports


def _tell(job: Job, reports: Sequence[RunReport], asked: Asked) -> None:
    failed = next((report for report in reports if not report.succeeded), None)
    failure = None if failed is None else failure_of(failed)
    if asked.as_json:
        result: dict[str, object] = {"job": job.name, "windows": sum(r.windows for r in reports)}
        result["runs"] = plain(list(reports))
        if failure is not None:
            result["error"] = error_object(type(failure).__name__, str(failure), failure.exit_code)
        emit(result)
        if failure is not None:
            say(f"./agnt: {failure}")
            click.get_current_context().exit(failure.exit_code)
        return
    for report in reports:
        show_report(report)
    if failure is not None:
        raise failure


def failure_of(report: RunReport) -> Interrupted | RunFailed:
    """Return what a run that did not succeed is to its caller."""
    where = f"{report.job} {report.over}".strip()
    if report.interrupted:
        return Interrupted(f"Stopped: the run of {where} was canceled; what it had committed stays.")
    why = " ".join(report.failures) or "Dagster gives no reason; see the run in its UI."
    return RunFailed(f"{where}: {why}")


def show_report(report: RunReport) -> None:
    """Print what one run did, by asset."""
    about = f"{report.job}, {report.over}" if report.over else report.job
    title = f"{about}: {report.ending} in {report.seconds:.1f} s"
    counts = ("added", "changed", "removed", "same", "held", "seconds")
    made = table(title, "asset", *counts, "also", right=counts)
    for asset in report.assets:
        rows = (asset.added, asset.changed, asset.removed, asset.unchanged, asset.held)
        superseded = [f"superseded {asset.superseded}"] if asset.superseded else []
        rejected = [f"{reason} {number}" for reason, number in asset.rejected.items()]
        row(made, asset.asset, *rows, asset.seconds, ", ".join(superseded + rejected))
    show(made)
    if any(asset.kinds for asset in report.assets):
        _show_kinds(report)
    # Nodes and edges wait together, and say the same.
    for waits in dict.fromkeys(clean(asset.waits) for asset in report.assets if asset.waits):
        show("", waits)


def _show_kinds(report: RunReport) -> None:
    counts = ("rows", "added", "changed", "removed")
    made = table("By kind", "asset", "kind", *counts, right=counts)
    for asset in report.assets:
        for kind, fate in asset.kinds.items():
            if any(fate):
                row(made, asset.asset, kind, *fate)
    show("", made)
