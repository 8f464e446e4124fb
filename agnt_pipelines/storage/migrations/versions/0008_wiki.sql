ALTER TABLE mind.wiki_heads ADD COLUMN instead_of TEXT;
COMMENT ON COLUMN mind.wiki_heads.instead_of IS 'The branch''s commit that an operator put this one in place of; null: it was met.';

ALTER TABLE mind.wiki_tree ADD COLUMN until BIGINT, ADD COLUMN note TEXT;
COMMENT ON COLUMN mind.wiki_tree.until IS 'The recorded head that changed this path next; null: none did.';
COMMENT ON COLUMN mind.wiki_tree.note IS 'What an operator should know of it: which page it may have been before.';

UPDATE mind.wiki_tree AS earlier
   SET until = later.seq
  FROM (SELECT path, seq, lag(seq) OVER (PARTITION BY path ORDER BY seq) AS before FROM mind.wiki_tree) AS later
 WHERE earlier.path = later.path AND earlier.seq = later.before;

CREATE UNIQUE INDEX ix_wiki_tree_now ON mind.wiki_tree (path) WHERE until IS NULL;

COMMENT ON COLUMN mind.project_memory.flagged IS 'Whether it may address agents: kept from readers until it is approved.';
