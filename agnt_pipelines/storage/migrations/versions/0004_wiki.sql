CREATE TABLE mind.project_memory (
    id UUID NOT NULL,
    page_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    title TEXT NOT NULL,
    section TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    commit TEXT,
    path TEXT,
    line_from INTEGER,
    line_to INTEGER,
    version INTEGER NOT NULL,
    flagged BOOLEAN NOT NULL,
    flags TEXT[] NOT NULL,
    CONSTRAINT pk_project_memory PRIMARY KEY (id),
    CONSTRAINT ck_project_memory_namespace CHECK (namespace IN ('platform', 'people', 'work')),
    CONSTRAINT ck_project_memory_source CHECK (source IN ('wiki', 'dreaming', 'faq'))
);
CREATE INDEX ix_project_memory_namespace ON mind.project_memory (namespace);
CREATE INDEX ix_project_memory_page_id ON mind.project_memory (page_id);
COMMENT ON TABLE mind.project_memory IS 'Shared knowledge with its provenance.';
COMMENT ON COLUMN mind.project_memory.id IS 'uuid5 of source and section.';
COMMENT ON COLUMN mind.project_memory.page_id IS 'The page, or the key of what has no page.';
COMMENT ON COLUMN mind.project_memory.namespace IS 'platform, people or work.';
COMMENT ON COLUMN mind.project_memory.title IS 'The page''s title.';
COMMENT ON COLUMN mind.project_memory.section IS 'The heading path, as one line.';
COMMENT ON COLUMN mind.project_memory.text IS 'What it says, without its heading.';
COMMENT ON COLUMN mind.project_memory.source IS 'wiki, dreaming or faq.';
COMMENT ON COLUMN mind.project_memory.commit IS 'Provenance: the recorded head.';
COMMENT ON COLUMN mind.project_memory.path IS 'Provenance: the page''s path.';
COMMENT ON COLUMN mind.project_memory.line_from IS 'Provenance: first line.';
COMMENT ON COLUMN mind.project_memory.line_to IS 'Provenance: last line.';
COMMENT ON COLUMN mind.project_memory.version IS 'The page''s version.';
COMMENT ON COLUMN mind.project_memory.flagged IS 'Whether it may address agents: kept out of soul prompts.';
COMMENT ON COLUMN mind.project_memory.flags IS 'Why it is flagged.';

CREATE TABLE mind.wiki_heads (
    seq BIGINT NOT NULL,
    commit TEXT NOT NULL,
    rewritten BOOLEAN NOT NULL,
    run_id TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_wiki_heads PRIMARY KEY (seq),
    CONSTRAINT ck_wiki_heads_seq CHECK (seq > 0)
);
COMMENT ON TABLE mind.wiki_heads IS 'Heads of the wiki in the order they were met.';
COMMENT ON COLUMN mind.wiki_heads.seq IS '1.. without gaps.';
COMMENT ON COLUMN mind.wiki_heads.commit IS 'The commit.';
COMMENT ON COLUMN mind.wiki_heads.rewritten IS 'Whether it does not descend from the head before it.';
COMMENT ON COLUMN mind.wiki_heads.run_id IS 'The run that recorded it.';
COMMENT ON COLUMN mind.wiki_heads.recorded_at IS 'When.';

