"""A small world whose summaries a scripted model writes, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from agnt_pipelines.dreaming import light_dream, store, summary_store, summary_writer
from agnt_pipelines.replay.batches import Batched
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines_tests.dreaming.world import INTERACTIONS, USERS, insert, message, people
from benchmarks.batch_server import Batches, Result, succeeded
from benchmarks.model_server import ModelServer, Said, serving
from benchmarks.model_server import message as answered

MONDAY, TUESDAY = DAY.window("2026-11-16"), DAY.window("2026-11-17")
TALK = {"ayu": "I'm allergic to peanuts", "budi": "aku suka kopi", "citra": "I live in Ubud"}
SHORT = {
    "ayu": "The guest is allergic to peanuts.",
    "budi": "The guest likes kopi.",
    "citra": "The guest is at home in Ubud.",
}
VALUE = {"ayu": "peanuts", "budi": "kopi", "citra": "ubud"}


def wrote(text: str, *facts: int, stop_reason: str = "end_turn") -> Result:
    """Return a result with one sentence."""
    body = json.dumps({"sentences": [{"text": text, "facts": list(facts or (1,))}]})
    return succeeded(answered(body, stop_reason).body)


@dataclass
class Scripted:
    """What becomes of each person's question, by whose words are in it; unless told, it is answered well."""

    instead: dict[str, Result | None] = field(default_factory=dict)
    on_send: list[Said] = field(default_factory=list)

    def outcome(self, _: str, params: Mapping[str, Any]) -> Result | None:
        content = str(params["messages"][0]["content"]).lower()
        name = next(name for name, value in VALUE.items() if value in content)
        return self.instead[name] if name in self.instead else wrote(SHORT[name])

    def script(self, _: dict[str, Any]) -> Said:
        return self.on_send.pop(0) if self.on_send else Said()


@dataclass
class Platform:
    """A platform whose model is scripted."""

    database: Database
    settings: Settings
    scripted: Scripted
    batches: Batches
    server: ModelServer

    def ingest(self) -> Batched:
        with exclusive(self.database, store.WRITER_SET, "run", self.settings) as lease:
            erase_gone(lease, "deep_dream", self.settings)
            return summary_writer.ingest(lease, self.settings)

    def submit(self) -> Batched:
        with exclusive(self.database, store.WRITER_SET, "run", self.settings) as lease:
            return summary_writer.submit(lease, self.settings)

    def fold(self) -> dict[str, int]:
        with exclusive(self.database, store.WRITER_SET, "run", self.settings) as lease:
            done = light_dream.summarise(lease, self.settings)
            light_dream.write_prompts(lease, self.settings)
        return done.counts

    def week(self) -> Batched:
        """Send, let it end, ingest, fold."""
        self.submit()
        done = self.ingest()
        self.fold()
        return done

    def summaries(self) -> dict[str, str]:
        table = summary_store.SUMMARIES
        with self.database.reading() as snapshot:
            return {row.user_id: row.text for row in snapshot.execute(sa.select(table))}

    def writers(self) -> set[str]:
        with self.database.reading() as snapshot:
            return set(snapshot.scalars(sa.select(summary_store.SUMMARIES.c.writer)))

    def count(self, model: type[Any]) -> int:
        with self.database.reading() as snapshot:
            return snapshot.scalar(sa.select(sa.func.count()).select_from(table_of(model))) or 0

    @property
    def sent(self) -> int:
        return sum(len(one.requests) for one in self.batches.taken)


@contextmanager
def asking(database: Database, settings: Settings, **changed: Any) -> Iterator[Platform]:
    """Yield a platform that asks a scripted model."""
    scripted = Scripted()
    batches = Batches(scripted.outcome)
    with serving(scripted.script, batches) as server:
        own = {"anthropic_api_key": SecretStr("key"), "model_url": server.url, "model_retries": 0}
        with_model = settings.model_copy(update={**own, "model_timeout_s": 60.0, **changed})
        yield Platform(database, with_model, scripted, batches, server)


def build(database: Database, settings: Settings) -> None:
    """Let three people say one thing each, remembered and not yet summed up."""
    insert(database, USERS, people(*TALK))
    insert(database, INTERACTIONS, [message(name, text, MONDAY, 600) for name, text in TALK.items()])
    learn(database, settings)


def learn(database: Database, settings: Settings) -> None:
    """Read the days that somebody spoke on, offline, and remember."""
    with exclusive(database, store.WRITER_SET, "night", settings) as lease:
        list(light_dream.dream(lease, [MONDAY, TUESDAY], settings))
        light_dream.remember(lease, settings)
