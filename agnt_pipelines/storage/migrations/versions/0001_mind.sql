CREATE TABLE mind.decisions (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    unit TEXT,
    payload JSONB NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_decisions PRIMARY KEY (id)
);
CREATE INDEX ix_decisions_kind_subject ON mind.decisions (kind, subject);
COMMENT ON TABLE mind.decisions IS 'Approvals, pins, undo, minted ids.';
COMMENT ON COLUMN mind.decisions.id IS 'uuid5 of kind and subject.';
COMMENT ON COLUMN mind.decisions.kind IS 'approve_hold, ...';
COMMENT ON COLUMN mind.decisions.subject IS 'What it binds to: a plan''s hash, a row id.';
COMMENT ON COLUMN mind.decisions.unit IS 'Person or scope it concerns.';
COMMENT ON COLUMN mind.decisions.payload IS 'Details of the decision.';
COMMENT ON COLUMN mind.decisions.decided_by IS 'Who decided.';
COMMENT ON COLUMN mind.decisions.decided_at IS 'When.';

CREATE TABLE mind.delta_log (
    job TEXT NOT NULL,
    seq BIGINT NOT NULL,
    derivation TEXT NOT NULL,
    window_key TEXT NOT NULL,
    table_name TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject TEXT,
    before JSON,
    after JSON,
    salt BYTEA,
    digest BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    run_id TEXT NOT NULL,
    token BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_delta_log PRIMARY KEY (job, seq)
);
CREATE INDEX ix_delta_log_run_id ON mind.delta_log (run_id);
CREATE INDEX ix_delta_log_subject ON mind.delta_log (subject);
COMMENT ON TABLE mind.delta_log IS 'Every change of STATE, hash-chained per job.';
COMMENT ON COLUMN mind.delta_log.job IS 'Chain.';
COMMENT ON COLUMN mind.delta_log.seq IS '1.. without gaps.';
COMMENT ON COLUMN mind.delta_log.derivation IS 'What was derived.';
COMMENT ON COLUMN mind.delta_log.window_key IS 'Window; * for a fold.';
COMMENT ON COLUMN mind.delta_log.table_name IS 'Table of `mind` that changed.';
COMMENT ON COLUMN mind.delta_log.operation IS 'apply or erase.';
COMMENT ON COLUMN mind.delta_log.subject IS 'Unit; null once erased.';
COMMENT ON COLUMN mind.delta_log.before IS 'Columns and rows removed or replaced.';
COMMENT ON COLUMN mind.delta_log.after IS 'Columns and rows put in their place.';
COMMENT ON COLUMN mind.delta_log.salt IS '16 random bytes; null once erased.';
COMMENT ON COLUMN mind.delta_log.digest IS 'SHA-256 of the salted values.';
COMMENT ON COLUMN mind.delta_log.hash IS 'SHA-256 that chains the entries.';
COMMENT ON COLUMN mind.delta_log.run_id IS 'Who.';
COMMENT ON COLUMN mind.delta_log.token IS 'Its fencing token.';
COMMENT ON COLUMN mind.delta_log.at IS 'When.';

CREATE TABLE mind.holds (
    plan_hash TEXT NOT NULL,
    derivation TEXT NOT NULL,
    window_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    lost INTEGER NOT NULL,
    total INTEGER NOT NULL,
    status TEXT NOT NULL,
    times_applied INTEGER DEFAULT '0' NOT NULL,
    run_id TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_holds PRIMARY KEY (plan_hash),
    CONSTRAINT ck_holds_status CHECK (status IN ('open', 'applied', 'moot'))
);
COMMENT ON TABLE mind.holds IS 'Plans waiting for approval.';
COMMENT ON COLUMN mind.holds.plan_hash IS 'SHA-256 of the plan.';
COMMENT ON COLUMN mind.holds.derivation IS 'What would be derived.';
COMMENT ON COLUMN mind.holds.window_key IS 'Window; * for a fold.';
COMMENT ON COLUMN mind.holds.unit IS 'Person or scope.';
COMMENT ON COLUMN mind.holds.lost IS 'Rows that readers would lose.';
COMMENT ON COLUMN mind.holds.total IS 'Rows that readers have now.';
COMMENT ON COLUMN mind.holds.status IS 'open, applied or moot.';
COMMENT ON COLUMN mind.holds.times_applied IS 'Approvals spent: each serves once.';
COMMENT ON COLUMN mind.holds.run_id IS 'The run that met it first.';
COMMENT ON COLUMN mind.holds.opened_at IS 'Since when.';
COMMENT ON COLUMN mind.holds.closed_at IS 'Until when.';

