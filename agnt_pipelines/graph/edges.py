"""Evidence added up to edges: the same set of evidence, in any order, is the same edges.

What belongs here: sums, counts, dates, provenance. What does not: what counts as evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from agnt_pipelines.graph import weights
from agnt_pipelines.graph.entities import Edge, Evidence

PROVENANCE_ROWS = 5
"""Newest rows an edge names; it counts them all."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def fold(evidence: Iterable[Evidence], as_of: datetime) -> list[Edge]:
    """Return one edge per relation and pair of nodes, ordered by key."""
    landmark = weights.landmark(as_of)
    groups: defaultdict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    for piece in evidence:
        groups[piece.relation, piece.src, piece.dst].append(piece)
    return [_edge(pieces, landmark) for _, pieces in sorted(groups.items())]


def _edge(pieces: list[Evidence], landmark: datetime) -> Edge:
    times = [piece.at for piece in pieces if piece.at is not None]
    first = pieces[0]
    return Edge(
        relation=first.relation,
        src=first.src,
        dst=first.dst,
        weight=sum(weights.weight(piece.at, landmark, piece.share) for piece in pieces),
        evidence_count=len(pieces),
        first_seen=min(times, default=None),
        last_seen=max(times, default=None),
        provenance=_provenance(pieces),
    )


def _provenance(pieces: list[Evidence]) -> dict[str, object]:
    newest = sorted(pieces, key=lambda piece: (piece.at or _NEVER, piece.table, piece.row_id), reverse=True)
    rows: dict[str, list[str]] = {}
    for piece in newest[:PROVENANCE_ROWS]:
        rows.setdefault(piece.table, []).append(piece.row_id)
    return {"rows": rows}
