CREATE TABLE mind.agent_insights (
    id UUID NOT NULL,
    window_key TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    facet TEXT NOT NULL,
    people INTEGER NOT NULL,
    hits INTEGER NOT NULL,
    cases INTEGER NOT NULL,
    low DOUBLE PRECISION NOT NULL,
    high DOUBLE PRECISION NOT NULL,
    rest_hits INTEGER,
    rest_cases INTEGER,
    differs BOOLEAN NOT NULL,
    statement TEXT NOT NULL,
    CONSTRAINT pk_agent_insights PRIMARY KEY (id),
    CONSTRAINT ck_agent_insights_people CHECK (people >= 5),
    CONSTRAINT ck_agent_insights_hits CHECK (hits BETWEEN 0 AND cases),
    CONSTRAINT ck_agent_insights_rest CHECK (rest_hits BETWEEN 0 AND rest_cases)
);
CREATE INDEX ix_agent_insights_agent_id ON mind.agent_insights (agent_id, window_key);
COMMENT ON TABLE mind.agent_insights IS 'Shares and contrasts, told of five distinct people or more.';
COMMENT ON COLUMN mind.agent_insights.id IS 'uuid5 of agent, week and metric.';
COMMENT ON COLUMN mind.agent_insights.window_key IS 'Dream week, its Monday.';
COMMENT ON COLUMN mind.agent_insights.agent_id IS 'The agent; * for all of them.';
COMMENT ON COLUMN mind.agent_insights.kind IS 'theme, unanswered or fell_through.';
COMMENT ON COLUMN mind.agent_insights.facet IS 'Which cases: a theme, an intent, groups or all.';
COMMENT ON COLUMN mind.agent_insights.people IS 'Distinct people it is told of.';
COMMENT ON COLUMN mind.agent_insights.hits IS 'n of N.';
COMMENT ON COLUMN mind.agent_insights.cases IS 'N.';
COMMENT ON COLUMN mind.agent_insights.low IS 'Wilson interval (95 in 100), lower bound.';
COMMENT ON COLUMN mind.agent_insights.high IS 'Wilson interval (95 in 100), upper bound.';
COMMENT ON COLUMN mind.agent_insights.rest_hits IS 'n of the agent''s other cases.';
COMMENT ON COLUMN mind.agent_insights.rest_cases IS 'N of the agent''s other cases.';
COMMENT ON COLUMN mind.agent_insights.differs IS 'Whether the two intervals do not meet.';
COMMENT ON COLUMN mind.agent_insights.statement IS 'In a sentence; no one''s words are in it.';

CREATE TABLE mind.hypotheses (
    id UUID NOT NULL,
    agent_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    metric TEXT NOT NULL,
    claim TEXT NOT NULL,
    direction SMALLINT NOT NULL,
    baseline DOUBLE PRECISION NOT NULL,
    minimum_evidence INTEGER NOT NULL,
    created_window TEXT NOT NULL,
    expires_window TEXT NOT NULL,
    prior DOUBLE PRECISION NOT NULL,
    posterior DOUBLE PRECISION NOT NULL,
    evidence_for INTEGER NOT NULL,
    evidence_against INTEGER NOT NULL,
    status TEXT NOT NULL,
    decided_window TEXT,
    CONSTRAINT pk_hypotheses PRIMARY KEY (id),
    CONSTRAINT ck_hypotheses_status CHECK (status IN ('open', 'confirmed', 'refuted', 'expired')),
    CONSTRAINT ck_hypotheses_direction CHECK (direction IN (-1, 1)),
    CONSTRAINT ck_hypotheses_probability CHECK (prior BETWEEN 0 AND 1 AND posterior BETWEEN 0 AND 1),
    CONSTRAINT ck_hypotheses_later CHECK (decided_window IS NULL OR decided_window > created_window)
);
CREATE INDEX ix_hypotheses_agent_id ON mind.hypotheses (agent_id);
COMMENT ON TABLE mind.hypotheses IS 'Claims that later weeks confirm, refute or let expire.';
COMMENT ON COLUMN mind.hypotheses.id IS 'uuid5 of agent, metric and week.';
COMMENT ON COLUMN mind.hypotheses.agent_id IS 'The agent; * for all of them.';
COMMENT ON COLUMN mind.hypotheses.kind IS 'Kind of the insights it is about.';
COMMENT ON COLUMN mind.hypotheses.metric IS 'kind:facet of mind.agent_insights.';
COMMENT ON COLUMN mind.hypotheses.claim IS 'In a sentence.';
COMMENT ON COLUMN mind.hypotheses.direction IS '1 stays above, -1 below the baseline.';
COMMENT ON COLUMN mind.hypotheses.baseline IS 'Share of the week before it was made.';
COMMENT ON COLUMN mind.hypotheses.minimum_evidence IS 'Later weeks that decide it.';
COMMENT ON COLUMN mind.hypotheses.created_window IS 'Week at whose end it was made.';
COMMENT ON COLUMN mind.hypotheses.expires_window IS 'Last week that may count.';
COMMENT ON COLUMN mind.hypotheses.prior IS 'Probability when it was made.';
COMMENT ON COLUMN mind.hypotheses.posterior IS 'Probability after the weeks scored.';
COMMENT ON COLUMN mind.hypotheses.evidence_for IS 'Later weeks on the claimed side.';
COMMENT ON COLUMN mind.hypotheses.evidence_against IS 'Later weeks on the other side.';
COMMENT ON COLUMN mind.hypotheses.status IS 'open, confirmed, refuted or expired.';
COMMENT ON COLUMN mind.hypotheses.decided_window IS 'Week that decided it.';

