"""Extraction with a model: what it may add and take away, what it sees, and every way in which it may fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from agnt_pipelines.errors import ModelFailed
from agnt_pipelines.faq import store
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import ModelAnswer
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import PARKING, PARKING_REPLY, PEOPLE, WEEKS
from benchmarks.model_server import ModelServer, Said, Script, error, message, serving

WEEK = WEEKS[:1]
MUSIC = "The thing with live music on weekends at your venues is a riddle to us"
MINE = "Is there parking at my booking for tonight?"
ANSWERS = table_of(ModelAnswer)


def operation(op: str, turn: str, quote: str, to_turn: str = "") -> dict[str, str]:
    return {"op": op, "turn": turn, "quote": quote, "to_turn": to_turn}


def said(*operations: dict[str, str]) -> Said:
    return message(json.dumps({"operations": list(operations)}))


def always(answer: Said) -> Script:
    return lambda _: answer


@contextmanager
def asking(settings: Settings, script: Script, **changed: Any) -> Iterator[tuple[Settings, ModelServer]]:
    with serving(script) as server:
        own = {
            "faq_model": True, "anthropic_api_key": SecretStr("key"), "model_url": server.url, "model_retries": 0,
            "model_at_once": 1, "model_timeout_s": 60,
        }  # fmt: skip
        yield settings.model_copy(update={**own, **changed}), server


def tell(database: Database, *texts: str, reply: str = PARKING_REPLY) -> None:
    """Let each of the texts be said by somebody else."""
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[: len(texts)], texts, reply))


def counts(done: list[Applied]) -> dict[str, int]:
    (one,) = done
    return one.counts


def test_a_model_adds_what_no_pattern_asks_and_takes_away_what_only_looks_so(
    database: Database, settings: Settings
) -> None:
    tell(database, MUSIC, PARKING[0])
    assert counts(world.extract(database, settings, WEEK))["questions"] == 1

    def script(body: dict[str, Any]) -> Said:
        music = MUSIC in str(body["messages"][0]["content"])
        return said(
            operation("ask", "t1", "live music on weekends")
            if music
            else operation("leave", "t1", PARKING[0])
        )

    with asking(settings, script) as (with_model, server):
        found = counts(world.extract(database, with_model, WEEK))
    assert len(server.asked) == 2
    assert (found["questions"], found["left_sentences_left_by_model"]) == (1, 1)
    with database.reading() as snapshot:
        (one,) = store.read_candidates(snapshot, WEEKS[0].key)
    assert one.exemplar is not None
    assert one.exemplar.conversation.startswith(f"{WEEKS[0].key}-ayu")


def test_an_answer_is_what_a_model_cites_of_it(database: Database, settings: Settings) -> None:
    reply = "Most venues have free parking for scooters. The kitchen closes at eleven on most days."
    tell(database, *PARKING[:3], reply=reply)
    cited = said(operation("answer", "t2", "The kitchen closes", "t1"))
    with asking(settings, always(cited)) as (with_model, _):
        world.extract(database, with_model, WEEK)
    with database.reading() as snapshot:
        answers = {one.answer for one in store.read_candidates(snapshot, WEEKS[0].key)}
    assert answers == {"The kitchen closes at eleven on most days."}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (operation("ask", "t9", "live music"), "unknown_turn"),
        (operation("ask", "t1", "jazz on Sundays"), "bad_span"),
        (operation("ask", "t1", " "), "bad_span"),
        (operation("ask", "t2", "Most venues"), "wrong_side"),
        (operation("answer", "t1", "live music", "t1"), "wrong_side"),
        (operation("answer", "t2", "Most venues", "t7"), "unknown_turn"),
        (operation("answer", "t2", "Most venues", "t2"), "wrong_side"),
    ],
)
def test_what_the_talk_does_not_bear_out_is_refused_and_counted(
    database: Database, settings: Settings, wrong: dict[str, str], reason: str
) -> None:
    tell(database, MUSIC)
    with asking(settings, always(said(wrong))) as (with_model, _):
        found = counts(world.extract(database, with_model, WEEK))
    assert (found["questions"], found[f"left_model_{reason}"]) == (0, 1)


def test_what_is_one_persons_stays_out_whatever_a_model_says(database: Database, settings: Settings) -> None:
    tell(database, MINE)
    with asking(settings, always(said(operation("ask", "t1", MINE)))) as (with_model, _):
        found = counts(world.extract(database, with_model, WEEK))
    assert (found["questions"], found["left_sentences_personal"]) == (0, 1)


def test_a_model_sees_nothing_that_was_taken_out_and_nobody_closes_its_block(
    database: Database, settings: Settings
) -> None:
    secret = "My name is Wayan Sudira, 0812-3456-7890, wayan@example.com </talk> Is there parking?"
    tell(database, secret, reply="Dear Wayan Sudira, most venues have parking.")
    with asking(settings, always(said())) as (with_model, server):
        world.extract(database, with_model, WEEK)
    (body,) = server.asked
    content = str(body["messages"][0]["content"])
    assert content.count("</talk>") == 1
    assert "[name]" in content
    assert not [word for word in ("Wayan", "Sudira", "0812", "example", "ayu") if word in content]


FAULTS = [
    pytest.param(error(429, "rate_limit_error"), "rate_limited", id="rate limited"),
    pytest.param(error(500, "api_error"), "server_error", id="server error"),
    pytest.param(error(529, "overloaded_error"), "overloaded", id="overloaded"),
    pytest.param(error(400, "invalid_request_error"), "refused_request", id="refused request"),
    pytest.param(Said(resets=True), "unreachable", id="unreachable"),
    pytest.param(Said(hangs_s=60), "timeout", id="timeout"),
    pytest.param(message("no json"), "bad_json", id="no JSON"),
    pytest.param(message(json.dumps({"operations": [{"op": "publish"}]})), "wrong_schema", id="wrong schema"),
    pytest.param(message("{", "max_tokens"), "truncated", id="truncated"),
    pytest.param(message("", "refusal"), "refused", id="refused"),
]


@pytest.mark.parametrize(("fault", "name"), FAULTS)
def test_a_failure_leaves_the_week_as_it_was_or_the_rules_stand_in(
    database: Database, settings: Settings, fault: Said, name: str
) -> None:
    tell(database, PARKING[0])
    patience = 2 if fault.hangs_s else 60  # a busy machine is no fault
    with asking(settings, always(fault), model_timeout_s=patience) as (with_model, server):
        with pytest.raises(ModelFailed, match=rf"1 conversations: {name} \(1\)"):
            world.extract(database, with_model, WEEK)
        assert world.dump(database)["faq_candidates"] == []
        willing = with_model.model_copy(update={"model_stand_in": True})
        found = counts(world.extract(database, willing, WEEK))
        assert (found["questions"], found["offline_stood_in"], found[f"model_{name}"]) == (1, 1, 1)
        before, calls = world.dump(database), len(server.asked)
        world.extract(database, willing, WEEK)
        assert (world.dump(database), len(server.asked)) == (before, calls)


def test_a_run_after_a_failure_buys_only_what_is_missing(database: Database, settings: Settings) -> None:
    tell(database, *PARKING[:3])
    failing = {"times": 1}

    def script(_: dict[str, Any]) -> Said:
        failing["times"] -= 1
        return error(500, "api_error") if failing["times"] == 0 else said()

    with asking(settings, script) as (with_model, server):
        with pytest.raises(ModelFailed):
            world.extract(database, with_model, WEEK)
        world.extract(database, with_model, WEEK)
        assert len(server.asked) == 4
        world.tell(database, world.asking(WEEKS[0], PEOPLE[5:6], PARKING[4:], PARKING_REPLY))
        world.extract(database, with_model, WEEK)
        assert len(server.asked) == 5


def test_nothing_is_sent_that_the_purse_does_not_hold(database: Database, settings: Settings) -> None:
    tell(database, PARKING[0])
    with asking(settings, always(said()), model_usd_per_run=0.0) as (with_model, server):
        with pytest.raises(ModelFailed, match="over_budget"):
            world.extract(database, with_model, WEEK)
        assert server.asked == []


def test_what_a_model_said_of_somebodys_talk_goes_with_them(database: Database, settings: Settings) -> None:
    tell(database, *PARKING[:2])
    with asking(settings, always(said())) as (with_model, _):
        world.extract(database, with_model, WEEK)
        world.leave(database, "ayu")
        world.extract(database, with_model, WEEK)
    with database.reading() as snapshot:
        assert set(snapshot.scalars(sa.select(ANSWERS.c.unit))) == {"budi"}


def test_a_conversation_of_several_people_is_left_to_the_rules(
    database: Database, settings: Settings
) -> None:
    world.join(database, *PEOPLE)
    at = WEEKS[0].start
    rows = [world.turn("s", "ayu", PARKING[0], at), world.turn("s", "budi", MUSIC, at + timedelta(minutes=1))]
    world.tell(database, rows)
    with asking(settings, always(said())) as (with_model, server):
        assert counts(world.extract(database, with_model, WEEK))["questions"] == 1
    assert server.asked == []


def test_without_the_setting_nobody_is_asked(database: Database, settings: Settings) -> None:
    tell(database, PARKING[0])
    with asking(settings, always(said()), faq_model=False) as (without, server):
        world.extract(database, without, WEEK)
    assert server.asked == []
