"""The SQL of agents' and the project's long-term memory: what a week reads, and its rows.

What belongs here: that. What does not: which values may be told (`agent_chunks`).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import deep_store, store
from agnt_pipelines.dreaming.agent_chunks import AgentChunk, Told
from agnt_pipelines.dreaming.claims import Polarity, Slot
from agnt_pipelines.dreaming.insights import FLEET
from agnt_pipelines.replay.derivation import Derivation, InputSource, Row, content_id
from agnt_pipelines.replay.windows import DREAM_WEEK, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import dreaming as tables
from agnt_pipelines.storage.tables import table_of

AGENT_CHUNKS = table_of(tables.AgentChunk)
AGENT_CHUNKS_VERSION = "1"
"""Raised with every change that may change rows, as those of `store`."""


def agent_chunks(settings: Settings) -> Derivation:
    """What many told an agent in a week: determined by all claims that were made to it."""
    claims = deep_store.of_agents(
        deep_store.claims_of_agents(), "slot", "value", "polarity", "subject", "trust"
    )
    return Derivation(
        name="agent_chunks",
        job=deep_store.DEEP_DREAM,
        writer_set=store.WRITER_SET,
        version=f"agent chunks {AGENT_CHUNKS_VERSION}",
        tables=(AGENT_CHUNKS,),
        calendar=DREAM_WEEK,
        sources=(InputSource("claims", claims),),
        upstream=store.observations(settings),
    )


def read_told(connection: Connection, window: Window, agents: Collection[str]) -> dict[str, list[Told]]:
    """Return what people told some agents of themselves in a week; `FLEET` is told everything."""
    found: dict[str, list[Told]] = {agent: [] for agent in agents}
    query = deep_store.within(deep_store.claims_of_agents(), window, agents)
    for row in connection.execute(query):
        if row.subject != "self":
            continue
        told = Told(
            UUID(row.row_id), row.person, Slot(row.slot), row.value, Polarity(row.polarity), row.trust
        )
        for agent in {row.agent_id, FLEET}:
            if agent in found:
                found[agent].append(told)
    return found


def chunk_row(chunk: AgentChunk) -> Row:
    """Return a theme of an agent's week as a row of `mind.agent_chunks`."""
    return (
        content_id("agent_chunk", chunk.agent_id, chunk.window_key, chunk.theme),
        chunk.window_key,
        chunk.agent_id,
        chunk.theme.value,
        chunk.text,
        chunk.people,
        chunk.trust,
        list(chunk.observation_ids),
    )
