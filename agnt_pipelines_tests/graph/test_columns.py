"""Evidence in columns: whatever the order and the packing, the same edges; and their checksum adds up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agnt_pipelines.graph import columns, evidence, timed, weights
from agnt_pipelines.graph.columns import Edges, Names, Pile
from agnt_pipelines.graph.entities import Evidence, NodeType, Relation, node_id
from agnt_pipelines.graph.records import Booking

AS_OF = datetime(2026, 11, 23, 5, tzinfo=UTC)
UNTIMED = hypothesis_settings(deadline=None)
HOURS = st.integers(0, 90_000).map(lambda hours: AS_OF - timedelta(hours=hours))
PIECES = st.lists(
    st.builds(
        lambda src, dst, at, share: Evidence(
            Relation.BOOKED, f"user:{src}", f"venue:{dst}", at, "source.bookings", "b", share
        ),
        st.integers(0, 4), st.integers(0, 4), st.one_of(st.none(), HOURS), st.integers(0, 16),
    ),
    max_size=40,
)  # fmt: skip
BOOKINGS = st.lists(
    st.builds(
        Booking,
        id=st.just("b"),
        user_id=st.sampled_from(["a", "b", "c"]),
        venue_id=st.sampled_from(["v", "w"]),
        status=st.sampled_from([*timed.STATUSES, "odd"]),
        auto_confirmed=st.booleans(),
        rating=st.one_of(st.none(), st.integers(-1, 7)),
        created_at=HOURS,
    ),
    max_size=30,
)


def piled(pieces: list[Evidence]) -> tuple[tuple[str, ...], dict[Relation, Edges]]:
    pile = Pile(Names(), AS_OF)
    pile.add(pieces)
    return pile.edges()


def told(ids: tuple[str, ...], edges: Edges) -> dict[tuple[str, str], tuple[int, ...]]:
    rows = zip(*(column.tolist() for column in columns_of(edges)), strict=True)
    return {(ids[src], ids[dst]): tuple(row) for src, dst, *row in rows}


def columns_of(edges: Edges) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]:
    return tuple(
        getattr(edges, name).astype(np.int64) for name in ("src", "dst", "weight", "count", "first", "last")
    )


@UNTIMED
@given(PIECES, st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(pieces: list[Evidence], chance: object) -> None:
    other = list(pieces)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert told(*both(piled(pieces))) == told(*both(piled(other)))


def both(found: tuple[tuple[str, ...], dict[Relation, Edges]]) -> tuple[tuple[str, ...], Edges]:
    return found[0], found[1][Relation.BOOKED]


@UNTIMED
@given(PIECES)
def test_an_edge_is_the_sum_of_its_evidence(pieces: list[Evidence]) -> None:
    landmark = weights.landmark(AS_OF)
    expected = {}
    for pair in {(piece.src, piece.dst) for piece in pieces}:
        mine = [piece for piece in pieces if (piece.src, piece.dst) == pair]
        times = [columns.microseconds(piece.at) for piece in mine if piece.at is not None]
        weight = sum(weights.weight(piece.at, landmark, piece.share) for piece in mine)
        bounds = (min(times), max(times)) if times else (columns.NEVER, columns.NEVER)
        expected[pair] = (weight, len(mine), *bounds)
    assert told(*both(piled(pieces))) == expected


@UNTIMED
@given(BOOKINGS)
def test_bookings_in_columns_say_what_each_row_says(rows: list[Booking]) -> None:
    by_row = piled(list(evidence.bookings(rows)))
    pile = Pile(Names(), AS_OF)
    person, venue = (
        pile.names.codes(node_id(kind, getattr(row, name)) for row in rows)
        for kind, name in ((NodeType.USER, "user_id"), (NodeType.VENUE, "venue_id"))
    )
    at = np.array([columns.microseconds(row.created_at) for row in rows], np.int64)
    timed.bookings(pile, person, venue, at, np.array([kind_of(row) for row in rows], np.int64))
    by_column = pile.edges()
    for relation in Relation:
        assert told(by_row[0], by_row[1][relation]) == told(by_column[0], by_column[1][relation])


def kind_of(row: Booking) -> int:
    status = timed.STATUSES.index(row.status) + 1 if row.status in timed.STATUSES else 0
    stars = 0 if row.rating is None else min(max(row.rating, 1), 5)
    return 16 * status + timed.CONFIRMED_BY_CLOCK * row.auto_confirmed + stars


@UNTIMED
@given(PIECES, st.integers(0, 3))
def test_a_checksum_adds_up_and_tells_any_change(pieces: list[Evidence], column: int) -> None:
    ids, edges = both(piled(pieces))
    marks = columns.marks_of(ids, {})
    halves = [edges.at(np.arange(len(edges)) % 2 == side) for side in (0, 1)]
    parts = [columns.checksum(half, marks) for half in halves]
    whole = columns.checksum(edges, marks)
    assert tuple(sum(lane) % 2**64 for lane in zip(*parts, strict=True)) == whole
    if len(edges):
        changed = getattr(edges, ("weight", "count", "first", "last")[column])
        changed[0] ^= 1
        assert all(new != old for new, old in zip(columns.checksum(edges, marks), whole, strict=True))
        changed[0] ^= 1
        theirs = columns.marks_of(ids, dict.fromkeys(ids, "somebody"))
        assert columns.checksum(edges, theirs) != whole
