"""Status, quarantine, holds, doctor and migrate on a real database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from agnt_pipelines.replay import outbox, quarantine
from agnt_pipelines.replay.derivation import Refused
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.holds import APPROVAL
from agnt_pipelines.replay.outbox import Letter
from agnt_pipelines.serving.session import Platform, ensure_dagster_database
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database, masked
from agnt_pipelines.storage.server import ServerAddress, ensure_database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision, DeltaLogEntry, Hold, WindowUnit
from agnt_pipelines.timetable import POOL_LIMITS
from agnt_pipelines_tests.serving.calls import agnt, answer
from agnt_pipelines_tests.serving.dreamt import MONDAY, TALK, dream, join, say

HOLD = {
    "plan_hash": "ab" * 32, "derivation": "user_memory", "window_key": "*", "unit": "ayu", "lost": 40,
    "total": 50, "run_id": "r1",
}  # fmt: skip


@pytest.fixture
def wednesday(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Settings:
    """It is the morning after Tuesday the 17th."""
    monkeypatch.setenv("AGNT_NOW", "2026-11-18T05:00:00+08:00")
    get_settings.cache_clear()
    return get_settings()


@pytest.fixture
def dagster(server: ServerAddress, worker_name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"dagster_{worker_name}"
    ensure_database(server, name)
    monkeypatch.setenv("AGNT_DAGSTER_URL", server.url(name))
    get_settings.cache_clear()
    return name


@pytest.fixture
def worker_name(database_url: str) -> str:
    return str(sa.make_url(database_url).database)


def light_dream() -> dict[str, object]:
    job = answer("status")["jobs"][0]
    assert isinstance(job, dict)
    return job


def test_status_counts_windows_as_they_become_due_run_and_stale(
    database: Database, wednesday: Settings
) -> None:
    assert light_dream()["due"] == 0
    join(database, "ayu")
    say(database, "ayu", "I'm vegan.")
    assert {name: light_dream()[name] for name in ("due", "done", "missing")} == {
        "due": 2, "done": 0, "missing": 2,
    }  # fmt: skip
    dream(database, wednesday)
    job = light_dream()
    assert (job["done"], job["missing"], job["changed"], job["code"], job["stale_folds"]) == (2, 0, 0, 0, {})
    assert job["next_tick"] == "2026-11-19T02:00:00+08:00"
    assert job["last_completion"] is not None
    say(database, "ayu", "I'm from Melbourne.", hour=10)
    assert (light_dream()["missing"], light_dream()["changed"]) == (0, 1)
    shown = agnt("status").stdout
    assert "./agnt run light_dream --stale" in shown


def test_status_tells_what_another_version_of_the_code_made(database: Database, wednesday: Settings) -> None:
    join(database, "ayu")
    say(database, "ayu", "I'm vegan.")
    dream(database, wednesday)
    with database.writing() as connection:
        connection.execute(sa.update(table_of(WindowUnit)).values(version="an older one"))
    job = light_dream()
    assert (job["missing"], job["changed"], job["code"]) == (0, 0, 1)
    folds = ("user_memory", "summaries", "soul_prompts", "taste_profiles")
    assert job["stale_folds"] == dict.fromkeys(folds, 1)
    assert "--stale --code" in agnt("status").stdout
    assert "add --code" in agnt("run", "light_dream", "--stale").stderr
    asked = agnt("run", "light_dream", "--stale", "--code")
    assert asked.exit_code == 2
    assert "1 window, 5 units, 1 run; 0 model calls" in asked.stderr
    assert "add --yes" in asked.stderr


def test_status_names_who_holds_a_lease(database: Database, wednesday: Settings) -> None:
    with exclusive(database, "dreaming", "4711", wednesday):
        lease = light_dream()["lease"]
        assert isinstance(lease, dict)
        assert lease["held"] is True
        assert lease["run_id"] == "4711"
        assert "held by run 4711" in agnt("status").stdout
    lease = light_dream()["lease"]
    assert isinstance(lease, dict)
    assert lease["held"] is False


def test_status_counts_rows_older_than_any_window(database: Database, wednesday: Settings) -> None:
    join(database, "ayu")
    identity = say(database, "ayu", "I'm vegan.")
    with database.writing() as connection:
        old = sa.text("UPDATE source.interactions SET created_at = '1970-01-01Z' WHERE id = :id")
        connection.execute(old, {"id": identity})
    found = answer("status")
    assert found["too_old"] == {"interactions": 1}
    assert found["jobs"][0]["due"] == 0
    assert "interactions older than 2015" in agnt("status").stdout


def test_status_counts_rows_of_the_future_and_of_unknown_people(
    database: Database, wednesday: Settings
) -> None:
    join(database, "ayu")
    say(database, "ayu", "I'm vegan.", day=30)
    say(database, "nobody", "I'm vegan.")
    with database.writing() as connection:
        of_no_person = sa.text(
            "INSERT INTO source.interactions (id, direction, content, created_at) "
            "VALUES ('x', 'inbound', 'ping', '2026-11-16Z')"
        )
        connection.execute(of_no_person)
    found = answer("status")
    assert (found["in_future"], found["of_nobody"]) == ({"interactions": 1}, {"interactions": 1})
    shown = agnt("status").stdout
    assert "interactions of the future" in shown
    assert "interactions of unknown people" in shown


def test_status_counts_the_letters_that_wait_for_their_receiver(
    database: Database, wednesday: Settings
) -> None:
    assert wednesday.now is not None
    assert answer("status")["letters"] == []
    with database.writing() as connection:
        outbox.enqueue(connection, [Letter("key-1", "soul_prompt", {"user_id": "ayu"}, "ayu")])
    (waiting,) = answer("status")["letters"]
    assert (waiting["kind"], waiting["waiting"], waiting["stuck"]) == ("soul_prompt", 1, 0)
    assert "letters waiting: soul_prompt" in agnt("status").stdout


def test_quarantine_tells_whose_a_derived_row_is_when_and_why(
    database: Database, wednesday: Settings
) -> None:
    join(database, "ayu")
    identity = say(database, "ayu", "I'm vegan. \u202eksir")
    dream(database, wednesday)
    (one,) = answer("quarantine")["rows"]
    assert (one["person"], one["source_id"], one["window"]) == ("ayu", identity, MONDAY.key)
    assert one["detail"] == "characters that hide text or turn its direction"
    shown = agnt("quarantine").stdout
    assert all(word in shown for word in ("when", "row", "ayu", MONDAY.key))


def test_quarantine_lists_what_was_refused_by_origin_and_reason(database: Database) -> None:
    refused = [Refused("interactions", f"m{n}", None, "too_long") for n in range(3)]
    with database.writing() as connection:
        quarantine.add(connection, "observations", refused, window_key="2026-11-16")
        quarantine.add(connection, "import:users", [Refused("f.jsonl", "7", None, "not_json", "\x1b[31mred")])
    assert answer("quarantine")["total"] == 4
    found = answer("quarantine", "--reason", "too_long", "--limit", "2")
    assert (found["total"], len(found["rows"])) == (3, 2)
    assert answer("quarantine", "--origin", "import:users")["rows"][0]["source_id"] == "7"
    assert "\x1b" not in agnt("quarantine").stdout
    assert "Nothing like that is" in agnt("quarantine", "--reason", "none").stderr


def test_a_hold_is_listed_and_approved_by_the_beginning_of_its_hash(database: Database) -> None:
    assert "No plan waits" in agnt("holds").stderr
    with database.writing() as connection:
        connection.execute(sa.insert(table_of(Hold)), [{**HOLD, "status": "open"}])
    assert "abababab" in agnt("holds").stdout
    assert answer("holds")["holds"][0]["lost"] == 40
    assert agnt("holds", "approve", "cd").exit_code == 2
    assert answer("holds", "approve", "abab")["approved"] == HOLD["plan_hash"]
    with database.reading() as snapshot:
        assert snapshot.scalars(sa.select(table_of(Decision).c.kind)).all() == [APPROVAL]


@pytest.mark.usefixtures("dagster")
def test_doctor_is_content_after_migrate_and_tells_every_setting(database: Database) -> None:
    assert answer("migrate")["pool_limits"] == POOL_LIMITS
    found = answer("doctor")
    assert found["failed"] == []
    verdicts = {check["name"]: check["verdict"] for check in found["checks"]}
    assert verdicts["pool limits"] == verdicts["schema"] == verdicts["source tables"] == "ok"
    names = {line["name"]: line for line in found["settings"]}
    assert set(names) == {f"AGNT_{field.upper()}" for field in Settings.model_fields}
    assert names["AGNT_STATE"]["source"] == "environment"
    assert names["AGNT_POOL_SIZE"] == {
        "name": "AGNT_POOL_SIZE", "value": "3", "source": "default",
        "description": Settings.model_fields["pool_size"].description,
    }  # fmt: skip
    assert "The schema is up to date" in agnt("migrate").stdout


@pytest.mark.usefixtures("dagster")
def test_doctor_finds_a_broken_log_and_a_column_that_is_gone(database: Database, settings: Settings) -> None:
    join(database, "ayu")
    say(database, "ayu", "I'm vegan.")
    dream(database, settings)
    with database.writing() as connection:
        connection.execute(sa.update(table_of(DeltaLogEntry)).values(window_key="2020-01-01"))
        connection.execute(sa.text("ALTER TABLE source.interactions RENAME COLUMN channel TO via"))
    try:
        found = answer("doctor", code=1)
        broken = agnt("status")
    finally:
        with database.writing() as connection:
            connection.execute(sa.text("ALTER TABLE source.interactions RENAME COLUMN via TO channel"))
    assert set(found["failed"]) >= {"delta log", "source tables"}
    assert broken.exit_code == 2
    assert "source.interactions.channel (text) is missing" in broken.stderr
    told = {check["name"]: check["found"] for check in found["checks"]}
    assert "source.interactions.channel (text) is missing" in told["source tables"]
    assert "broken at entry 1" in told["delta log"]


def test_doctor_works_without_a_server_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGNT_STATE", str(tmp_path))
    monkeypatch.setenv("AGNT_DATABASE_URL", "postgresql://agnt:s3cret@127.0.0.1:1/nowhere")
    get_settings.cache_clear()
    result = agnt("doctor")
    assert result.exit_code == 1
    assert "No PostgreSQL answers" in " ".join(result.stdout.split())
    assert "s3cret" not in result.output
    found = answer("doctor", code=1)
    get_settings.cache_clear()
    assert found["failed"] == ["server"]
    assert {check["verdict"] for check in found["checks"]} == {"ok", "failed", "skipped"}


def test_doctor_tells_each_fault_of_the_contract_on_a_line_of_its_own(database: Database) -> None:
    change = "ALTER TABLE source.{} RENAME COLUMN {} TO {}"
    renamed = [("interactions", "channel", "via"), ("bookings", "rating", "stars")]
    with database.writing() as connection:
        for table, column, other in renamed:
            connection.execute(sa.text(change.format(table, column, other)))
    try:
        found = answer("doctor", code=1)
    finally:
        with database.writing() as connection:
            for table, column, other in renamed:
                connection.execute(sa.text(change.format(table, other, column)))
    (check,) = (check for check in found["checks"] if check["name"] == "source tables")
    told = {line.split()[1] for line in check["found"].splitlines()}
    assert told == {"source.interactions.channel", "source.bookings.rating"}


@pytest.mark.usefixtures("dagster")
def test_doctor_names_a_variable_that_is_no_setting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer("migrate")
    monkeypatch.setenv("AGNT_STAET", "elsewhere")
    (check,) = (check for check in answer("doctor")["checks"] if check["name"] == "settings")
    assert (check["verdict"], "AGNT_STAET" in check["found"]) == ("note", True)


def test_a_second_platform_is_refused_dagsters_database_of_the_first(
    database: Database, server: ServerAddress, worker_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, shared = (f"{name}_{worker_name}" for name in ("first", "second", "shared"))
    for name in (first, second, shared):
        ensure_database(server, name)
    monkeypatch.setenv("AGNT_DAGSTER_URL", server.url(shared))

    def as_platform(name: str) -> None:
        monkeypatch.setenv("AGNT_DATABASE_URL", server.url(name))
        get_settings.cache_clear()

    as_platform(first)
    answer("migrate")
    as_platform(second)
    refused = agnt("migrate")
    assert refused.exit_code == 2
    assert all(name in refused.stderr for name in (first, second, shared, "AGNT_DAGSTER_URL"))
    (check,) = (one for one in answer("doctor", code=1)["checks"] if one["name"] == "Dagster's database")
    assert (check["verdict"], "belongs to another platform" in check["found"]) == ("failed", True)
    as_platform(first)
    answer("migrate")
    (check,) = (one for one in answer("doctor")["checks"] if one["name"] == "Dagster's database")
    assert (check["verdict"], check["found"]) == ("ok", f"{shared}, of the platform in {first}")


def test_a_role_that_may_not_write_in_dagsters_database_is_told_so(
    database: Database, server: ServerAddress, worker_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, closed = f"guest_{worker_name}", f"closed_{worker_name}"
    ensure_database(server, closed)
    with database.direct() as connection:
        connection.execute(f"DROP ROLE IF EXISTS {guest}".encode())
        connection.execute(f"CREATE ROLE {guest} LOGIN".encode())
    url = sa.make_url(server.url(closed)).set(username=guest)
    monkeypatch.setenv("AGNT_DAGSTER_URL", url.render_as_string(hide_password=False))
    get_settings.cache_clear()
    refused = agnt("migrate", "--json")
    assert refused.exit_code == 2
    told = json.loads(refused.stdout)["error"]["message"]
    assert closed in told
    assert "set AGNT_DAGSTER_URL to a database where it may" in told
    monkeypatch.delenv("AGNT_DAGSTER_URL")
    own = database.url.set(username=guest)
    monkeypatch.setenv("AGNT_DATABASE_URL", own.render_as_string(hide_password=False))
    get_settings.cache_clear()
    refused = agnt("status")
    assert refused.exit_code == 2
    assert "The role in AGNT_DATABASE_URL may not do this (permission denied" in refused.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"database": "no_such"}, "'no_such'|\"no_such\""),
        ({"username": "no_such"}, "refuses the connection"),
        ({"query": {"sslmode": "maybe"}}, "sslmode"),
        ({"query": {"nonsense": "1"}}, "nonsense"),
        ({"query": {"options": "-c no.such"}}, "AGNT_DATABASE_URL"),
    ],
)
def test_a_url_that_the_server_or_its_library_refuses_is_one_sentence(
    database: Database, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], says: str
) -> None:
    query = {**database.url.query, **change.pop("query", {})}
    url = database.url.set(**change, query=query).render_as_string(hide_password=False)
    monkeypatch.setenv("AGNT_DATABASE_URL", url)
    get_settings.cache_clear()
    refused = agnt("status", "--json")
    assert refused.exit_code == 2, refused.stderr
    told = json.loads(refused.stdout)["error"]["message"]
    assert re.search(says, told), told
    assert "AGNT_DATABASE_URL" in told
    assert "No PostgreSQL answers" not in told


@pytest.mark.parametrize("port", ["abc", "99999", "0", "-5", ""])
def test_a_port_that_is_none_is_one_sentence(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AGNT_DATABASE_URL", "AGNT_DAGSTER_URL"):
        with monkeypatch.context() as patch:
            patch.setenv("AGNT_DATABASE_URL", "postgresql://agnt@127.0.0.1:5432/agnt")
            patch.setenv(name, f"postgresql://agnt@127.0.0.1:{port}/agnt")
            get_settings.cache_clear()
            refused = agnt("status")
        get_settings.cache_clear()
        assert refused.exit_code == 2
        assert f"{name} has " in refused.stderr
        assert "from 1 to 65535" in refused.stderr


def test_dagsters_database_is_made_beside_the_platforms_once(
    database: Database, settings: Settings, worker_name: str
) -> None:
    url = database.url.set(database=f"beside_{worker_name}").render_as_string(hide_password=False)
    platform = Platform(settings, database, url)
    assert [ensure_dagster_database(platform), ensure_dagster_database(platform)] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://agnt:s3cret@host/db",
        "postgresql+psycopg://agnt@host/db?password=s3cret",
        "postgresql://agnt:s3cret%40x@host:5432/db?sslpassword=s3cret",
        "s3cret",
    ],
)
def test_no_password_is_shown_wherever_a_url_has_it(url: str) -> None:
    assert "s3cret" not in masked(url)
    assert "***" in masked(url)


def test_a_message_of_the_tests_is_in_the_table_they_read(database: Database) -> None:
    join(database, "ayu")
    identity = say(database, "ayu", "I'm vegan.")
    with database.reading() as snapshot:
        when = snapshot.scalar(sa.select(TALK.c.created_at).where(TALK.c.id == identity))
    assert when is not None
    assert MONDAY.start <= when < MONDAY.end
