"""The operational tables that the jobs read: schema `source`, never written by a job.

This module is the one place where their names and columns stand. An operator whose database names
them otherwise creates views of these names and columns in a schema `source`; `./agnt doctor`
compares what it finds with what is written here (`storage.contract`). There are no foreign keys:
the platform owns the rows, and hard-deletes people whose interactions may linger.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agnt_pipelines.storage.tables import SOURCE, Base, Kind, Role

_ROLE = Role(Kind.SOURCE)
_OF_PERSON = Role(Kind.SOURCE, person="user_id")


class User(Base):
    """A person; name and e-mail exist encrypted elsewhere and are never read."""

    __tablename__ = "users"
    __table_args__ = (
        {
            "schema": SOURCE,
            "comment": "People of the platform.",
            "info": Role(Kind.SOURCE, person="id").info(),
        },
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Opaque user id.")
    city: Mapped[str | None] = mapped_column(sa.Text, comment="City the person lives or stays in.")
    language: Mapped[str | None] = mapped_column(sa.Text, comment="Preferred language, ISO 639-1.")
    cp_agent_id: Mapped[str | None] = mapped_column(sa.Text, comment="Their consumer agent.")
    deleted_at: Mapped[datetime | None] = mapped_column(
        sa.DateTime(timezone=True), comment="Set when the person asked to be deleted: erase."
    )
    created_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), comment="When the person joined."
    )


class Interaction(Base):
    """One message between a person (or an outside agent) and an agent; append-only."""

    __tablename__ = "interactions"
    __table_args__ = (
        sa.Index("ix_interactions_created_at", "created_at", "id"),
        sa.Index("ix_interactions_user_id", "user_id", "created_at"),
        sa.Index("ix_interactions_session_id", "session_id"),
        {"schema": SOURCE, "comment": "Messages, in plain text.", "info": _OF_PERSON.info()},
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Message id.")
    user_id: Mapped[str | None] = mapped_column(sa.Text, comment="Person; null for outside agents.")
    agent_id: Mapped[str | None] = mapped_column(sa.Text, comment="The agent spoken with.")
    session_id: Mapped[str | None] = mapped_column(sa.Text, comment="Conversation the message is in.")
    direction: Mapped[str] = mapped_column(sa.Text, comment="inbound (from the person) or outbound.")
    channel: Mapped[str | None] = mapped_column(sa.Text, comment="whatsapp, telegram, instagram, ...")
    source: Mapped[str | None] = mapped_column(sa.Text, comment="external_agent for inbound A2A.")
    content: Mapped[str] = mapped_column(sa.Text, comment="The message, plain text.")
    venue_id: Mapped[str | None] = mapped_column(sa.Text, comment="Venue it is about, if known.")
    intent: Mapped[str | None] = mapped_column(sa.Text, comment="Intent pattern, if classified.")
    created_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), comment="Event time; with id the high-water mark."
    )


class Booking(Base):
    """A booking with its present status; windowed by created_at."""

    __tablename__ = "bookings"
    __table_args__ = (
        sa.Index("ix_bookings_created_at", "created_at", "id"),
        sa.Index("ix_bookings_user_id", "user_id", "created_at"),
        {"schema": SOURCE, "comment": "Bookings in their present status.", "info": _OF_PERSON.info()},
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Booking id.")
    user_id: Mapped[str] = mapped_column(sa.Text, comment="Who booked.")
    venue_id: Mapped[str] = mapped_column(sa.Text, comment="Where.")
    status: Mapped[str] = mapped_column(
        sa.Text, comment="pending, confirmed, completed, cancelled, no_show; any letter case."
    )
    auto_confirmed: Mapped[bool] = mapped_column(
        sa.Boolean, server_default=sa.false(), comment="Confirmed by the clock, not by the venue."
    )
    slot_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), comment="Booked for.")
    party_size: Mapped[int | None] = mapped_column(sa.Integer, comment="People.")
    rating: Mapped[int | None] = mapped_column(sa.Integer, comment="1..5, after the visit.")
    comment: Mapped[str | None] = mapped_column(sa.Text, comment="Their words, after the visit.")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), comment="Booked at.")
    updated_at: Mapped[datetime | None] = mapped_column(
        sa.DateTime(timezone=True), comment="Last change of status."
    )


class SavedPreference(Base):
    """What a person explicitly asked the platform to remember; a view on its own memory."""

    __tablename__ = "saved_preferences"
    __table_args__ = (
        sa.Index("ix_saved_preferences_created_at", "created_at"),
        {"schema": SOURCE, "comment": "Preferences saved by name.", "info": _OF_PERSON.info()},
    )

    user_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Person.")
    key: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="What is saved.")
    value: Mapped[str] = mapped_column(sa.Text, comment="Their value, in their words.")
    confidence: Mapped[float] = mapped_column(sa.Double, comment="0..1, as the platform saved it.")
    created_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), primary_key=True, comment="Saved at."
    )


class Venue(Base):
    """A place that can be booked."""

    __tablename__ = "venues"
    __table_args__ = ({"schema": SOURCE, "comment": "Places that can be booked.", "info": _ROLE.info()},)

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Venue id.")
    slug: Mapped[str | None] = mapped_column(sa.Text, comment="Short name for URLs.")
    name: Mapped[str] = mapped_column(sa.Text, comment="Name as shown.")
    city_id: Mapped[str | None] = mapped_column(sa.Text, comment="City or area it lies in.")
    category: Mapped[str | None] = mapped_column(sa.Text, comment="restaurant, bar, cafe, ...")
    lat: Mapped[float | None] = mapped_column(sa.Double, comment="Latitude, degrees.")
    lon: Mapped[float | None] = mapped_column(sa.Double, comment="Longitude, degrees.")
    agent_id: Mapped[str | None] = mapped_column(sa.Text, comment="The agent that answers for it.")


class VenueChunk(Base):
    """A piece of what is known about a venue; old menu versions linger, the newest wins."""

    __tablename__ = "venue_chunks"
    __table_args__ = (
        sa.Index("ix_venue_chunks_venue_id", "venue_id", "created_at"),
        {"schema": SOURCE, "comment": "Texts about venues.", "info": _ROLE.info()},
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Chunk id.")
    venue_id: Mapped[str] = mapped_column(sa.Text, comment="The venue.")
    content: Mapped[str] = mapped_column(sa.Text, comment="Menu, house rules, description.")
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), comment="Written at.")


class UserListItem(Base):
    """A venue that a person put on a list of theirs."""

    __tablename__ = "user_lists"
    __table_args__ = (
        sa.Index("ix_user_lists_user_id", "user_id"),
        {"schema": SOURCE, "comment": "Wishlists and favourites.", "info": _OF_PERSON.info()},
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Row id.")
    user_id: Mapped[str] = mapped_column(sa.Text, comment="Person.")
    kind: Mapped[str] = mapped_column(sa.Text, comment="wishlist or favourite.")
    venue_id: Mapped[str] = mapped_column(sa.Text, comment="Venue.")


class UserFollowsTaste(Base):
    """One person follows another's taste: authored by them, never rebuilt away."""

    __tablename__ = "user_follows_taste"
    __table_args__ = (
        {
            "schema": SOURCE,
            "comment": "Who follows whose taste.",
            "info": Role(Kind.SOURCE, person="follower_id").info(),
        },
    )

    follower_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Who follows.")
    followee_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Whose taste.")


