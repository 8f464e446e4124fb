"""Edges as they are stored: read as integers, and brought to what they shall be.

Where much changed, a relation's partition is exchanged (`partition_store`); where little did, only the
difference is written. What belongs here: SQL over rows of `mind.entity_edges`. What does not: which
edges there shall be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.graph.columns import Edges, checksum, digest
from agnt_pipelines.graph.entities import VISITS, NodeType, Relation
from agnt_pipelines.graph.partition_store import Ends, copy_edges, staged
from agnt_pipelines.graph.provenance import PROVENANCE
from agnt_pipelines.graph.source_store import Hashes, hashes_of, integers, text_hash
from agnt_pipelines.graph.store import EDGES, NODES, Stored
from agnt_pipelines.replay.difference import Bulk
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import raw

SWAP_ROWS: Final = 50_000
"""Fewer changed rows than this are always written as a difference: an exchange costs a fixed 50 ms."""

SWAP_SHARE: Final = 0.2
"""... and more than this share of a relation are always an exchange: measured, both cost the same there."""

COMPARED_ROWS: Final = 2_000_000
"""A relation with more rows is exchanged unread: reading it costs as much as writing it (and memory)."""


def digest_of(edges: Edges, ends: Ends) -> str:
    """Return the digest of a relation's edges."""
    return digest(len(edges), checksum(edges, ends.marks))


def planned(
    lease: Lease, relation: Relation, edges: Edges, ends: Ends, digest_in: str, stored: Stored | None
) -> Bulk:
    """Return how a relation comes to have some edges; where much changes, they are staged already."""
    after = digest_of(edges, ends)
    before = stored or Stored(0, digest(0, (0, 0)), "", "")
    if before.digest == after:
        return _bulk(relation, digest_in, after, before, (len(edges), 0, 0, 0), _nothing)
    if max(before.rows, len(edges)) > COMPARED_ROWS or (before.rows == 0 and len(edges) > SWAP_ROWS):
        kept = min(len(edges), before.rows)
        counts = (len(edges), len(edges) - kept, kept, before.rows - kept)
        exchange = staged(lease, relation, edges, ends)
        return _bulk(relation, digest_in, after, before, counts, exchange, (edges, ends), exchanges=True)
    with lease.database.reading() as snapshot:
        there, theirs, other = read_edges(snapshot, relation, ends)
    gone, new, replaced = difference(there, edges, other, len(theirs))
    counts = (len(edges), len(new) - replaced, replaced, len(gone) - replaced)
    if max(len(new), len(gone)) > max(SWAP_ROWS, SWAP_SHARE * len(edges)):
        exchange = staged(lease, relation, edges, ends)
        return _bulk(relation, digest_in, after, before, counts, exchange, (edges, ends), exchanges=True)
    keys = [[theirs[code] for code in column.tolist()] for column in (gone.src, gone.dst)]
    write = _change(relation, keys, new, ends)
    return _bulk(relation, digest_in, after, before, counts, write, (new, ends))


def changed(relation: Relation, gone: Edges, new: Edges, ends: Ends, digest_in: str, stored: Stored) -> Bulk:
    """Return how a relation loses some edges and gains others; a changed edge is in both."""
    lost, gained = checksum(gone, ends.marks), checksum(new, ends.marks)
    count, _, sums = stored.digest.partition(":")
    lanes = (int(sums[:16], 16), int(sums[16:], 16))
    size = int(count) - len(gone) + len(new)
    after = digest(size, (lanes[0] - lost[0] + gained[0], lanes[1] - lost[1] + gained[1]))
    width = len(ends.ids)
    same = int(np.isin(_keys(gone, width), _keys(new, width)).sum())
    keys = [[ends.ids[code] for code in column.tolist()] for column in (gone.src, gone.dst)]
    counts = (size, len(new) - same, same, len(gone) - same)
    return _bulk(relation, digest_in, after, stored, counts, _change(relation, keys, new, ends), (new, ends))


def difference(there: Edges, edges: Edges, other: NDArray[np.bool_], width: int) -> tuple[Edges, Edges, int]:
    """Return the edges that go, those that come, and how many are in both as their pair stays.

    Args:
        there: edges there are, their ends numbered as those of `edges`.
        edges: edges there shall be.
        other: which of `there` differ in more than their columns (an owner).
        width: above every number of an end.
    """
    old, new = _keys(there, width), _keys(edges, width)
    places = np.minimum(np.searchsorted(new, old), max(len(new) - 1, 0))
    stays = new[places] == old if len(new) else np.zeros(len(old), np.bool_)
    differs = other.copy()
    for name in ("weight", "count", "first", "last"):
        if len(new):
            differs |= getattr(there, name) != getattr(edges, name)[places]
    comes = np.ones(len(new), np.bool_)
    comes[places[stays & ~differs]] = False
    return there.at(~stays | differs), edges.at(comes), int((stays & differs).sum())


