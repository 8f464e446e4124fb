"""Old claims held against their words once more: a twentieth of them a week, chosen by hash.

What belongs here: the one query, and what fails as quarantine. What does not: verifying a claim when it is
made (`verify`), and showing its words (`serving.memories`). A claim whose day's talk changed is stale and made
again anyway; this finds what staleness did not see.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Refused
from agnt_pipelines.replay.windows import Window

ONE_IN = 20
"""A week looks at one in so many: over a year nearly every old claim is read again."""

QUOTE_CHANGED = "quote_changed"

_CHOSEN = sa.text(
    """
    SELECT claim.id::text AS id, claim.user_id,
           bool_and(coalesce(encode(sha256(convert_to(
               substr(talk.content, (piece->>'start')::int + 1, (piece->>'end')::int - (piece->>'start')::int),
               'UTF8')), 'hex') = piece->>'digest', false)) AS holds
      FROM mind.observations AS claim
     CROSS JOIN jsonb_array_elements(claim.evidence) AS piece
      LEFT JOIN source.interactions AS talk
        ON talk.id = piece->>'source_id' AND talk.user_id = claim.user_id
     WHERE claim.window_key < :before AND claim.user_id = any(:people)
       AND piece->>'source' = 'interactions'
       AND mod(('x' || substr(md5(claim.id::text || :week), 1, 7))::bit(28)::int, :one_in) = 0
     GROUP BY claim.id, claim.user_id ORDER BY claim.id
    """
).bindparams(sa.bindparam("people", type_=ARRAY(sa.Text)))


def reverified(snapshot: Connection, window: Window, people: Collection[str]) -> tuple[int, list[Refused]]:
    """Return how many older claims of some people were read again in a week, and those that no longer hold."""
    chosen = {"before": window.key, "week": window.key, "people": list(people), "one_in": ONE_IN}
    rows = snapshot.execute(_CHOSEN, chosen).all()
    return len(rows), [
        Refused("observations", row.id, row.user_id, QUOTE_CHANGED) for row in rows if not row.holds
    ]
