"""`./agnt status`: how every job stands, on one screen.

What belongs here: the words and tables. What does not: the figures (`serving.standing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import (
    age,
    counted,
    emit,
    json_option,
    plain,
    row,
    say,
    short,
    show,
    table,
    wita,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agnt_pipelines.run_failures import FailedRun
    from agnt_pipelines.serving.dagster_runs import LastRun
    from agnt_pipelines.serving.standing import JobState, Standing


@click.command(short_help="Windows due, run and stale; holds, quarantine, leases.")
@json_option
def status(*, as_json: bool) -> None:
    """Tell of each job which windows are due, run, missing and stale, and what waits for a person."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        found, failed = api.status(platform), api.failed_runs(platform)
        stuck, last = api.stuck(platform), api.last_runs(platform)
    if as_json:
        told = {"failed_runs": failed, "stuck": stuck, "last_runs": last}
        emit({**plain(found), **plain(told)})
    else:
        _show(found, last)
        _waiting(found)
        _failed(failed)
        for one in stuck:
            show(f"Stuck: {one.said}. {one.way_out}", "")


def _failed(failed: list[FailedRun]) -> None:
    """Tell of the runs that failed lately: each in a sentence, those that nothing has mended first."""
    for one in sorted(failed, key=lambda one: one.mended):
        since = "; a later run succeeded" if one.mended else ""
        show(f"{wita(one.ended)} {one}{since}", "")


def _show(found: Standing, last: Mapping[str, LastRun]) -> None:
    if found.paused:
        show(f"Schedules and sensors are {found.paused}.", "")
    counts = ("due", "run", "missing", "changed", "code")
    made = table(f"Windows at {wita(found.now)} WITA", "job", *counts, "last run", "next tick", right=counts)
    for job in found.jobs:
        numbers = (job.due, job.done, job.missing, job.changed, job.code) if job.windowed else ("",) * 5
        row(made, job.job, *numbers, _ran(last.get(job.job), job), wita(job.next_tick))
    show(made, "")
    for job in found.jobs:
        _hints(job)
    _leases(found.jobs)
    if not any(job.due or job.lease for job in found.jobs):
        show("Nothing is here yet: ./agnt demo fills a small world, docs/your-data.md tells of your own.")
    show("")


def _waiting(found: Standing) -> None:
    """Show what waits for a person, and what was refused."""
    facts = table("Waiting and refused", "what", "count", "look at", right=("count",))
    row(facts, "open holds", found.open_holds, "./agnt holds" if found.open_holds else "")
    for reason, number in found.quarantined.items():
        row(facts, f"quarantined: {reason}", number, f"./agnt quarantine --reason {reason}")
    if not found.quarantined:
        row(facts, "quarantined", 0, "")
    row(facts, "people erased", found.erased, "")
    for name, number in found.too_old.items():
        row(facts, f"{name} older than 2015", number, "in no window: correct created_at")
    for name, number in found.in_future.items():
        row(facts, f"{name} of the future", number, "read when their window closes; else correct created_at")
    for name, number in found.of_nobody.items():
        row(facts, f"{name} of unknown people", number, "not read: their user_id is not in source.users")
    for waiting in found.letters:
        stuck = f"{waiting.stuck:,} tried again and again: {waiting.last_error}" if waiting.stuck else ""
        row(facts, f"letters waiting: {waiting.kind}", waiting.waiting, stuck)
    show(facts)


def _ran(last: LastRun | None, job: JobState) -> str:
    """Say when a job was run last through Dagster, and how that ended where it did not end well."""
    if last is None:  # but perhaps without it: by `materialize()`, or by another Dagster
        return wita(job.last_completion) or "never"
    return wita(last.began) + ("" if last.outcome == "success" else f" {last.outcome}")


def _hints(job: JobState) -> None:
    """Say in words what the numbers of a job ask for."""
    if job.missing or job.changed:
        show(f"{job.job}: {job.first_due} to {job.last_due} to do: ./agnt run {job.job} --stale")
    folds = [f"{name} ({number:,})" for name, number in job.stale_folds.items() if number]
    if folds:
        show(f"{job.job}: folds behind: {', '.join(folds)}")
    if job.waits:
        show(
            f"{job.job}: {counted(job.waits, 'closed window')} waiting for the tick at {wita(job.next_tick)}"
        )
    if job.code:
        show(f"{job.job}: {job.code:,} windows are another version's: ./agnt run {job.job} --stale --code")


def _leases(jobs: Iterable[JobState]) -> None:
    """Tell of each writer set that somebody holds now."""
    held = {job.lease.writer_set: job.lease for job in jobs if job.lease is not None and job.lease.held}
    for lease in held.values():
        since = f"since {wita(lease.since)}, last beat {age(lease.beat_age_s)} ago"
        show(f"{lease.writer_set}: held by run {short(lease.run_id)} ({lease.holder}) {since}")
