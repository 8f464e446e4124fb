"""Dreaming's assets: thin, one sentence each: load -> think -> apply -> report.

The only file of the wing that knows Dagster. What does not belong here: SQL and thinking.
"""

from collections.abc import Iterator

import dagster as dg

from agnt_pipelines import run_report, sources
from agnt_pipelines.catalogue import About, FoldConfig, asset, checks_of
from agnt_pipelines.dreaming import checks, deep_dream, deep_store, light_dream, store
from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.replay import outbox, webhook
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.resources import WriterSet

_CHANGED = "for people whose observations changed, as a difference"


@asset(
    "observations",
    About(
        what="Claims that a day's dream took from people's own words and records, each with its evidence.",
        reads="`source.interactions`, `bookings` and `saved_preferences` of the day, of `users` that exist",
        writes="`mind.observations`, per person and day, as a difference",
        version=store.GRAMMAR_VERSION,
        pii="yes",
        table="observations",
    ),
    windowed=True,
    deps=[sources.key_of(name) for name in ("interactions", "bookings", "saved_preferences", "users")],
    check_specs=checks_of("observations", checks.DESCRIPTIONS),
)
def observations(
    context: dg.AssetExecutionContext, dreaming: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Observe the days of a run, oldest first."""
    lease = dreaming.lease(store.LIGHT_DREAM)
    windows = run_report.windows_of(context)
    try:
        done = run_report.of_windows(context, light_dream.dream(lease, windows, dreaming.settings))
    except PlanRefused as refused:
        yield from _verdicts(refused.failed, len(windows))
        raise
    yield from _verdicts({}, len(windows))
    yield done


@asset(
    "user_memory",
    About(
        what="What agents may say they know about a person: the fold of all their observations.",
        reads="`mind.observations`",
        writes=(f"`mind.user_memory` {_CHANGED}; a fold that would lose too much is held (`./agnt holds`)"),
        version=store.FOLD_VERSION,
        pii="yes",
        table="user_memory",
    ),
    deps=[observations],
)
def user_memory(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Fold the observations of whoever changed."""
    lease = dreaming.lease(store.LIGHT_DREAM)
    return run_report.of_fold(lambda: light_dream.remember(lease, dreaming.settings, code=config.code))


@asset(
    "soul_prompts",
    About(
        what="The memory block of each person's system prompt, in versions by window.",
        reads="`mind.observations`",
        writes=(
            f"`mind.soul_prompts` {_CHANGED}, and a letter with each such person's id to whoever "
            "AGNT_SOUL_PROMPT_HOOK names"
        ),
        version=store.PROMPT_VERSION,
        pii="yes",
        table="soul_prompts",
    ),
    deps=[user_memory],
)
def soul_prompts(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Write the prompts of whoever changed, and tell of them."""
    watch = run_report.Stopwatch()
    lease = dreaming.lease(store.LIGHT_DREAM)
    done = light_dream.write_prompts(lease, dreaming.settings, code=config.code)
    told = outbox.deliver(lease.database, webhook.handlers(dreaming.settings))
    letters = {"letters_sent": told.sent, "letters_waiting": told.failed}
    crash_point("event.before")
    return dg.MaterializeResult(metadata={**run_report.figures(done), **letters, **watch.cost()})


@asset(
    "taste_profiles",
    About(
        what="How much of what a person said they like or avoid still counts, by half-lives.",
        reads="`mind.observations`",
        writes=f"`mind.taste_profiles` {_CHANGED}",
        version=deep_store.TASTE_VERSION,
        pii="yes",
        table="taste_profiles",
    ),
    deps=[observations],
)
def taste_profiles(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Weigh the taste of whoever changed."""
    lease = dreaming.lease(store.LIGHT_DREAM)
    return run_report.of_fold(lambda: light_dream.weigh_taste(lease, dreaming.settings, code=config.code))


@asset(
    "memory_chunks",
    About(
        what="Long-term memories: the themes of a person's week, with the claims that they cite.",
        reads="`mind.observations` of the week",
        writes="`mind.memory_chunks`, per person and week, as a difference",
        version=deep_store.THEMES_VERSION,
        pii="yes",
        table="memory_chunks",
    ),
    windowed=True,
    deps=[dg.AssetDep(observations, partition_mapping=dg.TimeWindowPartitionMapping())],
)
def memory_chunks(context: dg.AssetExecutionContext, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Make long-term memories of the weeks of a run, oldest first."""
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    windows = run_report.windows_of(context)
    return run_report.of_windows(context, deep_dream.remember(lease, windows, dreaming.settings))


@asset(
    "agent_insights",
    About(
        what="What a week says of an agent's work: shares with intervals, told of five people or more.",
        reads="`mind.observations`, `source.interactions`, `bookings` and `venues` of the week",
        writes="`mind.agent_insights`, per agent and week, as a difference",
        version=deep_store.INSIGHTS_VERSION,
        pii="no",
        table="agent_insights",
    ),
    windowed=True,
    deps=[
        dg.AssetDep(observations, partition_mapping=dg.TimeWindowPartitionMapping()),
        *(sources.key_of(name) for name in ("interactions", "bookings", "venues")),
    ],
)
def agent_insights(context: dg.AssetExecutionContext, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Compare agents over the weeks of a run, oldest first."""
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    windows = run_report.windows_of(context)
    return run_report.of_windows(context, deep_dream.compare(lease, windows, dreaming.settings))


@asset(
    "hypotheses",
    About(
        what=(
            "What a share that moved may mean, scored on later weeks alone, and how good such guesses were."
        ),
        reads="`mind.agent_insights`",
        writes="`mind.hypotheses` for agents whose insights changed, as a difference",
        version=deep_store.HYPOTHESES_VERSION,
        pii="no",
        table="hypotheses",
    ),
    deps=[agent_insights],
)
def hypotheses(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Make and score the hypotheses of agents whose insights changed."""
    watch = run_report.Stopwatch()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    done = deep_dream.suppose(lease, dreaming.settings, code=config.code)
    scores = {
        kind: {"brier": score, "decided": decided}
        for kind, (score, decided) in deep_dream.calibration(lease).items()
    }
    crash_point("event.before")
    told = {"calibration": dg.MetadataValue.json(scores)}
    return dg.MaterializeResult(metadata={**run_report.figures(done), **told, **watch.cost()})


LIGHT = (observations, user_memory, soul_prompts, taste_profiles)
DEEP = (memory_chunks, agent_insights, hypotheses)
ASSETS = (*LIGHT, *DEEP)


def _verdicts(failed: run_report.Seen, windows: int) -> Iterator[dg.AssetCheckResult]:
    return run_report.verdicts("observations", checks.DESCRIPTIONS, failed, windows=windows)
