"""The FAQ's assets: thin, one sentence each. The only file of the wing that knows Dagster.

What does not belong here: SQL and thinking.
"""

from collections.abc import Iterator

import dagster as dg

from agnt_pipelines import run_report
from agnt_pipelines.catalogue import About, asset, checks_of
from agnt_pipelines.faq import faq_compile, faq_extract, index, store
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sources import key_of


@asset(
    "faq_candidates",
    About(
        what=(
            "Questions that a week's support conversations asked for everybody, counted and redacted. "
            "Look at them with `./agnt faq list`."
        ),
        reads="`source.interactions` of conversations that began in the week",
        writes="`mind.faq_candidates`, the week as a whole, as a difference; nobody's words",
        version=store.QUESTIONS_VERSION,
        pii="redacted",
        table="faq_candidates",
    ),
    windowed=True,
    deps=[key_of("interactions"), key_of("users")],
)
def faq_candidates(context: dg.AssetExecutionContext, faq: WriterSet) -> dg.MaterializeResult[None]:
    """Extract the weeks of a run, oldest first."""
    lease = faq.lease(store.EXTRACT)
    windows = run_report.windows_of(context)
    found = faq_extract.extract(lease, windows, faq.settings, context.log.info)
    return run_report.of_windows(context, found)


@asset(
    "faq_entries",
    About(
        what=(
            "The registry as of a week: every entry ever approved, and what has become of it. The days "
            "between a week's end and its compilation are for review."
        ),
        reads=(
            "`mind.faq_candidates` of a complete extraction of this very week and of those before, "
            "`mind.faq_reviews` and minted ids"
        ),
        writes="`mind.faq_entries` of the week, as a difference",
        version=store.REGISTRY_VERSION,
        pii="redacted",
        table="faq_entries",
    ),
    windowed=True,
    deps=[faq_candidates],
)
def faq_entries(context: dg.AssetExecutionContext, faq: WriterSet) -> dg.MaterializeResult[None]:
    """Compile the weeks of a run, oldest first."""
    lease = faq.lease(store.COMPILE)
    windows = run_report.windows_of(context)
    return run_report.of_windows(context, faq_compile.compile_weeks(lease, windows, faq.settings))


@asset(
    "faq_index",
    About(
        what="The week's index as an immutable file, named by its digest, staged and not yet public.",
        reads="`mind.faq_entries` of the week",
        writes="`faq/<sha256>.json` in the state folder, after every check has passed",
        version=str(index.SCHEMA_VERSION),
        pii="redacted",
        kinds=frozenset({"python", "json"}),
    ),
    windowed=True,
    deps=[faq_entries],
    check_specs=[
        *checks_of("faq_index", index.CHECKS),
        *checks_of("faq_index", index.ADVICE, blocking=False),
    ],
)
def faq_index(
    context: dg.AssetExecutionContext, faq: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Stage the index of each week whose checks all pass."""
    watch = run_report.Stopwatch()
    lease = faq.lease(store.COMPILE)
    failures: dict[str, int] = {}
    disputed = 0
    for window in run_report.windows_of(context):
        with lease.database.reading() as snapshot:
            found = faq_compile.staged(snapshot, window.key)
            disputed = faq_compile.disputed(snapshot, found, faq.settings)
        failed = index.failed(found, store.redactor(faq.settings))
        failures |= failed
        if not failed:
            known = faq_compile.staged_file(found.sha256, faq.settings).exists()
            faq_compile.stage(found, faq.settings)
            rows = {"unchanged" if known else "added": len(found.items)}
            told = {"entries": len(found.items), "gone": len(found.gone), "sha256": found.sha256}
            run_report.note(context, window.key, {**run_report.fates(**rows), **told})
    yield from run_report.verdicts("faq_index", index.CHECKS, failures)
    (advice,) = index.ADVICE
    yield dg.AssetCheckResult(
        asset_key="faq_index",
        check_name=advice,
        passed=disputed == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"disputed": disputed},
    )
    crash_point("event.before")
    yield dg.MaterializeResult(metadata=watch.cost())


@asset(
    "faq_publication",
    About(
        what=(
            "The pointer to what the public page shows; it only ever moves to a newer week or revision. A "
            "backfill of an old week moves nothing."
        ),
        reads="the staged index, once its checks have passed",
        writes="one row of `mind.faq_publications`, by compare and swap",
        version="1",
        pii="redacted",
        table="faq_publications",
    ),
    windowed=True,
    deps=[faq_index],
)
def faq_publication(context: dg.AssetExecutionContext, faq: WriterSet) -> dg.MaterializeResult[None]:
    """Move the pointer to each week that is newer than what is public."""
    watch = run_report.Stopwatch()
    lease = faq.lease(store.COMPILE)
    for window in run_report.windows_of(context):
        done = faq_compile.publish(lease, window.key, faq.settings)
        context.log.info("%s: %s", done.window_key, done.reason)
        rows = run_report.fates(added=int(done.moved), unchanged=int(not done.moved))
        said = {"moved": done.moved, "reason": done.reason, "sha256": done.sha256, "entries": done.entries}
        run_report.note(context, window.key, {**rows, **said})
    crash_point("event.before")
    return dg.MaterializeResult(metadata=watch.cost())


ASSETS = (faq_candidates, faq_entries, faq_index, faq_publication)
