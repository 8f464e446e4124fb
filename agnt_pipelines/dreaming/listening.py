"""People's talk, a few people at a time: what the gate admits goes to the extractor before it is observed.

What belongs here: how much talk is held in memory at once. What does not: what the gate, the extractor and
the grammar decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from agnt_pipelines.dreaming.claims import Message, Rejection, UserId
from agnt_pipelines.dreaming.extractor import Extracted, Extractor, Offline
from agnt_pipelines.dreaming.gate import admit

PEOPLE_AT_ONCE = 256
CHARS_AT_ONCE = 8_000_000
"""Whoever comes after so much talk waits for the next batch (memory's bound, but for one person's day)."""


def heard(
    messages: Iterable[Message], extractor: Extractor, max_bytes: int
) -> Iterator[tuple[UserId, Iterable[Message], Extracted]]:
    """Yield each person's messages with what the extractor read in them; messages come by person."""
    if isinstance(extractor, Offline):  # nobody else listens: a person's talk need not be held
        for person, talk in groupby(messages, key=attrgetter("user_id")):
            yield person, talk, Extracted()
        return
    batch: dict[UserId, list[Message]] = {}
    size = 0
    for person, said in groupby(messages, key=attrgetter("user_id")):
        batch[person] = list(said)
        size += sum(len(message.content) for message in batch[person])
        if len(batch) >= PEOPLE_AT_ONCE or size >= CHARS_AT_ONCE:
            yield from _read(batch, extractor, max_bytes)
            batch, size = {}, 0
    yield from _read(batch, extractor, max_bytes)


def _read(
    batch: dict[UserId, list[Message]], extractor: Extractor, max_bytes: int
) -> Iterator[tuple[UserId, list[Message], Extracted]]:
    talks = {person: _admitted(talk, max_bytes) for person, talk in batch.items()}
    extracted = extractor.extract(talks)
    for person, talk in batch.items():
        yield person, talk, extracted[person]


def _admitted(talk: list[Message], max_bytes: int) -> list[tuple[Message, str]]:
    judged = ((message, admit(message, max_bytes=max_bytes)) for message in talk)
    return [(message, words) for message, words in judged if not isinstance(words, Rejection)]
