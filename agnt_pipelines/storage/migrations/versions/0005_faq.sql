CREATE TABLE mind.faq_candidates (
    id UUID NOT NULL,
    window_key TEXT NOT NULL,
    scope TEXT NOT NULL,
    language TEXT NOT NULL,
    people TEXT[] NOT NULL,
    mentions INTEGER NOT NULL,
    features JSONB NOT NULL,
    exemplar JSONB,
    answer TEXT,
    answer_people INTEGER NOT NULL,
    answer_turns TEXT[] NOT NULL,
    CONSTRAINT pk_faq_candidates PRIMARY KEY (id),
    CONSTRAINT ck_faq_candidates_language CHECK (language IN ('en', 'id')),
    CONSTRAINT ck_faq_candidates_people CHECK (cardinality(people) > 0)
);
CREATE INDEX ix_faq_candidates_window_key ON mind.faq_candidates (window_key);
COMMENT ON TABLE mind.faq_candidates IS 'Questions of a week''s talk, counted: one row per question and window.';
COMMENT ON COLUMN mind.faq_candidates.id IS 'uuid5 of window and place.';
COMMENT ON COLUMN mind.faq_candidates.window_key IS 'FAQ week, by the Sunday it starts on.';
COMMENT ON COLUMN mind.faq_candidates.scope IS 'faq: the unit of replacement is the week.';
COMMENT ON COLUMN mind.faq_candidates.language IS 'Language of the question, ISO 639-1.';
COMMENT ON COLUMN mind.faq_candidates.people IS 'Pseudonyms of who asked, to count them over weeks; never shown.';
COMMENT ON COLUMN mind.faq_candidates.mentions IS 'How often it was asked.';
COMMENT ON COLUMN mind.faq_candidates.features IS 'Hashed features -> weight in hundredths, by which weeks are compared.';
COMMENT ON COLUMN mind.faq_candidates.exemplar IS 'Place and digest of a sentence that could word it once enough people ask.';
COMMENT ON COLUMN mind.faq_candidates.answer IS 'Agents'' sentences told to several people.';
COMMENT ON COLUMN mind.faq_candidates.answer_people IS 'Distinct people who were told it.';
COMMENT ON COLUMN mind.faq_candidates.answer_turns IS 'Ids of agents'' replies cited.';

CREATE TABLE mind.faq_entries (
    window_key TEXT NOT NULL,
    entry_id UUID NOT NULL,
    scope TEXT NOT NULL,
    slug TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    question TEXT,
    answer TEXT,
    people_bucket TEXT,
    weeks INTEGER NOT NULL,
    first_window TEXT NOT NULL,
    last_window TEXT NOT NULL,
    CONSTRAINT pk_faq_entries PRIMARY KEY (window_key, entry_id),
    CONSTRAINT ck_faq_entries_language CHECK (language IN ('en', 'id')),
    CONSTRAINT ck_faq_entries_status CHECK (status IN ('new', 'stable', 'trending', 'changed', 'pending', 'retired')),
    CONSTRAINT ck_faq_entries_shown CHECK ((status IN ('pending', 'retired')) = (question IS NULL AND answer IS NULL))
);
COMMENT ON TABLE mind.faq_entries IS 'The FAQ as of each week: the fold of reviewed candidates up to it.';
COMMENT ON COLUMN mind.faq_entries.window_key IS 'FAQ week it is as of.';
COMMENT ON COLUMN mind.faq_entries.entry_id IS 'Permanent, minted once.';
COMMENT ON COLUMN mind.faq_entries.scope IS 'faq: the unit of replacement is the week.';
COMMENT ON COLUMN mind.faq_entries.slug IS 'Permanent part of its address.';
COMMENT ON COLUMN mind.faq_entries.language IS 'ISO 639-1.';
COMMENT ON COLUMN mind.faq_entries.status IS 'new, stable, trending, changed; not shown: pending, retired.';
COMMENT ON COLUMN mind.faq_entries.reason IS 'Why it is not shown.';
COMMENT ON COLUMN mind.faq_entries.question IS 'Canonical question, if shown.';
COMMENT ON COLUMN mind.faq_entries.answer IS 'Approved answer, if shown.';
COMMENT ON COLUMN mind.faq_entries.people_bucket IS 'How many asked, as a bucket.';
COMMENT ON COLUMN mind.faq_entries.weeks IS 'Weeks in which it was asked.';
COMMENT ON COLUMN mind.faq_entries.first_window IS 'Week it was approved in first.';
COMMENT ON COLUMN mind.faq_entries.last_window IS 'Week it was asked in last.';

CREATE TABLE mind.faq_publications (
    number BIGINT NOT NULL,
    window_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    entries INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_faq_publications PRIMARY KEY (number),
    CONSTRAINT ck_faq_publications_number CHECK (number > 0)
);
COMMENT ON TABLE mind.faq_publications IS 'Moves of the pointer.';
COMMENT ON COLUMN mind.faq_publications.number IS '1.. without a gap.';
COMMENT ON COLUMN mind.faq_publications.window_key IS 'FAQ week of the index.';
COMMENT ON COLUMN mind.faq_publications.revision IS 'Which completion of that week it is of.';
COMMENT ON COLUMN mind.faq_publications.sha256 IS 'Names the staged index file.';
COMMENT ON COLUMN mind.faq_publications.entries IS 'Entries shown.';
COMMENT ON COLUMN mind.faq_publications.run_id IS 'The run that moved it.';
COMMENT ON COLUMN mind.faq_publications.published_at IS 'When.';

CREATE TABLE mind.faq_reviews (
    window_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    verdict TEXT NOT NULL,
    question TEXT,
    answer TEXT,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_faq_reviews PRIMARY KEY (window_key, digest),
    CONSTRAINT ck_faq_reviews_verdict CHECK (verdict IN ('approved', 'rejected'))
);
COMMENT ON TABLE mind.faq_reviews IS 'Reviews of candidates.';
COMMENT ON COLUMN mind.faq_reviews.window_key IS 'FAQ week reviewed.';
COMMENT ON COLUMN mind.faq_reviews.digest IS 'SHA-256 of language, question and answer as proposed.';
COMMENT ON COLUMN mind.faq_reviews.verdict IS 'approved or rejected.';
COMMENT ON COLUMN mind.faq_reviews.question IS 'The operator''s own wording, if any.';
COMMENT ON COLUMN mind.faq_reviews.answer IS 'The operator''s own answer, if any.';
COMMENT ON COLUMN mind.faq_reviews.decided_by IS 'Who decided; auto where a setting did.';
COMMENT ON COLUMN mind.faq_reviews.decided_at IS 'When.';
