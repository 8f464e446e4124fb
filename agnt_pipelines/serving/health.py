"""What is set, what works, and the way out of what does not: everything `./agnt doctor` tells.

What belongs here: one small check per thing that can be wrong, each with its way out. What does not:
mending anything. A check that cannot be made because an earlier one failed says so.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum

import psycopg
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from agnt_pipelines.errors import AgntError, ChainBroken, MigrationNeeded
from agnt_pipelines.replay import delta_log
from agnt_pipelines.serving.instance import URL_VARIABLE
from agnt_pipelines.serving.session import Announce, Platform, connected, is_new
from agnt_pipelines.settings import Settings, remembered_file
from agnt_pipelines.storage import contract, git_runner
from agnt_pipelines.storage.dagster_database import identity_of, owner_of, refusal
from agnt_pipelines.storage.database import masked
from agnt_pipelines.storage.failures import explained
from agnt_pipelines.storage.migrations import check_current
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import DeltaLogEntry, Hold
from agnt_pipelines.timetable import POOL_LIMITS

PYTHON = ((3, 11), (3, 14))
"""The lowest minor version supported, and the first that is not."""

OLDEST_POSTGRES = 15
FREE_BYTES = 2**30
"""Less free disk than this, and a backfill may fill it: PostgreSQL keeps up to 1 GB of its log."""

_LOG = table_of(DeltaLogEntry)
_HOLDS = table_of(Hold)
_NOT_SETTINGS = {"AGNT_VENV", URL_VARIABLE}
"""Of the launcher, and of dagster.yaml."""


class Verdict(StrEnum):
    """How a check ended; only FAILED makes the doctor's exit code 1."""

    OK = "ok"
    NOTE = "note"
    """Works, but an operator should know."""
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `command` reaches it from a shell, while something keeps it up."""

    name: str
    verdict: Verdict
    found: str
    way_out: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: its variable, what it is and where that came from; secrets masked."""

    name: str
    value: str
    source: str
    description: str


Finding = tuple[Verdict, str, str | None]


def settings_table(settings: Settings) -> list[SettingLine]:
    """Return every setting as this process has it."""
    present = {name.upper() for name in os.environ}
    lines = []
    for field, info in Settings.model_fields.items():
        name = f"AGNT_{field.upper()}"
        value = getattr(settings, field)
        source = "environment" if name in present else "default"
        if source == "default" and value != info.get_default():
            source = remembered_file(settings.state).name
        lines.append(SettingLine(name, _shown(value), source, info.description or ""))
    return lines


def examine(settings: Settings, announce: Announce) -> Iterator[Check]:
    """Yield every check as soon as it is made; none raises."""
    yield _checked("python", _python)
    yield _checked("settings", _unknown)
    yield _checked("state folder", lambda: _state(settings))
    if settings.database_url is None:
        yield _checked("embedded PostgreSQL", lambda: _programs(settings, announce))
    if settings.graph_engine == "spark":
        yield _checked("graph engine", lambda: _engine(settings))
    with ExitStack() as stack:
        reached: list[Platform] = []
        server = _checked("server", lambda: _server(stack, settings, announce, reached))
        yield replace(server, command=_psql(reached[0])) if reached else server
        for name, check in _OF_PLATFORM.items():
            if reached:
                yield _checked(name, lambda check=check: check(reached[0]))  # type: ignore[misc]
            else:
                yield Check(name, Verdict.SKIPPED, "no server to ask")


def _checked(name: str, check: Callable[[], Finding]) -> Check:
    """Make a check; whatever it raises is its finding."""
    try:
        return Check(name, *check())
    except AgntError as failure:
        return Check(name, Verdict.FAILED, str(failure))
    except (SQLAlchemyError, psycopg.Error, OSError) as failure:
        known = explained(failure)
        if known is not None:
            return Check(name, Verdict.FAILED, str(known))
        first = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
        return Check(name, Verdict.FAILED, first, "Mend the checks above this one first.")


def _python() -> Finding:
    here = ".".join(map(str, sys.version_info[:3]))
    if PYTHON[0] <= sys.version_info[:2] < PYTHON[1]:
        return Verdict.OK, here, None
    return Verdict.FAILED, here, "Install Python 3.11, 3.12 or 3.13 and remove .venv."


