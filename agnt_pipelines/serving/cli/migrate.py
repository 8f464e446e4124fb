"""`./agnt migrate`: the databases at this code's revision, and the pools' limits written.

What belongs here: the order of the steps. What does not: revisions (`storage.migrations`).
"""

from __future__ import annotations

import click

from agnt_pipelines.serving.cli.output import emit, json_option, say, show


@click.command(short_help="Bring the databases to this code's revision.")
@json_option
def migrate(*, as_json: bool) -> None:
    """Bring the platform's schema and Dagster's up to date and set every pool's limit.

    Safe to repeat, and to call from several places at once. Do it at each deploy, before the daemon
    starts: a pool whose limit was never written lets everything through on its first pass.
    """
    from agnt_pipelines.serving.instance import open_instance, prepare_home, set_pool_limits
    from agnt_pipelines.serving.session import connected, ensure_dagster_database
    from agnt_pipelines.settings import get_settings
    from agnt_pipelines.storage.migrations import upgrade
    from agnt_pipelines.timetable import POOL_LIMITS

    settings = get_settings()
    with connected(settings, say) as platform:
        applied = upgrade(platform.database)
        made = ensure_dagster_database(platform)
        home = prepare_home(settings.state)
        with open_instance(home, platform.dagster_url) as instance:
            set_pool_limits(instance, POOL_LIMITS)
    if as_json:
        emit({"applied": applied, "dagster_database_made": made, "pool_limits": POOL_LIMITS})
        return
    show(f"Revisions applied: {', '.join(applied)}." if applied else "The schema is up to date.")
    limits = ", ".join(f"{pool} {limit}" for pool, limit in POOL_LIMITS.items())
    show(f"Pool limits: {limits}.")
