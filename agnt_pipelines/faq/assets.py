"""The FAQ's assets: thin, one sentence each. The only file of the wing that knows Dagster.

What does not belong here: SQL and thinking.
"""

import time
from collections.abc import Iterator, Mapping

import dagster as dg

from agnt_pipelines.faq import faq_compile, faq_extract, index, store
from agnt_pipelines.partitions import FAQ_WEEKS
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.windows import FAQ_WEEK, WITA, Window
from agnt_pipelines.resources import WriterSet

_GROUP = "faq"
_OWNERS = ["team:agnt"]
_KINDS = {"python", "postgres"}
_TAGS = {"tier": "weekly", "lock": store.WRITER_SET, "pii": "redacted"}


@dg.asset(
    partitions_def=FAQ_WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=store.QUESTIONS_VERSION,
    metadata={"dagster/table_name": "mind.faq_candidates"},
)
def faq_candidates(context: dg.AssetExecutionContext, faq: WriterSet) -> dg.MaterializeResult[None]:
    """Questions that a week's support conversations asked for everybody, counted and redacted.

    **Reads** `source.interactions` of conversations that began in the week. **Writes**
    `mind.faq_candidates`, the week as a whole, as a difference; nobody's words. **When**: Sunday 23:59
    WITA, as the week closes. **Cost**: no model. **Lock**: `faq`. **Then**: `./agnt faq list`.
    """
    began = time.monotonic()
    lease = faq.lease(store.EXTRACT)
    for done in faq_extract.extract(lease, _windows(context), faq.settings):
        context.log.info("%s: %d added, %d unchanged", done.window_key, done.added, done.unchanged)
        context.add_asset_metadata(_metadata(done), partition_key=done.window_key)
    return dg.MaterializeResult(metadata={"duration_s": round(time.monotonic() - began, 3)})


@dg.asset(
    deps=[faq_candidates],
    partitions_def=FAQ_WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_TAGS,
    code_version=store.REGISTRY_VERSION,
    metadata={"dagster/table_name": "mind.faq_entries"},
)
def faq_entries(context: dg.AssetExecutionContext, faq: WriterSet) -> dg.MaterializeResult[None]:
    """The registry as of a week: every entry ever approved, and what has become of it.

    **Reads** `mind.faq_candidates` of a complete extraction of this very week and of those before,
    `mind.faq_reviews`, minted ids. **Writes** `mind.faq_entries` of the week. **When**: Sunday 03:00
    WITA for the week that closed the Sunday before: the days between are for review. **Lock**: `faq`.
    """
    began = time.monotonic()
    lease = faq.lease(store.COMPILE)
    for done in faq_compile.compile_weeks(lease, _windows(context), faq.settings):
        context.log.info("%s: %d added, %d unchanged", done.window_key, done.added, done.unchanged)
        context.add_asset_metadata(_metadata(done), partition_key=done.window_key)
    return dg.MaterializeResult(metadata={"duration_s": round(time.monotonic() - began, 3)})


@dg.asset(
    deps=[faq_entries],
    partitions_def=FAQ_WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds={"python", "json"},
    tags=_TAGS,
    code_version=str(index.SCHEMA_VERSION),
    check_specs=[
        dg.AssetCheckSpec(name, asset="faq_index", blocking=True, description=text)
        for name, text in index.CHECKS.items()
    ],
)
def faq_index(
    context: dg.AssetExecutionContext, faq: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """The week's index as an immutable file, named by its digest, staged and not yet public.

    **Reads** `mind.faq_entries` of the week. **Writes** `faq/<sha256>.json` in the state folder, after
    every check has passed. **When**: with the compilation. **Lock**: `faq`.
    """
    lease = faq.lease(store.COMPILE)
    failures: dict[str, int] = {}
    for window in _windows(context):
        with lease.database.reading() as snapshot:
            found = faq_compile.staged(snapshot, window.key)
        failed = index.failed(found, store.redactor(faq.settings))
        failures |= failed
        if not failed:
            faq_compile.stage(found, faq.settings)
            numbers = {"entries": len(found.items), "gone": len(found.gone), "sha256": found.sha256}
            context.add_asset_metadata(numbers, partition_key=window.key)
    for name in index.CHECKS:
        yield dg.AssetCheckResult(
            passed=name not in failures, check_name=name, metadata={"failures": failures.get(name, 0)}
        )
    yield dg.MaterializeResult()


@dg.asset(
    deps=[faq_index],
    partitions_def=FAQ_WEEKS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=store.WRITER_SET,
    group_name=_GROUP,
    owners=_OWNERS,
    kinds=_KINDS,
    tags=_TAGS,
    code_version="1",
    metadata={"dagster/table_name": "mind.faq_publications"},
)
def faq_publication(context: dg.AssetExecutionContext, faq: WriterSet) -> dg.MaterializeResult[None]:
    """The pointer to what the public page shows; it only ever moves to a newer week or revision.

    **Reads** the staged index. **Writes** one row of `mind.faq_publications`, by compare and swap.
    **When**: after the index has passed its checks. A backfill of an old week moves nothing. **Lock**:
    `faq`.
    """
    lease = faq.lease(store.COMPILE)
    for window in _windows(context):
        done = faq_compile.publish(lease, window.key, faq.settings)
        context.log.info("%s: %s", done.window_key, done.reason)
        said = {"moved": done.moved, "reason": done.reason, "sha256": done.sha256, "entries": done.entries}
        context.add_asset_metadata(said, partition_key=window.key)
    return dg.MaterializeResult()


ASSETS = (faq_candidates, faq_entries, faq_index, faq_publication)


def _windows(context: dg.AssetExecutionContext) -> list[Window]:
    return [FAQ_WEEK.window(key) for key in context.partition_keys]


def _metadata(done: Applied) -> Mapping[str, dg.MetadataValue]:
    """Return what a run reports: numbers, what was left out and why, and no words."""
    numbers = done.numbers()
    left = {name.removeprefix("left_"): n for name, n in numbers.items() if name.startswith("left_")}
    metadata: dict[str, dg.MetadataValue] = {
        name: dg.MetadataValue.int(number) for name, number in numbers.items() if not name.startswith("left_")
    }
    metadata["left_out_by_reason"] = dg.MetadataValue.json(dict(sorted(left.items())))
    closes = FAQ_WEEK.window(done.window_key).end.astimezone(WITA)
    metadata["week"] = dg.MetadataValue.text(f"week ending {closes:%a %d %b %Y} 23:59")
    if done.watermark is not None:
        metadata["watermark"] = dg.MetadataValue.timestamp(done.watermark)
    return metadata
