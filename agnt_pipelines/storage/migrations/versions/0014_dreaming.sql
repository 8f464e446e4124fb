CREATE TABLE mind.agent_chunks (
    id UUID NOT NULL,
    window_key TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    theme TEXT NOT NULL,
    text TEXT NOT NULL,
    people INTEGER NOT NULL,
    trust DOUBLE PRECISION NOT NULL,
    observation_ids UUID[] NOT NULL,
    CONSTRAINT pk_agent_chunks PRIMARY KEY (id),
    CONSTRAINT ck_agent_chunks_people CHECK (people >= 5),
    CONSTRAINT ck_agent_chunks_trust CHECK (trust BETWEEN 0 AND 1),
    CONSTRAINT ck_agent_chunks_lineage CHECK (cardinality(observation_ids) >= 5)
);
CREATE INDEX ix_agent_chunks_agent_id ON mind.agent_chunks (agent_id, window_key);
COMMENT ON TABLE mind.agent_chunks IS 'Long-term memories of agents and of the project: what five people or more said.';
COMMENT ON COLUMN mind.agent_chunks.id IS 'uuid5 of whose, when and what.';
COMMENT ON COLUMN mind.agent_chunks.window_key IS 'Dream week, its Monday.';
COMMENT ON COLUMN mind.agent_chunks.agent_id IS 'The agent; * for the project.';
COMMENT ON COLUMN mind.agent_chunks.theme IS 'food, places, ...; a closed list.';
COMMENT ON COLUMN mind.agent_chunks.text IS 'What was said and by how many, by template.';
COMMENT ON COLUMN mind.agent_chunks.people IS 'Distinct people behind it.';
COMMENT ON COLUMN mind.agent_chunks.trust IS 'Minimum over its claims.';
COMMENT ON COLUMN mind.agent_chunks.observation_ids IS 'Its lineage.';

CREATE TABLE mind.agent_prompts (
    agent_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    window_key TEXT NOT NULL,
    text TEXT NOT NULL,
    token_count INTEGER NOT NULL,
    insight_ids UUID[] NOT NULL,
    left_out UUID[] NOT NULL,
    content_hash TEXT NOT NULL,
    CONSTRAINT pk_agent_prompts PRIMARY KEY (agent_id, version),
    CONSTRAINT ck_agent_prompts_version CHECK (version > 0)
);
COMMENT ON TABLE mind.agent_prompts IS 'Memory blocks of agents for their system prompts, numbered in window order.';
COMMENT ON COLUMN mind.agent_prompts.agent_id IS 'The agent; * for all of them.';
COMMENT ON COLUMN mind.agent_prompts.version IS '1.. in window order.';
COMMENT ON COLUMN mind.agent_prompts.window_key IS 'Week at whose end it began to hold.';
COMMENT ON COLUMN mind.agent_prompts.text IS 'The block, ready to be injected.';
COMMENT ON COLUMN mind.agent_prompts.token_count IS 'UTF-8 bytes / 4, rounded up.';
COMMENT ON COLUMN mind.agent_prompts.insight_ids IS 'Insights in it.';
COMMENT ON COLUMN mind.agent_prompts.left_out IS 'Insights the budget had no room for.';
COMMENT ON COLUMN mind.agent_prompts.content_hash IS 'SHA-256 of the text, hex.';

CREATE TABLE mind.agent_summaries (
    agent_id TEXT NOT NULL,
    place SMALLINT NOT NULL,
    text TEXT NOT NULL,
    cites UUID[] NOT NULL,
    writer TEXT NOT NULL,
    CONSTRAINT pk_agent_summaries PRIMARY KEY (agent_id, place),
    CONSTRAINT ck_agent_summaries_cites CHECK (cardinality(cites) > 0)
);
COMMENT ON TABLE mind.agent_summaries IS 'Short summaries of agents'' weeks, sentence by sentence, each with what it cites.';
COMMENT ON COLUMN mind.agent_summaries.agent_id IS 'The agent; * for all of them.';
COMMENT ON COLUMN mind.agent_summaries.place IS '1.. in reading order.';
COMMENT ON COLUMN mind.agent_summaries.text IS 'The sentence; no one''s words are in it.';
COMMENT ON COLUMN mind.agent_summaries.cites IS 'Rows of agent_insights.';
COMMENT ON COLUMN mind.agent_summaries.writer IS 'template, or the model that wrote it.';

