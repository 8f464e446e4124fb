"""`./agnt insights`: what a week said of agents, and which hypotheses it made or decided.

What belongs here: the tables. What does not: the figures (`serving.findings`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.serving.cli.output import emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from agnt_pipelines.serving.findings import Told


@click.command(short_help="What weeks said of agents, and what was supposed of it.")
@click.option("--agent", help="Only of one agent; * is the whole fleet.")
@click.option("--window", help="Of another week than the newest with any: its Monday.")
@json_option
def insights(*, agent: str | None, window: str | None, as_json: bool) -> None:
    """Show a week's insights, told of five people or more, and the hypotheses that they made."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say) as platform:
        told = api.insights_of(platform.database, agent=agent, window=window)
    if as_json:
        emit(plain(told))
    elif not told.insights and not told.hypotheses:
        say("No insight yet: they need five people who had to do with an agent (./agnt run deep_dream).")
    else:
        _show(told)


def _show(told: Told) -> None:
    made = table(
        f"Insights, week of {told.window}", "agent", "insight", "people", "differs", right=("people",)
    )
    for one in told.insights:
        row(made, one.agent, one.statement, one.people, "yes" if one.differs else "")
    show(made)
    if told.hypotheses:
        numbers = ("prior", "now", "for", "against")
        supposed = table("Hypotheses", "agent", "claim", "status", *numbers, right=numbers)
        for each in told.hypotheses:
            counts = (each.prior, each.posterior, each.weeks_for, each.weeks_against)
            row(supposed, each.agent, each.claim, each.status, *counts)
        show("", supposed)
    for score in told.calibration:
        show(f"Brier score of {score.kind}: {score.brier:.2f} over {score.decided:,} (0.25 is a coin's)")
