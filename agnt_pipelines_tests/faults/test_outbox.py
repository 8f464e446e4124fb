"""What is told outside is told if and only if it was written, at least once, under one key."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from agnt_pipelines.dreaming import light_dream, store, summary_store
from agnt_pipelines.errors import NotDelivered
from agnt_pipelines.replay import outbox, webhook
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.outbox import Handler, Letter
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Outbox
from agnt_pipelines_tests.dreaming import deep_world, world
from agnt_pipelines_tests.victim import dies_at
from benchmarks.faults.receiver import Receiver, receiving

OUTBOX = table_of(Outbox)
TOLD = Letter("letter-1", "toy", {"n": 1})


def hooked(settings: Settings, receiver: Receiver) -> Settings:
    return settings.model_copy(update={"soul_prompt_hook": SecretStr(receiver.url)})


def write(database: Database, *letters: Letter) -> None:
    with database.writing() as connection:
        outbox.enqueue(connection, letters)


def waiting(database: Database) -> list[str]:
    with database.reading() as snapshot:
        return list(snapshot.scalars(sa.select(OUTBOX.c.key).order_by(OUTBOX.c.key)))


def make_due(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.update(OUTBOX).values(due_at=sa.text("'2026-01-01'")))


def failing(_: Letter) -> None:
    raise NotDelivered("nobody is there")


def talk(database: Database, *people: str) -> None:
    world.insert(database, world.USERS, world.people(*people))
    rows = [world.message(person, "I'm vegetarian", world.WEEK[0], 5) for person in people]
    world.insert(database, world.INTERACTIONS, rows)


def dream(database: Database, settings: Settings) -> None:
    world.dream(database, settings, world.WEEK)


def test_a_letter_goes_once_it_arrived(database: Database) -> None:
    write(database, TOLD)
    came: list[Letter] = []
    done = outbox.deliver(database, {"toy": came.append})
    assert (done.sent, done.failed, came, waiting(database)) == (1, 0, [TOLD], [])


def test_a_letter_written_twice_is_one(database: Database) -> None:
    write(database, TOLD, TOLD)
    write(database, TOLD)
    assert waiting(database) == ["letter-1"]


def test_a_letter_of_a_transaction_that_fails_was_never_there(database: Database) -> None:
    with database.writing() as connection:
        outbox.enqueue(connection, [TOLD])
        connection.rollback()
    assert waiting(database) == []


def test_a_letter_that_fails_waits_longer_each_time_and_is_told_of_once_stuck(database: Database) -> None:
    write(database, TOLD)
    pauses = []
    for _ in range(outbox.STUCK_AFTER):
        make_due(database)
        assert outbox.deliver(database, {"toy": failing}).failed == 1
        pause = sa.select(sa.func.extract("epoch", OUTBOX.c.due_at - sa.func.clock_timestamp()))
        with database.reading() as snapshot:
            pauses.append(float(snapshot.scalar(pause) or 0))
    assert outbox.deliver(database, {"toy": failing}).failed == 0, "it is not due"
    assert all(later > 1.5 * before for before, later in itertools.pairwise(pauses))
    with database.reading() as snapshot:
        assert outbox.standing(snapshot) == [outbox.Waiting("toy", 1, 1, "nobody is there")]


def test_of_several_letters_that_fail_the_error_of_the_most_tried_is_told(database: Database) -> None:
    write(database, TOLD)
    make_due(database)
    assert outbox.deliver(database, {"toy": failing}).failed == 1
    make_due(database)
    assert outbox.deliver(database, {"toy": failing}).failed == 1
    write(database, Letter("letter-2", "toy", {}))
    with database.writing() as connection:
        connection.execute(
            OUTBOX.update().where(OUTBOX.c.key == "letter-2").values(attempts=1, last_error="zzz, but once")
        )
    with database.reading() as snapshot:
        (standing,) = outbox.standing(snapshot)
    assert (standing.waiting, standing.last_error) == (2, "nobody is there")


def test_a_kind_that_fails_does_not_keep_another_waiting(database: Database) -> None:
    write(database, TOLD, Letter("letter-2", "toy", {}), Letter("letter-3", "other", {}))
    handlers: dict[str, Handler] = {"toy": failing, "other": lambda _: None}
    done = outbox.deliver(database, handlers)
    assert (done.sent, done.failed) == (1, 1), "the second toy is not tried: its receiver is down"
    assert waiting(database) == ["letter-1", "letter-2"]


def test_whoever_delivers_passes_by_what_another_is_sending(database: Database) -> None:
    write(database, TOLD, Letter("letter-2", "toy", {}))
    came: list[str] = []

    def within(letter: Letter) -> None:
        came.append(letter.key)
        if len(came) == 1:
            other = Database(database.url, application_name="other")
            outbox.deliver(other, {"toy": within})
            other.close()

    outbox.deliver(database, {"toy": within})
    assert sorted(came) == ["letter-1", "letter-2"]


def test_nothing_is_written_for_whom_nobody_wants_to_hear(database: Database, settings: Settings) -> None:
    talk(database, "ayu")
    dream(database, settings)
    assert waiting(database) == []


def test_the_hook_hears_the_id_of_each_person_whose_prompt_changed_and_no_words(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    with receiving(tmp_path / "letters") as receiver:
        own = hooked(settings, receiver)
        talk(database, "ayu", "budi")
        dream(database, own)
        outbox.deliver(database, webhook.handlers(own))
        more = world.message("ayu", "I love jazz", world.WEEK[1], 5)
        world.insert(database, world.INTERACTIONS, [more])
        dream(database, own)
        outbox.deliver(database, webhook.handlers(own))
        told = receiver.letters()
    assert [body for _, body in told][2:] == [{"kind": "soul_prompt_changed", "user_id": "ayu"}]
    assert sorted(body["user_id"] for _, body in told) == ["ayu", "ayu", "budi"]
    assert len({key for key, _ in told}) == 3
    assert waiting(database) == []


def test_the_hook_hears_the_id_of_each_agent_whose_prompt_changed(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    with receiving(tmp_path / "letters") as receiver:
        own = hooked(settings, receiver)
        deep_world.build(database)
        deep_world.nights(database, own, deep_world.DAYS)
        deep_world.dream(database, own, deep_world.WEEKS)
        outbox.deliver(database, webhook.handlers(own))
        told = [body for _, body in receiver.letters() if body["kind"] == "agent_prompt_changed"]
        with database.reading() as snapshot:
            agents = set(snapshot.scalars(sa.select(summary_store.AGENT_PROMPTS.c.agent_id)))
    assert agents
    assert {body["agent_id"] for body in told} == agents
    assert all(set(body) == {"kind", "agent_id"} for body in told)


@pytest.mark.parametrize(
    ("point", "times"), [("apply.committed", 1), ("outbox.before_delivery", 1), ("outbox.delivered", 2)]
)
def test_a_crash_between_commit_and_delivery_loses_no_letter_and_a_second_bears_the_same_key(
    database: Database, settings: Settings, tmp_path: Path, point: str, times: int
) -> None:
    with receiving(tmp_path / "letters") as receiver:
        own = hooked(settings, receiver)
        talk(database, "ayu")
        dream(database, settings.model_copy(update={"fold_people": 1}))
        with database.writing() as connection:
            connection.execute(sa.text("DELETE FROM mind.soul_prompts"))
            connection.execute(sa.text("DELETE FROM mind.window_units WHERE derivation = 'soul_prompts'"))

        def task() -> None:
            mine = Database(database.url, application_name="victim")
            with exclusive(mine, store.WRITER_SET, "victim", own) as lease:
                light_dream.write_prompts(lease, own)
                outbox.deliver(mine, webhook.handlers(own))

        assert dies_at(point, task)
        assert len(waiting(database)) == 1
        assert outbox.deliver(database, webhook.handlers(own)).sent == 1
        assert list(receiver.counts().values()) == [times]
    assert waiting(database) == []


def test_a_crash_before_the_commit_tells_nobody(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    with receiving(tmp_path / "letters") as receiver:
        own = hooked(settings, receiver)
        talk(database, "ayu")
        assert dies_at("outbox.enqueued", lambda: dream(Database(database.url), own))
        outbox.deliver(database, webhook.handlers(own))
        assert receiver.letters() == []
        dream(database, own)
        assert outbox.deliver(database, webhook.handlers(own)).sent == 1


def test_a_receiver_that_refuses_is_named_by_its_setting_and_never_by_its_url(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    with receiving(tmp_path / "letters", refuse=1) as receiver:
        own = hooked(settings, receiver)
        write(database, Letter("letter-1", webhook.SOUL_PROMPT, {"user_id": "ayu"}, "ayu"))
        outbox.deliver(database, webhook.handlers(own))
        with database.reading() as snapshot:
            [standing] = outbox.standing(snapshot)
        assert standing.last_error == "AGNT_SOUL_PROMPT_HOOK answered 503."
        make_due(database)
        assert outbox.deliver(database, webhook.handlers(own)).sent == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "file:///etc/hostname", "no url"])
def test_a_hook_that_is_not_there_costs_no_run(database: Database, settings: Settings, url: str) -> None:
    own = settings.model_copy(update={"soul_prompt_hook": SecretStr(url)})
    write(database, Letter("letter-1", webhook.SOUL_PROMPT, {"user_id": "ayu"}, "ayu"))
    assert outbox.deliver(database, webhook.handlers(own)).failed == 1
    assert waiting(database) == ["letter-1"]


def test_an_erased_persons_letters_are_gone(database: Database, settings: Settings, tmp_path: Path) -> None:
    talk(database, "ayu", "budi")
    write(database, Letter("letter-1", "toy", {"user_id": "ayu"}, "ayu"))
    gone = sa.update(world.USERS).where(world.USERS.c.id == "ayu").values(deleted_at=world.NOW)
    with database.writing() as connection:
        connection.execute(gone)
    with exclusive(database, store.WRITER_SET, "run", settings) as lease:
        erase_gone(lease, store.LIGHT_DREAM, settings)
    assert waiting(database) == []