CREATE TABLE mind.job_heartbeat (
    writer_set TEXT NOT NULL,
    token BIGINT NOT NULL,
    run_id TEXT NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_job_heartbeat PRIMARY KEY (writer_set)
);
COMMENT ON TABLE mind.job_heartbeat IS 'Signs of life of holders.';
COMMENT ON COLUMN mind.job_heartbeat.writer_set IS 'Pool of writers.';
COMMENT ON COLUMN mind.job_heartbeat.token IS 'The holder''s token.';
COMMENT ON COLUMN mind.job_heartbeat.run_id IS 'The holder.';
COMMENT ON COLUMN mind.job_heartbeat.beat_at IS 'Last beat.';

CREATE TABLE mind.job_lease (
    writer_set TEXT NOT NULL,
    token BIGINT NOT NULL,
    run_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    acquired_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_job_lease PRIMARY KEY (writer_set)
);
COMMENT ON TABLE mind.job_lease IS 'Fencing tokens.';
COMMENT ON COLUMN mind.job_lease.writer_set IS 'Pool of writers.';
COMMENT ON COLUMN mind.job_lease.token IS 'Grows by one with each holder.';
COMMENT ON COLUMN mind.job_lease.run_id IS 'The last holder.';
COMMENT ON COLUMN mind.job_lease.holder IS 'Host and process of the last holder.';
COMMENT ON COLUMN mind.job_lease.acquired_at IS 'Since when.';

CREATE TABLE mind.job_windows (
    derivation TEXT NOT NULL,
    window_key TEXT NOT NULL,
    digest_in TEXT NOT NULL,
    digest_out TEXT NOT NULL,
    units INTEGER NOT NULL,
    counts JSONB NOT NULL,
    revision INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    token BIGINT NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_job_windows PRIMARY KEY (derivation, window_key)
);
COMMENT ON TABLE mind.job_windows IS 'Completed windows.';
COMMENT ON COLUMN mind.job_windows.derivation IS 'What was derived.';
COMMENT ON COLUMN mind.job_windows.window_key IS 'Window; * for a fold.';
COMMENT ON COLUMN mind.job_windows.digest_in IS 'SHA-256 over its units'' inputs.';
COMMENT ON COLUMN mind.job_windows.digest_out IS 'SHA-256 over its units'' rows.';
COMMENT ON COLUMN mind.job_windows.units IS 'Units (persons, scopes) with inputs.';
COMMENT ON COLUMN mind.job_windows.counts IS 'Rows added, changed, removed, ...';
COMMENT ON COLUMN mind.job_windows.revision IS 'How often it was completed.';
COMMENT ON COLUMN mind.job_windows.run_id IS 'The run that completed it last.';
COMMENT ON COLUMN mind.job_windows.token IS 'Fencing token of that run.';
COMMENT ON COLUMN mind.job_windows.finished_at IS 'When.';

CREATE TABLE mind.model_answers (
    model TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    unit TEXT NOT NULL,
    answer JSONB NOT NULL,
    usage JSONB NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_model_answers PRIMARY KEY (model, prompt_version, input_hash, unit)
);
COMMENT ON TABLE mind.model_answers IS 'Staged model answers.';
COMMENT ON COLUMN mind.model_answers.model IS 'Model id.';
COMMENT ON COLUMN mind.model_answers.prompt_version IS 'Prompt version.';
COMMENT ON COLUMN mind.model_answers.input_hash IS 'SHA-256 of the input.';
COMMENT ON COLUMN mind.model_answers.unit IS 'Person or scope it is about.';
COMMENT ON COLUMN mind.model_answers.answer IS 'The answer, as received.';
COMMENT ON COLUMN mind.model_answers.usage IS 'Tokens in, out and cached.';
COMMENT ON COLUMN mind.model_answers.received_at IS 'When.';

