CREATE TABLE mind.outbox (
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_id TEXT,
    payload JSONB NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    last_error TEXT,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (key)
);
CREATE INDEX ix_outbox_kind_due_at ON mind.outbox (kind, due_at);
COMMENT ON TABLE mind.outbox IS 'Letters to deliver, at least once each.';
COMMENT ON COLUMN mind.outbox.key IS 'Idempotency key.';
COMMENT ON COLUMN mind.outbox.kind IS 'What it is, and so who delivers it.';
COMMENT ON COLUMN mind.outbox.user_id IS 'The person it is about.';
COMMENT ON COLUMN mind.outbox.payload IS 'What is told.';
COMMENT ON COLUMN mind.outbox.attempts IS 'Deliveries that failed.';
COMMENT ON COLUMN mind.outbox.last_error IS 'Why the last one did.';
COMMENT ON COLUMN mind.outbox.due_at IS 'Not before.';
COMMENT ON COLUMN mind.outbox.written_at IS 'When.';
