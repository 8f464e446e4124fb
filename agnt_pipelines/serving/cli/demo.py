"""`./agnt demo`: a week of talk, dreamt and shown, on nothing but this checkout.

What belongs here: what is shown, and in which order. What does not: the steps (`serving.showing`) and
the invented people (`demo.world`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.bars import bar
from agnt_pipelines.serving.cli.memory import show_memories, show_reasons
from agnt_pipelines.serving.cli.output import clean, emit, json_option, row, say, show, table
from agnt_pipelines.serving.cli.run import failure_of

if TYPE_CHECKING:
    from agnt_pipelines.serving.session import Platform
    from agnt_pipelines.serving.showing import Shown

_HEROINE = "sarah"  # she changes her mind, moves, and has an allergy


@click.command(short_help="A week of talk in a small Bali, dreamt and shown.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day after the week; default: today.")
@json_option
def demo(*, until: datetime | None, as_json: bool) -> None:
    """Load a small invented Bali, run light dreaming over its week, and show what was learnt.

    It needs nothing and goes into the embedded database of AGNT_STATE, never into one with other data.
    A second call finds the same world and changes nothing.
    """
    from agnt_pipelines.serving import showing
    from agnt_pipelines.serving.session import now, opened
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    showing.require_embedded(settings)
    shown = showing.placed(settings, _day(until), now(settings))
    with opened(settings, say, create=True, source=True) as platform:
        with bar() as progress:
            done = showing.perform(platform, shown, say, progress)
        if not done.runs[-1].succeeded:
            raise failure_of(done.runs[-1])
        if as_json:
            _emit(platform, shown.ids("users"), done)
        else:
            _show(platform, done)


def _day(until: datetime | None) -> date | None:
    return None if until is None else until.date()


def _emit(platform: Platform, people: set[str], done: Shown) -> None:
    from agnt_pipelines.serving import api

    memories = sum(len(api.memory_of(platform.database, person, everything=True)) for person in people)
    emit(
        {
            "seconds": done.seconds,
            "until": done.until.isoformat(),
            "jobs": {name: asdict(figures) for name, figures in done.jobs.items()},
            "memories": memories,
            "changed_rows": done.changed_rows,
        }
    )


def _show(platform: Platform, done: Shown) -> None:
    from agnt_pipelines.serving import api

    read = table(f"Imported: the week before {done.until}", "kind", "lines", "new", right=("lines", "new"))
    for kind, report in done.imported.items():
        row(read, kind, report.read, report.imported)
    jobs = table(
        "Dreamt", "job", "windows", "rows", "seconds", "refused", right=("windows", "rows", "seconds")
    )
    refused = _refused(done)
    for name, figures in done.jobs.items():
        row(jobs, name, figures.windows, figures.rows, figures.seconds, refused)
    show(read, "", jobs, "")
    show_memories(
        f"What is known about {_HEROINE}", api.memory_of(platform.database, _HEROINE, everything=True)
    )
    show("")
    show_reasons("In her own words", api.why(platform.database, _HEROINE))
    prompt = api.soul_prompt_of(platform.database, _HEROINE)
    if prompt is not None:
        show("", f"What her agent is told before they talk (version {prompt.version}):", clean(prompt.text))
    show("", _closing(done))


def _refused(done: Shown) -> str:
    reasons: dict[str, int] = {}
    for report in done.runs:
        for asset in report.assets:
            for reason, number in asset.rejected.items():
                reasons[reason] = reasons.get(reason, 0) + number
    return ", ".join(f"{reason} {number}" for reason, number in sorted(reasons.items()))


def _closing(done: Shown) -> str:
    changed = (
        "Nothing changed: the same week gives the same memories."
        if done.changed_rows == 0
        else f"{done.changed_rows:,} rows written. Do it again: it will change none."
    )
    return (
        f"{changed}\nGo on with: ./agnt memory list tom · ./agnt memory why ayu · ./agnt quarantine · "
        "./agnt status"
    )
