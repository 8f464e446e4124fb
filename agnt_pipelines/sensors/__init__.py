"""Sensors: what makes runs besides the timetable, and what tells of runs that went wrong.

A sensor only reads what the database and Dagster already know and decides; the decision is a pure
function of the two, tested with plain values. One module each; `attempts` is what those that ask
for runs share. What does not belong here: computing staleness (`upkeep`), and doing the work.
"""

from agnt_pipelines.sensors.attempts import ASKED_TAG, BACKOFF, MAX_FAILURES, Attempt, Request, Verdict
from agnt_pipelines.sensors.deleted_users import deleted_users_sensor
from agnt_pipelines.sensors.ended_batches import ended_batches_sensor
from agnt_pipelines.sensors.failed_runs import failed_runs_sensor
from agnt_pipelines.sensors.piled_up import piled_up_sensor
from agnt_pipelines.sensors.stale import Stale, decide, listed, stale_sensor
from agnt_pipelines.sensors.wiki_head import wiki_sensor

__all__ = [
    "ASKED_TAG",
    "BACKOFF",
    "MAX_FAILURES",
    "Attempt",
    "Request",
    "Stale",
    "Verdict",
    "decide",
    "deleted_users_sensor",
    "ended_batches_sensor",
    "failed_runs_sensor",
    "listed",
    "piled_up_sensor",
    "stale_sensor",
    "wiki_sensor",
]
