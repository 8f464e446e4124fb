"""`./agnt memory`: what is known about a person, and why.

What belongs here: the two tables. What does not: memories and their grounds (`serving.memories`).
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import (
    clean,
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
    from collections.abc import Callable, Iterable, Sequence

    from agnt_pipelines.serving.memories import Explanation, Ground, KnownMemory

_ALSO = "superseded and expired ones"


@click.group(short_help="What is known about a person, and the words behind it.")
def memory() -> None:
    """Tell what is known about a person, and the very words it rests on."""


@memory.command(name="list", short_help="A person's memories.")
@click.argument("user")
@click.option("--all", "everything", is_flag=True, help=f"Also {_ALSO}.")
@click.option("--about", metavar="WORDS", default="", help="Long-term memories nearest to these words first.")
@click.option("--on", "day", metavar="DAY", help="What was believed at the end of that WITA day.")
@json_option
def list_(user: str, *, everything: bool, about: str, day: str | None, as_json: bool) -> None:
    """List what is known about USER, or was believed on a day."""
    if everything and day is not None:
        raise click.UsageError("--all and --on exclude each other: choose one.")
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        if day is None:
            known = api.memory_of(platform.database, user, everything=everything)
        else:
            known = api.believed_on(platform.database, user, day)
        weeks = [] if day is not None else api.chunks_of(platform.database, user, about)
        short = [] if day is not None else api.summary_of(platform.database, user)
    if as_json:
        emit({"user": user, "memories": plain(known), "summary": plain(short), "chunks": plain(weeks)})
    elif not known:
        also = "" if everything else f" (--all would show {_ALSO})"
        say(f"Nothing is known about {user} yet{also}.")
    else:
        show_memories(f"What is known about {clean(user)}", known)
    if short and not as_json:
        show("", *(clean(sentence.text) for sentence in short))
    if weeks and not as_json:
        show("", *(clean(week.text) for week in weeks))


@memory.command(short_help="The words behind them.")
@click.argument("user")
@click.argument("memory_id", required=False, default="")
@json_option
def why(user: str, memory_id: str, *, as_json: bool) -> None:
    """Show what each memory of USER rests on: the words, when and where they were said.

    MEMORY_ID, or the beginning of one, chooses a memory. Every quote is read again from the source and
    compared with the digest that was taken of it.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        reasons = api.why(platform.database, user, memory_id)
    if as_json:
        emit({"user": user, "memories": plain(reasons)})
    elif not reasons:
        say(f"Nothing is known about {user} yet.")
    else:
        show_reasons(f"Why, for {clean(user)}", reasons)


@memory.command(short_help="How it came to be so, over time.")
@click.argument("user")
@click.argument("slot", required=False, default="")
@json_option
def history(user: str, slot: str, *, as_json: bool) -> None:
    """Show everything that was ever held of USER, oldest first, with what took its place; SLOT alone if given."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        known = api.memory_of(platform.database, user, everything=True)
    told = sorted(
        (one for one in known if slot in ("", one.slot)), key=lambda one: (one.slot, one.subject, one.since)
    )
    if as_json:
        emit({"user": user, "memories": plain(told)})
    elif not told:
        say(f"Nothing was ever held of {user}{f' under {slot}' if slot else ''}.")
    else:
        show_memories(f"What was held of {clean(user)}", told)


@memory.command(short_help="Take back what a memory rests on, or a run learnt; --back takes that back.")
@click.argument("user", required=False, default="")
@click.argument("memory_id", required=False, default="")
@click.option("--run", metavar="RUN", help="What that run learnt: of USER, or, without one, of everybody.")
@click.option("--back", is_flag=True, help="Let the undone claims count again.")
@json_option
def undo(user: str, memory_id: str, *, run: str | None, back: bool, as_json: bool) -> None:
    """Take back every claim that MEMORY_ID of USER (or the beginning of it) rests on, or that a run learnt.

    It is a recorded decision: whenever those days are dreamt again, the claims are left out. The memory
    goes, and what it had superseded comes back, with the next run.
    """
    if (run is None) is (not memory_id):
        raise click.UsageError("Name USER and MEMORY_ID, or --run RUN (of USER, or of everybody).")
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    who = getpass.getuser()
    with opened(get_settings(), say, source=True) as platform:
        if run is None:
            done = api.undo(platform.database, user, memory_id, decided_by=who, back=back)
        else:
            done = api.undo_run(platform.database, run, user or None, decided_by=who, back=back)
    if as_json:
        emit({"user": user, **plain(done)})
    else:
        what = "count again" if back else "are taken back"
        of = "" if run is None else f" of {done.people} people"
        say(
            f"{done.claims} claims{of} behind {short(done.memory)} {what}; the next "
            "`./agnt run light_dream --stale` makes it so."
        )


@memory.command(short_help="Keep a memory at hand; --back takes that back.")
@click.argument("user")
@click.argument("memory_id")
@click.option("--back", is_flag=True, help="Treat it as any other memory again.")
@json_option
def pin(user: str, memory_id: str, *, back: bool, as_json: bool) -> None:
    """Keep MEMORY_ID of USER (or the beginning of it) at hand: always in the soul prompt, and without an end.

    It is a recorded decision, which every later run reads. What the person says later still takes its place.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        done = api.pin(platform.database, user, memory_id, decided_by=getpass.getuser(), back=back)
    if as_json:
        emit({"user": user, **plain(done)})
    else:
        what = "is pinned" if done.pinned else "is pinned no more"
        say(f"{short(done.memory)} {what}; the next `./agnt run light_dream --stale` makes it so.")