CREATE TABLE mind.wiki_pages (
    page_id TEXT NOT NULL,
    path TEXT NOT NULL,
    namespace TEXT NOT NULL,
    title TEXT NOT NULL,
    blob_oid TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    commit TEXT NOT NULL,
    version INTEGER NOT NULL,
    head_text TEXT NOT NULL,
    front_matter JSONB,
    links TEXT[] NOT NULL,
    CONSTRAINT pk_wiki_pages PRIMARY KEY (page_id),
    CONSTRAINT ck_wiki_pages_namespace CHECK (namespace IN ('platform', 'people', 'work')),
    CONSTRAINT ck_wiki_pages_version CHECK (version > 0)
);
COMMENT ON TABLE mind.wiki_pages IS 'Pages of the wiki.';
COMMENT ON COLUMN mind.wiki_pages.page_id IS 'Stays through renames.';
COMMENT ON COLUMN mind.wiki_pages.path IS 'Path; bytes that are no plain UTF-8 text as %XX.';
COMMENT ON COLUMN mind.wiki_pages.namespace IS 'platform, people or work.';
COMMENT ON COLUMN mind.wiki_pages.title IS 'From front matter, heading or file name.';
COMMENT ON COLUMN mind.wiki_pages.blob_oid IS 'The blob this was read from.';
COMMENT ON COLUMN mind.wiki_pages.sha256 IS 'SHA-256 of the page''s bytes, hex.';
COMMENT ON COLUMN mind.wiki_pages.size IS 'Bytes.';
COMMENT ON COLUMN mind.wiki_pages.commit IS 'The recorded head that brought this version.';
COMMENT ON COLUMN mind.wiki_pages.version IS '1.. counts recorded changes of the page.';
COMMENT ON COLUMN mind.wiki_pages.head_text IS 'Byte order mark and front matter as written: head and sections are the page.';
COMMENT ON COLUMN mind.wiki_pages.front_matter IS 'Front matter, every scalar as text; null where there is none.';
COMMENT ON COLUMN mind.wiki_pages.links IS 'Targets of its links, as written.';

CREATE TABLE mind.wiki_sections (
    id UUID NOT NULL,
    page_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    level SMALLINT NOT NULL,
    heading TEXT NOT NULL,
    heading_path TEXT[] NOT NULL,
    anchor TEXT NOT NULL,
    line_from INTEGER NOT NULL,
    line_to INTEGER NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_wiki_sections PRIMARY KEY (id),
    CONSTRAINT ck_wiki_sections_level CHECK (level BETWEEN 0 AND 6),
    CONSTRAINT ck_wiki_sections_lines CHECK (line_from BETWEEN 1 AND line_to),
    CONSTRAINT uq_wiki_sections_page_id_ordinal UNIQUE (page_id, ordinal)
);
COMMENT ON TABLE mind.wiki_sections IS 'Sections of pages, in order.';
COMMENT ON COLUMN mind.wiki_sections.id IS 'uuid5 of page and anchor.';
COMMENT ON COLUMN mind.wiki_sections.page_id IS 'The page.';
COMMENT ON COLUMN mind.wiki_sections.ordinal IS '0.. within the page.';
COMMENT ON COLUMN mind.wiki_sections.level IS '1..6; 0 before the first heading.';
COMMENT ON COLUMN mind.wiki_sections.heading IS 'Text of the heading.';
COMMENT ON COLUMN mind.wiki_sections.heading_path IS 'Headings above, and its own.';
COMMENT ON COLUMN mind.wiki_sections.anchor IS 'Slugs of the heading path, unique in the page.';
COMMENT ON COLUMN mind.wiki_sections.line_from IS 'First line, from 1.';
COMMENT ON COLUMN mind.wiki_sections.line_to IS 'Last line.';
COMMENT ON COLUMN mind.wiki_sections.text IS 'The lines, byte for byte.';

CREATE TABLE mind.wiki_tree (
    path TEXT NOT NULL,
    seq BIGINT NOT NULL,
    oid TEXT,
    mode TEXT,
    page_id TEXT NOT NULL,
    CONSTRAINT pk_wiki_tree PRIMARY KEY (path, seq),
    CONSTRAINT fk_wiki_tree_wiki_heads FOREIGN KEY(seq) REFERENCES mind.wiki_heads (seq)
);
CREATE INDEX ix_wiki_tree_page_id ON mind.wiki_tree (page_id, seq);
COMMENT ON TABLE mind.wiki_tree IS 'Paths that each recorded head changed, with the identity of their pages.';
COMMENT ON COLUMN mind.wiki_tree.path IS 'Path; bytes that are no plain UTF-8 text as %XX.';
COMMENT ON COLUMN mind.wiki_tree.seq IS 'The recorded head.';
COMMENT ON COLUMN mind.wiki_tree.oid IS 'The blob; null: no longer at this path.';
COMMENT ON COLUMN mind.wiki_tree.mode IS 'Git''s file mode; null as `oid`.';
COMMENT ON COLUMN mind.wiki_tree.page_id IS 'The page, whatever its path.';
