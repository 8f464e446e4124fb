"""What a driver's exception means to an operator, and the same exception without anybody's words.

What belongs here: telling a server that is not there from one that refuses, or that went away, and what
may be said of it. What does not: connecting (`database`), and printing (`serving.cli`).
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from agnt_pipelines.errors import AgntError, DatabaseUnreachable, SettingsError

PLATFORM_SETTING = "AGNT_DATABASE_URL"
DAGSTER_SETTING = "AGNT_DAGSTER_URL"

_PING_S = 5
_NOT_PERMITTED = "42501"
_READ_ONLY = "25006"
_ENDED_BY_SERVER = {"57P01", "57P02", "57P03", "57P05"}
_OF_VALUES = ("22", "23", "44", "P0")
"""SQLSTATE classes (PostgreSQL's Appendix A) whose text may quote a row: bad data, constraints, a view's
check, a trigger's RAISE."""


def not_connected(failure: BaseException, url: URL, *, shown: str, setting: str) -> SettingsError:
    """Return why no connection could be made, with the way out; `shown` is the URL without secrets.

    The server is asked by a ping, which needs no user and no database: what a server says when it
    refuses is in its own language.
    """
    reason = reason_of(failure)
    if isinstance(driver_error(failure), psycopg.ProgrammingError):
        return SettingsError(f"{setting} ({shown}) is not usable: {reason}. {_example(setting)}")
    match _ping(url):
        case Ping.OK:
            said = reason.rpartition("FATAL: ")[2].strip()
            return SettingsError(
                f"PostgreSQL at {shown} refuses the connection: {said}. Create what is missing there, or "
                f"correct the user, password or database in {setting}."
            )
        case Ping.REJECT:
            return DatabaseUnreachable(
                f"PostgreSQL at {shown} is starting or stopping ({reason}): try again in a moment."
            )
        case Ping.NO_ATTEMPT:
            return SettingsError(f"{setting} ({shown}) is not usable: {reason}. {_example(setting)}")
        case _:
            way_out = f"Correct {setting}, or unset it to use "
            way_out += "the embedded server" if setting == PLATFORM_SETTING else "the database beside ours"
            return DatabaseUnreachable(f"No PostgreSQL answers at {shown} ({reason}). {way_out}.")


def explained(failure: BaseException) -> AgntError | None:
    """Return what an operator should read of a driver's exception, however it was wrapped; else None."""
    for one in _chain(failure):
        driver = driver_error(one)
        setting = _setting_of(driver)
        if setting is None:
            continue
        if lost(one):
            return gone_away(one, setting)
        state = _state(driver)
        if state == _NOT_PERMITTED:
            return SettingsError(
                f"The role in {setting} may not do this ({reason_of(one)}): grant it the right, or name a "
                "role that has it."
            )
        if state == _READ_ONLY:
            return SettingsError(
                f"The server in {setting} only reads ({reason_of(one)}): name the primary, not a standby."
            )
    return None


def gone_away(failure: BaseException, setting: str = PLATFORM_SETTING) -> DatabaseUnreachable:
    """Return the error for a connection that was lost in the middle of something."""
    return DatabaseUnreachable(
        f"The database of {setting} went away in the middle ({reason_of(failure)}). What was committed "
        "stays; once it answers, do the same again."
    )


def lost(failure: BaseException) -> bool:
    """Whether a connection that stood was lost: the server went away, or ended our session."""
    driver = driver_error(failure)
    if not any(base.__name__ == "OperationalError" for base in type(driver).__mro__):
        return False
    state = _state(driver)
    return state is None or state.startswith("08") or state in _ENDED_BY_SERVER


def hush(failure: BaseException) -> None:
    """Take the values out of an exception's text, in place: what is logged is beyond erasure's reach.

    PostgreSQL's DETAIL and CONTEXT quote rows. What is left names table, column and constraint; whoever
    needs more has the exception's `diag`.
    """
    driver = driver_error(failure)
    if not isinstance(driver, psycopg.Error) or not (driver.sqlstate or "").startswith(_OF_VALUES):
        return
    sentence = _without_values(driver)
    driver.args = (sentence,)
    if isinstance(failure, DBAPIError):
        failure.args = (f"({type(driver).__module__}.{type(driver).__name__}) {sentence}",)


def driver_error(failure: BaseException) -> BaseException:
    """Return the driver's exception under SQLAlchemy's."""
    return getattr(failure, "orig", None) or failure


def reason_of(failure: BaseException) -> str:
    """Return the first line of what the driver says."""
    driver = driver_error(failure)
    primary = driver.diag.message_primary if isinstance(driver, psycopg.Error) else None
    return primary or (str(driver).strip().splitlines() or [type(driver).__name__])[0]


def _without_values(driver: psycopg.Error) -> str:
    diag = driver.diag
    said = diag.message_primary or type(driver).__name__
    if not (driver.sqlstate or "").startswith("23"):
        said = said.partition(': "')[0]  # invalid input syntax for type integer: "their words"
    table = ".".join(filter(None, (diag.schema_name, diag.table_name)))
    named = (("table", table), ("column", diag.column_name), ("constraint", diag.constraint_name))
    where = ", ".join(f"{what} {name}" for what, name in named if name)
    return f"{said} ({where})" if where else said


def _chain(failure: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = failure
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _setting_of(driver: BaseException) -> str | None:
    """Return the setting whose database an exception is about: each has a driver of its own."""
    modules = {base.__module__.partition(".")[0] for base in type(driver).__mro__}
    if "psycopg2" in modules:
        return DAGSTER_SETTING
    return PLATFORM_SETTING if "psycopg" in modules else None


def _state(driver: BaseException) -> str | None:
    found = getattr(driver, "sqlstate", None) or getattr(driver, "pgcode", None)
    return None if found is None else str(found)


def _ping(url: URL) -> Ping:
    dialect = url.set(drivername="postgresql+psycopg").get_dialect()()
    try:
        arguments = dialect.create_connect_args(url)[1]
        return Ping(PGconn.ping(make_conninfo(**{**arguments, "connect_timeout": _PING_S}).encode()))
    except (psycopg.Error, ArgumentError):
        return Ping.NO_ATTEMPT


def _example(setting: str) -> str:
    return f"Correct {setting}; it reads like {make_url('postgresql://user@host:5432/name')}."
