"""What an asset says of itself in Dagster's catalogue: the same parts for every one, from one place.

An asset's job is known by the timetable, and with it its group, lock, times, freshness and runbook; an
asset adds what it reads and writes. What belongs here: arguments of definitions. What does not: what a
run reports (`run_report`), and what an asset does (its wing).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import dagster as dg
import sqlalchemy as sa
from dagster._core.definitions.assets.definition.asset_dep import CoercibleToAssetDep
from pydantic import Field

from agnt_pipelines.partitions import PARTITIONS
from agnt_pipelines.replay.windows import WITA_NAME
from agnt_pipelines.run_report import NOTHING_HELD
from agnt_pipelines.storage.tables import MIND, Base, role_of
from agnt_pipelines.timetable import GRACE, Job, deadline, job_of

OWNER: Final = "team:agnt"
NO_MODEL: Final = "no model, no money"
PARTS: Final = ("Reads", "Writes", "When", "Cost", "Lock", "Runbook")
"""What every description tells of, in this order, each in bold and with a full stop."""


class FoldConfig(dg.Config):
    """What an operator may choose in the launchpad for a fold over all windows."""

    code: bool = Field(
        default=False,
        description=(
            "Also make again what only an older version of the code made. Off: only what changed. "
            "(A window that is run is always brought to this version.)"
        ),
    )


class About(NamedTuple):
    """What an asset tells beyond what the timetable knows of it.

    Attributes:
        what: one sentence, or a few.
        reads, writes: as they stand in the description.
        version: of the code that makes it.
        pii: yes, redacted or no: whether its rows are about persons.
        table: of `mind`, where it writes one.
        cost: of a run, beyond the database's work.
        kinds: the icons that Dagster shows.
    """

    what: str
    reads: str
    writes: str
    version: str
    pii: str
    table: str | None = None
    cost: str = NO_MODEL
    kinds: frozenset[str] = frozenset({"python", "postgres"})


def asset(
    name: str,
    about: About,
    *,
    deps: Sequence[CoercibleToAssetDep] = (),
    check_specs: Sequence[dg.AssetCheckSpec] = (),
    windowed: bool = False,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Define one asset, as `@dg.asset` does; `windowed`: a partition a window.

    A range of windows is one run: a run costs seconds, a window that is clean a query.
    """
    job = job_of(name)
    arguments: dict[str, Any] = {"name": name, "pool": job.pool, **spec_of(name, about)}
    if windowed:
        assert job.window is not None, "a windowed asset belongs to a job with windows"
        arguments["partitions_def"] = PARTITIONS[job.window.name]
        arguments["backfill_policy"] = dg.BackfillPolicy.single_run()
    made: Callable[[Callable[..., Any]], dg.AssetsDefinition] = dg.asset(
        **arguments, deps=deps, check_specs=check_specs
    )
    return made


def spec_of(name: str, about: About) -> dict[str, Any]:
    """Return the arguments that `dg.AssetSpec` takes beside the key, for one asset of several."""
    job = job_of(name)
    parts = (about.reads, about.writes, f"{job.when} (WITA)", about.cost, f"`{job.pool}`", f"`{job.runbook}`")
    return {
        "description": description(about.what, parts),
        "group_name": job.pool,
        "owners": [OWNER],
        "kinds": set(about.kinds),
        "tags": {"tier": job.tier, "lock": job.pool, "pii": about.pii},
        "code_version": about.version,
        "metadata": {
            "runbook": dg.MetadataValue.path(job.runbook),
            **({} if about.table is None else table_metadata(Base.metadata.tables[f"{MIND}.{about.table}"])),
        },
    }


def description(what: str, parts: tuple[str, ...]) -> str:
    """Return a description in Markdown: what it is, then a line for each of PARTS."""
    told = (f"- **{name}**: {part}." for name, part in zip(PARTS, parts, strict=True))
    return "\n".join([what, "", *told])


def checks_of(
    asset: str, descriptions: Mapping[str, str], *, blocking: bool = True
) -> list[dg.AssetCheckSpec]:
    """Return a check for each description, by name; a blocking one is of the plan, before anything is written."""
    return [
        dg.AssetCheckSpec(name, asset=asset, blocking=blocking, description=text)
        for name, text in descriptions.items()
    ]


def held_check(asset: str) -> dg.AssetCheckSpec:
    """Return the check that warns where a plan waits for a person: the run that met it ended well."""
    text = "No plan of it waits for approval: one that does leaves readers what they have (`./agnt holds`)."
    return dg.AssetCheckSpec(NOTHING_HELD, asset=asset, blocking=False, description=text)


def table_metadata(table: sa.Table) -> dict[str, Any]:
    """Return a table's name and columns, each with its comment; those that name a person are tagged."""
    role = role_of(table)
    people = {role.person, *role.people}
    columns = [
        dg.TableColumn(
            column.name,
            type=str(column.type).lower(),
            description=column.comment,
            tags={"pii": ""} if column.name in people else {},
        )
        for column in table.columns
    ]
    return {
        "dagster/table_name": table.fullname,
        "dagster/column_schema": dg.TableSchema(columns=columns),
    }


def freshness(job: Job) -> dg.FreshnessPolicy:
    """Return by when a job's assets are to be made again, as the timetable has it.

    Dagster looks at the newest materialization of any partition: a backfill of January hides a missing
    yesterday. It is a light in the UI; the truth is the check `closed_windows_complete`.
    """
    if job.cron.startswith("*/"):  # more often than a grace is long
        return dg.FreshnessPolicy.time_window(fail_window=GRACE, warn_window=GRACE / 2)
    return dg.FreshnessPolicy.cron(deadline_cron=deadline(job), lower_bound_delta=GRACE, timezone=WITA_NAME)


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Return an asset's specification with its job's freshness; what nobody here makes has none."""
    if not spec.metadata.get("runbook") or spec.group_name == "sources":
        return spec
    return spec.replace_attributes(freshness_policy=freshness(job_of(spec.key.path[-1])))
