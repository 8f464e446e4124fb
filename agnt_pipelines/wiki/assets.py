"""The wiki's assets: its head is recorded, then pages, sections and project memory follow together.

The only file of the wing that knows Dagster. What does not belong here: SQL, git and thinking.
"""

import time
from collections.abc import Iterator, Mapping

import dagster as dg
from pydantic import Field

from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sources import GROUP as SOURCES
from agnt_pipelines.wiki import checks, store, wiki_reconcile

_PAGES, _SECTIONS, _MEMORY = "wiki_pages", "wiki_sections", "project_memory"
_REPOSITORY = dg.AssetKey([SOURCES, "wiki_repository"])
_TAGS = {"tier": "hourly", "lock": store.WRITER_SET, "pii": "no"}
_EXAMPLES = 10
_WHEN = "**When**: every 4 hours, and when the head moved. **Cost**: no model. **Lock**: `wiki`."

REPOSITORY = dg.AssetSpec(
    _REPOSITORY,
    group_name=SOURCES,
    kinds={"git"},
    owners=["team:platform"],
    tags={"tier": "source"},
    description="The authoritative wiki (AGNT_WIKI_URL). **Reads** nothing of ours: people write it.",
)


class WikiConfig(dg.Config):
    """What an operator may choose in the launchpad."""

    code: bool = Field(
        default=False,
        description="Also read pages again that only an older version of the code read.",
    )


@dg.asset(
    deps=[_REPOSITORY],
    pool=store.WRITER_SET,
    group_name="wiki",
    owners=["team:agnt"],
    kinds={"python", "git", "postgres"},
    tags=_TAGS,
    code_version="1",
    metadata={"dagster/table_name": "mind.wiki_heads"},
)
def wiki_heads(context: dg.AssetExecutionContext, wiki: WriterSet) -> dg.MaterializeResult[None]:
    """The sequence of heads that were met, with what each changed of the tree of pages.

    **Reads** the wiki's repository, through a bare mirror. **Writes** `mind.wiki_heads` and
    `mind.wiki_tree`, a step for each new head. **When**: every 4 hours, and when the head moved.
    **Cost**: one fetch. **Lock**: `wiki`. Without AGNT_WIKI_URL it does nothing and says so.
    """
    started = time.monotonic()
    step = wiki_reconcile.record(wiki.lease(store.WIKI_RECONCILE), wiki.settings)
    if step is None:
        context.log.info(wiki_reconcile.NO_WIKI)
        return dg.MaterializeResult(metadata={"wiki": wiki_reconcile.NO_WIKI, "steps_recorded": 0})
    seen: dict[str, str | int] = {"commit": step.head.commit, "pages": step.pages}
    context.log_event(dg.AssetObservation(asset_key=_REPOSITORY, metadata=seen))
    return dg.MaterializeResult(
        metadata={
            **seen,
            "seq": step.head.seq,
            "steps_recorded": int(step.new),
            "history_rewritten": step.rewritten,
            "paths_changed": len(step.changes),
            "duration_s": round(time.monotonic() - started, 3),
        }
    )


def _spec(name: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=[wiki_heads],
        description=f"{description} {_WHEN}",
        group_name="wiki",
        owners=["team:agnt"],
        kinds={"python", "git", "postgres"},
        tags=_TAGS,
        code_version=store.PARSER_VERSION,
        metadata={"dagster/table_name": f"mind.{name}"},
    )


@dg.multi_asset(
    name="wiki_content",
    specs=[
        _spec(
            _PAGES,
            "Pages of the wiki, each with an id that outlives its path.\n\n**Reads** `mind.wiki_heads`, "
            "`mind.wiki_tree` and the mirror's blobs. **Writes** `mind.wiki_pages`, as a difference; "
            "removals of too many pages are held (`./agnt holds`), a page that cannot be read keeps its "
            "last readable version (`./agnt quarantine`).",
        ),
        _spec(
            _SECTIONS,
            "Sections of pages with their lines.\n\n**Reads** what `wiki_pages` reads. **Writes** "
            "`mind.wiki_sections`, in one transaction with the pages.",
        ),
        _spec(
            _MEMORY,
            "What the fleet shares about the platform, people and work, by section, with commit, path "
            "and lines.\n\n**Reads** what `wiki_pages` reads. **Writes** `mind.project_memory`, in one "
            "transaction with the pages.",
        ),
    ],
    check_specs=[
        *(
            dg.AssetCheckSpec(name, asset=_PAGES, blocking=True, description=text)
            for name, text in checks.BLOCKING.items()
        ),
        *(dg.AssetCheckSpec(name, asset=_PAGES, description=text) for name, text in checks.WARNING.items()),
    ],
    pool=store.WRITER_SET,
)
def wiki_content(
    config: WikiConfig, wiki: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Bring pages, sections and project memory to the newest recorded head."""
    started = time.monotonic()
    lease = wiki.lease(store.WIKI_RECONCILE)
    try:
        done = wiki_reconcile.reconcile(lease, wiki.settings, code=config.code)
    except PlanRefused as refused:
        yield from _verdicts(refused.failed)
        raise
    yield from _verdicts({})
    yield from _warnings(wiki_reconcile.survey(lease.database))
    metadata = _metadata(done, time.monotonic() - started)
    for name in (_PAGES, _SECTIONS, _MEMORY):
        yield dg.MaterializeResult(asset_key=name, metadata=metadata)


ASSETS = (REPOSITORY, wiki_heads, wiki_content)


def _verdicts(failed: Mapping[str, int]) -> Iterator[dg.AssetCheckResult]:
    """Report every check of the plan: it was made before anything was written."""
    for name in checks.BLOCKING:
        yield dg.AssetCheckResult(
            asset_key=_PAGES,
            check_name=name,
            passed=name not in failed,
            metadata={"failed_pages": failed.get(name, 0)},
        )


def _warnings(survey: checks.Survey) -> Iterator[dg.AssetCheckResult]:
    """Report what of the wiki somebody may want to mend; pages are named by their paths."""
    for name, found in survey.found().items():
        yield dg.AssetCheckResult(
            asset_key=_PAGES,
            check_name=name,
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"count": len(found), "examples": found[:_EXAMPLES], "pages": survey.pages},
        )


def _metadata(done: Applied, duration_s: float) -> dict[str, dg.MetadataValue]:
    numbers = done.numbers()
    rejected = {
        name.removeprefix("rejected_"): count
        for name, count in numbers.items()
        if name.startswith("rejected_")
    }
    plain = {name: count for name, count in numbers.items() if not name.startswith("rejected_")}
    return {
        **{name: dg.MetadataValue.int(count) for name, count in plain.items()},
        "rejected_by_reason": dg.MetadataValue.json(rejected),
        "duration_s": dg.MetadataValue.float(round(duration_s, 3)),
    }
