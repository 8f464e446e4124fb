"""What the network's insights are made of: counts over the sources, and links between venues.

What belongs here: SQL. What does not: what follows from the counts (`network`). Nothing is told of
people who are gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.graph import features
from agnt_pipelines.graph.entities import NodeType, Relation
from agnt_pipelines.graph.network import MAX_EDGES, PEOPLE, Link
from agnt_pipelines.graph.store import EDGES, NODES

_TRENDS = sa.text("""
    SELECT b.venue_id,
           count(DISTINCT b.user_id) FILTER (WHERE b.created_at >= CAST(:as_of AS timestamptz) - interval '28 days'),
           count(DISTINCT b.user_id) FILTER (WHERE b.created_at < CAST(:as_of AS timestamptz) - interval '28 days')
      FROM source.bookings AS b
      JOIN source.users AS u ON u.id = b.user_id AND u.deleted_at IS NULL
     WHERE b.created_at < :as_of AND b.created_at >= CAST(:as_of AS timestamptz) - interval '56 days'
       AND lower(trim(b.status)) IN ('pending', 'confirmed', 'completed', 'no_show')
     GROUP BY b.venue_id
""")

_ANSWERS = sa.text("""
    SELECT dst, sum(evidence_count),
           sum(evidence_count) FILTER (WHERE relation <> 'UNANSWERED_BY'), count(DISTINCT src)
      FROM mind.entity_edges
     WHERE relation IN ('NEGOTIATED_WITH', 'CONFIRMED_WITH', 'UNANSWERED_BY')
       AND dst IN (SELECT id FROM mind.entity_nodes WHERE type = 'agent' AND attributes ->> 'kind' = 'venue')
     GROUP BY dst
""")

_GAPS = sa.text("""
    WITH asked AS (
        SELECT lower(trim(u.city)) AS city, lower(trim(t.intent)) AS intent, t.user_id, t.created_at,
               extract(hour FROM timezone('Asia/Makassar', t.created_at))::int AS hour
          FROM source.interactions AS t
          JOIN source.users AS u ON u.id = t.user_id AND u.deleted_at IS NULL
         WHERE t.created_at < :as_of AND t.created_at >= CAST(:as_of AS timestamptz) - interval '56 days'
           AND lower(t.direction) = 'inbound' AND t.source IS DISTINCT FROM 'external_agent'
           AND lower(trim(t.intent)) = ANY(:intents) AND trim(u.city) <> ''
    ), followed AS (
        SELECT asked.*, EXISTS (
            SELECT FROM source.bookings AS b
             WHERE b.user_id = asked.user_id AND b.created_at >= asked.created_at
               AND b.created_at < asked.created_at + interval '1 day' AND b.created_at < :as_of
               AND lower(trim(b.status)) <> 'cancelled') AS served
          FROM asked
    ), suited AS (
        SELECT lower(trim(v.city_id)) AS city, s.dst AS intent, count(*) AS venues
          FROM mind.entity_edges AS s
          JOIN source.venues AS v ON s.src = 'venue:' || v.id
         WHERE s.relation = 'SUITS'
         GROUP BY 1, 2
    )
    SELECT f.city, f.intent, f.hour, count(DISTINCT f.user_id),
           count(DISTINCT f.user_id) FILTER (WHERE f.served), coalesce(max(s.venues), 0)
      FROM followed AS f
      LEFT JOIN suited AS s ON s.city = f.city AND s.intent = 'intent_pattern:' || f.intent
     GROUP BY f.city, f.intent, f.hour
""")


def links(connection: Connection) -> list[Link]:
    """Return the strongest links between venues that the same five people or more booked, each pair once."""
    edges = EDGES.c
    query = (
        sa.select(edges.src, edges.dst, edges.weight)
        .where(edges.relation == Relation.CO_BOOKED.value, edges.evidence_count >= PEOPLE)
        .order_by(edges.weight.desc(), edges.src, edges.dst)
        .limit(2 * MAX_EDGES)
    )
    found = {tuple(sorted((row.src, row.dst))): row.weight for row in connection.execute(query)}
    return [(one, other, weight) for (one, other), weight in found.items()]


def traits(connection: Connection) -> dict[str, set[str]]:
    """Return the words for each venue: where it lies and what it has."""
    edges = EDGES.c
    asked = [Relation.LOCATED_IN.value, Relation.HAS_FEATURE.value, Relation.SUITS.value]
    found: dict[str, set[str]] = {}
    for src, dst in connection.execute(sa.select(edges.src, edges.dst).where(edges.relation.in_(asked))):
        found.setdefault(src, set()).add(dst.partition(":")[2])
    return found


def people_by_venue(connection: Connection, as_of: datetime) -> Iterator[tuple[str, int, int]]:
    """Yield (venue, people who booked it in the last four weeks, in the four before)."""
    yield from ((row[0], int(row[1]), int(row[2])) for row in connection.execute(_TRENDS, {"as_of": as_of}))


def answers(connection: Connection) -> Iterator[tuple[str, int, int, int]]:
    """Yield (venue agent, messages that wanted an answer, those that got one, agents that sent them)."""
    for agent, asked, answered, askers in connection.execute(_ANSWERS):
        yield agent.partition(":")[2], int(asked), int(answered or 0), int(askers)


def names(connection: Connection) -> dict[str, str]:
    """Return what venues are called, and venues' agents by the venues that they act for; by node."""
    venues = sa.select(NODES.c.id, NODES.c.label).where(NODES.c.type == NodeType.VENUE.value)
    found = {row.id: row.label for row in connection.execute(venues) if row.label is not None}
    acting = sa.select(EDGES.c.src, EDGES.c.dst).where(EDGES.c.relation == Relation.ACTS_FOR.value)
    for agent, venue in connection.execute(acting.order_by(EDGES.c.src, EDGES.c.dst)):
        if venue in found:
            found[agent] = f"{found[agent]}, {found[venue]}" if agent in found else found[venue]
    return found


def asked_for(connection: Connection, as_of: datetime) -> Iterator[tuple[str, str, int, int, int, int]]:
    """Yield (city, intent, hour, people, those who booked within a day, venues there that suit it)."""
    for row in connection.execute(_GAPS, {"as_of": as_of, "intents": list(features.INTENTS)}):
        yield row[0], row[1], int(row[2]), int(row[3]), int(row[4]), int(row[5])
