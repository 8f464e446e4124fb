"""`./agnt demo`: sixty days of a small Bali through every job, and what was learnt of them.

What belongs here: what is shown, and in which order. What does not: the steps
(`serving.demonstration`) and the invented people (`demo`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.bars import bar
from agnt_pipelines.serving.cli.memory import show_memories, show_reasons
from agnt_pipelines.serving.cli.output import clean, emit, json_option, row, say, show, table
from agnt_pipelines.serving.cli.run import failure_of

if TYPE_CHECKING:
    from agnt_pipelines.demo.generator import World
    from agnt_pipelines.serving.demo_scoring import Learnt
    from agnt_pipelines.serving.demonstration import Shown
    from agnt_pipelines.serving.session import Platform
    from agnt_pipelines.settings import Settings

_REASONS = 6
_ENTRIES = 8
_DELTAS = 12

until_option = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The day after the sixty; default: today."
)


@click.command(short_help="Sixty days of a small Bali through every job, and what was learnt.")
@until_option
@click.option("--score", "with_score", is_flag=True, help="Compare what was learnt with the world's truth.")
@json_option
def demo(*, until: datetime | None, with_score: bool, as_json: bool) -> None:
    """Load a small invented Bali, run every job over its sixty days, and show what was learnt.

    It needs nothing and goes into the embedded database of AGNT_STATE, never into one with other data.
    A second call finds the same world and changes nothing. Later commands on the same state live at
    the world's end: its now, and its wiki, are kept in embedded.env there.
    """
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    world = placed(settings, until)
    with opened(settings, say, create=True, source=True) as platform:
        done = perform(platform, world)
        _tell(platform, done, world, with_score=with_score, as_json=as_json)


def placed(settings: Settings, until: datetime | None) -> World:
    """Return the world, before any server starts: what is wrong with its place is told at once."""
    from agnt_pipelines.serving import demonstration
    from agnt_pipelines.serving.session import now

    demonstration.require_embedded(settings)
    day: date | None = None if until is None else until.date()
    return demonstration.placed(settings, day, now(settings))


def perform(platform: Platform, world: World) -> Shown:
    """Run every job over the world with its progress on stderr; raises what ended it early."""
    from agnt_pipelines.serving import demonstration

    with bar() as progress:
        done = demonstration.perform(platform, world, say, progress)
    if done.failed is not None:
        raise failure_of(done.failed)
    return done


def _tell(platform: Platform, done: Shown, world: World, *, with_score: bool, as_json: bool) -> None:
    from agnt_pipelines.serving import demo_scoring

    learnt = demo_scoring.learnt(platform)
    score = demo_scoring.scored(platform, world.truth) if with_score else None
    if as_json:
        _emit(done, learnt, score)
        return
    _show_work(done)
    _show_person(platform, learnt)
    _show_fleet(learnt)
    if score is not None:
        _show_score(score)
    show("", _closing(done, learnt))


def _emit(done: Shown, learnt: Learnt, score: Mapping[str, object] | None) -> None:
    emit(
        {
            "seconds": done.seconds,
            "until": done.until.isoformat(),
            "jobs": {name: asdict(figures) for name, figures in done.jobs.items()},
            "memories": learnt.memories,
            "recommendations": len(learnt.suggestions),
            "faq_entries": len(learnt.entries),
            "wiki_deltas": learnt.wiki_deltas,
            "changed_rows": done.changed_rows,
            **({} if score is None else {"score": score}),
        }
    )


def _show_work(done: Shown) -> None:
    read = table(f"Loaded: sixty days before {done.until}", "kind", "lines", "new", right=("lines", "new"))
    for kind, report in done.imported.items():
        row(read, kind, report.read, report.imported)
    columns = ("job", "windows", "rows", "seconds", "refused")
    jobs = table("Run, through Dagster's queue", *columns, right=("windows", "rows", "seconds"))
    for name, figures in done.jobs.items():
        row(jobs, name, figures.windows, figures.rows, figures.seconds, _refused(done, name))
    show(read, "", jobs, "")


def _show_person(platform: Platform, learnt: Learnt) -> None:
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.demo_scoring import RECORDED

    who = learnt.person
    if who is None:
        return
    known = api.memory_of(platform.database, who, everything=True)
    told = [one for one in known if one.status == "active" or one.slot not in RECORDED]
    show_memories(f"What is known about {clean(who)}", told)
    show("")
    spoken = [one for one in api.why(platform.database, who) if one.memory.slot not in RECORDED]
    show_reasons(f"In {clean(who)}'s own words (some)", spoken[:_REASONS])
    prompt = api.soul_prompt_of(platform.database, who)
    if prompt is not None:
        show("", f"What {clean(who)}'s agent is told before they talk (version {prompt.version}):")
        show(clean(prompt.text))
    made = table(f"Where {clean(who)} could go, and why", "venue", "where", "why")
    for one in learnt.suggestions:
        row(made, one.name, one.city, one.why)
    show("", made)


def _show_fleet(learnt: Learnt) -> None:
    faq = table(
        f"What many ask ({min(_ENTRIES, len(learnt.entries))} of {len(learnt.entries)} entries)",
        "people",
        "question",
        "answer",
        "rests on",
    )
    for entry in learnt.entries[:_ENTRIES]:
        rests = learnt.sources[entry.entry_id]
        told = f"{len(rests.questions)} questions, {len(rests.replies)} agents' replies"
        row(faq, entry.people_bucket, entry.question, entry.answer, told)
    wiki = table(
        f"What changed in the wiki (the last {_DELTAS} of {learnt.wiki_deltas})",
        "what",
        "page",
        "was",
        "commit",
    )
    for line in learnt.wiki_log[:_DELTAS]:
        was = line.was if line.was != line.path else None
        row(wiki, line.operation, line.path, was, line.commit[:8])
    show("", faq, "", wiki)


def _show_score(score: Mapping[str, object]) -> None:
    made = table(
        "Against the world's truth", "what", "precision", "recall", "wanted", right=("precision", "recall")
    )
    for name in ("memories", "faq", "contradictions"):
        figures = score[name]
        assert isinstance(figures, Mapping)
        row(made, name, figures["precision"], figures["recall"], figures["wanted"])
    show("", made, f"Secrets told to others: {score['secrets_told']}.")


def _refused(done: Shown, job: str) -> str:
    reasons: dict[str, int] = {}
    for report in done.runs:
        for asset in report.assets if report.job == job else ():
            for reason, number in asset.rejected.items():
                reasons[reason] = reasons.get(reason, 0) + number
    return ", ".join(f"{reason.replace('_', ' ')} {number:,}" for reason, number in sorted(reasons.items()))


def _closing(done: Shown, learnt: Learnt) -> str:
    changed = (
        "Nothing changed: the same sixty days give the same bytes."
        if done.changed_rows == 0
        else f"{done.changed_rows:,} rows written in {done.seconds:.0f} s. Do it again: it will change none."
    )
    who = learnt.person or "USER"
    return (
        f"{changed}\n"
        f"Look around: ./agnt memory list {who} · memory why {who} · recommend {who} · quarantine · status\n"
        f"A week of questions waits for you: ./agnt faq list\n"
        f"The same in Dagster's UI: ./agnt up"
    )
