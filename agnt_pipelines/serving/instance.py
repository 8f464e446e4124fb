"""The Dagster instance: its folder, its database URL, its pools' limits, the heartbeat of its daemon.

What belongs here: opening Dagster's storage the one way this platform does. What does not: the
daemon's process (`daemon`), submitting and watching runs (`coordinator`).
Dagster is imported inside the functions: the command line imports this module to print its help.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagster import DagsterInstance

URL_VARIABLE: Final = "AGNT_DAGSTER_PG_URL"
"""The variable from which dagster.yaml takes its database."""

QUEUE_DAEMON: Final = "QUEUED_RUN_COORDINATOR"
"""Dagster's name for the thread that takes runs off the queue."""

_OUR_DAEMON: Final = "agnt/daemon_id"
_HEARTBEAT_TOLERANCE_S: Final = 75.0  # Dagster's daemons beat every 30 s: two beats and some slack


def prepare_home(state: Path, *, source: Path = PROJECT_ROOT / "dagster.yaml") -> Path:
    """Make `<state>/dagster` with a current copy of dagster.yaml in it and return the folder.

    Raises:
        SettingsError: the folder can't be written.
    """
    home = state / "dagster"
    target = home / "dagster.yaml"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            draft = target.with_suffix(".new")
            shutil.copyfile(source, draft)
            draft.replace(target)
    except OSError as failure:
        raise SettingsError(
            f"Dagster's folder {home} can't be written ({failure.strerror}). "
            "Point AGNT_STATE at a folder you own."
        ) from failure
    return home


def with_driver(url: str, driver: str | None) -> str:
    """Rewrite a PostgreSQL URL for one driver: `psycopg2` for Dagster, None for libpq itself.

    Raises:
        SettingsError: the URL is not PostgreSQL's.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise SettingsError(
            f"Dagster's database URL begins with {scheme[:20]!r}; write postgresql://user@host/dagster."
        )
    return f"postgresql+{driver}://{rest}" if driver else f"postgresql://{rest}"


def open_instance(home: Path, dagster_url: str) -> DagsterInstance:
    """Open Dagster's storage; its tables are made on first use. Close it as a context manager.

    Raises:
        SettingsError: the database is not there, refuses us, or this role may not make tables in it.
        DatabaseUnreachable: no server answers.
    """
    from dagster import DagsterInstance
    from dagster._core.instance.ref import InstanceRef
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError, OperationalError

    from agnt_pipelines.storage.database import masked
    from agnt_pipelines.storage.failures import DAGSTER_SETTING, explained, not_connected

    storage = {"postgres": {"postgres_url": with_driver(dagster_url, "psycopg2")}}
    try:
        return DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides={"storage": storage}))
    except OperationalError as failure:
        where = {"shown": masked(dagster_url), "setting": DAGSTER_SETTING}
        raise not_connected(failure, make_url(dagster_url), **where) from failure
    except DBAPIError as failure:
        told = explained(failure)
        if told is None:
            raise
        raise told from failure


def set_pool_limits(instance: DagsterInstance, limits: Mapping[str, int]) -> None:
    """Write the limit of every pool, before any daemon looks at the queue.

    A pool that only falls under `default_limit` lets everything through on the first pass over it.
    """
    present = {limit.name: limit.limit for limit in instance.event_log_storage.get_pool_limits()}
    for pool, limit in limits.items():
        if present.get(pool) != limit:
            instance.event_log_storage.set_concurrency_slots(pool, limit)


def record_daemon(instance: DagsterInstance, daemon_id: str) -> None:
    """Remember the id under which our daemon beats, to know its heartbeats from a foreign one's."""
    instance.daemon_cursor_storage.set_cursor_values({_OUR_DAEMON: daemon_id})


def foreign_daemon_alive(instance: DagsterInstance) -> bool:
    """Whether a daemon that this platform did not start (`dagster dev`, say) serves the queue.

    Ours are known by an advisory lock, which ends with their process; a foreign one only by its
    heartbeat, so that it counts as alive for 75 s after its end.
    """
    beat = instance.get_daemon_heartbeats().get(QUEUE_DAEMON)
    if beat is None or time.time() - beat.timestamp > _HEARTBEAT_TOLERANCE_S:
        return False
    ours = instance.daemon_cursor_storage.get_cursor_values({_OUR_DAEMON}).get(_OUR_DAEMON)
    return bool(beat.daemon_id != ours)
