"""`./agnt insights`: what a week said of agents, which hypotheses it made, and what the network shows.

What belongs here: the tables. What does not: the figures (`serving.findings`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.serving.cli.output import clean, counted, emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from agnt_pipelines.serving.findings import Told
    from agnt_pipelines.serving.network import Network


@click.command(short_help="What weeks said of agents, and what was supposed of it.")
@click.option("--agent", help="Only of one agent; * is the whole fleet.")
@click.option("--window", help="Of another week than the newest with any: its Monday.")
@click.option("--network", is_flag=True, help="What the graph says of venues and their agents instead.")
@json_option
def insights(*, agent: str | None, window: str | None, network: bool, as_json: bool) -> None:
    """Show a week's insights, told of five people or more, and the hypotheses that they made.

    With --agent also that agent's prompt: what its own system prompt is given of its work.

    With --network, and nothing else: communities of venues, brokers between them, venues that rise and fade, how venue
    agents answer, and what is asked for and not served.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    if network and (agent or window):
        message = "--network tells of the newest graph as a whole: leave --agent and --window out."
        raise SettingsError(message)
    if network:
        with opened(get_settings(), say, source=True) as platform:
            found = api.network_of(platform.database)
        emit(plain(found)) if as_json else _show_network(found)
        return
    with opened(get_settings(), say, source=agent is not None) as platform:
        told = api.insights_of(platform.database, agent=agent, window=window)
    if as_json:
        emit(plain(told))
    elif not told.insights and not told.hypotheses:
        say("No insight yet: they need five people who had to do with an agent (./agnt run deep_dream).")
    else:
        _show(told)


def _show_network(found: Network) -> None:
    def called(node: str) -> str:
        """Return what a venue or an agent is called, with the id that other commands take."""
        key = node.partition(":")[2]
        return f"{found.names[node]} ({key})" if node in found.names else key

    made = table("Communities of venues", "id", "label", "venues", "nearest to the others", right=("venues",))
    for one in found.communities:
        nearest = ", ".join(map(called, one.venues[:3]))
        row(made, one.id.partition(":")[2], one.label, len(one.venues), nearest)
    show(made)
    between = table("Between others", "venue", "share of paths", right=("share of paths",))
    for broker in found.brokers:
        row(between, called(broker.venue), f"{broker.share:.3f}{' (sampled)' if broker.sampled else ''}")
    show(between)
    _show_moving(found, called)
    _show_answers(found, called)
    numbers = ("hour", "people", "booked", "venues")
    lacks = table("Asked for, least served", "city", "intent", *numbers, right=numbers)
    for gap in found.gaps:
        row(lacks, gap.city, gap.intent, f"{gap.hour:02}h", gap.people, gap.served, gap.venues)
    show(lacks)


def _show_moving(found: Network, called: Callable[[str], str]) -> None:
    columns = ("now", "before", "z")
    moving = table("People in four weeks, and in the four before", "venue", "", *columns, right=columns)
    for word, trends in (("rises", found.rising), ("fades", found.fading)):
        for trend in trends:
            counts = ("under 5" if count is None else count for count in (trend.now, trend.before))
            row(moving, called(f"venue:{trend.venue}"), word, *counts, trend.z)
    show(moving)


def _show_answers(found: Network, called: Callable[[str], str]) -> None:
    answers = table(
        "How venue agents answer", "agent of", "asked", "answered", "95 %", right=("asked", "answered")
    )
    for each in found.answers:
        interval = f"{each.low:.2f} to {each.high:.2f}"
        row(answers, called(f"agent:{each.agent}"), each.asked, each.answered, interval)
    show(answers)
    if found.answers_untold:
        show(
            f"{counted(found.answers_untold, 'more agent')}, asked by fewer than five others: too few to tell."
        )


def _show(told: Told) -> None:
    made = table(
        f"Insights, week of {told.window}", "agent", "insight", "people", "differs", right=("people",)
    )
    for one in told.insights:
        row(made, one.agent, one.statement, one.people, "yes" if one.differs else "")
    if told.insights:
        show(made)
    else:
        week = f" of the week of {told.window}" if told.window else ""
        say(f"No insight{week}: they need five people who had to do with an agent.")
    if told.hypotheses:
        numbers = ("prior", "now", "for", "against")
        supposed = table("Hypotheses", "agent", "claim", "status", *numbers, right=numbers)
        for each in told.hypotheses:
            counts = (each.prior, each.posterior, each.weeks_for, each.weeks_against)
            row(supposed, each.agent, each.claim, each.status, *counts)
        show("", supposed)
    if told.chunks:
        said = table("What many told them", "agent", "what", "people", right=("people",))
        for chunk in told.chunks:
            row(said, chunk.agent, clean(chunk.text), chunk.people)
        show("", said)
    if told.prompt is not None:
        show("", *(clean(line) for line in told.prompt.text.splitlines()))
    for score in told.calibration:
        show(f"Brier score of {score.kind}: {score.brier:.2f} over {score.decided:,} (0.25 is a coin's)")
