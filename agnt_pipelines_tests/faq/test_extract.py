"""Extraction: what is kept of its slow part, with whom it goes, and that it tells how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from agnt_pipelines.faq import faq_extract, store, talk_store
from agnt_pipelines.faq.vector_store import StagedVectors
from agnt_pipelines.language.sentence_vectors import Vectors, has_english
from agnt_pipelines.replay import staging
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StagedVector
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import PARKING, PARKING_REPLY, PEOPLE, WEEKS

VECTORS = table_of(StagedVector)


class Lengths:
    """Vectors that tell the length of a text, and which texts were asked for."""

    id = "lengths"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def units(database: Database) -> set[str]:
    with database.reading() as snapshot:
        return set(snapshot.scalars(sa.select(VECTORS.c.unit)))


def test_a_text_is_embedded_once_and_anew_when_its_person_is_another(database: Database) -> None:
    own, told = Lengths(), list[str]()
    texts = [f"text {number}" for number in range(501)]
    first = StagedVectors(own, database, dict.fromkeys(texts, "ayu"), told.append)
    made = first.vectors(texts)
    assert (first.vectors(texts) == made).all()
    assert (own.asked, told) == (texts, ["500 of 501 vectors by lengths"] * 2)
    StagedVectors(own, database, dict.fromkeys(texts, "budi"), told.append).vectors(texts[:1])
    assert own.asked[501:] == texts[:1]


@pytest.mark.skipif(not has_english(), reason="vectors of English are not installed")
def test_vectors_of_a_persons_words_go_with_them(database: Database, settings: Settings) -> None:
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:5], PARKING, PARKING_REPLY))
    world.extract(database, settings)
    assert "ayu" in units(database) <= set(PEOPLE)
    world.leave(database, "ayu")
    world.extract(database, settings)
    assert "ayu" not in units(database)


@pytest.mark.skipif(not has_english(), reason="vectors of English are not installed")
def test_vectors_of_weeks_long_past_are_forgotten_and_made_again_to_the_same_candidates(
    database: Database, settings: Settings
) -> None:
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:5], PARKING, PARKING_REPLY))
    staging.keep_vectors(database, "of the wiki", [("", "a page")], [[1.0]])
    world.extract(database, settings)
    before, staged = candidates(database), hashes(database)
    age(database, timedelta(weeks=settings.faq_expire_weeks, hours=-1))
    world.extract(database, settings)
    assert hashes(database) == staged
    age(database, timedelta(hours=1))
    world.extract(database, settings)
    assert hashes(database) == {("of the wiki", "")}
    world.extract(database, settings.model_copy(update={"redact_names": "Nobody"}))
    assert (candidates(database), hashes(database)) == (before, staged)


def age(database: Database, by: timedelta) -> None:
    """Make staged vectors older."""
    with database.writing() as connection:
        connection.execute(sa.update(VECTORS).values(staged_at=VECTORS.c.staged_at - by))


def hashes(database: Database) -> set[tuple[str, str]]:
    """Return of whose embedder and whose words there are vectors."""
    with database.reading() as snapshot:
        rows = snapshot.execute(sa.select(VECTORS.c.embedder_id, VECTORS.c.unit))
        return {(row.embedder_id, row.unit) for row in rows}


def candidates(database: Database) -> list[tuple[object, ...]]:
    """Return every candidate, byte for byte."""
    with database.reading() as snapshot:
        return sorted(
            tuple(row) for row in snapshot.execute(sa.text("SELECT c::text FROM mind.faq_candidates c"))
        )


def test_a_long_week_tells_how_far_it_is(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faq_extract, "_TOLD_EVERY", 2)
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:5], PARKING, PARKING_REPLY))
    told: list[str] = []
    with exclusive(database, store.WRITER_SET, "extract", settings) as lease:
        list(faq_extract.extract(lease, WEEKS[:1], settings, told.append))
    assert told == [f"{WEEKS[0].key}: {number} of about 5 conversations read" for number in (2, 4)]


def test_no_more_than_some_conversations_are_read_at_once(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE[:5], PARKING, PARKING_REPLY))
    with database.reading() as snapshot:
        names, people = talk_store.asked_in(snapshot, WEEKS[0])
        whole = list(talk_store.read_conversations(snapshot, names, settings, WEEKS[0]))
        monkeypatch.setattr(talk_store, "_AT_ONCE", 2)
        assert list(talk_store.read_conversations(snapshot, names, settings, WEEKS[0])) == whole
    assert sorted(people.values()) == sorted(PEOPLE[:5])
    assert len(whole) == 5


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ("", "abc"),
        ("agent=support", "ab"),
        ("agent=support, intent=Help", "a"),
        ("agent=support,agent=other", "abc"),
        ("channel=telegram", ""),
    ],
)
def test_a_rule_chooses_whole_conversations(
    database: Database, settings: Settings, rule: str, read: str
) -> None:
    world.join(database, *PEOPLE)
    at = WEEKS[0].start
    kinds = {"a": ("support", "help"), "b": ("support", None), "c": ("other", "help")}
    rows = [
        {**world.turn(name, "ayu", text, at + timedelta(minutes=minute)), "agent_id": agent, "intent": intent}
        for name, (agent, intent) in kinds.items()
        for minute, text in enumerate(("hello there", PARKING[0]))
    ]
    world.tell(database, [{**row, "intent": None} if row["content"] == PARKING[0] else row for row in rows])
    own = settings.model_copy(update={"faq_talk": rule})
    with database.reading() as snapshot:
        names, _ = talk_store.asked_in(snapshot, WEEKS[0])
        found = list(talk_store.read_conversations(snapshot, names, own, WEEKS[0]))
    assert "".join(one.id for one in found) == read
    assert all(len(one.turns) == 2 for one in found)
    assert world.stale(database, own)[0] == ([week.key for week in WEEKS] if read else [])


def test_a_rule_that_names_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="'city=ubud' is no rule: write agent=, channel= or intent="):
        Settings(faq_talk="city=ubud")
