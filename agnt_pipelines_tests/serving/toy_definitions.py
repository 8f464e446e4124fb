"""A small code location for the queue's tests: a daily asset, an unpartitioned fold, ways to fail.

Annotations are evaluated here: Dagster does not accept a context annotated by a string.
"""

import time
from pathlib import Path

import dagster as dg

from agnt_pipelines.errors import LockedOut

DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone="Asia/Makassar")
ONE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(partitions_def=DAYS, backfill_policy=ONE_RUN, pool="toy")
def days(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Covers every day of its run at once."""
    return dg.MaterializeResult(metadata={"days": len(context.partition_keys)})


@dg.asset(deps=[days], pool="toy")
def fold() -> None:
    """Not partitioned, after the days, in the same run."""


@dg.asset(pool="toy")
def refused() -> None:
    """Fails as our own code does: with a sentence."""
    try:
        Path("/nowhere/lock").stat()
    except OSError as missing:
        raise LockedOut("toy is held by run 4711 since 05:00; it runs when that one ends") from missing


@dg.asset(pool="toy")
def broken() -> None:
    """Fails as a mistake does."""
    raise ValueError("7 is not a slot")


class Locked(dg.ConfigurableResource[None]):
    """A resource that can't be had."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002 -- Dagster's signature
        """Refuse, as a held lock does."""
        raise LockedOut("toy is held by run 4712 since 05:00; it runs when that one ends")


@dg.asset(pool="toy")
def locked_out(locked: Locked) -> None:
    """Needs the resource that can't be had."""


class Patience(dg.Config):
    """Where a slow run says that it has begun."""

    begun: str


@dg.op(pool="toy")
def linger(config: Patience) -> None:
    """Runs for longer than any test waits."""
    Path(config.begun).write_text("begun")
    time.sleep(600)


@dg.job
def slow_job() -> None:
    """One op that would run for ten minutes."""
    linger()


defs = dg.Definitions(
    assets=[days, fold, refused, broken, locked_out],
    jobs=[
        dg.define_asset_job("days_job", [days, fold], tags={"agnt/exclusive": "toy"}),
        dg.define_asset_job("refused_job", [refused]),
        dg.define_asset_job("locked_out_job", [locked_out]),
        dg.define_asset_job("broken_job", [broken]),
        slow_job,
    ],
    resources={"locked": Locked()},
    executor=dg.in_process_executor,
)