def read_edges(
    connection: Connection, relation: Relation, ends: Ends
) -> tuple[Edges, list[str], NDArray[np.bool_]]:
    """Return a relation's stored edges, ordered; what their ends are called; and which differ otherwise.

    Numbers below `len(ends.ids)` are those of `ends`.
    """
    ids = list(ends.ids)
    codes = np.arange(len(ids), dtype=np.int32)
    known = Hashes.of(hashes_of(connection, ids), codes)
    people = hashes_of(connection, [ends.owners.get(name) for name in ids])
    block = _stored(connection, (relation,))
    for column in (0, 1):
        missing = np.unique(block[column][known.codes(block[column]) < 0])
        if len(missing):
            found = _named(connection, relation, ("src", "dst")[column], missing)
            more = np.arange(len(ids), len(ids) + len(found), dtype=np.int32)
            ids += list(found)
            people = np.append(people, np.zeros(len(found), np.int64))
            hashes = np.fromiter(found.values(), np.int64, len(found))
            known = Hashes.of(np.append(known.sorted, hashes), np.append(known.numbers, more))
    src, dst = known.codes(block[0]), known.codes(block[1])
    edges = Edges(src, dst, block[2], block[3], block[4], block[5])
    other = (block[6] != people[src]) | (block[7] != people[dst]) | (block[8] != 0)
    order = np.argsort(_keys(edges, len(ids)))
    return edges.at(order), ids, other[order]


def read_columns(connection: Connection, relation: Relation, known: Hashes) -> Edges:
    """Return a relation's stored edges with the numbers of ids, ordered; without those of other ids."""
    return _of_block(_stored(connection, (relation,)), known)


def read_pairs(
    connection: Connection, relations: Sequence[Relation], pairs: Sequence[tuple[str, str]], known: Hashes
) -> dict[Relation, Edges]:
    """Return the stored edges of some relations between some pairs of nodes."""
    texts = [sa.bindparam(None, list(names), ARRAY(sa.Text)) for names in zip(*pairs, strict=True)]
    asked = sa.func.unnest(*texts).table_valued("src", "dst").render_derived()
    among = sa.tuple_(EDGES.c.src, EDGES.c.dst).in_(sa.select(asked.c.src, asked.c.dst))
    block = _stored(connection, relations, among)
    return {
        relation: _of_block(block[:, block[-1] == place], known) for place, relation in enumerate(relations)
    }


def read_visits(connection: Connection) -> tuple[Ends, dict[Relation, Edges]]:
    """Return people, venues and intents, in order, and what people did; the numbers are of those."""
    ends, known = _nodes(connection, (NodeType.USER, NodeType.VENUE, NodeType.INTENT))
    return ends, {relation: read_columns(connection, relation, known) for relation in sorted(VISITS)}


def stored_digest(connection: Connection, relation: Relation) -> str:
    """Return the digest of a relation's edges as they are stored: what the delta log must say."""
    ends, known = _nodes(connection, tuple(NodeType))
    return digest_of(read_columns(connection, relation, known), ends)


def _nodes(connection: Connection, kinds: Sequence[NodeType]) -> tuple[Ends, Hashes]:
    """Return the stored nodes of some types, in order, and their numbers by hash."""
    columns = (NODES.c.id, NODES.c.user_id, text_hash(NODES.c.id))
    rows = connection.execute(sa.select(*columns).where(NODES.c.type.in_([kind.value for kind in kinds])))
    found = sorted((row[0], row[1], row[2]) for row in rows)
    ids = [row[0] for row in found]
    hashes = np.fromiter((row[2] for row in found), np.int64, len(found))
    owners = {row[0]: row[1] for row in found if row[1] is not None}
    return Ends(ids, owners), Hashes.of(hashes, np.arange(len(ids), dtype=np.int32))


def overlapping(
    connection: Connection,
    relations: Sequence[Relation],
    stretches: Sequence[tuple[datetime, datetime]],
    limit: int,
) -> list[tuple[str, str]]:
    """Return pairs whose edges may rest on rows of some stretches of time; `limit` of them at most."""
    edges = EDGES.c
    within = [sa.and_(edges.first_seen < end, edges.last_seen >= start) for start, end in stretches]
    query = sa.select(edges.src, edges.dst).where(
        edges.relation.in_([relation.value for relation in relations]), sa.or_(*within)
    )
    return [(row[0], row[1]) for row in connection.execute(query.distinct().limit(limit))]


