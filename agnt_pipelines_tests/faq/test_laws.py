"""The replay law on the FAQ: any order of extractions and compilations ends in the same bytes."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import NotReady, PlanRefused
from agnt_pipelines.faq import faq_compile, store
from agnt_pipelines.faq.talk import Status, pseudonym
from agnt_pipelines.replay import delta_log, staleness
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import DEPOSIT, DEPOSIT_REPLY, PARKING, PARKING_REPLY, PEOPLE, WEEKS
from agnt_pipelines_tests.victim import dies_at

TABLES = ("faq_candidates", "faq_entries", "job_windows", "window_units")


def talk() -> list[dict[str, object]]:
    """Four weeks: parking by five over three weeks, deposits by six in one, and a last quiet one."""
    return [
        *world.asking(WEEKS[0], PEOPLE[:5], PARKING, PARKING_REPLY),
        *world.asking(WEEKS[1], PEOPLE[1:7], DEPOSIT, DEPOSIT_REPLY),
        *world.asking(WEEKS[1], PEOPLE[5:7], PARKING[1:], PARKING_REPLY),
        *world.asking(WEEKS[2], PEOPLE[:2], DEPOSIT[2:], None),
    ]


def begin(database: Database) -> None:
    empty(database)
    world.join(database, *PEOPLE)
    world.tell(database, talk())


def review_all(database: Database, settings: Settings) -> None:
    for week in WEEKS:
        world.approve(database, settings, week)


def clean_run(database: Database, settings: Settings) -> dict[str, list[bytes]]:
    begin(database)
    world.extract(database, settings)
    review_all(database, settings)
    world.compile_weeks(database, settings)
    dump = world.dump(database)
    assert all(dump[name] for name in TABLES), "the law would hold of nothing"
    return dump


def statuses(database: Database, week: int) -> dict[str, Status]:
    with database.reading() as snapshot:
        return {entry.slug: entry.status for entry in store.read_entries(snapshot, WEEKS[week].key)}


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_of_weeks_ends_in_the_same_bytes(database: Database, settings: Settings, seed: int) -> None:
    expected = clean_run(database, settings)
    begin(database)
    order = random.Random(seed).sample(WEEKS, len(WEEKS))
    assert order != WEEKS
    for week in order:
        world.extract(database, settings, [week])
    review_all(database, settings)
    for week in [*reversed(order), order[0]]:
        world.compile_weeks(database, settings, [week])
    world.settle(database, settings)
    assert world.dump(database) == expected


def test_compiling_between_extractions_ends_in_the_same_bytes(database: Database, settings: Settings) -> None:
    expected = clean_run(database, settings)
    with database.reading() as snapshot:
        reviews = [dict(row._mapping) for row in snapshot.execute(sa.select(store.REVIEWS))]
        mints = [dict(row._mapping) for row in snapshot.execute(sa.text("SELECT * FROM mind.decisions"))]
    begin(database)
    with database.writing() as connection:
        connection.execute(sa.insert(store.REVIEWS), reviews)
        connection.execute(sa.insert(store._DECISIONS), mints)
    for week in reversed(WEEKS):
        world.extract(database, settings, [week])
        world.compile_weeks(database, settings, [week])
    assert world.stale(database, settings)[1], "the order did not matter"
    world.settle(database, settings)
    assert world.dump(database) == expected


def test_a_week_asked_about_is_told_of_alone(database: Database, settings: Settings) -> None:
    begin(database)
    world.extract(database, settings)
    with database.reading() as snapshot:
        for week in WEEKS:
            assert list(staleness.due(snapshot, store.entries(settings), [week])) == [week.key]


def test_many_weeks_in_one_run_end_as_week_by_week(database: Database, settings: Settings) -> None:
    willing = settings.model_copy(update={"faq_auto_approve": True})
    begin(database)
    world.extract(database, settings)
    world.compile_weeks(database, willing)
    expected = world.dump(database)
    begin(database)
    world.extract(database, settings)
    for week in WEEKS:
        world.compile_weeks(database, willing, [week])
    assert expected["faq_entries"]
    assert world.dump(database) == expected


def test_words_that_are_gone_in_the_middle_of_a_run_are_gone_from_the_weeks_after(
    database: Database, settings: Settings
) -> None:
    begin(database)
    world.extract(database, settings)
    known = faq_compile.Known(settings)

    def worded(week: int) -> set[str | None]:
        with database.reading() as snapshot:
            _, found = known.proposed(snapshot, WEEKS[week].key)
        return {one.question for one in found}

    assert worded(2) - {None}
    world.leave(database, PEOPLE[0])
    with database.writing() as connection:
        connection.execute(sa.delete(world.TALK))
    assert worded(3) == {None}


def test_a_second_run_writes_no_row(database: Database, settings: Settings) -> None:
    expected = clean_run(database, settings)
    done = [*world.extract(database, settings), *world.compile_weeks(database, settings)]
    assert all((one.added, one.changed, one.removed, one.units_changed) == (0, 0, 0, 0) for one in done)
    assert sum(one.unchanged for one in done) > 0
    assert world.dump(database) == expected


@pytest.mark.parametrize("point", ["apply.before_commit:2", "apply.committed:1"])
def test_a_crash_and_a_late_row_end_in_the_same_bytes(
    database: Database, settings: Settings, point: str
) -> None:
    expected = clean_run(database, settings)
    empty(database)
    world.join(database, *PEOPLE)
    rows = talk()
    world.tell(database, rows[2:])

    def night() -> None:
        world.extract(Database(database.url, application_name="victim"), settings)

    database.close()
    assert dies_at(point, night), "the crash did not fire"
    world.settle(database, settings)
    world.tell(database, rows[:2])
    extracted, _ = world.stale(database, settings)
    assert extracted == [WEEKS[0].key], "a late row makes its own week stale, and no other"
    world.settle(database, settings)
    review_all(database, settings)
    world.settle(database, settings)
    assert world.dump(database) == expected


def test_the_fifth_person_s_leave_retires_the_entry_and_leaves_nothing_of_theirs(
    database: Database, settings: Settings
) -> None:
    begin(database)
    with database.writing() as connection:
        connection.execute(sa.delete(world.TALK).where(world.TALK.c.created_at >= WEEKS[1].start))
    world.settle(database, settings)
    review_all(database, settings)
    world.settle(database, settings)
    assert list(statuses(database, 0).values()) == [Status.NEW]
    world.leave(database, "ayu")
    world.settle(database, settings)
    assert list(statuses(database, 0).values()) == [Status.RETIRED]
    with database.reading() as snapshot:
        left = str(world.dump(database)) + str(
            snapshot.execute(sa.text("SELECT * FROM mind.delta_log")).all()
        )
        assert pseudonym("ayu") not in left
        current = store.published(snapshot)
    assert current is not None
    assert current.entries == 0
    assert current.revision > 1


def test_a_deleted_person_was_never_there(database: Database, settings: Settings) -> None:
    begin(database)
    world.leave(database, "fajar")
    world.settle(database, settings)
    review_all(database, settings)
    world.settle(database, settings)
    expected = world.dump(database)
    begin(database)
    world.extract(database, settings)
    world.leave(database, "fajar")
    assert world.stale(database, settings)[0], "nothing to forget"
    world.settle(database, settings)
    review_all(database, settings)
    world.settle(database, settings)
    assert world.dump(database) == expected


def test_candidates_hold_nobodys_words(database: Database, settings: Settings) -> None:
    clean_run(database, settings)
    with database.reading() as snapshot:
        rows = str(snapshot.execute(sa.select(store.CANDIDATES)).all()).lower()
        log = str(
            snapshot.execute(sa.text("SELECT after FROM mind.delta_log WHERE job = 'faq_extract'")).all()
        )
    for row in talk():
        if row["direction"] == "inbound":
            assert str(row["content"]).lower() not in rows
    assert "sha256" in log
    assert "people" not in log


def test_what_fewer_than_five_asked_is_never_worded(database: Database, settings: Settings) -> None:
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:4], PARKING, PARKING_REPLY))
    world.extract(database, settings)
    (proposal,) = world.proposals(database, settings, WEEKS[0])
    assert (proposal.people, proposal.reason, proposal.question) == (4, "too_few_people", None)
    world.tell(database, world.asking(WEEKS[2], PEOPLE[4:5], PARKING, PARKING_REPLY))
    world.extract(database, settings)
    (proposal,) = world.proposals(database, settings, WEEKS[2])
    assert (proposal.people, proposal.reason) == (5, None)
    assert proposal.question == "Is there parking at the venues?"


def test_without_its_own_weeks_extraction_nothing_is_compiled(database: Database, settings: Settings) -> None:
    begin(database)
    world.extract(database, settings, WEEKS[:1])
    with pytest.raises(NotReady, match="FAQ week 2026-11-01 has no complete extraction"):
        world.compile_weeks(database, settings, WEEKS[1:2])
    assert world.dump(database)["faq_entries"] == []


def test_a_backfill_of_an_old_week_never_moves_the_pointer_back(
    database: Database, settings: Settings
) -> None:
    begin(database)
    world.extract(database, settings)
    review_all(database, settings)
    for week in (WEEKS[2], WEEKS[0], WEEKS[1]):
        world.compile_weeks(database, settings, [week])
    with database.reading() as snapshot:
        first = store.published(snapshot)
    assert first is not None
    assert (first.number, first.window_key) == (1, WEEKS[2].key)
    world.tell(database, world.asking(WEEKS[2], PEOPLE[5:7], PARKING[3:], PARKING_REPLY))
    world.settle(database, settings)
    with database.reading() as snapshot:
        last = store.published(snapshot)
        moves = snapshot.execute(sa.select(store.PUBLICATIONS).order_by(store.PUBLICATIONS.c.number)).all()
    assert last is not None
    assert last.window_key == WEEKS[3].key
    ordered = [(move.window_key, move.revision) for move in moves]
    assert ordered == sorted(set(ordered))


def test_of_two_who_publish_at_once_one_moves_the_pointer(database: Database, settings: Settings) -> None:
    clean_run(database, settings)
    with database.reading() as snapshot:
        current = store.published(snapshot)
    assert current is not None
    following = store.Publication(
        current.number + 1, current.window_key, 9, current.sha256, current.entries, current.published_at
    )
    with database.writing() as connection:
        assert store.move_pointer(connection, following, "one")
        assert not store.move_pointer(connection, following, "other")


def test_an_index_that_fails_a_check_is_not_staged(database: Database, settings: Settings) -> None:
    clean_run(database, settings)
    shy = settings.model_copy(update={"redact_names": "scooters"})
    with database.reading() as snapshot:
        found = faq_compile.staged(snapshot, WEEKS[0].key)
    faq_compile.staged_file(found.sha256, settings).unlink()
    with pytest.raises(PlanRefused, match=r"no_personal_data \(1\)"):
        faq_compile.stage(found, shy)
    assert not faq_compile.staged_file(found.sha256, settings).exists()
    with pytest.raises(NotReady, match="missing or damaged"):
        faq_compile.read_staged(found.sha256, settings)


def test_auto_approval_decides_alike_and_once(database: Database, settings: Settings) -> None:
    begin(database)
    world.extract(database, settings)
    willing = settings.model_copy(update={"faq_auto_approve": True})
    world.compile_weeks(database, willing)
    assert sorted(statuses(database, 3).values()) == [Status.STABLE, Status.STABLE]
    before = world.dump(database)
    with exclusive(database, store.WRITER_SET, "again", settings) as lease:
        assert [faq_compile.approve_all(lease, week.key, willing) for week in WEEKS] == [0, 0, 0, 0]
    world.compile_weeks(database, willing)
    assert world.dump(database) == before


def test_the_log_replays_to_the_registry(database: Database, settings: Settings) -> None:
    expected = clean_run(database, settings)
    with database.reading() as snapshot:
        replayed = delta_log.replay(snapshot)
        assert delta_log.verify(snapshot, store.COMPILE) > 0
        assert delta_log.verify(snapshot, store.EXTRACT) > 0
    assert sorted(replayed["faq_entries"].values()) == expected["faq_entries"]