CREATE TABLE mind.observations (
    id UUID NOT NULL,
    window_key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    slot TEXT NOT NULL,
    value TEXT NOT NULL,
    polarity SMALLINT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    hedged BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    trust DOUBLE PRECISION NOT NULL,
    author_role TEXT NOT NULL,
    observed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_on DATE,
    evidence JSONB NOT NULL,
    CONSTRAINT pk_observations PRIMARY KEY (id),
    CONSTRAINT ck_observations_polarity CHECK (polarity IN (-1, 1)),
    CONSTRAINT ck_observations_confidence CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT ck_observations_trust CHECK (trust BETWEEN 0 AND 1),
    CONSTRAINT ck_observations_evidence CHECK (jsonb_array_length(evidence) > 0)
);
CREATE INDEX ix_observations_user_id ON mind.observations (user_id);
CREATE INDEX ix_observations_window_key_user_id ON mind.observations (window_key, user_id);
COMMENT ON TABLE mind.observations IS 'Claims with their evidence: one row per claim, window and person.';
COMMENT ON COLUMN mind.observations.id IS 'uuid5 of content and source.';
COMMENT ON COLUMN mind.observations.window_key IS 'WITA day the words were said.';
COMMENT ON COLUMN mind.observations.user_id IS 'The person.';
COMMENT ON COLUMN mind.observations.subject IS 'self, or whom of theirs it is about.';
COMMENT ON COLUMN mind.observations.slot IS 'What the claim is about; a closed list.';
COMMENT ON COLUMN mind.observations.value IS 'Normalised value, 120 characters at most.';
COMMENT ON COLUMN mind.observations.polarity IS '1 affirmed, -1 denied.';
COMMENT ON COLUMN mind.observations.confidence IS '0..1.';
COMMENT ON COLUMN mind.observations.hedged IS 'Said with maybe or the like.';
COMMENT ON COLUMN mind.observations.language IS 'Language of the words, ISO 639-1.';
COMMENT ON COLUMN mind.observations.trust IS '0..1 by class of source.';
COMMENT ON COLUMN mind.observations.author_role IS 'person or record.';
COMMENT ON COLUMN mind.observations.observed_at IS 'Event time.';
COMMENT ON COLUMN mind.observations.expires_on IS 'Last WITA day it holds.';
COMMENT ON COLUMN mind.observations.evidence IS 'Source, row id, span and SHA-256 of the quote, for each piece.';

CREATE TABLE mind.quarantine (
    id UUID NOT NULL,
    origin TEXT NOT NULL,
    window_key TEXT,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    user_id TEXT,
    reason TEXT NOT NULL,
    detail TEXT,
    raw BYTEA,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_quarantine PRIMARY KEY (id)
);
CREATE INDEX ix_quarantine_user_id ON mind.quarantine (user_id);
COMMENT ON TABLE mind.quarantine IS 'Refused input with its reason.';
COMMENT ON COLUMN mind.quarantine.id IS 'uuid5 of origin and reason.';
COMMENT ON COLUMN mind.quarantine.origin IS 'Derivation, or the import''s kind.';
COMMENT ON COLUMN mind.quarantine.window_key IS 'Window it was met in.';
COMMENT ON COLUMN mind.quarantine.source IS 'Table or file it came from.';
COMMENT ON COLUMN mind.quarantine.source_id IS 'Row id, or line number of the file.';
COMMENT ON COLUMN mind.quarantine.user_id IS 'The person, where known.';
COMMENT ON COLUMN mind.quarantine.reason IS 'Short word, counted in metadata.';
COMMENT ON COLUMN mind.quarantine.detail IS 'One sentence for the operator.';
COMMENT ON COLUMN mind.quarantine.raw IS 'The bytes, where not in `source`.';
COMMENT ON COLUMN mind.quarantine.at IS 'When.';

