CREATE TABLE source.bookings (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    venue_id TEXT NOT NULL,
    status TEXT NOT NULL,
    auto_confirmed BOOLEAN DEFAULT false NOT NULL,
    slot_at TIMESTAMP WITH TIME ZONE NOT NULL,
    party_size INTEGER,
    rating INTEGER,
    comment TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bookings PRIMARY KEY (id)
);
CREATE INDEX ix_bookings_created_at ON source.bookings (created_at, id);
CREATE INDEX ix_bookings_user_id ON source.bookings (user_id, created_at);
COMMENT ON TABLE source.bookings IS 'Bookings in their present status.';
COMMENT ON COLUMN source.bookings.id IS 'Booking id.';
COMMENT ON COLUMN source.bookings.user_id IS 'Who booked.';
COMMENT ON COLUMN source.bookings.venue_id IS 'Where.';
COMMENT ON COLUMN source.bookings.status IS 'pending, confirmed, completed, cancelled, no_show; any letter case.';
COMMENT ON COLUMN source.bookings.auto_confirmed IS 'Confirmed by the clock, not by the venue.';
COMMENT ON COLUMN source.bookings.slot_at IS 'Booked for.';
COMMENT ON COLUMN source.bookings.party_size IS 'People.';
COMMENT ON COLUMN source.bookings.rating IS '1..5, after the visit.';
COMMENT ON COLUMN source.bookings.comment IS 'Their words, after the visit.';
COMMENT ON COLUMN source.bookings.created_at IS 'Booked at.';
COMMENT ON COLUMN source.bookings.updated_at IS 'Last change of status.';

CREATE TABLE source.interactions (
    id TEXT NOT NULL,
    user_id TEXT,
    agent_id TEXT,
    session_id TEXT,
    direction TEXT NOT NULL,
    channel TEXT,
    source TEXT,
    content TEXT NOT NULL,
    venue_id TEXT,
    intent TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_interactions PRIMARY KEY (id)
);
CREATE INDEX ix_interactions_created_at ON source.interactions (created_at, id);
CREATE INDEX ix_interactions_user_id ON source.interactions (user_id, created_at);
COMMENT ON TABLE source.interactions IS 'Messages, in plain text.';
COMMENT ON COLUMN source.interactions.id IS 'Message id.';
COMMENT ON COLUMN source.interactions.user_id IS 'Person; null for outside agents.';
COMMENT ON COLUMN source.interactions.agent_id IS 'The agent spoken with.';
COMMENT ON COLUMN source.interactions.session_id IS 'Conversation the message is in.';
COMMENT ON COLUMN source.interactions.direction IS 'inbound (from the person) or outbound.';
COMMENT ON COLUMN source.interactions.channel IS 'whatsapp, telegram, instagram, ...';
COMMENT ON COLUMN source.interactions.source IS 'external_agent for inbound A2A.';
COMMENT ON COLUMN source.interactions.content IS 'The message, plain text.';
COMMENT ON COLUMN source.interactions.venue_id IS 'Venue it is about, if known.';
COMMENT ON COLUMN source.interactions.intent IS 'Intent pattern, if classified.';
COMMENT ON COLUMN source.interactions.created_at IS 'Event time; with id the high-water mark.';

CREATE TABLE source.saved_preferences (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_preferences PRIMARY KEY (user_id, key, created_at)
);
CREATE INDEX ix_saved_preferences_created_at ON source.saved_preferences (created_at);
COMMENT ON TABLE source.saved_preferences IS 'Preferences saved by name.';
COMMENT ON COLUMN source.saved_preferences.user_id IS 'Person.';
COMMENT ON COLUMN source.saved_preferences.key IS 'What is saved.';
COMMENT ON COLUMN source.saved_preferences.value IS 'Their value, in their words.';
COMMENT ON COLUMN source.saved_preferences.confidence IS '0..1, as the platform saved it.';
COMMENT ON COLUMN source.saved_preferences.created_at IS 'Saved at.';

CREATE TABLE source.users (
    id TEXT NOT NULL,
    city TEXT,
    language TEXT,
    cp_agent_id TEXT,
    deleted_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
);
COMMENT ON TABLE source.users IS 'People of the platform.';
COMMENT ON COLUMN source.users.id IS 'Opaque user id.';
COMMENT ON COLUMN source.users.city IS 'City the person lives or stays in.';
COMMENT ON COLUMN source.users.language IS 'Preferred language, ISO 639-1.';
COMMENT ON COLUMN source.users.cp_agent_id IS 'Their consumer agent.';
COMMENT ON COLUMN source.users.deleted_at IS 'Set when the person asked to be deleted: erase.';
COMMENT ON COLUMN source.users.created_at IS 'When the person joined.';
