"""Dagster's partitions, derived from the windows of `replay.windows`.

What belongs here: one definition per calendar. What does not: bounds and keys, which a test holds
against the calendars.
"""

from __future__ import annotations

import dagster as dg

from agnt_pipelines.replay.windows import DAY, WITA_NAME

DAYS = dg.DailyPartitionsDefinition(
    start_date=DAY.window_at(DAY.origin).key, timezone=WITA_NAME, fmt="%Y-%m-%d"
)
