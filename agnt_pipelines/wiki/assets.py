"""The wiki's assets: its head is recorded, then pages, sections and project memory follow together.

The only file of the wing that knows Dagster. What does not belong here: SQL, git and thinking.
"""

from collections.abc import Iterator

import dagster as dg

from agnt_pipelines import run_report, sources
from agnt_pipelines.catalogue import About, FoldConfig, asset, checks_of, spec_of
from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.language.static_vectors import static_vectors
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.wiki import checks, search_store, store, wiki_reconcile
from agnt_pipelines.wiki.plan import PagePlan

_PAGES, _SECTIONS, _MEMORY = "wiki_pages", "wiki_sections", "project_memory"
_REPOSITORY = sources.key_of("wiki_repository")
_BESIDE = {_MEMORY: (dg.AssetKey("agent_insights"),)}
_KINDS = frozenset({"python", "git", "postgres"})
_EXAMPLES = 10

REPOSITORY = sources.spec_of(
    "wiki_repository",
    what="The authoritative wiki (AGNT_WIKI_URL).",
    writer="people write it, with git",
    kinds={"git"},
    pii="no",
)

_CONTENT = {
    _PAGES: About(
        what="Pages of the wiki, each with an id that outlives its path.",
        reads="`mind.wiki_heads`, `mind.wiki_tree` and the mirror's blobs",
        writes=(
            "`mind.wiki_pages`, as a difference; removals of too many pages are held (`./agnt holds`), a "
            "page that cannot be read keeps its last readable version (`./agnt quarantine`)"
        ),
        version=store.PARSER_VERSION,
        pii="no",
        table=_PAGES,
        kinds=_KINDS,
    ),
    _SECTIONS: About(
        what="Sections of pages with their lines.",
        reads="what `wiki_pages` reads",
        writes="`mind.wiki_sections`, in one transaction with the pages",
        version=store.PARSER_VERSION,
        pii="no",
        table=_SECTIONS,
        kinds=_KINDS,
    ),
    _MEMORY: About(
        what=(
            "What the fleet shares about the platform, people and work, by section, with commit, path and lines: "
            "the wiki's words, or an operator's as long as the wiki does not contradict them, and what deep dreaming "
            "says of all agents' week. Find it with `./agnt wiki search`."
        ),
        reads="what `wiki_pages` reads, and `mind.agent_insights` of all agents",
        writes=(
            "`mind.project_memory`, in one transaction with the pages; then a vector of each entry into "
            "`mind.vectors`, where the extra `embed` is installed"
        ),
        version=store.PARSER_VERSION,
        pii="no",
        table=_MEMORY,
        kinds=_KINDS,
    ),
}


@asset(
    "wiki_heads",
    About(
        what=(
            "The sequence of heads that were met, with what each changed of the tree of pages. Without "
            "AGNT_WIKI_URL it does nothing and says so."
        ),
        reads="the wiki's repository, through a bare mirror",
        writes=(
            "`mind.wiki_heads` and `mind.wiki_tree`, a step for each new head; `plan` shows what of it readers "
            "lack, before it is applied"
        ),
        version="1",
        pii="no",
        table="wiki_heads",
        cost="one fetch; no model, no money",
        kinds=_KINDS,
    ),
    deps=[_REPOSITORY],
)
def wiki_heads(context: dg.AssetExecutionContext, wiki: WriterSet) -> dg.MaterializeResult[None]:
    """Record the wiki's head, if it is new."""
    watch = run_report.Stopwatch()
    step = wiki_reconcile.record(wiki.lease(store.WIKI_RECONCILE), wiki.settings)
    if step is None:
        context.log.info(wiki_reconcile.NO_WIKI)
        nothing: dict[str, str | int] = {"wiki": wiki_reconcile.NO_WIKI, "steps_recorded": 0}
        return dg.MaterializeResult(metadata={**run_report.fates(), **nothing, **watch.cost()})
    seen: dict[str, str | int] = {"commit": step.head.commit, "pages": step.pages}
    context.log_event(dg.AssetObservation(asset_key=_REPOSITORY, metadata=seen))
    with wiki.lease(store.WIKI_RECONCILE).database.reading() as snapshot:
        plan = wiki_reconcile.planned(snapshot, wiki.settings)
    crash_point("event.before")
    return dg.MaterializeResult(
        metadata={
            **run_report.fates(added=int(step.new), unchanged=int(not step.new)),
            **seen,
            "seq": step.head.seq,
            "steps_recorded": int(step.new),
            "history_rewritten": step.rewritten,
            "paths_changed": len(step.changes),
            "paths_too_long": step.too_long,
            "renames_ambiguous": sum(change.note is not None for change in step.changes),
            **_plan(plan),
            **watch.cost(),
        }
    )


@dg.multi_asset(
    name="wiki_content",
    specs=[
        dg.AssetSpec(name, deps=[wiki_heads, *_BESIDE.get(name, ())], **spec_of(name, about))
        for name, about in _CONTENT.items()
    ],
    check_specs=[
        *checks_of(_PAGES, checks.BLOCKING),
        *checks_of(_PAGES, checks.WARNING, blocking=False),
    ],
    pool=store.WRITER_SET,
)
def wiki_content(
    config: FoldConfig, wiki: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Bring pages, sections and project memory to the newest recorded head."""
    watch = run_report.Stopwatch()
    lease = wiki.lease(store.WIKI_RECONCILE)
    try:
        done = wiki_reconcile.reconcile(lease, wiki.settings, code=config.code)
    except PlanRefused as refused:
        yield from run_report.verdicts(_PAGES, checks.BLOCKING, refused.failed)
        raise
    yield from run_report.verdicts(_PAGES, checks.BLOCKING, {})
    yield from _warnings(wiki_reconcile.survey(lease.database, wiki.settings))
    embedder = static_vectors()
    made = search_store.stage_vectors(lease.database, embedder)
    vectors: dict[str, str | int] = {
        "vectors_staged": made,
        "embedder": embedder.id if embedder else "none (extra embed)",
    }
    for name in _CONTENT:
        crash_point("event.before")
        # One transaction wrote all three: its numbers are of all of them together.
        yield dg.MaterializeResult(
            asset_key=name, metadata={**run_report.figures(done), **vectors, **watch.cost()}
        )


ASSETS = (REPOSITORY, wiki_heads, wiki_content)


def _plan(plan: PagePlan) -> dict[str, str | int | dg.MetadataValue]:
    """Return what readers' pages lack of the head, before anything of it is applied."""
    listed = [
        f"| {change.operation} | {_shown(change.path)} | {_shown(change.was or '')} | {change.waits} |"
        for change in plan.changes[:_EXAMPLES]
    ]
    left = len(plan.changes) - len(listed)
    more = [f"| ... | {left} more: `./agnt wiki plan` | | |"] if left else []
    table = "\n".join(["| what | page | was | waits |", "|---|---|---|---|", *listed, *more])
    return {
        "plan": dg.MetadataValue.md(table if listed else "Readers have the wiki's pages."),
        "plan_digest": plan.digest,
        "plan_waiting": sum(bool(change.waits) for change in plan.changes),
        **{f"plan_{name}": count for name, count in plan.counts().items()},
    }


def _shown(path: str) -> str:
    return path.replace("|", "\\|")


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