def _unknown() -> Finding:
    """Find variables that look like settings and are none: a misspelt one would have no effect."""
    known = {f"AGNT_{field.upper()}" for field in Settings.model_fields} | _NOT_SETTINGS
    wrong = sorted(name for name in os.environ if name.startswith("AGNT_") and name not in known)
    if wrong:
        return Verdict.NOTE, f"no such setting: {', '.join(wrong)}", "Correct the name, or unset it."
    return Verdict.OK, "every AGNT_ variable is one", None


def _state(settings: Settings) -> Finding:
    way_out = "Set AGNT_STATE to a folder that you may write in, on a disk with room."
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.state):
            free = shutil.disk_usage(settings.state).free
    except OSError as failure:
        return Verdict.FAILED, f"{settings.state}: {failure.strerror}", way_out
    found = f"{settings.state}, {free / 2**30:,.1f} GB free"
    if free < FREE_BYTES:
        return Verdict.FAILED, found, f"Free at least {FREE_BYTES / 2**30:.0f} GB there, or move it."
    return Verdict.OK, found, None


def _programs(settings: Settings, announce: Announce) -> Finding:
    from agnt_pipelines.storage.server_account import Account
    from agnt_pipelines.storage.server_programs import find_programs

    folder = find_programs(settings.pg_bin, Account.current(), announce)
    return Verdict.OK, str(folder), None


def _server(stack: ExitStack, settings: Settings, announce: Announce, reached: list[Platform]) -> Finding:
    platform = stack.enter_context(connected(settings, announce))
    with platform.database.reading() as snapshot:
        number = int(snapshot.scalar(sa.text("SHOW server_version_num")) or 0)
        version = snapshot.scalar(sa.text("SHOW server_version"))
    reached.append(platform)
    url = settings.database_url
    where = "embedded" if url is None else f"at {masked(url.get_secret_value())}"
    found = f"PostgreSQL {version}, {where}"
    if number < OLDEST_POSTGRES * 10_000:
        way_out = f"Take PostgreSQL {OLDEST_POSTGRES} or newer, or unset AGNT_DATABASE_URL."
        return Verdict.FAILED, found, way_out
    return Verdict.OK, found, None


def _psql(platform: Platform) -> str | None:
    """Return how the embedded server is reached from a shell; an external one's operator knows."""
    if platform.settings.database_url is not None:
        return None
    url = platform.database.url
    host, port = (str(url.query[name]) for name in ("host", "port"))
    return f"psql -h {shlex.quote(host)} -p {port} -U {url.username} {url.database}"


def _engine(settings: Settings) -> Finding:
    from agnt_pipelines.graph import engine

    engine.require_spark()
    return Verdict.OK, f"Spark at {settings.spark_master}; whether it answers is seen by a build", None


def _pgvector(platform: Platform) -> Finding:
    query = "SELECT installed_version, default_version FROM pg_available_extensions WHERE name = 'vector'"
    with platform.database.reading() as snapshot:
        row = snapshot.execute(sa.text(query)).first()
    if row is None:
        way_out = "Install pgvector for this server (Debian: postgresql-NN-pgvector)."
        return Verdict.FAILED, "not available on this server", way_out
    if row.installed_version is None:
        return Verdict.NOTE, f"{row.default_version}, not yet in this database", "`./agnt migrate` adds it."
    return Verdict.OK, row.installed_version, None


def _schema(platform: Platform) -> Finding:
    if is_new(platform.database):
        return Verdict.NOTE, "a new database, without our tables", "`./agnt migrate` makes them."
    with platform.database.reading() as snapshot:
        try:
            check_current(snapshot)
        except MigrationNeeded as failure:
            return Verdict.FAILED, str(failure), "`./agnt migrate`"
    return Verdict.OK, "at this code's revision", None


def _source(platform: Platform) -> Finding:
    if is_new(platform.database):
        return Verdict.SKIPPED, "no tables yet", None
    with platform.database.reading() as snapshot:
        wrong = contract.violations(snapshot)
    if not wrong:
        return Verdict.OK, "every table and column is there", None
    return Verdict.FAILED, "\n".join(wrong), "docs/source.md has the columns."


def _chains(platform: Platform) -> Finding:
    if is_new(platform.database):
        return Verdict.SKIPPED, "no log yet", None
    with platform.database.reading() as snapshot:
        jobs = snapshot.scalars(sa.select(_LOG.c.job).distinct().order_by(_LOG.c.job)).all()
        try:
            counts = {job: delta_log.verify(snapshot, job) for job in jobs}
        except ChainBroken as failure:
            return Verdict.FAILED, str(failure), None
    entries = ", ".join(f"{job}: {count:,} entries" for job, count in counts.items())
    return Verdict.OK, entries or "empty", None