class Envelope(Base):
    """A mirror of an outbound agent-to-agent message."""

    __tablename__ = "a2a_envelopes"
    __table_args__ = (
        sa.Index("ix_a2a_envelopes_from_agent", "from_agent", "intent"),
        {"schema": SOURCE, "comment": "Outbound agent-to-agent messages.", "info": _ROLE.info()},
    )

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, comment="Row id.")
    protocol: Mapped[str | None] = mapped_column(sa.Text, comment="openclaw/a2a/v1, agp/1, ...")
    from_agent: Mapped[str] = mapped_column(sa.Text, comment="Sender.")
    to_agent: Mapped[str] = mapped_column(sa.Text, comment="Receiver.")
    intent: Mapped[str] = mapped_column(
        sa.Text, comment="network.ping, venue.list, booking.search or booking.confirm."
    )
    payload: Mapped[Any] = mapped_column(JSONB, comment="What is asked, as sent.")
    agent_context: Mapped[Any] = mapped_column(JSONB, comment="Locale, tier, ...; echoed back.")
    ttl_ms: Mapped[int] = mapped_column(sa.Integer, server_default="5000", comment="Time to live, ms.")
    timestamp: Mapped[str] = mapped_column(sa.Text, server_default="", comment="ISO text; MAY BE EMPTY.")
    status: Mapped[str] = mapped_column(sa.Text, comment="PENDING, EXPIRED, ...; any letter case.")


SOURCE_MODELS: dict[str, type[Base]] = {
    "users": User,
    "interactions": Interaction,
    "bookings": Booking,
    "saved_preferences": SavedPreference,
    "venues": Venue,
    "venue_chunks": VenueChunk,
    "user_lists": UserListItem,
    "user_follows_taste": UserFollowsTaste,
    "a2a_envelopes": Envelope,
}
"""Every KIND of import and export, by its table's name."""
