CREATE TABLE source.a2a_envelopes (
    id TEXT NOT NULL,
    protocol TEXT,
    from_agent TEXT NOT NULL,
    to_agent TEXT NOT NULL,
    intent TEXT NOT NULL,
    payload JSONB NOT NULL,
    agent_context JSONB NOT NULL,
    ttl_ms INTEGER DEFAULT '5000' NOT NULL,
    timestamp TEXT DEFAULT '' NOT NULL,
    status TEXT NOT NULL,
    CONSTRAINT pk_a2a_envelopes PRIMARY KEY (id)
);
CREATE INDEX ix_a2a_envelopes_from_agent ON source.a2a_envelopes (from_agent, intent);
COMMENT ON TABLE source.a2a_envelopes IS 'Outbound agent-to-agent messages.';
COMMENT ON COLUMN source.a2a_envelopes.id IS 'Row id.';
COMMENT ON COLUMN source.a2a_envelopes.protocol IS 'openclaw/a2a/v1, agp/1, ...';
COMMENT ON COLUMN source.a2a_envelopes.from_agent IS 'Sender.';
COMMENT ON COLUMN source.a2a_envelopes.to_agent IS 'Receiver.';
COMMENT ON COLUMN source.a2a_envelopes.intent IS 'network.ping, venue.list, booking.search or booking.confirm.';
COMMENT ON COLUMN source.a2a_envelopes.payload IS 'What is asked, as sent.';
COMMENT ON COLUMN source.a2a_envelopes.agent_context IS 'Locale, tier, ...; echoed back.';
COMMENT ON COLUMN source.a2a_envelopes.ttl_ms IS 'Time to live, ms.';
COMMENT ON COLUMN source.a2a_envelopes.timestamp IS 'ISO text; MAY BE EMPTY.';
COMMENT ON COLUMN source.a2a_envelopes.status IS 'PENDING, EXPIRED, ...; any letter case.';

CREATE TABLE source.user_follows_taste (
    follower_id TEXT NOT NULL,
    followee_id TEXT NOT NULL,
    CONSTRAINT pk_user_follows_taste PRIMARY KEY (follower_id, followee_id)
);
COMMENT ON TABLE source.user_follows_taste IS 'Who follows whose taste.';
COMMENT ON COLUMN source.user_follows_taste.follower_id IS 'Who follows.';
COMMENT ON COLUMN source.user_follows_taste.followee_id IS 'Whose taste.';

CREATE TABLE source.user_lists (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    venue_id TEXT NOT NULL,
    CONSTRAINT pk_user_lists PRIMARY KEY (id)
);
CREATE INDEX ix_user_lists_user_id ON source.user_lists (user_id);
COMMENT ON TABLE source.user_lists IS 'Wishlists and favourites.';
COMMENT ON COLUMN source.user_lists.id IS 'Row id.';
COMMENT ON COLUMN source.user_lists.user_id IS 'Person.';
COMMENT ON COLUMN source.user_lists.kind IS 'wishlist or favourite.';
COMMENT ON COLUMN source.user_lists.venue_id IS 'Venue.';

CREATE TABLE source.venue_chunks (
    id TEXT NOT NULL,
    venue_id TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_venue_chunks PRIMARY KEY (id)
);
CREATE INDEX ix_venue_chunks_venue_id ON source.venue_chunks (venue_id, created_at);
COMMENT ON TABLE source.venue_chunks IS 'Texts about venues.';
COMMENT ON COLUMN source.venue_chunks.id IS 'Chunk id.';
COMMENT ON COLUMN source.venue_chunks.venue_id IS 'The venue.';
COMMENT ON COLUMN source.venue_chunks.content IS 'Menu, house rules, description.';
COMMENT ON COLUMN source.venue_chunks.created_at IS 'Written at.';

CREATE TABLE source.venues (
    id TEXT NOT NULL,
    slug TEXT,
    name TEXT NOT NULL,
    city_id TEXT,
    category TEXT,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    agent_id TEXT,
    CONSTRAINT pk_venues PRIMARY KEY (id)
);
COMMENT ON TABLE source.venues IS 'Places that can be booked.';
COMMENT ON COLUMN source.venues.id IS 'Venue id.';
COMMENT ON COLUMN source.venues.slug IS 'Short name for URLs.';
COMMENT ON COLUMN source.venues.name IS 'Name as shown.';
COMMENT ON COLUMN source.venues.city_id IS 'City or area it lies in.';
COMMENT ON COLUMN source.venues.category IS 'restaurant, bar, cafe, ...';
COMMENT ON COLUMN source.venues.lat IS 'Latitude, degrees.';
COMMENT ON COLUMN source.venues.lon IS 'Longitude, degrees.';
COMMENT ON COLUMN source.venues.agent_id IS 'The agent that answers for it.';
