"""Where a text may come out: everything that an agent, another person or the public is shown.

What belongs here: reading each sink whole, as (who it is about, text). What does not: what is looked for.
A sink is read through what serves it, where something does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import AgntError
from agnt_pipelines.serving.recommendations import recommend_for
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import Kind, role_of, tables_of_kind
from agnt_pipelines.storage.tables.wiki import shared_memory

Piece = tuple[str | None, str]
"""Whom a text is about, or None; the text."""

_SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "faq": ("mind.faq_entries",),
    "insights": ("mind.agent_insights", "mind.hypotheses"),
    "memory_chunks": ("mind.memory_chunks",),
    "graph": ("mind.entity_nodes", "mind.entity_edges"),
    "soul_prompts": ("mind.soul_prompts",),
    "summaries": ("mind.summaries",),
    "agents": ("mind.agent_chunks", "mind.agent_summaries", "mind.agent_prompts"),
    "user_memory": ("mind.user_memory",),
    "taste": ("mind.taste_profiles",),
}


def sinks(database: Database, people: list[str]) -> Iterator[tuple[str, list[Piece]]]:
    """Yield each sink's name and everything in it; "rows" are all rows about a person, for others' eyes."""
    with database.reading() as snapshot:
        for name, tables in _SHARED.items():
            yield name, [piece for table in tables for piece in _rows(snapshot, table)]
        yield "project_memory", [(None, _text(row)) for row in snapshot.execute(shared_memory())]
        yield "rows", list(_personal(snapshot))
    yield "recommendations", list(_recommended(database, people))


def _rows(snapshot: Connection, name: str) -> list[Piece]:
    table = next(one for one in tables_of_kind(Kind.STATE) if one.fullname == name)
    person = role_of(table).person
    return [
        (row._mapping[person] if person else None, _text(row))  # noqa: SLF001 - a row's public mapping
        for row in snapshot.execute(sa.select(table))
    ]


def _personal(snapshot: Connection) -> Iterator[Piece]:
    """Yield every row of STATE about one person; they matter where the person is not the author."""
    for table in tables_of_kind(Kind.STATE):
        if role_of(table).person is not None:
            yield from _rows(snapshot, table.fullname)


def _recommended(database: Database, people: list[str]) -> Iterator[Piece]:
    for person in people:
        try:
            found = recommend_for(database, person, limit=20, again=True)
        except AgntError:
            continue
        yield from ((person, json.dumps([one.name, one.why, one.path])) for one in found)


_PLAIN: Callable[[Any], str] = str


def _text(row: Any) -> str:
    return json.dumps([_value(value) for value in row], ensure_ascii=False, default=_PLAIN)


def _value(value: Any) -> Any:
    """Return what a reader sees of a column: a vector's numbers are no words."""
    is_vector = hasattr(value, "shape") or (isinstance(value, list) and value and isinstance(value[0], float))
    return None if is_vector else value