@memory.command(name="why-not", short_help="Why something they said is no memory.")
@click.argument("user")
@click.option("--day", metavar="DAY", help="What was said on that WITA day alone.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many messages."
)
@json_option
def why_not(user: str, *, day: str | None, limit: int, as_json: bool) -> None:
    """Judge what USER said once more and tell why it, or some of it, was not learnt; newest first."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    with opened(settings, say, source=True) as platform:
        found = api.why_not(platform.database, settings, user, day=day, limit=limit)
    if as_json:
        emit({"user": user, "messages": plain(found)})
    elif not found:
        say(f"Everything that {user} said was learnt, or they said nothing.")
    else:
        made = table(f"Not learnt of {clean(user)}", "said", "words", "because", "learnt from it")
        for one in found:
            row(made, wita(one.said_at), clean(one.words), ", ".join(one.reasons), "; ".join(one.learnt))
        show(made)


def show_memories(title: str, known: Sequence[KnownMemory]) -> None:
    """Print memories, one a line; what no longer holds is dim, and columns that say nothing are left out."""
    columns: dict[str, Callable[[KnownMemory], object]] = {
        "id": lambda one: short(one.id),
        "slot": lambda one: one.slot,
        "value": stated,
        "since": lambda one: wita(one.since)[:10],
        "until": lambda one: wita(one.until)[:10],
        "status": _standing,
        "sure": lambda one: one.confidence,
        "said": lambda one: one.evidence,
    }
    if all(one.until is None for one in known):
        del columns["until"]
    if all(one.status == "active" and not one.pinned for one in known):
        del columns["status"]
    made = table(title, *columns, right=("sure", "said"))
    for one in known:
        style = "dim" if one.status in {"superseded", "expired"} else None
        row(made, *(cell(one) for cell in columns.values()), style=style)
    show(made)


def show_reasons(title: str, reasons: Iterable[Explanation]) -> None:
    """Print memories with the words behind them."""
    made = table(title, "id", "memory", "said", "when", "where")
    for reason in reasons:
        named: tuple[str, str] = (short(reason.memory.id), f"{reason.memory.slot}: {stated(reason.memory)}")
        for ground in reason.grounds:
            row(made, *named, _words(ground), ground.said_at, ground.channel or ground.source)
            named = ("", "")
    show(made)


def stated(one: KnownMemory) -> str:
    """Return a memory's value with its denial and its subject, where it has them."""
    value = one.value if one.affirmed else f"not {one.value}"
    return value if one.subject == "self" else f"{value} ({one.subject})"


def _standing(one: KnownMemory) -> str:
    """Return a memory's status; of one that waits, also how far it is from the score that is enough."""
    from agnt_pipelines.dreaming.promotion import ENOUGH

    waits = (
        f" ({one.score:.2f}, wants {ENOUGH:.2f})" if one.status == "candidate" and one.score < ENOUGH else ""
    )
    return f"{one.status}{waits}, pinned" if one.pinned else f"{one.status}{waits}"


def _words(ground: Ground) -> str:
    if ground.words is not None:
        return f"“{ground.words.strip()}”" if ground.source == "interactions" else ground.words
    if ground.verdict.value == "changed":
        return f"(the source has changed since; run {ground.window} again)"
    return f"(gone from the source; run {ground.window} again)"
