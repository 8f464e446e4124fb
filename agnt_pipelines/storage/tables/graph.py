"""What the graph build writes: nodes, typed edges, and a record of each build."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agnt_pipelines.storage.tables import MIND, Base, Kind, Role

_TIME = sa.DateTime(timezone=True)


class EntityNode(Base):
    """One entity: a person, a venue, a city, an agent, a preference, a feature, an intent pattern."""

    __tablename__ = "entity_nodes"
    __table_args__ = (
        sa.Index("ix_entity_nodes_type", "type"),
        sa.Index("ix_entity_nodes_user_id", "user_id"),
        {
            "schema": MIND,
            "comment": "Entities of the latest graph build.",
            "info": Role(Kind.STATE, scope="type", people=("user_id",)).info(),
        },
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Type and key: venue:v1.")
    type: Mapped[str] = mapped_column(sa.Text, comment="user, venue, city, area, agent, ...; a closed list.")
    user_id: Mapped[str | None] = mapped_column(
        sa.Text, comment="The person it is, acts for, or whose words alone it rests on."
    )
    label: Mapped[str | None] = mapped_column(sa.Text, comment="What readers call it; null for people.")
    attributes: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="category and agent kind, as far as they are known."
    )


class EntityEdge(Base):
    """One typed relation between two entities, with its weight and what it rests on."""

    __tablename__ = "entity_edges"
    __table_args__ = (
        sa.CheckConstraint("weight >= 0", name="weight"),
        sa.CheckConstraint("evidence_count > 0", name="evidence_count"),
        sa.CheckConstraint("last_seen >= first_seen", name="seen"),
        {
            "schema": MIND,
            "comment": "Typed edges of the latest builds, a partition a relation.",
            "postgresql_partition_by": "LIST (relation)",
            "info": Role(
                Kind.STATE,
                scope="relation",
                people=("user_id", "other_user_id"),
                also=("venue_likeness", "taste_neighbours"),
                known_by="entity_nodes",
            ).info(),
        },
    )

    src: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Node it leaves.")
    dst: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Node it reaches.")
    relation: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="BOOKED, ...; a closed list.")
    user_id: Mapped[str | None] = mapped_column(sa.Text, comment="The person at its source, if any.")
    other_user_id: Mapped[str | None] = mapped_column(sa.Text, comment="The person at its end, if any.")
    weight: Mapped[int] = mapped_column(
        sa.BigInteger, comment="Decayed sum (or cosine), in units of 2^-20, at the landmark."
    )
    evidence_count: Mapped[int] = mapped_column(sa.Integer, comment="Rows, or shared neighbours, behind it.")
    first_seen: Mapped[datetime | None] = mapped_column(_TIME, comment="Oldest evidence, where it is timed.")
    last_seen: Mapped[datetime | None] = mapped_column(_TIME, comment="Newest evidence, where it is timed.")
    derived: Mapped[bool] = mapped_column(sa.Boolean, comment="False where a person authored it.")
    provenance: Mapped[str] = mapped_column(
        sa.Text, comment="What it follows from; `./agnt explain` asks it for the rows."
    )


class GraphCursor(Base):
    """How far a timed source is counted in the edges: a checksum for each hour of its rows."""

    __tablename__ = "graph_cursors"
    __table_args__ = (
        {
            "schema": MIND,
            "comment": "Hours of timed sources that the edges count.",
            "info": Role(Kind.HISTORY).info(),
        },
    )

    source: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="bookings or interactions.")
    as_of: Mapped[datetime] = mapped_column(_TIME, comment="Rows before it are counted.")
    version: Mapped[str] = mapped_column(sa.Text, comment="Of the code that counted them.")
    hours: Mapped[bytes] = mapped_column(
        sa.LargeBinary, comment="Little-endian int64 triples: hour since 1970, rows, sum of their hashes."
    )


class GraphBuild(Base):
    """One build that was published: when the world was, from what, how much."""

    __tablename__ = "graph_builds"
    __table_args__ = (
        {"schema": MIND, "comment": "Builds of the entity graph.", "info": Role(Kind.HISTORY).info()},
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, comment="uuid5 of as_of and inputs.")
    as_of: Mapped[datetime] = mapped_column(_TIME, comment="The hour the build looks back from.")
    digest_in: Mapped[str] = mapped_column(sa.Text, comment="SHA-256 of its inputs.")
    nodes: Mapped[dict[str, int]] = mapped_column(JSONB, comment="Nodes by type.")
    edges: Mapped[dict[str, int]] = mapped_column(JSONB, comment="Edges by relation.")
    run_id: Mapped[str] = mapped_column(sa.Text, comment="The run that published it.")
    finished_at: Mapped[datetime] = mapped_column(
        _TIME, server_default=sa.text("clock_timestamp()"), comment="When."
    )