CREATE TABLE mind.receipts (
    id UUID NOT NULL,
    salted_id BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    counts JSONB NOT NULL,
    run_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_receipts PRIMARY KEY (id)
);
COMMENT ON TABLE mind.receipts IS 'Erasures.';
COMMENT ON COLUMN mind.receipts.id IS 'Random.';
COMMENT ON COLUMN mind.receipts.salted_id IS 'SHA-256 of salt and user id.';
COMMENT ON COLUMN mind.receipts.salt IS '16 random bytes.';
COMMENT ON COLUMN mind.receipts.counts IS 'Rows removed, by table.';
COMMENT ON COLUMN mind.receipts.run_id IS 'The run that erased.';
COMMENT ON COLUMN mind.receipts.at IS 'When.';

CREATE TABLE mind.soul_prompts (
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    window_key TEXT NOT NULL,
    text TEXT NOT NULL,
    token_count INTEGER NOT NULL,
    memory_ids UUID[] NOT NULL,
    left_out UUID[] NOT NULL,
    content_hash TEXT NOT NULL,
    CONSTRAINT pk_soul_prompts PRIMARY KEY (user_id, version),
    CONSTRAINT ck_soul_prompts_version CHECK (version > 0)
);
COMMENT ON TABLE mind.soul_prompts IS 'Memory blocks for system prompts, numbered in window order.';
COMMENT ON COLUMN mind.soul_prompts.user_id IS 'The person.';
COMMENT ON COLUMN mind.soul_prompts.version IS '1.. in window order.';
COMMENT ON COLUMN mind.soul_prompts.window_key IS 'Window at whose end it began to hold.';
COMMENT ON COLUMN mind.soul_prompts.text IS 'The block, ready to be injected.';
COMMENT ON COLUMN mind.soul_prompts.token_count IS 'UTF-8 bytes / 4, rounded up.';
COMMENT ON COLUMN mind.soul_prompts.memory_ids IS 'Memories in it.';
COMMENT ON COLUMN mind.soul_prompts.left_out IS 'Memories the budget had no room for.';
COMMENT ON COLUMN mind.soul_prompts.content_hash IS 'SHA-256 of the text, hex.';

CREATE TABLE mind.stale_windows (
    derivation TEXT NOT NULL,
    window_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    units INTEGER NOT NULL,
    digest TEXT NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_stale_windows PRIMARY KEY (derivation, window_key),
    CONSTRAINT ck_stale_windows_reason CHECK (reason IN ('missing', 'changed', 'code'))
);
COMMENT ON TABLE mind.stale_windows IS 'Windows to run, upstream first.';
COMMENT ON COLUMN mind.stale_windows.derivation IS 'What to derive.';
COMMENT ON COLUMN mind.stale_windows.window_key IS 'Window; * for a fold.';
COMMENT ON COLUMN mind.stale_windows.reason IS 'missing, changed or code.';
COMMENT ON COLUMN mind.stale_windows.units IS 'Units that are stale.';
COMMENT ON COLUMN mind.stale_windows.digest IS 'SHA-256 of the stale units'' inputs.';
COMMENT ON COLUMN mind.stale_windows.computed_at IS 'When seen.';