def _holds(platform: Platform) -> Finding:
    if is_new(platform.database):
        return Verdict.SKIPPED, "no tables yet", None
    count = sa.select(sa.func.count()).select_from(_HOLDS).where(_HOLDS.c.status == "open")
    with platform.database.reading() as snapshot:
        number = snapshot.scalar(count) or 0
    if number:
        return Verdict.NOTE, f"{number} wait for a person", "`./agnt holds` shows what each would lose."
    return Verdict.OK, "none open", None


def _dagster(platform: Platform) -> Finding:
    """Find whose Dagster's database is: another platform's queue would give its runs to us, or ours to it."""
    name = make_url(platform.dagster_url).database
    if not has_dagster(platform):
        return Verdict.NOTE, f"{name}, which does not exist yet", "`./agnt migrate` makes it."
    with platform.database.direct() as connection:
        this = identity_of(connection)
    owner = owner_of(platform.dagster_url)
    if owner is None:
        return Verdict.NOTE, f"{name}, of no platform yet", "`./agnt migrate` makes it this one's."
    if owner.identity != this.identity:
        return Verdict.FAILED, refusal(platform.dagster_url, owner, this), None
    return Verdict.OK, f"{name}, of the platform in {this.name}", None


def _ours(platform: Platform) -> bool:
    """Whether Dagster's database may be opened: it is there, and no other platform's."""
    return has_dagster(platform) and _dagster(platform)[0] is not Verdict.FAILED


def _pools(platform: Platform) -> Finding:
    from agnt_pipelines.serving.instance import open_instance, prepare_home

    if not _ours(platform):
        return Verdict.SKIPPED, "no database of Dagster's to ask", None
    if owner_of(platform.dagster_url) is None:
        return Verdict.NOTE, "not yet set", "`./agnt migrate` sets them."
    home = prepare_home(platform.settings.state)
    with open_instance(home, platform.dagster_url) as instance:
        limits = {limit.name: limit.limit for limit in instance.event_log_storage.get_pool_limits()}
    wrong = [pool for pool, limit in POOL_LIMITS.items() if limits.get(pool) != limit]
    if wrong and is_new(platform.database):
        return Verdict.NOTE, "not yet set", "`./agnt migrate` sets them."
    if wrong:
        return Verdict.FAILED, f"not set: {', '.join(wrong)}", "`./agnt migrate` sets them."
    return Verdict.OK, ", ".join(f"{pool}: {limits[pool]}" for pool in POOL_LIMITS), None


def _daemon(platform: Platform) -> Finding:
    from agnt_pipelines.serving.daemon_guard import lock_holder

    if not _ours(platform):
        return Verdict.SKIPPED, "no database of Dagster's to ask", None
    holder = lock_holder(platform.dagster_url)
    if holder is None:
        return Verdict.NOTE, "none runs", "`./agnt run` starts one for as long as it needs it."
    return Verdict.OK, holder, None


def _stuck(platform: Platform, name: str) -> Finding:
    """Find what stands still; `name` is that of the check."""
    from agnt_pipelines.serving.stuck import Kind, stuck

    found = stuck(platform, [Kind(name)])
    if found:
        return Verdict.FAILED, "\n".join(one.said for one in found), found[0].way_out
    return Verdict.OK, "nothing stands still", None


def has_dagster(platform: Platform) -> bool:
    """Whether Dagster's database is there; one that was named elsewhere tells when it is opened."""
    if platform.settings.dagster_url is not None:
        return True
    name = {"name": make_url(platform.dagster_url).database}
    query = sa.text("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)")
    with platform.database.reading() as snapshot:
        return bool(snapshot.scalar(query, name))


_OF_PLATFORM: dict[str, Callable[[Platform], Finding]] = {
    "pgvector": _pgvector,
    "schema": _schema,
    "source tables": _source,
    "delta log": _chains,
    "holds": _holds,
    "Dagster's database": _dagster,
    "pool limits": _pools,
    "daemon": _daemon,
    "backfills": lambda platform: _stuck(platform, "backfills"),
    "schedules": lambda platform: _stuck(platform, "schedules"),
    "failed windows": lambda platform: _stuck(platform, "failed windows"),
}


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return masked(secret) if secret.startswith("postgres") else git_runner.masked(secret)
    return str(value)
