"""What is added up of evidence, once more as expressions: for an engine that is not this process.

Written in Ibis, and run wherever Ibis has a backend; sums are of integers, so that the rows are those
of `columns.reduce` and of `likeness`, whichever machine adds. What belongs here: expressions over
tables. What does not: where the tables are (`spark_store`).
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis import expr

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.likeness import MIN_SHARED

EVIDENCE: Final = {"relation": "string", "src": "int32", "dst": "int32", "at": "int64", "share": "int8"}
"""Columns of evidence: `at` in microseconds, null for no time; `share` in sixteenths."""

AGES: Final = {"age": "int64", "weight": "int64"}
"""What a whole piece weighs, by its age in hours at the landmark; the last row is for all that is older."""

_HOUR: Final = 3_600_000_000
_WHOLE = 16


def edges(evidence: expr.types.Table, ages: expr.types.Table, landmark: int, oldest: int) -> expr.types.Table:
    """Return one edge a relation and pair: weight, count, first and last (null where nothing is timed).

    Args:
        evidence: a table of EVIDENCE.
        ages: a table of AGES, one row for each of 0..oldest.
        landmark: in microseconds, as `at`.
        oldest: the greatest age that `ages` has.
    """
    since = ibis.greatest(ibis.literal(landmark, "int64") - evidence.at, 0)
    age = ibis.least(_over(since, _HOUR), oldest).cast("int64")
    # An engine's greatest() may skip a null: what has no time must be told apart by itself.
    timed = evidence.mutate(age=ibis.ifelse(evidence.at.isnull(), -1, age))
    aged = timed.left_join(ages.rename(older="age"), [("age", "older")])
    weight = ibis.ifelse(aged.age < 0, ibis.literal(weights.TIMELESS, "int64"), aged.weight)
    whole = weight * aged.share.cast("int64")
    return (
        aged.mutate(piece=_over(whole, _WHOLE))
        .group_by("relation", "src", "dst")
        .aggregate(
            weight=lambda rows: rows.piece.sum().cast("int64"),
            count=lambda rows: rows.count().cast("int64"),
            first=lambda rows: rows.at.min(),
            last=lambda rows: rows.at.max(),
        )
    )


def co_visits(visits: expr.types.Table) -> expr.types.Table:
    """Return how many people any two venues share, MIN_SHARED at least, each pair once: one < other.

    Args:
        visits: `src` and `dst` of people and venues, each pair once.
    """
    others = visits.view()
    both = visits.join(others, [visits.src == others.src, visits.dst < others.dst])
    pairs = both.select(one=visits.dst, other=others.dst)
    counted = pairs.group_by("one", "other").aggregate(shared=lambda rows: rows.count().cast("int64"))
    return counted.filter(counted.shared >= MIN_SHARED)


def _over(number: expr.types.IntegerValue, divisor: int) -> expr.types.IntegerValue:
    """Divide whole numbers without a remainder, so that no engine's idea of rounding matters."""
    return ((number - number % divisor) / divisor).cast("int64")
