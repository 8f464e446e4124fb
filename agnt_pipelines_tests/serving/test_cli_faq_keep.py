"""`./agnt faq review` and what keeps entries, on a real database; and the page over HTTP."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection

import pytest
import sqlalchemy as sa
import uvicorn
from click.testing import Result

from agnt_pipelines.errors import NotReady
from agnt_pipelines.faq import faq_compile, store
from agnt_pipelines.faq.index import Index, Item
from agnt_pipelines.serving.faq_keeping import faq_waiting
from agnt_pipelines.serving.faq_site import Site
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.wiki import ProjectMemory
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import DEPOSIT, DEPOSIT_REPLY, PARKING, PARKING_REPLY, PEOPLE, WEEKS
from agnt_pipelines_tests.serving.calls import agnt, answer

PARKING_SLUG = "parking-venues"


@pytest.fixture
def asked(database: Database, settings: Settings) -> Settings:
    """Two weeks: parking and deposits, each asked by six."""
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE, PARKING, PARKING_REPLY))
    world.tell(database, world.asking(WEEKS[1], PEOPLE, DEPOSIT, DEPOSIT_REPLY))
    world.extract(database, settings, WEEKS[:2])
    return settings


def shown(database: Database, settings: Settings) -> dict[str, str]:
    """Compile, and return each entry's status, with its reason, by slug."""
    world.compile_weeks(database, settings, WEEKS[:2])
    return {
        one["slug"]: one["reason"] or one["status"]
        for one in answer("faq", "show", "--window", WEEKS[1].key)["entries"]
    }


def approve_both(database: Database, settings: Settings) -> str:
    """Approve both; return the slug of the deposit's."""
    for week in WEEKS[:2]:
        world.approve(database, settings, week)
    (other,) = set(shown(database, settings)) - {PARKING_SLUG}
    return other


def test_what_waits_is_gone_through_by_keys(database: Database, asked: Settings) -> None:
    waiting = answer("faq", "review")["waiting"]
    assert sorted(one["window_key"] for one in waiting) == [WEEKS[0].key, WEEKS[1].key]
    done = keyed("e", "Where do I park?", "Anywhere in front of it.", "s")
    assert "2 of 2" in done.output
    assert "people asked" in done.output
    (left,) = answer("faq", "review")["waiting"]
    assert "r" in keyed("r").output
    assert answer("faq", "review")["waiting"] == []
    assert left["proposal"]["state"] == "open"


def test_a_refused_answer_is_asked_for_again(database: Database, asked: Settings) -> None:
    done = keyed("e", "Where?", "Call 0812-3456-7890.", "q")
    assert "looks like a phone" in done.output
    assert len(answer("faq", "review")["waiting"]) == 2


def test_what_nobody_decided_about_expires(database: Database, asked: Settings) -> None:
    world.extract(database, asked, WEEKS[2:])
    platform = Platform(asked.model_copy(update={"faq_expire_weeks": 3}), database, "")
    waits = faq_waiting(platform)
    assert [one.window_key for one in waits.waiting] == [WEEKS[1].key]
    assert waits.expired == 1


def test_a_retired_entry_is_gone_and_comes_back(database: Database, asked: Settings) -> None:
    approve_both(database, asked)
    assert answer("faq", "retire", PARKING_SLUG, "--reason", "it is wrong")["fate"] == "retired"
    assert shown(database, asked)[PARKING_SLUG] == "by_an_operator"
    assert PARKING_SLUG in agnt("faq", "restore", PARKING_SLUG).output
    assert shown(database, asked)[PARKING_SLUG] == "stable"


def test_a_renamed_entry_keeps_its_old_addresses(database: Database, asked: Settings) -> None:
    other = approve_both(database, asked)
    answer("faq", "rename", PARKING_SLUG, "where-to-park")
    assert "is renamed to free-parking" in agnt("faq", "rename", PARKING_SLUG, "free-parking").output
    assert set(shown(database, asked)) == {"free-parking", other}
    assert published(database, asked).redirects == {
        PARKING_SLUG: "free-parking",
        "where-to-park": "free-parking",
    }
    answer("faq", "merge", other, "where-to-park")
    shown(database, asked)
    assert published(database, asked).redirects[other] == "free-parking"
    answer("faq", "retire", "free-parking", "--reason", "x")
    shown(database, asked)
    assert set(published(database, asked).gone) == {PARKING_SLUG, "where-to-park", "free-parking", other}


def published(database: Database, settings: Settings) -> Index:
    """Return what the page shows."""
    with database.reading() as snapshot:
        current = store.published(snapshot)
    assert current is not None
    return faq_compile.read_staged(current.sha256, settings)


