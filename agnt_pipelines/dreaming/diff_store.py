"""The dream diff: what a run changed in a table, before and after, counted from the delta log.

It holds no one's words: a row is told by closed words alone (slot, status, theme). What does not belong here:
how it is shown (`run_report`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from agnt_pipelines.replay.exclusive import Lease


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows of one kind that a run touched: so many before it, so many after."""

    what: str
    before: int
    after: int


# Rows in the log are lists of values beside the list of their columns.
_CHANGED = sa.text(
    """
    WITH sides AS (
        SELECT side, part::jsonb AS part FROM mind.delta_log
         CROSS JOIN LATERAL (VALUES ('before', before), ('after', after)) AS sides (side, part)
         WHERE run_id = :run AND table_name = :table AND operation = 'apply' AND part IS NOT NULL
    ), rows AS (
        SELECT side, jsonb_array_elements(part->'rows') AS line,
               ARRAY(SELECT array_position(ARRAY(SELECT jsonb_array_elements_text(part->'columns')), name) - 1
                       FROM unnest(:names) WITH ORDINALITY AS asked (name, place) ORDER BY place) AS places
          FROM sides
    )
    SELECT (SELECT string_agg(line->>place, ' ' ORDER BY at)
              FROM unnest(places) WITH ORDINALITY AS found (place, at)) AS what,
           count(*) FILTER (WHERE side = 'before') AS before, count(*) FILTER (WHERE side = 'after') AS after
      FROM rows GROUP BY what ORDER BY what
    """
).bindparams(sa.bindparam("names", type_=ARRAY(sa.Text)))


def changed(lease: Lease, table: str, *columns: str) -> Sequence[Changed]:
    """Return what the run of a lease changed in a table so far, by the values of some of its columns."""
    asked = {"run": lease.run_id, "table": table, "names": list(columns)}
    with lease.database.reading() as snapshot:
        return [Changed(row.what, row.before, row.after) for row in snapshot.execute(_CHANGED, asked)]