CREATE TABLE mind.model_batches (
    id UUID NOT NULL,
    model TEXT NOT NULL,
    batch_id TEXT,
    status TEXT NOT NULL,
    requests INTEGER NOT NULL,
    worst_usd DOUBLE PRECISION NOT NULL,
    intended_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_model_batches PRIMARY KEY (id),
    CONSTRAINT ck_model_batches_status CHECK (status IN ('intended', 'sent', 'ingested')),
    CONSTRAINT ck_model_batches_known CHECK ((status = 'intended') = (batch_id IS NULL))
);
COMMENT ON TABLE mind.model_batches IS 'Message batches and how far they are.';
COMMENT ON COLUMN mind.model_batches.id IS 'uuid5 of the run and its requests'' ids.';
COMMENT ON COLUMN mind.model_batches.model IS 'Model id.';
COMMENT ON COLUMN mind.model_batches.batch_id IS 'The API''s id; null while it is not known.';
COMMENT ON COLUMN mind.model_batches.status IS 'intended, sent or ingested.';
COMMENT ON COLUMN mind.model_batches.requests IS 'Questions in it.';
COMMENT ON COLUMN mind.model_batches.worst_usd IS 'The most that it may cost.';
COMMENT ON COLUMN mind.model_batches.intended_at IS 'Since when.';

CREATE TABLE mind.model_requests (
    custom_id TEXT NOT NULL,
    batch UUID NOT NULL,
    model TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    unit TEXT NOT NULL,
    outcome TEXT,
    CONSTRAINT pk_model_requests PRIMARY KEY (custom_id)
);
CREATE INDEX ix_model_requests_batch ON mind.model_requests (batch);
CREATE INDEX ix_model_requests_input_hash ON mind.model_requests (input_hash);
COMMENT ON TABLE mind.model_requests IS 'Questions of batches with their outcome.';
COMMENT ON COLUMN mind.model_requests.custom_id IS 'Its id within the API.';
COMMENT ON COLUMN mind.model_requests.batch IS 'Row of model_batches.';
COMMENT ON COLUMN mind.model_requests.model IS 'Model id.';
COMMENT ON COLUMN mind.model_requests.prompt_version IS 'Prompt version.';
COMMENT ON COLUMN mind.model_requests.input_hash IS 'SHA-256 of the input.';
COMMENT ON COLUMN mind.model_requests.unit IS 'Person it is about; empty: nobody.';
COMMENT ON COLUMN mind.model_requests.outcome IS 'answered, or why not; null: waits.';

CREATE TABLE mind.summaries (
    user_id TEXT NOT NULL,
    place SMALLINT NOT NULL,
    text TEXT NOT NULL,
    cites UUID[] NOT NULL,
    writer TEXT NOT NULL,
    CONSTRAINT pk_summaries PRIMARY KEY (user_id, place),
    CONSTRAINT ck_summaries_cites CHECK (cardinality(cites) > 0)
);
COMMENT ON TABLE mind.summaries IS 'Short summaries of people, sentence by sentence, each citing memories.';
COMMENT ON COLUMN mind.summaries.user_id IS 'The person.';
COMMENT ON COLUMN mind.summaries.place IS '1.. in reading order.';
COMMENT ON COLUMN mind.summaries.text IS 'The sentence.';
COMMENT ON COLUMN mind.summaries.cites IS 'Rows of user_memory.';
COMMENT ON COLUMN mind.summaries.writer IS 'template, or the model that wrote it.';

ALTER TABLE mind.agent_insights ADD COLUMN p DOUBLE PRECISION;
COMMENT ON COLUMN mind.agent_insights.p IS 'Of so much difference by chance, corrected for the week''s contrasts.';
COMMENT ON COLUMN mind.agent_insights.kind IS 'theme, complaint, unanswered or fell_through.';
COMMENT ON COLUMN mind.agent_insights.differs IS 'Whether p is below 0.05.';

-- Trust is a class of its source, and of what is derived never more than the least of its lineage.
ALTER TABLE mind.observations ADD CONSTRAINT ck_observations_trust_of_its_class
    CHECK (trust <= CASE author_role WHEN 'person' THEN 1 WHEN 'record' THEN 1 WHEN 'agent' THEN 0.6
                                     WHEN 'a2a' THEN 0.4 ELSE 0.2 END);

CREATE FUNCTION mind.trust_of_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    worse RECORD;
BEGIN
    SELECT fresh.id, fresh.trust, min(said.trust) AS least INTO worse
      FROM fresh CROSS JOIN unnest(fresh.observation_ids) AS cited (id)
      JOIN mind.observations AS said ON said.id = cited.id
     GROUP BY fresh.id, fresh.trust HAVING fresh.trust > min(said.trust) LIMIT 1;
    IF FOUND THEN
        RAISE check_violation USING MESSAGE = format(
            '%s.%s: trust %s is more than %s, the least of its lineage', TG_TABLE_NAME, worse.id, worse.trust, worse.least);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION mind.trust_of_lineage() IS 'Refuses a derived row that is trusted more than what it rests on.';
CREATE TRIGGER trust_of_lineage AFTER INSERT ON mind.user_memory
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mind.trust_of_lineage();
CREATE TRIGGER trust_of_lineage AFTER INSERT ON mind.memory_chunks
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mind.trust_of_lineage();
CREATE TRIGGER trust_of_lineage AFTER INSERT ON mind.agent_chunks
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mind.trust_of_lineage();