def test_a_merged_entry_leads_to_the_other(database: Database, asked: Settings) -> None:
    other = approve_both(database, asked)
    answer("faq", "merge", other, PARKING_SLUG)
    assert shown(database, asked)[other] == "merged"
    with database.reading() as snapshot:
        current = store.published(snapshot)
    assert current is not None
    index = faq_compile.read_staged(current.sha256, asked)
    assert index.redirects == {other: PARKING_SLUG}
    assert [item.people for item in index.items] == ["5-9"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("retire", "nothing", "--reason", "x"), "no entry 'nothing'"),
        (("merge", PARKING_SLUG, PARKING_SLUG), "name two entries"),
        (("rename", "nothing", "else"), "no entry 'nothing'"),
        (("rename", PARKING_SLUG, "Not A Slug"), "is no address"),
        (("rename", PARKING_SLUG, PARKING_SLUG), "is or was another entry's address"),
        (("rollback", "--to", "99"), "no move 99"),
    ],
)
def test_what_cannot_be_kept_is_told(
    database: Database, asked: Settings, arguments: tuple[str, ...], sentence: str
) -> None:
    approve_both(database, asked)
    result = agnt("faq", *arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_the_page_goes_back_and_moves_on_with_the_next_correction(
    database: Database, asked: Settings
) -> None:
    approve_both(database, asked)
    before = answer("faq", "rollback", "--list")["moves"]
    done = answer("faq", "rollback", "--reason", "a wrong answer")["moves"]
    assert len(done) == len(before) + 1
    assert done[0]["sha256"] != before[0]["sha256"]
    assert "a wrong answer" in done[0]["reason"]
    world.compile_weeks(database, asked, WEEKS[:2])
    assert answer("faq", "rollback", "--list")["moves"] == done, "nothing new: the page stays back"
    answer("faq", "retire", PARKING_SLUG, "--reason", "it was that one")
    shown(database, asked)
    assert answer("faq", "rollback", "--list")["moves"][0]["window_key"] == WEEKS[1].key


def keyed(*lines: str) -> Result:
    """Type lines into the review, then quit."""
    return agnt("faq", "review", typed="\n".join([*lines, "q", ""]))


ITEM = Item("i", "parking", "en", "Is there parking?", "Yes.", "new", "5-9", 1, "w", "w")
INDEX = Index("w", (ITEM,), ("old",), {"older": "parking"})

Answered = tuple[int, dict[str, str], str]


@contextmanager
def served(site: Site) -> Iterator[Callable[..., Answered]]:
    """Serve a site on a free port, and yield what asks it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(site.application(), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        port = listening.getsockname()[1]

        def get(path: str, headers: dict[str, str] | None = None) -> Answered:
            asking = HTTPConnection("127.0.0.1", port, timeout=30)
            asking.request("GET", path, headers=headers or {})
            found = asking.getresponse()
            text = found.read().decode()
            asking.close()
            return found.status, {name.lower(): value for name, value in found.getheaders()}, text

        try:
            yield get
        finally:
            server.should_exit = True
            thread.join()


def test_the_site_answers_with_entity_tags_and_lasting_addresses() -> None:
    with served(Site(lambda: INDEX, print)) as get:
        status, headers, text = get("/faq")
        assert (status, "Is there parking?" in text) == (200, True)
        assert "script-src 'sha256-" in headers["content-security-policy"]
        assert get("/faq", {"If-None-Match": headers["etag"]})[::2] == (304, "")
        assert json.loads(get("/faq/index.json")[2])["entries"][0]["slug"] == "parking"
        assert get("/faq/parking")[1]["location"] == "/faq#parking"
        assert [get(f"/faq/{slug}")[0] for slug in ("parking", "older", "old", "never")] == [
            302, 301, 410, 404,
        ]  # fmt: skip


def test_the_last_good_page_stays_when_the_next_cannot_be_read() -> None:
    found: list[Index | Exception] = [INDEX, NotReady("damaged"), replace(INDEX, items=())]
    told: list[str] = []

    def current() -> Index:
        one = found.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    with served(Site(current, told.append)) as get:
        texts = [get("/faq")[2] for _ in range(3)]
    assert texts[0] == texts[1] != texts[2]
    assert "damaged" in told[0]


def test_before_anything_is_published_the_site_says_so() -> None:
    with served(Site(lambda: None, print)) as get:
        assert [get(path)[0] for path in ("/faq", "/faq/index.json", "/faq/x")] == [503] * 3


def knows(database: Database, text: str) -> None:
    """Let the wiki have a section."""
    row = {
        "id": "00000000-0000-0000-0000-000000000001", "page_id": "p", "namespace": "platform", "title": "Venues",
        "section": "Parking", "text": text, "source": "wiki", "commit": "c1", "path": "platform/venues.md",
        "line_from": 3, "line_to": 4, "version": 1, "flagged": False, "flags": [],
    }  # fmt: skip
    with database.writing() as connection:
        connection.execute(sa.insert(table_of(ProjectMemory)), row)


def test_a_question_that_agents_left_open_is_answered_with_the_wikis_words(
    database: Database, settings: Settings
) -> None:
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE, PARKING, None))
    world.extract(database, settings, WEEKS[:1])
    assert answer("faq", "review")["waiting"] == [], "nothing is known of it"
    (one,) = answer("faq", "list", "--all")["proposals"]
    refused = agnt("faq", "approve", one["id"])
    assert "has no answer that agents gave several people: give one with --answer" in refused.output
    knows(database, "Every venue has free parking for scooters.")
    (waits,) = answer("faq", "review")["waiting"]
    assert [said["path"] for said in waits["proposal"]["wiki"]] == ["platform/venues.md"]
    assert "platform/venues.md:3" in keyed("w", "", "").output
    world.compile_weeks(database, settings, WEEKS[:1])
    (entry,) = answer("faq", "show")["entries"]
    assert (entry["status"], entry["answer"]) == ("new", "Every venue has free parking for scooters.")


def test_what_is_published_is_held_against_the_wiki(database: Database, settings: Settings) -> None:
    assert "No FAQ is published yet" in agnt("faq", "check").output
    world.join(database, *PEOPLE)
    reply = "Parking is free for 2 hours at the venues."
    world.tell(database, world.asking(WEEKS[0], PEOPLE, PARKING, reply))
    world.extract(database, settings, WEEKS[:1])
    world.approve(database, settings, WEEKS[0])
    world.compile_weeks(database, settings, WEEKS[:1])
    assert [one["stand"] for one in answer("faq", "check")["entries"]] == ["silent"]
    knows(database, "Parking is free for 3 hours at all venues.")
    (one,) = answer("faq", "check")["entries"]
    assert (one["stand"], one["disputes"][0]["other"]) == ("contradicts", "3 hours")
    assert "contradicts" in agnt("faq", "check").output
