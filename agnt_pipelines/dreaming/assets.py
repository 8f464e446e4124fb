"""Dreaming's assets: thin, one sentence each: load -> think -> apply -> report.

The only file of the wing that knows Dagster. What does not belong here: SQL and thinking.
"""

import time
from collections.abc import Iterator, Mapping

import dagster as dg
from pydantic import Field

from agnt_pipelines.dreaming import checks, light_dream, store
from agnt_pipelines.partitions import DAYS
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.resources import WriterSet

_GROUP = "dreaming"
_OWNERS = ["team:agnt"]
_KINDS = {"python", "postgres"}


class DreamConfig(dg.Config):
    """What an operator may choose in the launchpad."""

    code: bool = Field(
        default=False,
        description="Also redo folds that only an older version of the code made.",
    )


@dg.asset(
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags={"tier": "nightly", "lock": store.WRITER_SET, "pii": "yes"},
    code_version=store.GRAMMAR_VERSION,
    metadata={"dagster/table_name": "mind.observations"},
    check_specs=[
        dg.AssetCheckSpec(name, asset="observations", blocking=True, description=text)
        for name, text in checks.DESCRIPTIONS.items()
    ],
)
def observations(
    context: dg.AssetExecutionContext, dreaming: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Claims that a day's dream took from people's own words and records, each with its evidence.

    **Reads** `source.interactions`, `bookings`, `saved_preferences` of the day.
    **Writes** `mind.observations`, per person and day, as a difference. **When**: 02:00 WITA for the
    day before. **Cost**: no model. **Lock**: `dreaming`.
    """
    lease = dreaming.lease(store.LIGHT_DREAM)
    keys = context.partition_keys
    windows = [DAY.window(key) for key in keys]
    started = time.monotonic()
    for done in light_dream.dream(lease, windows, dreaming.settings):
        context.log.info("%s: %d added, %d unchanged", done.window_key, done.added, done.unchanged)
        context.add_asset_metadata(_metadata(done), partition_key=done.window_key)
    for name in checks.DESCRIPTIONS:
        yield dg.AssetCheckResult(passed=True, check_name=name, metadata={"windows": len(keys)})
    yield dg.MaterializeResult(metadata={"duration_s": round(time.monotonic() - started, 3)})


@dg.asset(
    deps=[observations],
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags={"tier": "nightly", "lock": store.WRITER_SET, "pii": "yes"},
    code_version=store.FOLD_VERSION,
    metadata={"dagster/table_name": "mind.user_memory"},
)
def user_memory(config: DreamConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """What agents may say they know about a person: the fold of all their observations.

    **Reads** `mind.observations`. **Writes** `mind.user_memory` for people whose observations
    changed. A fold that would lose too much is held (`./agnt holds`). **Lock**: `dreaming`.
    """
    started = time.monotonic()
    lease = dreaming.lease(store.LIGHT_DREAM)
    done = light_dream.remember(lease, dreaming.settings, code=config.code)
    return dg.MaterializeResult(metadata=_metadata(done, time.monotonic() - started))


@dg.asset(
    deps=[user_memory],
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags={"tier": "nightly", "lock": store.WRITER_SET, "pii": "yes"},
    code_version=store.PROMPT_VERSION,
    metadata={"dagster/table_name": "mind.soul_prompts"},
)
def soul_prompts(config: DreamConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """The memory block of each person's system prompt, in versions by window.

    **Reads** `mind.observations`. **Writes** `mind.soul_prompts` for people whose observations
    changed. **Lock**: `dreaming`.
    """
    started = time.monotonic()
    lease = dreaming.lease(store.LIGHT_DREAM)
    done = light_dream.write_prompts(lease, dreaming.settings, code=config.code)
    return dg.MaterializeResult(metadata=_metadata(done, time.monotonic() - started))


ASSETS = (observations, user_memory, soul_prompts)


def _metadata(done: Applied, duration_s: float | None = None) -> Mapping[str, dg.MetadataValue]:
    """Return what a run reports: numbers, reasons, watermark, and a preview without anyone's words."""
    numbers = done.numbers()
    rejected = _named(numbers, "rejected_")
    metadata: dict[str, dg.MetadataValue] = {
        name: dg.MetadataValue.int(number)
        for name, number in numbers.items()
        if not name.startswith(("rejected_", "slot_"))
    }
    metadata["rows_superseded"] = dg.MetadataValue.int(numbers.get("memories_superseded", 0))
    metadata["rejected_by_reason"] = dg.MetadataValue.json(rejected)
    if slots := _named(numbers, "slot_"):
        lines = [f"| {name} | {count} |" for name, count in slots.items()]
        metadata["preview"] = dg.MetadataValue.md("\n".join(["| slot | claims |", "|---|---|", *lines]))
    if done.watermark is not None:
        metadata["watermark"] = dg.MetadataValue.timestamp(done.watermark)
    if duration_s is not None:
        metadata["duration_s"] = dg.MetadataValue.float(round(duration_s, 3))
    return metadata


def _named(numbers: Mapping[str, int], prefix: str) -> dict[str, int]:
    found = {name.removeprefix(prefix): count for name, count in numbers.items() if name.startswith(prefix)}
    return dict(sorted(found.items()))
