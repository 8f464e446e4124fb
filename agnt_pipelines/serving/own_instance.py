"""Dagster's storage, opened only where there is one and it is this platform's.

What belongs here: that one question. What does not: what is asked of Dagster then.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from agnt_pipelines.serving.health import has_dagster
from agnt_pipelines.serving.instance import open_instance, prepare_home
from agnt_pipelines.storage.dagster_database import identity_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagster import DagsterInstance

    from agnt_pipelines.serving.session import Platform


@contextmanager
def own_instance(platform: Platform) -> Iterator[DagsterInstance | None]:
    """Yield the platform's Dagster instance; None where there is none yet, or only another platform's.

    Raises:
        DatabaseUnreachable: Dagster's database does not answer.
    """
    if not is_ours(platform):
        yield None
        return
    with open_instance(prepare_home(platform.settings.state), platform.dagster_url) as instance:
        yield instance


def is_ours(platform: Platform) -> bool:
    """Whether there is a Dagster storage, and it is this platform's."""
    if not has_dagster(platform):
        return False
    with platform.database.direct() as connection:
        this = identity_of(connection)
    owner = owner_of(platform.dagster_url)
    return owner is not None and owner.identity == this.identity
