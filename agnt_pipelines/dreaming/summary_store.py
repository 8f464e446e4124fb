"""The SQL of summaries and of agents' prompts: derivations, what they read, rows in and out of dataclasses.

What belongs here: that. What does not: the sentences (`summaries`), and asking a model (`summary_writer`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import deep_store, pin_store, store
from agnt_pipelines.dreaming.agent_prompt import AgentPrompt
from agnt_pipelines.dreaming.claims import UserId
from agnt_pipelines.dreaming.memories import Sentence
from agnt_pipelines.dreaming.summaries import PROMPT_VERSION
from agnt_pipelines.replay import webhook
from agnt_pipelines.replay.derivation import Derivation, Row
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import dreaming as tables
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import WindowUnit

SUMMARIES = table_of(tables.Summary)
AGENT_SUMMARIES = table_of(tables.AgentSummary)
AGENT_PROMPTS = table_of(tables.AgentPrompt)
_UNITS = table_of(WindowUnit)

SUMMARY_VERSION = "1"
AGENT_PROMPT_VERSION = "1"
"""Raised with every change that may change rows, as those of `store`."""


def summaries(settings: Settings) -> Derivation:
    """The summary of a person: a fold over their memories."""
    return Derivation(
        name="summaries",
        job=store.LIGHT_DREAM,
        writer_set=store.WRITER_SET,
        version=_version(settings),
        tables=(SUMMARIES,),
        calendar=None,
        upstream=store.user_memory(settings),
        digests=pin_store.digests("user_memory"),
    )


def agent_summaries(settings: Settings) -> Derivation:
    """The summary of an agent's newest week with insights."""
    return Derivation(
        name="agent_summaries",
        job=deep_store.DEEP_DREAM,
        writer_set=store.WRITER_SET,
        version=_version(settings),
        tables=(AGENT_SUMMARIES,),
        calendar=None,
        upstream=deep_store.agent_insights(settings),
    )


def agent_prompts(settings: Settings) -> Derivation:
    """The versions of an agent's own memory block, over all weeks with insights."""
    return Derivation(
        name="agent_prompts",
        job=deep_store.DEEP_DREAM,
        writer_set=store.WRITER_SET,
        version=f"agent prompt {AGENT_PROMPT_VERSION}, {settings.soul_prompt_tokens} tokens",
        tables=(AGENT_PROMPTS,),
        calendar=None,
        upstream=deep_store.agent_insights(settings),
        digests=_digests("agent_insights", "hypotheses", "agent_summaries"),
        announces=None if settings.soul_prompt_hook is None else webhook.AGENT_PROMPT,
    )


def read_summaries(connection: Connection, people: Collection[str]) -> dict[UserId, list[Sentence]]:
    """Return the summaries of some people, in reading order."""
    found: defaultdict[UserId, list[Sentence]] = defaultdict(list)
    mine = SUMMARIES.c.user_id == sa.func.any(sa.bindparam("people", list(people), ARRAY(sa.Text)))
    for row in connection.execute(sa.select(SUMMARIES).where(mine).order_by(SUMMARIES.c.place)):
        found[UserId(row.user_id)].append(Sentence(row.text, tuple(row.cites)))
    return dict(found)


def read_agent_summaries(connection: Connection, agents: Collection[str]) -> dict[str, list[Sentence]]:
    """Return the summaries of some agents, in reading order."""
    found: defaultdict[str, list[Sentence]] = defaultdict(list)
    mine = AGENT_SUMMARIES.c.agent_id == sa.func.any(sa.bindparam("agents", list(agents), ARRAY(sa.Text)))
    for row in connection.execute(sa.select(AGENT_SUMMARIES).where(mine).order_by(AGENT_SUMMARIES.c.place)):
        found[row.agent_id].append(Sentence(row.text, tuple(row.cites)))
    return dict(found)


def sentence_row(unit: str, place: int, sentence: Sentence, writer: str) -> Row:
    """Return a sentence as a row of `mind.summaries` or `mind.agent_summaries`."""
    return unit, place, sentence.text, list(sentence.cites), writer


def prompt_row(prompt: AgentPrompt) -> Row:
    """Return a version of an agent's prompt as a row of `mind.agent_prompts`."""
    return (
        prompt.agent_id,
        prompt.version,
        prompt.window_key,
        prompt.text,
        prompt.token_count,
        list(prompt.insight_ids),
        list(prompt.left_out),
        prompt.content_hash,
    )


def _version(settings: Settings) -> str:
    """Return what decides a summary's rows: the template's version, and who is asked where a key is set."""
    if settings.anthropic_api_key is None:
        return f"summary {SUMMARY_VERSION}"
    stand_in = ", offline stands in" if settings.model_stand_in else ""
    return f"summary {SUMMARY_VERSION}, {settings.model_small} {PROMPT_VERSION}{stand_in}"


def _digests(*names: str) -> sa.Select[tuple[str, str, str]]:
    """Select (FOLD, unit, digest) of a fold that reads several derivations of the same units."""
    unit = _UNITS.c
    line = unit.derivation + sa.literal(" ") + unit.window_key + sa.literal(" ") + unit.digest_out
    lines = sa.func.string_agg(line, sa.text("E'\\n' ORDER BY derivation, window_key"))
    return (
        sa.select(
            sa.literal(FOLD).label("window_key"),
            unit.unit.label("unit"),
            sa.func.encode(sa.func.sha256(sa.func.convert_to(lines, "UTF8")), "hex").label("digest_in"),
        )
        .where(unit.derivation.in_(names), unit.rows > 0)
        .group_by(unit.unit)
    )
