CREATE TABLE mind.wiki_proposals (
    id UUID NOT NULL,
    memory_id UUID NOT NULL,
    page_id TEXT NOT NULL,
    anchor TEXT NOT NULL,
    seq INTEGER NOT NULL,
    source TEXT NOT NULL,
    base TEXT NOT NULL,
    text TEXT NOT NULL,
    instead_of UUID,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_wiki_proposals PRIMARY KEY (id),
    CONSTRAINT ck_wiki_proposals_source CHECK (source IN ('operator', 'dreaming', 'faq')),
    CONSTRAINT ck_wiki_proposals_seq CHECK (seq > 0),
    CONSTRAINT uq_wiki_proposals_memory_id_seq UNIQUE (memory_id, seq)
);
CREATE INDEX ix_wiki_proposals_page_id ON mind.wiki_proposals (page_id);
COMMENT ON TABLE mind.wiki_proposals IS 'Edits of project memory that the wiki does not have.';
COMMENT ON COLUMN mind.wiki_proposals.id IS 'uuid5 of entry, number and words.';
COMMENT ON COLUMN mind.wiki_proposals.memory_id IS 'The entry of project memory.';
COMMENT ON COLUMN mind.wiki_proposals.page_id IS 'The page.';
COMMENT ON COLUMN mind.wiki_proposals.anchor IS 'The section within the page.';
COMMENT ON COLUMN mind.wiki_proposals.seq IS '1.. of the entry.';
COMMENT ON COLUMN mind.wiki_proposals.source IS 'operator, dreaming or faq.';
COMMENT ON COLUMN mind.wiki_proposals.base IS 'What the wiki said of it then.';
COMMENT ON COLUMN mind.wiki_proposals.text IS 'What memory shall say.';
COMMENT ON COLUMN mind.wiki_proposals.instead_of IS 'The proposal from whose words it was made; null: from the wiki''s.';
COMMENT ON COLUMN mind.wiki_proposals.proposed_by IS 'Who.';
COMMENT ON COLUMN mind.wiki_proposals.proposed_at IS 'When.';

ALTER TABLE mind.project_memory DROP CONSTRAINT ck_project_memory_source;
ALTER TABLE mind.project_memory ADD CONSTRAINT ck_project_memory_source
    CHECK (source IN ('wiki', 'operator', 'dreaming', 'faq'));
COMMENT ON COLUMN mind.project_memory.source IS 'wiki, operator (an edit that the wiki has not), dreaming, or faq (a page that we generated).';