CREATE TABLE mind.memory_chunks (
    id UUID NOT NULL,
    window_key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    theme TEXT NOT NULL,
    text TEXT NOT NULL,
    evidence_count INTEGER NOT NULL,
    distinct_days INTEGER NOT NULL,
    trust DOUBLE PRECISION NOT NULL,
    observation_ids UUID[] NOT NULL,
    CONSTRAINT pk_memory_chunks PRIMARY KEY (id),
    CONSTRAINT ck_memory_chunks_evidence CHECK (evidence_count >= 3),
    CONSTRAINT ck_memory_chunks_days CHECK (distinct_days >= 2),
    CONSTRAINT ck_memory_chunks_trust CHECK (trust BETWEEN 0 AND 1),
    CONSTRAINT ck_memory_chunks_lineage CHECK (cardinality(observation_ids) > 0)
);
CREATE INDEX ix_memory_chunks_user_id ON mind.memory_chunks (user_id, window_key);
COMMENT ON TABLE mind.memory_chunks IS 'Long-term memories: one row per person, week and theme.';
COMMENT ON COLUMN mind.memory_chunks.id IS 'uuid5 of whose, when and what.';
COMMENT ON COLUMN mind.memory_chunks.window_key IS 'Dream week, its Monday.';
COMMENT ON COLUMN mind.memory_chunks.user_id IS 'The person.';
COMMENT ON COLUMN mind.memory_chunks.theme IS 'food, places, ...; a closed list.';
COMMENT ON COLUMN mind.memory_chunks.text IS 'The claims with their days, by template.';
COMMENT ON COLUMN mind.memory_chunks.evidence_count IS 'Source rows behind it.';
COMMENT ON COLUMN mind.memory_chunks.distinct_days IS 'WITA days they lie on.';
COMMENT ON COLUMN mind.memory_chunks.trust IS 'Minimum over its claims.';
COMMENT ON COLUMN mind.memory_chunks.observation_ids IS 'Its lineage.';

CREATE TABLE mind.taste_profiles (
    user_id TEXT NOT NULL,
    facet TEXT NOT NULL,
    weight BIGINT NOT NULL,
    favourable INTEGER NOT NULL,
    averse INTEGER NOT NULL,
    half_life_days INTEGER,
    last_said DATE NOT NULL,
    landmark DATE NOT NULL,
    CONSTRAINT pk_taste_profiles PRIMARY KEY (user_id, facet)
);
COMMENT ON TABLE mind.taste_profiles IS 'Forward-decayed weights of what people like and avoid.';
COMMENT ON COLUMN mind.taste_profiles.user_id IS 'The person.';
COMMENT ON COLUMN mind.taste_profiles.facet IS 'Slot and value.';
COMMENT ON COLUMN mind.taste_profiles.weight IS 'In 1/1048576 of a sure statement made on the landmark; negative: averse.';
COMMENT ON COLUMN mind.taste_profiles.favourable IS 'Statements in favour.';
COMMENT ON COLUMN mind.taste_profiles.averse IS 'Statements against.';
COMMENT ON COLUMN mind.taste_profiles.half_life_days IS 'Days; null: never fades.';
COMMENT ON COLUMN mind.taste_profiles.last_said IS 'WITA day of the newest statement.';
COMMENT ON COLUMN mind.taste_profiles.landmark IS 'WITA day on which the weight holds: the person''s last with claims.';
