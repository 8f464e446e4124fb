"""Dreaming's assets: thin, one sentence each: load -> think -> apply -> report.

The only file of the wing that knows Dagster. What does not belong here: SQL and thinking.
"""

import time
from collections.abc import Iterator, Mapping

import dagster as dg
from pydantic import Field

from agnt_pipelines import sources
from agnt_pipelines.dreaming import checks, deep_dream, deep_store, light_dream, store
from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.partitions import DAYS, DREAM_WEEKS
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK
from agnt_pipelines.resources import WriterSet

_GROUP = "dreaming"
_OWNERS = ["team:agnt"]
_KINDS = {"python", "postgres"}
_TAGS = {"tier": "nightly", "lock": store.WRITER_SET, "pii": "yes"}
_WEEKLY = {**_TAGS, "tier": "weekly"}
_NOBODY = {**_WEEKLY, "pii": "no"}


class DreamConfig(dg.Config):
    """What an operator may choose in the launchpad."""

    code: bool = Field(
        default=False,
        description="Also redo folds that only an older version of the code made.",
    )


@dg.asset(
    deps=[sources.key_of(name) for name in ("interactions", "bookings", "saved_preferences", "users")],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_TAGS,
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
    try:
        for done in light_dream.dream(lease, windows, dreaming.settings):
            context.log.info("%s: %d added, %d unchanged", done.window_key, done.added, done.unchanged)
            context.add_asset_metadata(_metadata(done), partition_key=done.window_key)
    except PlanRefused as refused:
        yield from _verdicts(refused.failed, len(keys))
        raise
    yield from _verdicts({}, len(keys))
    yield dg.MaterializeResult(metadata={"duration_s": round(time.monotonic() - started, 3)})


@dg.asset(
    deps=[observations],
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_TAGS,
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
    tags=_TAGS,
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


def _verdicts(failed: Mapping[str, int], windows: int) -> Iterator[dg.AssetCheckResult]:
    """Report every check of the plan: it was made before anything was written."""
    for name in checks.DESCRIPTIONS:
        counts = {"windows": windows, "failed_claims": failed.get(name, 0)}
        yield dg.AssetCheckResult(passed=name not in failed, check_name=name, metadata=counts)


@dg.asset(
    deps=[observations],
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=deep_store.TASTE_VERSION,
    metadata={"dagster/table_name": "mind.taste_profiles"},
)
def taste_profiles(config: DreamConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """How much of what a person said they like or avoid still counts, by half-lives.

    **Reads** `mind.observations`. **Writes** `mind.taste_profiles` for people whose observations
    changed. **When**: 02:00 WITA. **Cost**: no model. **Lock**: `dreaming`.
    """
    started = time.monotonic()
    lease = dreaming.lease(store.LIGHT_DREAM)
    done = light_dream.weigh_taste(lease, dreaming.settings, code=config.code)
    return dg.MaterializeResult(metadata=_metadata(done, time.monotonic() - started))


@dg.asset(
    deps=[dg.AssetDep(observations, partition_mapping=dg.TimeWindowPartitionMapping())],
    partitions_def=DREAM_WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_WEEKLY,
    code_version=deep_store.THEMES_VERSION,
    metadata={"dagster/table_name": "mind.memory_chunks"},
)
def memory_chunks(
    context: dg.AssetExecutionContext, dreaming: WriterSet
) -> Iterator[dg.MaterializeResult[None]]:
    """Long-term memories: the themes of a person's week, with the claims that they cite.

    **Reads** `mind.observations` of the week. **Writes** `mind.memory_chunks`, per person and week, as
    a difference. **When**: Monday 04:00 WITA for the week before. **Cost**: no model. **Lock**: `dreaming`.
    """
    started = time.monotonic()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    windows = [DREAM_WEEK.window(key) for key in context.partition_keys]
    for done in deep_dream.remember(lease, windows, dreaming.settings):
        context.add_asset_metadata(_metadata(done), partition_key=done.window_key)
    yield dg.MaterializeResult(metadata={"duration_s": round(time.monotonic() - started, 3)})


@dg.asset(
    deps=[
        dg.AssetDep(observations, partition_mapping=dg.TimeWindowPartitionMapping()),
        *(sources.key_of(name) for name in ("interactions", "bookings", "venues")),
    ],
    partitions_def=DREAM_WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_NOBODY,
    code_version=deep_store.INSIGHTS_VERSION,
    metadata={"dagster/table_name": "mind.agent_insights"},
)
def agent_insights(
    context: dg.AssetExecutionContext, dreaming: WriterSet
) -> Iterator[dg.MaterializeResult[None]]:
    """What a week says of an agent's work: shares with intervals, told of five people or more.

    **Reads** `mind.observations`, `source.interactions` and `bookings` of the week. **Writes**
    `mind.agent_insights`, per agent and week, as a difference. **When**: Monday 04:00 WITA for the
    week before. **Cost**: no model. **Lock**: `dreaming`.
    """
    started = time.monotonic()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    windows = [DREAM_WEEK.window(key) for key in context.partition_keys]
    for done in deep_dream.compare(lease, windows, dreaming.settings):
        context.add_asset_metadata(_metadata(done), partition_key=done.window_key)
    yield dg.MaterializeResult(metadata={"duration_s": round(time.monotonic() - started, 3)})


@dg.asset(
    deps=[agent_insights],
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_NOBODY,
    code_version=deep_store.HYPOTHESES_VERSION,
    metadata={"dagster/table_name": "mind.hypotheses"},
)
def hypotheses(config: DreamConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """What a share that moved may mean, scored on later weeks alone, and how good such guesses were.

    **Reads** `mind.agent_insights`. **Writes** `mind.hypotheses` for agents whose insights changed.
    **When**: Monday 04:00 WITA. **Cost**: no model. **Lock**: `dreaming`.
    """
    started = time.monotonic()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    done = deep_dream.suppose(lease, dreaming.settings, code=config.code)
    scores = {
        kind: {"brier": score, "decided": decided}
        for kind, (score, decided) in deep_dream.calibration(lease).items()
    }
    calibration = {"calibration": dg.MetadataValue.json(scores)}
    return dg.MaterializeResult(metadata={**_metadata(done, time.monotonic() - started), **calibration})


LIGHT = (observations, user_memory, soul_prompts, taste_profiles)
DEEP = (memory_chunks, agent_insights, hypotheses)
ASSETS = (*LIGHT, *DEEP)


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