CREATE TABLE mind.user_memory (
    id UUID NOT NULL,
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    value TEXT NOT NULL,
    polarity SMALLINT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    trust DOUBLE PRECISION NOT NULL,
    status TEXT NOT NULL,
    language TEXT NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    superseded_by UUID,
    evidence_count INTEGER NOT NULL,
    distinct_days INTEGER NOT NULL,
    last_evidence_at TIMESTAMP WITH TIME ZONE NOT NULL,
    observation_ids UUID[] NOT NULL,
    CONSTRAINT pk_user_memory PRIMARY KEY (id),
    CONSTRAINT ck_user_memory_kind CHECK (kind IN ('structural', 'semantic')),
    CONSTRAINT ck_user_memory_polarity CHECK (polarity IN (-1, 1)),
    CONSTRAINT ck_user_memory_confidence CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT ck_user_memory_validity CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT ck_user_memory_lineage CHECK (cardinality(observation_ids) > 0),
    CONSTRAINT fk_user_memory_superseded_by FOREIGN KEY(superseded_by) REFERENCES mind.user_memory (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_user_memory_superseded_by ON mind.user_memory (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX ix_user_memory_user_id ON mind.user_memory (user_id, key);
COMMENT ON TABLE mind.user_memory IS 'What is known about a person, with validity by event time.';
COMMENT ON COLUMN mind.user_memory.id IS 'uuid5 of what it says.';
COMMENT ON COLUMN mind.user_memory.user_id IS 'The person.';
COMMENT ON COLUMN mind.user_memory.key IS 'Slot.';
COMMENT ON COLUMN mind.user_memory.kind IS 'structural: always injected; semantic: recalled.';
COMMENT ON COLUMN mind.user_memory.subject IS 'self, or whom of theirs it is about.';
COMMENT ON COLUMN mind.user_memory.value IS 'Normalised value.';
COMMENT ON COLUMN mind.user_memory.polarity IS '1 affirmed, -1 denied.';
COMMENT ON COLUMN mind.user_memory.confidence IS '0..1, from all evidence.';
COMMENT ON COLUMN mind.user_memory.trust IS 'Minimum over its observations.';
COMMENT ON COLUMN mind.user_memory.status IS 'active, candidate, superseded, disputed or expired.';
COMMENT ON COLUMN mind.user_memory.language IS 'Language of the words.';
COMMENT ON COLUMN mind.user_memory.valid_from IS 'Event time.';
COMMENT ON COLUMN mind.user_memory.valid_to IS 'Event time at which it stopped to hold.';
COMMENT ON COLUMN mind.user_memory.superseded_by IS 'The row that closed this one.';
COMMENT ON COLUMN mind.user_memory.evidence_count IS 'Observations behind it.';
COMMENT ON COLUMN mind.user_memory.distinct_days IS 'WITA days it was said on.';
COMMENT ON COLUMN mind.user_memory.last_evidence_at IS 'Event time of the newest statement.';
COMMENT ON COLUMN mind.user_memory.observation_ids IS 'Its lineage.';

CREATE TABLE mind.vectors (
    embedder_id TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    unit TEXT NOT NULL,
    vector VECTOR NOT NULL,
    CONSTRAINT pk_vectors PRIMARY KEY (embedder_id, text_hash, unit)
);
COMMENT ON TABLE mind.vectors IS 'Staged embeddings; vectors of two embedders are never compared.';
COMMENT ON COLUMN mind.vectors.embedder_id IS 'Embedder and version.';
COMMENT ON COLUMN mind.vectors.text_hash IS 'SHA-256 of the text.';
COMMENT ON COLUMN mind.vectors.unit IS 'Person or scope of the text.';
COMMENT ON COLUMN mind.vectors.vector IS 'The vector, any number of dimensions.';

CREATE TABLE mind.window_units (
    derivation TEXT NOT NULL,
    window_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    digest_in TEXT NOT NULL,
    digest_out TEXT NOT NULL,
    version TEXT NOT NULL,
    rows INTEGER NOT NULL,
    CONSTRAINT pk_window_units PRIMARY KEY (derivation, window_key, unit),
    CONSTRAINT fk_window_units_job_windows FOREIGN KEY(derivation, window_key) REFERENCES mind.job_windows (derivation, window_key)
);
CREATE INDEX ix_window_units_unit ON mind.window_units (unit);
COMMENT ON TABLE mind.window_units IS 'Digests per (derivation, window, unit).';
COMMENT ON COLUMN mind.window_units.derivation IS 'What was derived.';
COMMENT ON COLUMN mind.window_units.window_key IS 'Window; * for a fold.';
COMMENT ON COLUMN mind.window_units.unit IS 'Person or scope.';
COMMENT ON COLUMN mind.window_units.digest_in IS 'SHA-256 of the unit''s inputs.';
COMMENT ON COLUMN mind.window_units.digest_out IS 'SHA-256 of the unit''s rows.';
COMMENT ON COLUMN mind.window_units.version IS 'Version of code, prompt and embedder.';
COMMENT ON COLUMN mind.window_units.rows IS 'Rows the unit has.';

-- The log's values are written once and read rarely: leaving them uncompressed makes a bulk apply
-- faster, and they stay searchable.
ALTER TABLE mind.delta_log ALTER COLUMN before SET STORAGE EXTERNAL;
ALTER TABLE mind.delta_log ALTER COLUMN after SET STORAGE EXTERNAL;
