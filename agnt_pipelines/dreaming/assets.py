"""Dreaming's assets: thin, one sentence each: load -> think -> apply -> report.

The only file of the wing that knows Dagster. What does not belong here: SQL and thinking.
"""

from collections.abc import Iterator

import dagster as dg

from agnt_pipelines import run_report, sources
from agnt_pipelines.catalogue import About, FoldConfig, asset, checks_of
from agnt_pipelines.dreaming import (
    agent_chunk_store,
    checks,
    deep_dream,
    deep_store,
    diff_store,
    light_dream,
    store,
    summary_store,
    summary_writer,
)
from agnt_pipelines.errors import PlanRefused
from agnt_pipelines.replay import outbox, webhook
from agnt_pipelines.replay.exclusive import Lease
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
    return run_report.of_fold(
        lambda: light_dream.remember(lease, dreaming.settings, code=config.code),
        lambda: _diff(lease, "user_memory", "key", "status"),
    )


@asset(
    "summaries",
    About(
        what="A few sentences about each person, every one of which cites the memories it rests on.",
        reads="`mind.observations`, and answers that batches brought",
        writes=f"`mind.summaries` {_CHANGED}; where a model writes, once its answer is there",
        version=summary_store.SUMMARY_VERSION,
        pii="yes",
        table="summaries",
    ),
    deps=[user_memory],
)
def summaries(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Sum up whoever changed."""
    lease = dreaming.lease(store.LIGHT_DREAM)
    return run_report.of_fold(lambda: light_dream.summarise(lease, dreaming.settings, code=config.code))


@asset(
    "soul_prompts",
    About(
        what="The memory block of each person's system prompt, in versions by window.",
        reads="`mind.observations`, `mind.summaries` and pins",
        writes=(
            f"`mind.soul_prompts` {_CHANGED}, and a letter with each such person's id to whoever "
            "AGNT_SOUL_PROMPT_HOOK names"
        ),
        version=store.PROMPT_VERSION,
        pii="yes",
        table="soul_prompts",
    ),
    deps=[user_memory, summaries],
)
def soul_prompts(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Write the prompts of whoever changed, and tell of them."""
    watch = run_report.Stopwatch()
    lease = dreaming.lease(store.LIGHT_DREAM)
    done = light_dream.write_prompts(lease, dreaming.settings, code=config.code)
    letters = _told(lease, dreaming)
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
    return run_report.of_windows(
        context,
        deep_dream.remember(lease, windows, dreaming.settings),
        lambda: _diff(lease, "memory_chunks", "theme"),
    )


@asset(
    "agent_chunks",
    About(
        what="Long-term memories of agents and of the project: what five people or more told them.",
        reads="`mind.observations` and `source.interactions` of the week",
        writes="`mind.agent_chunks`, per agent and week, as a difference",
        version=agent_chunk_store.AGENT_CHUNKS_VERSION,
        pii="no",
        table="agent_chunks",
    ),
    windowed=True,
    deps=[
        dg.AssetDep(observations, partition_mapping=dg.TimeWindowPartitionMapping()),
        sources.key_of("interactions"),
    ],
)
def agent_chunks(context: dg.AssetExecutionContext, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Gather what many told agents in the weeks of a run, oldest first."""
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    windows = run_report.windows_of(context)
    return run_report.of_windows(context, deep_dream.gather(lease, windows, dreaming.settings))


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
    told = {
        "calibration": dg.MetadataValue.json(scores),
        **_diff(lease, "hypotheses", "kind", "status"),
    }
    return dg.MaterializeResult(metadata={**run_report.figures(done), **told, **watch.cost()})


@asset(
    "summary_answers",
    About(
        what="What ended batches of questions brought: each answer staged as it came, each failure noted.",
        reads="the results of batches that Anthropic ended, where a key is set",
        writes="`mind.model_answers`, by the hash of what was asked",
        version=summary_store.SUMMARY_VERSION,
        pii="yes",
        table="model_answers",
        cost="nothing: what is read was paid for when it was sent",
    ),
    deps=[hypotheses],
    check_specs=checks_of("summary_answers", checks.OF_ANSWERS, blocking=False),
)
def summary_answers(dreaming: WriterSet) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Ingest whatever batches have ended."""
    watch = run_report.Stopwatch()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    done = summary_writer.ingest(lease, dreaming.settings)
    yield dg.AssetCheckResult(
        asset_key="summary_answers",
        check_name="questions_answered",
        passed=not done.faults,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: int(count) for name, count in done.faults.items()},
    )
    yield run_report.of_batches(done, watch)


@asset(
    "agent_summaries",
    About(
        what="A few sentences about each agent's newest week, every one of which cites its insights.",
        reads="`mind.agent_insights`, and answers that batches brought",
        writes="`mind.agent_summaries` for agents whose insights changed, as a difference",
        version=summary_store.SUMMARY_VERSION,
        pii="no",
        table="agent_summaries",
    ),
    deps=[agent_insights, summary_answers],
)
def agent_summaries(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Sum up the agents whose insights changed."""
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    return run_report.of_fold(lambda: deep_dream.summarise(lease, dreaming.settings, code=config.code))


@asset(
    "agent_prompts",
    About(
        what="The memory block of each agent's own system prompt, in versions by week.",
        reads="`mind.agent_insights`, `mind.hypotheses` and `mind.agent_summaries`",
        writes=(
            "`mind.agent_prompts` for agents of whom any of them changed, as a difference, and a letter with "
            "each such agent's id to whoever AGNT_SOUL_PROMPT_HOOK names"
        ),
        version=summary_store.AGENT_PROMPT_VERSION,
        pii="no",
        table="agent_prompts",
    ),
    deps=[hypotheses, agent_summaries],
)
def agent_prompts(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Write the prompts of agents whose weeks changed."""
    watch = run_report.Stopwatch()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    done = deep_dream.write_prompts(lease, dreaming.settings, code=config.code)
    return dg.MaterializeResult(
        metadata={**run_report.figures(done), **_told(lease, dreaming), **watch.cost()}
    )


@asset(
    "summary_batches",
    About(
        what="The batches of questions that ask a model for summaries; none without a key.",
        reads="memories and insights whose summary waits to be written",
        writes="`mind.model_batches`, before and after a batch is sent to Anthropic",
        version=summary_store.SUMMARY_VERSION,
        pii="yes",
        table="model_batches",
        cost="half the model's price a token, at most AGNT_MODEL_USD_PER_RUN, reckoned before anything is sent",
    ),
    deps=[agent_prompts],
)
def summary_batches(config: FoldConfig, dreaming: WriterSet) -> dg.MaterializeResult[None]:
    """Send what is to be asked, and has no answer."""
    watch = run_report.Stopwatch()
    lease = dreaming.lease(deep_store.DEEP_DREAM)
    done = summary_writer.submit(lease, dreaming.settings, code=config.code)
    summary_writer.require_all(done)
    return run_report.of_batches(done, watch)


LIGHT = (observations, user_memory, summaries, soul_prompts, taste_profiles)
DEEP = (
    memory_chunks, agent_chunks, agent_insights, hypotheses, summary_answers, agent_summaries,
    agent_prompts, summary_batches,
)  # fmt: skip
ASSETS = (*LIGHT, *DEEP)


def _told(lease: Lease, dreaming: WriterSet) -> dict[str, int]:
    """Deliver what the outbox holds to the hook, and count it."""
    done = outbox.deliver(lease.database, webhook.handlers(dreaming.settings))
    return {"letters_sent": done.sent, "letters_waiting": done.failed}


def _diff(lease: Lease, table: str, *columns: str) -> run_report.Metadata:
    """Return what this run changed in a table, before and after."""
    changes = diff_store.changed(lease, table, *columns)
    return run_report.before_and_after((one.what, one.before, one.after) for one in changes)


def _verdicts(failed: run_report.Seen, windows: int) -> Iterator[dg.AssetCheckResult]:
    return run_report.verdicts("observations", checks.DESCRIPTIONS, failed, windows=windows)
