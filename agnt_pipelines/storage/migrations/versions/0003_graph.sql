CREATE TABLE mind.entity_edges (
    relation TEXT NOT NULL,
    src TEXT NOT NULL,
    dst TEXT NOT NULL,
    user_id TEXT,
    other_user_id TEXT,
    weight BIGINT NOT NULL,
    evidence_count INTEGER NOT NULL,
    first_seen TIMESTAMP WITH TIME ZONE,
    last_seen TIMESTAMP WITH TIME ZONE,
    derived BOOLEAN NOT NULL,
    provenance JSONB NOT NULL,
    CONSTRAINT pk_entity_edges PRIMARY KEY (relation, src, dst),
    CONSTRAINT ck_entity_edges_weight CHECK (weight >= 0),
    CONSTRAINT ck_entity_edges_evidence_count CHECK (evidence_count > 0),
    CONSTRAINT ck_entity_edges_seen CHECK (last_seen >= first_seen)
);
CREATE INDEX ix_entity_edges_dst ON mind.entity_edges (dst, relation);
CREATE INDEX ix_entity_edges_other_user_id ON mind.entity_edges (other_user_id);
CREATE INDEX ix_entity_edges_src ON mind.entity_edges (src, relation);
CREATE INDEX ix_entity_edges_user_id ON mind.entity_edges (user_id);
COMMENT ON TABLE mind.entity_edges IS 'Typed edges of the latest graph build.';
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
COMMENT ON COLUMN mind.entity_edges.provenance IS 'Source table and its newest rows (five at most), or the query.';

CREATE TABLE mind.entity_nodes (
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    user_id TEXT,
    label TEXT,
    attributes JSONB NOT NULL,
    CONSTRAINT pk_entity_nodes PRIMARY KEY (id)
);
CREATE INDEX ix_entity_nodes_type ON mind.entity_nodes (type);
CREATE INDEX ix_entity_nodes_user_id ON mind.entity_nodes (user_id);
COMMENT ON TABLE mind.entity_nodes IS 'Entities of the latest graph build.';
COMMENT ON COLUMN mind.entity_nodes.id IS 'Type and key: venue:v1.';
COMMENT ON COLUMN mind.entity_nodes.type IS 'user, venue, city, area, agent, ...; a closed list.';
COMMENT ON COLUMN mind.entity_nodes.user_id IS 'The person it is, acts for, or whose words alone it rests on.';
COMMENT ON COLUMN mind.entity_nodes.label IS 'What readers call it; null for people.';
COMMENT ON COLUMN mind.entity_nodes.attributes IS 'category, agent kind, community, as far as they are known.';

CREATE TABLE mind.graph_builds (
    id UUID NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    digest_in TEXT NOT NULL,
    nodes JSONB NOT NULL,
    edges JSONB NOT NULL,
    run_id TEXT NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_graph_builds PRIMARY KEY (id)
);
COMMENT ON TABLE mind.graph_builds IS 'Builds of the entity graph.';
COMMENT ON COLUMN mind.graph_builds.id IS 'uuid5 of as_of and inputs.';
COMMENT ON COLUMN mind.graph_builds.as_of IS 'The hour the build looks back from.';
COMMENT ON COLUMN mind.graph_builds.digest_in IS 'SHA-256 of its inputs.';
COMMENT ON COLUMN mind.graph_builds.nodes IS 'Nodes by type.';
COMMENT ON COLUMN mind.graph_builds.edges IS 'Edges by relation.';
COMMENT ON COLUMN mind.graph_builds.run_id IS 'The run that published it.';
COMMENT ON COLUMN mind.graph_builds.finished_at IS 'When.';
