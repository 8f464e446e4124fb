"""What light dreaming asks of a model, against one call a message: both counted on the scripted server.

What belongs here: the two ways of asking, and the re-run that must ask nothing. What does not: the server
(`model_server`) and the talk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from agnt_pipelines.dreaming import prompts, store
from agnt_pipelines.dreaming.claims import Message
from agnt_pipelines.language.claude import Claude
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import ModelAnswer
from benchmarks.model_server import ModelServer, message, serving

_SAMPLE = 500
"""Messages that are really asked one by one; the rest of the day costs what they do."""

_ANSWERS = table_of(ModelAnswer)


@contextmanager
def with_model(settings: Settings) -> Iterator[tuple[Settings, ModelServer]]:
    """Yield settings of a model that finds nothing, and its server."""
    nothing = message(json.dumps({"claims": []}))
    with serving(lambda _: nothing) as server:
        own = {"anthropic_api_key": SecretStr("bench"), "model_url": server.url, "model_usd_per_run": 1000.0}
        yield settings.model_copy(update=own), server


def one_by_one(database: Database, settings: Settings, window: Window, count: int) -> tuple[float, float]:
    """Return (calls, input tokens) of asking about each of a day's messages alone."""
    with database.reading() as snapshot:
        people = [f"p{number}" for number in range(_SAMPLE)]
        talk: list[Message] = []
        for one in store.read_messages(snapshot, window, people, _SAMPLE):
            talk.append(one)
            if len(talk) == _SAMPLE:
                break
    with with_model(settings) as (own, server), closing(Claude(own)) as model:
        for one in talk:
            model.ask(prompts.request_of([(one, one.content)]))
        scale = count / max(len(talk), 1)
        return len(server.asked) * scale, server.tokens * scale


def usd(database: Database, settings: Settings) -> float:
    """Return what the staged answers cost at the settings' prices."""
    with database.reading() as snapshot:
        used: list[dict[str, Any]] = list(snapshot.scalars(sa.select(_ANSWERS.c.usage)))
    tokens = (sum(one.get(name, 0) for one in used) for name in ("input_tokens", "output_tokens"))
    prices = (settings.model_usd_in, settings.model_usd_out)
    return float(sum(count * price for count, price in zip(tokens, prices, strict=True))) / 1e6
