"""The generated world: enough of everything, the same each time, importable, and true to its truth."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from agnt_pipelines.demo import truth as told_truth
from agnt_pipelines.demo.days import DAYS
from agnt_pipelines.demo.facts import VALUES
from agnt_pipelines.demo.generator import World, generate
from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.replay.windows import DAY, WITA
from agnt_pipelines.serving.lines import Refusal, format_of
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables.source import SOURCE_MODELS

UNTIL = date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return generate(UNTIL)


def shares(world: World, kind: str, column: str) -> dict[str, float]:
    """Return how often each value of a column occurs (0..1), letter case apart."""
    counts = Counter(str(line[column]).casefold() for line in world.lines[kind])
    return {value: count / counts.total() for value, count in counts.items()}


def instant(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_every_kind_has_its_rows_in_the_agreed_numbers(world: World) -> None:
    assert set(world.lines) == set(SOURCE_MODELS)
    counts = {kind: len(lines) for kind, lines in world.lines.items()}
    assert counts["users"] == 200
    assert counts["venues"] == 120
    assert 11_500 <= counts["interactions"] <= 12_500
    assert 360 <= counts["venue_chunks"] <= 600
    assert 600 <= counts["bookings"] <= 1_300
    assert 1_000 <= counts["a2a_envelopes"] <= 2_500
    assert 80 <= counts["saved_preferences"] <= 250
    assert counts["user_lists"] >= 400
    assert counts["user_follows_taste"] >= 200


def test_every_line_can_be_imported_and_no_key_comes_twice(world: World) -> None:
    for kind, lines in world.lines.items():
        form = format_of(kind)
        rows = [form.parse(canonical.dump(dict(line))) for line in lines]
        assert [row for row in rows if isinstance(row, Refusal)] == []
        assert len({form.key_of(row) for row in rows if isinstance(row, tuple)}) == len(lines)


def test_iterating_yields_each_line_with_its_kind(world: World) -> None:
    assert Counter(kind for kind, _ in world) == {kind: len(lines) for kind, lines in world.lines.items()}


def test_what_happened_lies_in_the_sixty_days_before(world: World) -> None:
    first = datetime.combine(UNTIL - timedelta(days=DAYS), datetime.min.time(), WITA)
    for kind in ("interactions", "bookings", "saved_preferences"):
        at = [instant(line["created_at"]) for line in world.lines[kind]]
        assert first <= min(at) <= max(at) < first + timedelta(days=DAYS)
    assert DAY.last_closed(world.now).key == (UNTIL - timedelta(days=1)).isoformat()


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_day_and_seed_give_the_same_bytes(seed: int, tmp_path: Path) -> None:
    for name in ("once", "again"):
        placed = generate(UNTIL, seed)
        placed.write_import_files(tmp_path / name)
        placed.truth.write(tmp_path / name / "truth.jsonl")
    assert digest(tmp_path / "once") == digest(tmp_path / "again")


@pytest.mark.parametrize(
    "environment", [{"PYTHONHASHSEED": "1", "TZ": "America/Lima"}, {"PYTHONHASHSEED": "2"}]
)
def test_the_bytes_depend_neither_on_hash_order_nor_on_the_machines_clock(
    environment: dict[str, str], world: World, tmp_path: Path
) -> None:
    code = (
        "import datetime, pathlib, sys; from agnt_pipelines.demo.generator import generate; "
        f"generate(datetime.date({UNTIL.year}, {UNTIL.month}, {UNTIL.day}))"
        ".write_import_files(pathlib.Path(sys.argv[1]))"
    )
    there = tmp_path / "there"
    subprocess.run(
        [sys.executable, "-c", code, str(there)], check=True, env=os.environ | environment, timeout=60
    )
    world.write_import_files(tmp_path / "here")
    assert digest(there) == digest(tmp_path / "here")


def test_another_day_or_seed_gives_another_world(world: World) -> None:
    assert generate(UNTIL + timedelta(days=1)).lines["interactions"] != world.lines["interactions"]
    assert generate(UNTIL, 1).lines["interactions"] != world.lines["interactions"]


def test_few_people_talk_much_and_everybody_talks(world: World) -> None:
    talk = Counter(line["user_id"] for line in world.lines["interactions"] if line["user_id"])
    most = [count for _, count in talk.most_common(20)]
    assert 0.3 <= sum(most) / talk.total() <= 0.6
    assert world.ids("users") <= set(talk)


def test_both_languages_and_both_directions_are_spoken(world: World) -> None:
    assert 0.3 <= shares(world, "users", "language")["id"] <= 0.55
    direction = shares(world, "interactions", "direction")
    assert 0.3 <= direction["outbound"] <= 0.5
    assert 0.004 <= shares(world, "interactions", "source")["external_agent"] <= 0.02


def test_some_are_deleted_and_some_are_gone_though_their_talk_lingers(world: World) -> None:
    deleted = {line["id"] for line in world.lines["users"] if line["deleted_at"]}
    spoke = {line["user_id"] for line in world.lines["interactions"] if line["user_id"]}
    gone = spoke - world.ids("users")
    assert len(deleted) >= 5
    assert len(gone) >= 3
    assert set(world.truth.forgotten) == deleted | gone


def test_bookings_have_every_status_in_several_spellings(world: World) -> None:
    of_status = shares(world, "bookings", "status")
    assert set(of_status) == {"pending", "confirmed", "completed", "cancelled", "no_show"}
    assert len({line["status"] for line in world.lines["bookings"]}) > len(of_status)
    assert 0.5 <= of_status["completed"] <= 0.8
    assert any(line["auto_confirmed"] for line in world.lines["bookings"])
    assert all(
        str(line["status"]).lower() == "completed" for line in world.lines["bookings"] if line["rating"]
    )
    assert any(line["comment"] for line in world.lines["bookings"])


def test_envelopes_have_all_intents_empty_times_doubles_and_expired_ones(world: World) -> None:
    assert set(shares(world, "a2a_envelopes", "intent")) == {
        "network.ping",
        "venue.list",
        "booking.search",
        "booking.confirm",
    }
    assert 0.03 <= shares(world, "a2a_envelopes", "timestamp")[""] <= 0.1
    said = Counter(
        (line["from_agent"], line["intent"], line["timestamp"])
        for line in world.lines["a2a_envelopes"]
        if line["timestamp"]
    )
    assert max(said.values()) > 1
    assert {"pending", "expired"} <= set(shares(world, "a2a_envelopes", "status"))


def test_venues_have_menus_of_before_and_of_now(world: World) -> None:
    newer = {
        line["venue_id"]: line for line in world.lines["venue_chunks"] if "New menu" in str(line["content"])
    }
    older = {
        line["venue_id"]: line
        for line in world.lines["venue_chunks"]
        if str(line["content"]).startswith("Menu")
    }
    assert len(newer) >= 40
    assert all(instant(older[v]["created_at"]) < instant(line["created_at"]) for v, line in newer.items())


def test_the_truth_names_only_what_exists(world: World) -> None:
    truth, messages = world.truth, world.ids("interactions")
    sessions = {line["session_id"] for line in world.lines["interactions"]}
    for memory in truth.memories:
        assert memory.messages
        assert {*memory.messages, *memory.ended_by} <= messages
        assert memory.person in world.ids("users")
        assert memory.current or memory.ended_by
    for asked in truth.asked:
        assert {*asked.messages, *asked.answers, *asked.contrary} <= messages
        assert set(asked.sessions) <= sessions
    assert {secret.message for secret in truth.secrets} <= messages
    assert {noise.message for noise in truth.noise} <= messages


def test_the_truths_slots_are_slots_of_the_product() -> None:
    assert set(VALUES) <= {slot.value for slot in Slot}


def test_a_memorys_messages_are_its_persons_own_words(world: World) -> None:
    said = {line["id"]: line for line in world.lines["interactions"]}
    for memory in world.truth.memories:
        for id_ in memory.messages:
            assert said[id_]["user_id"] == memory.person
            assert said[id_]["direction"] == "inbound"
            content = str(said[id_]["content"]).casefold()
            assert any(wording.casefold() in content for wording in memory.accepted)


def test_people_changed_their_minds_and_what_they_took_back_comes_after(world: World) -> None:
    ended = [memory for memory in world.truth.memories if not memory.current]
    assert 30 <= len(ended) <= 200
    assert all(max(memory.messages) < min(memory.ended_by) for memory in ended)


def test_a_slot_of_one_value_has_one_at_a_time(world: World) -> None:
    held = Counter(
        (memory.person, memory.slot)
        for memory in world.truth.memories
        if memory.current and memory.subject == "self" and memory.slot in {"diet", "home_area", "budget"}
    )
    assert set(held.values()) == {1}


def test_questions_that_generalise_were_asked_by_many_in_both_languages(world: World) -> None:
    language = {line["id"]: line["language"] for line in world.lines["users"]}
    who = {line["id"]: line["user_id"] for line in world.lines["interactions"]}
    wanted = [asked for asked in world.truth.asked if asked.kind == "faq"]
    assert len(wanted) >= 12
    for asked in wanted:
        assert asked.people >= 5
        assert {"en", "id"} <= {language.get(who[id_]) for id_ in asked.messages}
        assert asked.answers
    assert sum(bool(asked.contrary) for asked in wanted) >= 1
    assert all(asked.people < 5 for asked in world.truth.asked if asked.kind == "rare")


def test_contacts_in_support_talk_are_of_kinds_that_nobody_has(world: World) -> None:
    texts = [secret.text for secret in world.truth.secrets]
    assert len(texts) >= 15
    assert all(text.endswith("@example.com") or text.startswith(("+62 800 0000", "99")) for text in texts)


def test_the_truth_is_written_apart_and_read_back(world: World, tmp_path: Path) -> None:
    paths = world.write_import_files(tmp_path / "import")
    assert {path.name for path in (tmp_path / "import").iterdir()} == {f"{kind}.jsonl" for kind in paths}
    assert told_truth.read(world.truth.write(tmp_path / "truth.jsonl")) == world.truth
