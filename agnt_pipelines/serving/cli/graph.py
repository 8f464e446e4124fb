"""`./agnt recommend`, `similar`, `explain`, `graph export`: what the entity graph tells, and why.

What belongs here: tables. What does not: reading the graph (`serving.recommendations`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agnt_pipelines.serving.cli.output import clean, counted, emit, json_option, plain, row, say, show, table

if TYPE_CHECKING:
    from agnt_pipelines.serving.recommendations import EdgeView


@click.command(short_help="Venues for a person, each with its path.")
@click.argument("user")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="At most so many.")
@click.option("--city", help="Only venues in this city.")
@click.option("--area", help="Only venues in this area.")
@click.option(
    "--for", "intent", metavar="INTENT", help="Only venues that suit it: sunset-drinks, group-dinner."
)
@click.option("--again", is_flag=True, help="Also venues the person has been to.")
@click.option("--no-diversity", is_flag=True, help="The best venues, however alike they are.")
@json_option
def recommend(
    user: str,
    *,
    limit: int,
    city: str | None,
    area: str | None,
    intent: str | None,
    again: bool,
    no_diversity: bool,
    as_json: bool,
) -> None:
    """Recommend venues to USER, best first, and say why.

    What they avoid and what their diet rules out is left out, and where they have been already.
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        found = api.recommend_for(
            platform.database,
            user,
            limit=limit,
            city=city,
            area=area,
            intent=intent,
            again=again,
            diversity=0.0 if no_diversity else None,
            settings=platform.settings,
        )
    if as_json:
        emit({"user": user, "recommendations": plain(found)})
    elif not found:
        say(
            f"Nothing can be recommended to {user}: no venue that they have not been to is left of those asked for."
        )
    else:
        made = table(f"For {clean(user)}", "venue", "city", "why")
        for one in found:
            row(made, one.name, one.city, one.why)
        show(made)


@click.command(short_help="People whose taste is most like a person's.")
@click.argument("user")
@click.option("--limit", type=click.IntRange(1, 20), default=10, show_default=True, help="At most so many.")
@json_option
def similar(user: str, *, limit: int, as_json: bool) -> None:
    """List the people whose taste is most like USER's, with what they share."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    with opened(get_settings(), say, source=True) as platform:
        found = api.similar_to(platform.database, user, limit=limit)
    if as_json:
        emit({"user": user, "similar": plain(found)})
    elif not found:
        say(f"Nobody shares two venues with {user} yet, nor said two things that they said.")
    else:
        made = table(
            f"Of {clean(user)}'s taste", "user", "cosine", "venues", "both", right=("cosine", "venues")
        )
        for one in found:
            row(made, one.user, one.similarity, one.shared_venues, ", ".join((*one.venues, *one.facets)))
        show(made)
        if found[0].by == "taste":
            show("", f"By what they said: {clean(user)} shares no two venues with anybody yet.")


@click.command(short_help="One edge of the graph, and the rows it rests on.")
@click.argument("src")
@click.argument("relation")
@click.argument("dst")
@json_option
def explain(src: str, relation: str, dst: str, *, as_json: bool) -> None:
    """Explain the edge from SRC over RELATION to DST, as: explain user:ayu BOOKED venue:v1.

    The ends may be nodes, ids alone (ayu, v1) or, but for people, names ("Reef").
    """
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    settings = get_settings()
    with opened(settings, say, source=True) as platform:
        edge = api.explain_edge(platform.database, settings, src, relation, dst)
    if as_json:
        emit({"edge": plain(edge)})
    else:
        _show_edge(edge)


@click.group(short_help="The graph as a file.")
def graph() -> None:
    """Take the entity graph elsewhere."""


@graph.command(name="export", short_help="Nodes and edges as GraphML or Parquet.")
@click.option("--format", "form", type=click.Choice(["graphml", "parquet"]), required=True, help="Which.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="File (GraphML), folder (Parquet)."
)
@click.option("--relation", "relations", multiple=True, help="Only edges of this relation; may be repeated.")
@json_option
def export(form: str, *, out: Path, relations: tuple[str, ...], as_json: bool) -> None:
    """Write the graph of the newest builds; it names people by their ids, and nobody who is gone."""
    from agnt_pipelines.serving import api
    from agnt_pipelines.serving.session import opened
    from agnt_pipelines.settings import get_settings

    wanted = [name.upper() for name in relations]
    with opened(get_settings(), say, source=True) as platform:
        nodes, edges = api.export_graph(platform.database, form, out, wanted)
    if as_json:
        emit({"format": form, "out": str(out), "nodes": nodes, "edges": edges})
    else:
        say(f"{counted(nodes, 'node')} and {counted(edges, 'edge')} in {out}")


def _show_edge(edge: EdgeView) -> None:
    made = table(f"{clean(edge.src)} {edge.relation} {clean(edge.dst)}", "what", "value")
    row(made, "weight", f"{edge.weight:.4f}")
    row(made, "evidence", edge.evidence)
    row(made, "first seen", edge.first_seen)
    row(made, "last seen", edge.last_seen)
    row(made, "derived", edge.derived)
    told = dict(edge.provenance)
    shared, count = told.pop("shared", []), told.pop("shared_in_all", 0)
    for name, value in told.items():
        grounds = value.items() if isinstance(value, dict) else [(name.replace("_", " "), value)]
        for source, ids in grounds:
            row(made, source, ", ".join(map(str, ids)) if isinstance(ids, list) else ids)
    show(made)
    if shared:
        _show_shared(edge, shared, count)


def _show_shared(edge: EdgeView, shared: list[dict[str, Any]], count: int) -> None:
    title = f"What makes them alike: {len(shared)} of the {count:,} they share"
    made = table(title, "shared", "part of it", edge.src, edge.dst, right=("part of it",))
    for one in shared:
        row(
            made,
            one["name"],
            f"{one['part']:.0%}",
            _edges_in_words(one[edge.src]),
            _edges_in_words(one[edge.dst]),
        )
    show("", made)


def _edges_in_words(edges: list[dict[str, Any]]) -> str:
    """Return edges with their weights and newest rows, one a line: `BOOKED .84 (source.bookings:b1)`."""
    lines = (
        f"{one['relation']} {one['weight']:.2f}" + (f" ({', '.join(one['rows'])})" if one["rows"] else "")
        for one in edges
    )
    return "\n".join(lines)
