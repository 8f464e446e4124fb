"""`./agnt faq`: a week's proposals, the decision about each, and the page they become.

What belongs here: lists, and what they say. What does not: what is proposed, and why.
"""

from __future__ import annotations

from pathlib import Path

import click

from agnt_pipelines.serving.cli.faq_keep import COMMANDS, whoami
from agnt_pipelines.serving.cli.output import emit, json_option, plain, row, say, short, show, table

_week = click.option("--window", help="Of one FAQ week, by its Sunday; the newest extracted one otherwise.")


@click.group(short_help="Questions people ask: review, registry and page.")
def faq() -> None:
    """Review what is asked, keep the entries, and write the page or put it back."""


for _command in COMMANDS:
    faq.add_command(_command)


@faq.command("list", short_help="What a week asked, for review.")
@_week
@click.option("--all", "everything", is_flag=True, help="Also what cannot be approved, and why.")
@json_option
def list_(*, window: str | None, everything: bool, as_json: bool) -> None:
    """List a week's proposals, the most asked first, and what was left out."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        week = api.faq_week(platform, window, everything=everything)
    if as_json:
        emit(plain(week))
        return
    made = table(f"FAQ week {week.window_key}", "id", "lang", "people", "question", "answer", "state")
    for one in week.proposals:
        row(made, short(one.id), one.language, one.people, one.question, one.answer, one.state)
    left = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in week.left_out.items())
    if week.proposals:
        show(made, "")
    else:
        show(f"Nothing of week {week.window_key} waits for review.")
    show(f"Left out: {left or 'nothing'}.", "./agnt faq approve ID, ./agnt faq reject ID")


@faq.command(short_help="Let a proposal into the FAQ.")
@click.argument("proposal")
@_week
@click.option("--question", help="Your own wording of the question.")
@click.option("--answer", help="Your own answer.")
@json_option
def approve(
    proposal: str, *, window: str | None, question: str | None, answer: str | None, as_json: bool
) -> None:
    """Approve the proposal whose id begins with PROPOSAL; its entry's address is minted for good."""
    _decide(proposal, window, as_json=as_json, approve=True, question=question, answer=answer)


@faq.command(short_help="Keep a proposal out of the FAQ.")
@click.argument("proposal")
@_week
@json_option
def reject(proposal: str, *, window: str | None, as_json: bool) -> None:
    """Reject the proposal whose id begins with PROPOSAL; one that changes comes back."""
    _decide(proposal, window, as_json=as_json, approve=False)


@faq.command("show", short_help="The registry as of a week.")
@_week
@json_option
def show_(*, window: str | None, as_json: bool) -> None:
    """Show every entry there ever was, as of a week; without one, as published."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        entries = api.faq_entries(platform, window)
    if as_json:
        emit({"entries": plain(entries)})
        return
    if not entries:
        say("The FAQ has no entry yet.")
        return
    made = table(
        f"FAQ as of {entries[0].window_key}", "slug", "lang", "status", "people", "question", "answer"
    )
    for one in entries:
        status = (
            one.status.value if one.reason is None else f"{one.status.value}: {one.reason.replace('_', ' ')}"
        )
        row(made, one.slug, one.language.value, status, one.people_bucket, one.question, one.answer)
    show(made)


@faq.command("page", short_help="Write the published FAQ as HTML and JSON.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
@json_option
def page_(*, out: Path, as_json: bool) -> None:
    """Write index.html and index.json of what is published; the page needs no script."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        written = api.faq_page(platform, out)
    if as_json:
        emit(plain(written))
    else:
        show(f"{written.entries} entries of week {written.window_key} are in {written.folder}/index.html")


def _decide(
    proposal: str,
    window: str | None,
    *,
    as_json: bool,
    approve: bool,
    question: str | None = None,
    answer: str | None = None,
) -> None:
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        done = api.decide_faq(
            platform, proposal, whoami(), approve=approve, window=window, question=question, answer=answer
        )
    if as_json:
        emit(plain(done))
    else:
        show(f"{short(done.id)} is {done.state}: {done.question}")
