"""Dead runs ended by hand, or now and then by whoever serves or awaits runs.

The sensor that does so needs a code server, which may have died with the run; this does not. What
belongs here: opening what the reaper needs, and when. What does not: which runs are dead, and what is
done about it (`agnt_pipelines.reaping`).
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy.exc import OperationalError

from agnt_pipelines.errors import DatabaseUnreachable, ServerFailed
from agnt_pipelines.serving.own_instance import own_instance
from agnt_pipelines.serving.session import is_new

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dagster import DagsterInstance

    from agnt_pipelines.reaping import Reaped
    from agnt_pipelines.serving.session import Announce, Platform

_EVERY_S: Final = 10.0


@dataclass(slots=True)
class Reaper:
    """Ends dead runs every few seconds, whenever it is asked to look."""

    reap: Callable[[], Sequence[Reaped]]
    announce: Announce
    _looked: float = field(default_factory=time.monotonic)

    def look(self) -> None:
        """End dead runs, if it is time; a database that does not answer is asked the next time."""
        if time.monotonic() - self._looked < _EVERY_S:
            return
        with suppress(DatabaseUnreachable, ServerFailed, psycopg.OperationalError, OperationalError):
            for reaped in self.reap():
                self.announce(reaped.sentence)
        self._looked = time.monotonic()


def reaper_of(platform: Platform, instance: DagsterInstance, announce: Announce) -> Reaper:
    """Return a reaper on an open platform."""
    from agnt_pipelines.reaping import reap

    return Reaper(lambda: reap(instance, platform.database, platform.settings, watch=False), announce)


def reap_dead(platform: Platform, *, watch: bool = True) -> list[Reaped]:
    """End every dead run and return what was done; takes up to 40 s where one has to be watched.

    Raises:
        DatabaseUnreachable: a server does not answer.
    """
    from agnt_pipelines.reaping import reap

    if is_new(platform.database):
        return []  # nobody ever ran here
    with own_instance(platform) as instance:
        return reap(instance, platform.database, platform.settings, watch=watch)
