"""What dreaming says of people's taste, as the graph reads it: facets with decayed, signed weights.

What belongs here: SQL over `mind.taste_profiles`. What does not: how the weights come to be (dreaming),
which slots are facets and of what (`facets`), and taste as visits tell it (`likeness`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.engine import Connection

from agnt_pipelines.graph import facets
from agnt_pipelines.replay.staleness import alive
from agnt_pipelines.storage.tables import dreaming, table_of

_TASTE = table_of(dreaming.TasteProfile)

MIN_FACETS = 2
"""Facets that two must be of one mind about, to be alike: one says too little, as of venues."""


@dataclass(frozen=True, slots=True)
class AlikeInTaste:
    """Somebody of like mind: cosine 0..1 of both taste vectors, and what both say of one sign, heaviest first.

    A facet is (slot and value, whether both are averse).
    """

    user: str
    cosine: float
    facets: tuple[tuple[str, bool], ...]


def shares(connection: Connection, person: str, cities: Collection[str]) -> dict[str, float]:
    """Return node -> how much a person is drawn to it, -1 to 1: its decayed weight of their heaviest.

    Ratios of one person's weights are the same on any day: their landmark is one.
    """
    query = sa.select(_TASTE.c.facet, _TASTE.c.weight).where(
        _TASTE.c.user_id == person, _TASTE.c.user_id.in_(alive()), _is_taste(_TASTE)
    )
    found: dict[str, int] = {}
    for facet, weight in connection.execute(query.order_by(_TASTE.c.facet)):
        slot, _, value = facet.partition(":")
        node = facets.node_of(slot, value, cities)
        if node is not None:
            found[node] = found.get(node, 0) + (-weight if facets.is_aversion(slot) else weight)
    most = max(map(abs, found.values()), default=0)
    return {node: weight / most for node, weight in found.items() if weight}


def alike(connection: Connection, person: str, limit: int) -> list[AlikeInTaste]:
    """Return the people whose taste vectors are nearest to a person's, ties by id.

    Sums are exact, of whole numbers. Nobody who is gone is among them.
    """
    mine, theirs = _TASTE.alias("mine"), _TASTE.alias("theirs")
    product = sa.cast(mine.c.weight, sa.Numeric) * theirs.c.weight
    agreed = product > 0
    signed = sa.case((theirs.c.weight < 0, sa.literal("-") + theirs.c.facet), else_=theirs.c.facet)
    facets_of = aggregate_order_by(signed, product.desc(), theirs.c.facet)
    near = (
        sa.select(
            theirs.c.user_id,
            sa.func.sum(product).label("dot"),
            sa.func.array_agg(facets_of, type_=ARRAY(sa.Text)).filter(agreed).label("facets"),
        )
        .join_from(mine, theirs, sa.and_(mine.c.facet == theirs.c.facet, mine.c.user_id != theirs.c.user_id))
        .where(mine.c.user_id == person, theirs.c.user_id.in_(alive()), _is_taste(mine))
        .group_by(theirs.c.user_id)
        .having(sa.func.count().filter(agreed) >= MIN_FACETS)
        .having(sa.func.sum(product) > 0)
        .subquery()
    )
    square = sa.func.sum(sa.cast(_TASTE.c.weight, sa.Numeric) * _TASTE.c.weight)
    norms = (
        sa.select(_TASTE.c.user_id, square.label("square"))
        .where(_is_taste(_TASTE))
        .group_by(_TASTE.c.user_id)
    )
    mine_norm = connection.scalar(sa.select(square).where(_TASTE.c.user_id == person, _is_taste(_TASTE)))
    lengths = norms.where(_TASTE.c.user_id.in_(sa.select(near.c.user_id))).subquery()
    rows = connection.execute(
        sa.select(near.c.user_id, near.c.dot, near.c.facets, lengths.c.square).join_from(
            near, lengths, near.c.user_id == lengths.c.user_id
        )
    )
    found = [
        AlikeInTaste(
            row.user_id,
            min(float(row.dot) / sqrt(float(mine_norm) * float(row.square)), 1.0),
            tuple((facet.removeprefix("-"), facet.startswith("-")) for facet in row.facets),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-round(one.cosine, 9), one.user))[:limit]


def _is_taste(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a row is of a slot that the graph has facets or places for: neither a budget nor a party."""
    slot = sa.func.split_part(table.c.facet, ":", 1)
    return slot.in_(sorted(facets.SLOTS))
