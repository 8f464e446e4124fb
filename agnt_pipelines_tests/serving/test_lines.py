"""What a line of each kind must be, and what becomes of one that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agnt_pipelines.serving.lines import ID_CHARS
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.exchange import NOON, Exchange, interaction, user


@pytest.fixture
def exchange(database: Database, tmp_path: Path) -> Exchange:
    return Exchange(database, tmp_path)


GOOD = interaction(1)
BAD: dict[str, tuple[dict[str, Any] | bytes, str | None]] = {
    "not_utf8": (json.dumps(GOOD).encode().replace(b"sunset", b"caf\xe9"), "0xe9"),
    "not_utf8 surrogate": (json.dumps(GOOD).encode().replace(b"sunset", b"\xed\xa0\x80"), "not UTF-8"),
    "not_utf8 utf-16": (json.dumps(GOOD).encode("utf-16-le"), None),
    "not_json": (b'{"id": "m1", ', "EOF"),
    "not_json text": (b"id,user_id,content", "expected"),
    "not_json surrogate": (json.dumps(interaction(1, "\ud800")).encode(), "hex escape"),
    "not_json depth": (b"[" * 100_000, "recursion"),
    "not_json two": (json.dumps(GOOD).encode() * 2, "trailing"),
    "unknown_field": ({**GOOD, "mood": "great", "id": None}, "'mood'"),
    "missing_field": ({key: GOOD[key] for key in GOOD if key != "content"}, "'content'"),
    "missing_field all": (b"{}", "'id', 'direction', 'content', 'created_at'"),
    "bad_value list": (b"[1]", "not an object"),
    "bad_value null": ({**GOOD, "content": None}, "content is None"),
    "bad_value type": ({**GOOD, "content": 7}, "content is 7"),
    "bad_value nul": (interaction(1, "a\0b"), "NUL"),
    "bad_value empty id": ({**GOOD, "id": ""}, "id is ''"),
    "bad_value empty person": ({**GOOD, "user_id": ""}, "user_id is ''"),
    "bad_value long id": ({**GOOD, "id": "x" * (ID_CHARS + 1)}, "xxx..."),
    "bad_value naive": ({**GOOD, "created_at": "2026-11-22T12:00:00"}, "UTC offset"),
    "bad_value day": ({**GOOD, "created_at": "2026-11-22"}, "UTC offset"),
    "bad_value digits": ({**GOOD, "created_at": "1795320000"}, "not a time"),
    "bad_value seconds": ({**GOOD, "created_at": 1795320000}, "a time is text"),
    "bad_value year 0": ({**GOOD, "created_at": "0001-01-01T00:00:00+08:00"}, "years 1 to 2100"),
    "bad_value never": ({**GOOD, "created_at": "9999-12-31T23:59:59Z"}, "years 1 to 2100"),
    "bad_value control": ({**GOOD, "user_id": "u\x1b[2J"}, "no control or invisible character"),
    "bad_value bell": ({**GOOD, "id": "m\x071"}, "no control or invisible character"),
    "bad_value invisible": ({**GOOD, "user_id": "u\u200b1"}, "no control or invisible character"),
    "bad_value direction": ({**GOOD, "agent_id": "a\u202eb"}, "no control or invisible character"),
    "bad_value blank id": ({**GOOD, "user_id": " \u00a0"}, "an id has something to see"),
    "bad_value month": ({**GOOD, "created_at": "2026-13-01T00:00:00Z"}, "not a time"),
    "too_long": (interaction(1, "x" * 3000), "2,000"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_is_quarantined_alone_with_its_reason(exchange: Exchange, case: str) -> None:
    bad, detail = BAD[case]
    raw = bad if isinstance(bad, bytes) else json.dumps(bad).encode()
    rows: list[dict[str, Any] | bytes] = [interaction(8), raw, interaction(9)]
    if case == "not_json depth":
        report = exchange.load("interactions", rows)
    else:
        report = exchange.load("interactions", rows, line_max_bytes=2000)
    assert (report.read, report.imported, sum(report.quarantined.values())) == (3, 2, 1)
    assert exchange.ids("interactions") == ["m000008", "m000009"]
    [refused] = exchange.refused()
    assert refused.origin == "import:interactions"
    assert (refused.source, refused.source_id) == ("lines.jsonl", "2")
    assert refused.raw == raw
    if detail is not None:
        assert refused.reason == case.partition(" ")[0]
        assert detail in refused.detail
    assert report.quarantined == {refused.reason: 1}


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("bookings", {"party_size": 2.5}),
        ("bookings", {"party_size": 2**31}),
        ("bookings", {"auto_confirmed": "yes"}),
        ("bookings", {"party_size": -2}),
        ("bookings", {"party_size": 0}),
        ("bookings", {"rating": 0}),
        ("bookings", {"rating": 6}),
        ("saved_preferences", {"confidence": "high"}),
        ("saved_preferences", {"confidence": 1.01}),
        ("saved_preferences", {"confidence": -0.5}),
        ("saved_preferences", {"key": ""}),
    ],
)
def test_every_type_of_column_is_checked(exchange: Exchange, kind: str, wrong: dict[str, Any]) -> None:
    good: dict[str, Any] = {"user_id": "u1", "created_at": NOON}
    if kind == "bookings":
        good |= {"id": "b", "venue_id": "v", "status": "pending", "slot_at": NOON}
    else:
        good |= {"key": "diet", "value": "vegan", "confidence": 1}
    report = exchange.load(kind, [good, {**good, **wrong}])
    assert (report.imported, dict(report.quarantined)) == (1, {"bad_value": 1})


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 115), (-8.5, 180.5), (-91, 0), (0, -181)])
def test_a_place_that_is_not_on_earth_is_refused(exchange: Exchange, lat: float, lon: float) -> None:
    there = {"id": "v1", "name": "Warung", "lat": -8.65, "lon": 115.13}
    report = exchange.load("venues", [there, {"id": "v2", "name": "Nowhere", "lat": lat, "lon": lon}])
    assert (report.imported, dict(report.quarantined)) == (1, {"bad_value": 1})


def test_an_envelope_whose_payload_is_null_is_refused_alone(exchange: Exchange) -> None:
    sent = {"id": "e1", "from_agent": "a", "to_agent": "b", "intent": "venue.list", "status": "PENDING"}
    good = {**sent, "payload": {}, "agent_context": {"note": None}}
    report = exchange.load("a2a_envelopes", [good, {**good, "id": "e2", "payload": None}])
    assert (report.imported, dict(report.quarantined)) == (1, {"bad_value": 1})
    assert "a value is needed" in exchange.refused()[0].detail


def test_the_ends_of_what_can_be_are_taken(exchange: Exchange) -> None:
    booking = {"user_id": "ü 1", "venue_id": "v", "status": "pending", "slot_at": NOON, "created_at": NOON}
    best, worst = ({"id": f"b{rating}", "party_size": 1, "rating": rating} for rating in (5, 1))
    assert exchange.load("bookings", [{**booking, **best}, {**booking, **worst}]).imported == 2
    saved = {"user_id": "u", "key": "diet", "value": "vegan", "confidence": 0, "created_at": NOON}
    assert exchange.load("saved_preferences", [saved, {**saved, "key": "k", "confidence": 1}]).imported == 2


def test_a_number_that_no_double_holds_is_refused(exchange: Exchange) -> None:
    line = b'{"user_id":"u","key":"k","value":"v","confidence":%s,"created_at":"2026-11-22T04:00:00Z"}'
    report = exchange.load("saved_preferences", [line % b"1e999", line % b"NaN", line % b"0.5"])
    assert (report.imported, report.refused) == (1, 2)


def test_a_refused_line_is_kept_under_the_person_it_is_about(exchange: Exchange) -> None:
    broken = json.dumps(interaction(3, 'they said "user_id": "u9"')).encode()[:-1]
    unknown = {**interaction(1), "mood": "great"}
    rows: list[dict[str, Any] | bytes] = [unknown, broken, b"no idea", b'{"user_id": "bad\\u0000"}']
    exchange.load("interactions", rows)
    assert [refused.user_id for refused in exchange.refused()] == ["u1", "u1", None, None]


def test_a_refused_user_is_kept_under_their_own_id(exchange: Exchange) -> None:
    exchange.load("users", [user("u1", email="made@up.example")])
    assert [refused.user_id for refused in exchange.refused()] == ["u1"]
