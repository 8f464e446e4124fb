"""Our Alembic history: schema `mind`, and `source` where nobody else owns it.

What belongs here: `upgrade` (to the newest revision) and the check that code and database agree.
The revisions lie in `versions/`, one change each; they never import the models they once made.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from agnt_pipelines.errors import MigrationNeeded, SettingsError
from agnt_pipelines.storage.database import Database, raw

VERSION_TABLE = "agnt_alembic_version"
_UPGRADE_LOCK = 7_214_650_163_998_201
"""Advisory lock under which one process at a time migrates; any constant of ours."""


def upgrade(database: Database, revision: str = "head") -> list[str]:
    """Bring the database to a revision; return the revisions applied (empty: nothing to do).

    Concurrent callers wait for each other on an advisory lock. Each revision is one transaction.
    """
    from alembic import command  # noqa: PLC0415 - imports slowly, and only migrating needs it

    with database.writing() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        before = _current(connection)
        _require_vector(connection)
        connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS mind"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        after = _current(connection)
    script = ScriptDirectory.from_config(_config())
    if after is None or after == before:
        return []
    return [step.revision for step in script.iterate_revisions(after, before)][::-1]


def check_current(connection: Connection) -> None:
    """Refuse to work on a schema this code was not written for.

    Raises:
        MigrationNeeded: the database is behind, ahead, or was never migrated.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    current = _current(connection)
    if current != head:
        message = (
            f"The database is at revision {current or 'none'}, this code needs {head}: "
            "run `./agnt migrate` (or update the code, if the database is newer)."
        )
        raise MigrationNeeded(message)


def _require_vector(connection: Connection) -> None:
    """Make the extension `vector`, or say who can.

    Raises:
        SettingsError: pgvector is not installed on the server, or this role may not create it.
    """
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as failure:
        reason = str(failure.orig).strip().splitlines()[0]
        raise SettingsError(
            f"The extension vector cannot be made here ({reason}). Install pgvector on the server (Debian: "
            "postgresql-NN-pgvector), have a superuser run `CREATE EXTENSION vector` in this database, and "
            "migrate again."
        ) from failure


def run_file(path: Path) -> None:
    """Run a revision's .sql file, as it stands: a `%` in it is a per cent sign."""
    from alembic import op  # noqa: PLC0415 - exists only while a revision runs

    raw(op.get_bind()).execute(path.read_bytes())


def _current(connection: Connection) -> str | None:
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE, "version_table_schema": "mind"}
    )
    return context.get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
