"""`./agnt recall`: what somebody said that answers a question.

What belongs here: the table. What does not: finding it (`serving.recalling`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import clean, emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agnt_pipelines.dreaming.recall import Hit

_SHOWN_CHARS = 240


@click.command(short_help="What a person said that answers a question.")
@click.argument("user")
@click.argument("question")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="At most so many.")
@click.option("--lexical", is_flag=True, help="By words alone, without vectors.")
@json_option
def recall(user: str, question: str, *, limit: int, lexical: bool, as_json: bool) -> None:
    """Find what answers QUESTION in USER's own words and memories, best first.

    Each hit cites the interactions it rests on, and tells what was learnt from them and whether that
    still holds.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        hits = api.recall(platform.database, user, question, platform.now, limit, lexical=lexical)
    if as_json:
        emit({"user": user, "question": question, "hits": plain(hits)})
    elif not hits:
        say(f"Nothing that {user} said is there to answer it.")
    else:
        _show(f"What {clean(user)}'s talk says to: {clean(question)}", hits)


def _show(title: str, hits: Sequence[Hit]) -> None:
    made = table(title, "when", "who", "words", "learnt", "interactions")
    for hit in hits:
        words = hit.text if len(hit.text) <= _SHOWN_CHARS else f"{hit.text[:_SHOWN_CHARS]} ..."
        learnt = "; ".join(one.text if one.holds else f"{one.text} (no longer)" for one in hit.beliefs)
        row(made, hit.at, hit.speaker, words, learnt, ", ".join(hit.interactions))
    show(made)