def _bulk(
    relation: Relation, digest_in: str, after: str, before: Stored, counts: tuple[int, int, int, int],
    write: Callable[[Connection], None], written: tuple[Edges, Ends] | None = None, *, exchanges: bool = False,
) -> Bulk:  # fmt: skip
    size, added, replaced, removed = counts
    return Bulk(
        unit=relation.value,
        digest_in=digest_in,
        digest_out=after,
        table=EDGES,
        size=size,
        size_before=before.rows,
        added=added,
        changed=replaced,
        removed=removed,
        before=_logged(before.rows, before.digest) if before.rows else b"",
        after=_logged(size, after) if size else b"",
        write=write,
        people=frozenset() if written is None else _people(*written),
        exchanges=exchanges,
    )


def _people(edges: Edges, ends: Ends) -> frozenset[str]:
    met = np.unique(np.concatenate((edges.src, edges.dst)))
    found = (ends.owners.get(ends.ids[place]) for place in met.tolist())
    return frozenset(person for person in found if person is not None)


def _logged(count: int, made: str) -> bytes:
    return canonical.dump({"table": str(EDGES.name), "count": count, "checksum": made.rpartition(":")[2]})


def _nothing(_connection: Connection) -> None:
    """Write nothing: the rows are what they shall be."""


def _change(
    relation: Relation, keys: Sequence[Sequence[str]], new: Edges, ends: Ends
) -> Callable[[Connection], None]:
    """Return what deletes edges by the names of their ends and adds others."""

    def write(connection: Connection) -> None:
        if keys[0]:
            statement = (
                "DELETE FROM mind.entity_edges AS e USING unnest(%s::text[], %s::text[]) AS k (src, dst) "
                "WHERE e.relation = %s AND e.src = k.src AND e.dst = k.dst"
            )
            raw(connection).execute(statement, [list(keys[0]), list(keys[1]), relation.value])
        if len(new):
            copy_edges(connection, str(EDGES.name), relation, new, ends)

    return write


def _of_block(block: NDArray[np.int64], known: Hashes) -> Edges:
    """Return columns as they are stored as edges, ordered; without those whose ends are not known."""
    src, dst = known.codes(block[0]), known.codes(block[1])
    edges = Edges(src, dst, block[2], block[3], block[4], block[5])
    edges = edges.at((src >= 0) & (dst >= 0))
    return edges.at(np.argsort(_keys(edges, int(known.numbers.max(initial=0)) + 1)))


def _stored(
    connection: Connection, relations: Sequence[Relation], *where: sa.ColumnElement[bool]
) -> NDArray[np.int64]:
    """Return relations' rows as int64 columns.

    Hashes of both ends, weight, count, times, hashes of both owners, whether what they follow from is said
    otherwise, and the place of the relation.
    """
    edges = EDGES.c
    grounds = sa.case({name.value: PROVENANCE[name].value for name in relations}, value=edges.relation)
    place = sa.case({name.value: place for place, name in enumerate(relations)}, value=edges.relation)
    query = sa.select(
        text_hash(edges.src), text_hash(edges.dst), edges.weight, sa.cast(edges.evidence_count, sa.BigInteger),
        sa.func.coalesce(edges.first_seen, sa.text("'-infinity'::timestamptz")),
        sa.func.coalesce(edges.last_seen, sa.text("'-infinity'::timestamptz")),
        text_hash(sa.func.coalesce(edges.user_id, "")), text_hash(sa.func.coalesce(edges.other_user_id, "")),
        sa.cast(sa.cast(edges.provenance != grounds, sa.Integer), sa.BigInteger),
        sa.cast(place, sa.BigInteger),
    ).where(edges.relation.in_([name.value for name in relations]), *where)  # fmt: skip
    blocks = list(integers(connection, query))
    return np.concatenate(blocks, axis=1) if blocks else np.empty((10, 0), np.int64)


def _named(
    connection: Connection, relation: Relation, column: str, hashes: NDArray[np.int64]
) -> dict[str, int]:
    ends = EDGES.c[column]
    wanted = sa.bindparam("hashes", hashes.tolist(), ARRAY(sa.BigInteger))
    query = sa.select(ends, text_hash(ends)).where(
        EDGES.c.relation == relation.value, text_hash(ends) == sa.any_(wanted)
    )
    return {row[0]: row[1] for row in connection.execute(query.distinct())}


def _keys(edges: Edges, width: int) -> NDArray[np.int64]:
    return edges.src.astype(np.int64) * max(width, 1) + edges.dst
