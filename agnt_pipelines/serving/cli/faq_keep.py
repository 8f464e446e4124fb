"""`./agnt faq review` and what keeps entries: retire, merge, restore, rollback.

What belongs here: the conversation with an operator. What does not: what is decided
(`faq_reviewing`, `faq_keeping`).
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import click

from agnt_pipelines.serving.cli.output import emit, json_option, plain, row, say, short, show, table

if TYPE_CHECKING:
    from agnt_pipelines.serving.faq_keeping import Kept, Waits
    from agnt_pipelines.serving.session import Platform

_KEYS = "approve, edit, wiki's words, merge, reject, skip, quit"


@click.command(short_help="Decide about what waits, one by one.")
@json_option
def review(*, as_json: bool) -> None:
    """Go through what nobody decided about, of all weeks that have not expired, the most asked first.

    Keys: a approve, e edit, w approve with the wiki's words, m merge into an entry, r reject, s skip, q quit.
    With --json: only list it.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        found = api.faq_waiting(platform)
        if as_json:
            emit(plain(found))
            return
        if not found.waiting:
            show(f"Nothing waits for review; {found.expired} expired.")
            return
        for number, one in enumerate(found.waiting, 1):
            _card(one, number, len(found.waiting))
            if not _decided(platform, one):
                break
    show("./agnt run faq_compile makes the page of what was approved; ./agnt faq show lists the entries.")


@click.command(short_help="Take an entry off the page.")
@click.argument("slug")
@click.option("--reason", required=True, help="Why; it is kept with the decision.")
@json_option
def retire(slug: str, *, reason: str, as_json: bool) -> None:
    """Retire the entry SLUG from the newest extracted week on; its address stays taken, and says so."""
    from agnt_pipelines.serving import api

    _keep(lambda platform: api.retire_faq(platform, slug, reason, whoami()), as_json=as_json)


@click.command(short_help="Let one entry take over another's questions.")
@click.argument("slug")
@click.argument("into")
@json_option
def merge(slug: str, into: str, *, as_json: bool) -> None:
    """Merge the entry SLUG into the entry INTO: its people count there, its address leads there."""
    from agnt_pipelines.serving import api

    _keep(lambda platform: api.merge_faq(platform, slug, into, whoami()), as_json=as_json)


@click.command(short_help="Give an entry another address.")
@click.argument("slug")
@click.argument("to")
@json_option
def rename(slug: str, to: str, *, as_json: bool) -> None:
    """Give the entry SLUG the address TO; whoever has the old one is led on for good."""
    from agnt_pipelines.serving import api

    _keep(lambda platform: api.rename_faq(platform, slug, to, whoami()), as_json=as_json)


@click.command(short_help="Take a retirement or a merger back.")
@click.argument("slug")
@json_option
def restore(slug: str, *, as_json: bool) -> None:
    """Let the entry SLUG be what it was before it was retired or merged."""
    from agnt_pipelines.serving import api

    _keep(lambda platform: api.restore_faq(platform, slug, whoami()), as_json=as_json)


@click.command(short_help="Put the page back to an earlier one.")
@click.option("--to", type=int, help="Number of the move to go back to; the page before this one otherwise.")
@click.option("--reason", default="rolled back", show_default=True, help="Why; it is kept with the move.")
@click.option("--list", "listing", is_flag=True, help="Only list the moves, the newest first.")
@json_option
def rollback(*, to: int | None, reason: str, listing: bool, as_json: bool) -> None:
    """Move the pointer to an index that was published before; a newer week or correction moves it on."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        if not listing:
            api.roll_back_faq(platform, to, reason, whoami())
        moves = api.faq_moves(platform)
    if as_json:
        emit({"moves": plain(moves)})
        return
    made = table("What the page showed", "number", "week", "revision", "entries", "when", "reason")
    for one in moves:
        row(made, one.number, one.window_key, one.revision, one.entries, one.published_at, one.reason)
    show(made)


@click.command(short_help="Hold what is published against the wiki.")
@json_option
def check(*, as_json: bool) -> None:
    """Tell of each published answer whether the wiki as last reconciled contradicts it, agrees, or is silent."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        checked = api.faq_check(platform)
    if as_json:
        emit({"entries": plain(checked)})
        return
    if not checked:
        say("No FAQ is published yet.")
        return
    made = table("The FAQ and the wiki", "slug", "lang", "the wiki", "where", "values")
    for one in checked:
        where = "\n".join(f"{said.path}:{said.line}" for said in one.passages)
        values = "\n".join(f"{rival.said} / {rival.other}" for rival in one.disputes)
        row(made, one.slug, one.language, one.stand, where, values)
    show(made)


COMMANDS = (review, check, retire, merge, rename, restore, rollback)


def whoami() -> str:
    """Return who decides."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "unknown"


def _keep(decide: Any, *, as_json: bool) -> None:
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        done: Kept = decide(platform)
    if as_json:
        emit(plain(done))
        return
    joint = "to" if done.fate == "renamed" else "into"
    into = "" if done.into is None else f" {joint} {done.into}"
    show(
        f"{done.slug} is {done.fate}{into} from week {done.window_key} on: "
        f"./agnt run faq_compile --window {done.window_key}"
    )


def _card(one: Waits, number: int, of: int) -> None:
    asked = one.proposal
    show("", f"{number} of {of} · {short(asked.id)} · week {one.window_key} · {asked.people} people asked")
    told = f"{asked.answer} (told to {asked.told})" if asked.answer else "no answer that several were told"
    show(f"  {asked.language}  {asked.question}", f"      {told}")
    if asked.also is not None:
        show(f"  {asked.also['lang']}  {asked.also['question']}", f"      {asked.also['answer']}")
    if asked.slug is not None:
        show(f"  entry: {asked.slug}, in new words")
    if asked.like is not None:
        show(f"  perhaps the same as: {asked.like}")
    for said in asked.wiki:
        show(f"  wiki  {said.text} ({said.path}:{said.line})")
    for rival in asked.disputed:
        by = f"told to {rival.by}" if rival.by.isdigit() else rival.by
        show(f"  disputed: {rival.said} here, {rival.other} elsewhere ({by})")
    if asked.doubt is not None:
        show(f"  look twice: {asked.doubt.replace('_', ' ')}")


def _decided(platform: Platform, one: Waits) -> bool:
    """Ask until it is decided or skipped; return whether to go on."""
    from agnt_pipelines.errors import SettingsError
    from agnt_pipelines.serving import api

    while True:
        key = click.prompt(
            _KEYS, type=click.Choice(list("aewmrsq")), default="s", show_choices=False, err=True
        )
        if key in "sq":
            return bool(key == "s")
        asked, window = one.proposal, one.window_key
        try:
            if key == "m":
                into = click.prompt("into", default=asked.like or asked.slug, err=True)
                api.merge_proposal(platform, asked.id, into, whoami(), window)
            else:
                edits = _edited(one, from_wiki=key == "w") if key in "ew" else {}
                api.decide_faq(platform, asked.id, whoami(), approve=key != "r", window=window, **edits)
        except SettingsError as refused:
            say(str(refused))
            continue
        return True


def _edited(one: Waits, *, from_wiki: bool = False) -> dict[str, str]:
    asked = one.proposal
    words = asked.wiki[0].text if from_wiki and asked.wiki else asked.answer
    return {
        "question": click.prompt("question", default=asked.question, err=True),
        "answer": click.prompt("answer", default=words, err=True),
    }
