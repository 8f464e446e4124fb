ALTER TABLE mind.entity_edges RENAME TO entity_edges_before;
ALTER TABLE mind.entity_edges_before RENAME CONSTRAINT pk_entity_edges TO pk_entity_edges_before;

CREATE TABLE mind.entity_edges (
    src TEXT NOT NULL,
    dst TEXT NOT NULL,
    relation TEXT NOT NULL,
    user_id TEXT,
    other_user_id TEXT,
    weight BIGINT NOT NULL,
    evidence_count INTEGER NOT NULL,
    first_seen TIMESTAMP WITH TIME ZONE,
    last_seen TIMESTAMP WITH TIME ZONE,
    derived BOOLEAN NOT NULL,
    provenance TEXT NOT NULL,
    CONSTRAINT pk_entity_edges PRIMARY KEY (src, dst, relation),
    CONSTRAINT ck_entity_edges_weight CHECK (weight >= 0),
    CONSTRAINT ck_entity_edges_evidence_count CHECK (evidence_count > 0),
    CONSTRAINT ck_entity_edges_seen CHECK (last_seen >= first_seen)
) PARTITION BY LIST (relation);

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'PREFERS', 'AVOIDS', 'BOOKED', 'COMPLETED', 'CANCELLED', 'NO_SHOW', 'RATED', 'SAVED', 'ASKED_ABOUT',
        'FOLLOWS_TASTE', 'SIMILAR_TASTE', 'HAS_FEATURE', 'SUITS', 'SIMILAR_TO', 'CO_BOOKED', 'LOCATED_IN',
        'BASED_IN', 'ACTS_FOR', 'SEARCHED', 'NEGOTIATED_WITH', 'CONFIRMED_WITH', 'UNANSWERED_BY'
    ] LOOP
        EXECUTE format(
            'CREATE TABLE mind.%I PARTITION OF mind.entity_edges FOR VALUES IN (%L)',
            'entity_edges_' || lower(name), name
        );
    END LOOP;
END $$;

COMMENT ON TABLE mind.entity_edges IS 'Typed edges of the latest builds, a partition a relation.';
COMMENT ON COLUMN mind.entity_edges.relation IS 'BOOKED, ...; a closed list.';
COMMENT ON COLUMN mind.entity_edges.src IS 'Node it leaves.';
COMMENT ON COLUMN mind.entity_edges.dst IS 'Node it reaches.';
COMMENT ON COLUMN mind.entity_edges.user_id IS 'The person at its source, if any.';
COMMENT ON COLUMN mind.entity_edges.other_user_id IS 'The person at its end, if any.';
COMMENT ON COLUMN mind.entity_edges.weight IS 'Decayed sum (or cosine), in units of 2^-20, at the landmark.';
COMMENT ON COLUMN mind.entity_edges.evidence_count IS 'Rows, or shared neighbours, behind it.';
COMMENT ON COLUMN mind.entity_edges.first_seen IS 'Oldest evidence, where it is timed.';
COMMENT ON COLUMN mind.entity_edges.last_seen IS 'Newest evidence, where it is timed.';
COMMENT ON COLUMN mind.entity_edges.derived IS 'False where a person authored it.';
COMMENT ON COLUMN mind.entity_edges.provenance IS 'What it follows from; `./agnt explain` asks it for the rows.';
COMMENT ON COLUMN mind.entity_nodes.attributes IS 'category and agent kind, as far as they are known.';

-- Readers keep the graph they have; the next build makes all of it again, as its version differs.
INSERT INTO mind.entity_edges (
    src, dst, relation, user_id, other_user_id, weight, evidence_count, first_seen, last_seen, derived, provenance)
SELECT src, dst, relation, user_id, other_user_id, weight, evidence_count, first_seen, last_seen, derived, 'before 0010'
  FROM mind.entity_edges_before;
DROP TABLE mind.entity_edges_before;

-- Similarities have derivations of their own from here on, which know of no rows yet.
DELETE FROM mind.entity_edges WHERE relation IN ('SIMILAR_TASTE', 'SIMILAR_TO', 'CO_BOOKED');
DELETE FROM mind.window_units
 WHERE derivation = 'entity_nodes' AND unit IN ('SIMILAR_TASTE', 'SIMILAR_TO', 'CO_BOOKED');

CREATE TABLE mind.graph_cursors (
    source TEXT NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    version TEXT NOT NULL,
    hours BYTEA NOT NULL,
    CONSTRAINT pk_graph_cursors PRIMARY KEY (source)
);
COMMENT ON TABLE mind.graph_cursors IS 'Hours of timed sources that the edges count.';
COMMENT ON COLUMN mind.graph_cursors.source IS 'bookings or interactions.';
COMMENT ON COLUMN mind.graph_cursors.as_of IS 'Rows before it are counted.';
COMMENT ON COLUMN mind.graph_cursors.version IS 'Of the code that counted them.';
COMMENT ON COLUMN mind.graph_cursors.hours IS 'Little-endian int64 triples: hour since 1970, rows, sum of their hashes.';
