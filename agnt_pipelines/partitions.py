"""Dagster's partitions, derived from the windows of `replay.windows`.

What belongs here: one definition per calendar. What does not: bounds and keys, which a test holds
against the calendars.
"""

from __future__ import annotations

import dagster as dg

from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, FAQ_WEEK, WITA_NAME

DAYS = dg.DailyPartitionsDefinition(
    start_date=DAY.window_at(DAY.origin).key, timezone=WITA_NAME, fmt="%Y-%m-%d"
)

DREAM_WEEKS = dg.WeeklyPartitionsDefinition(
    day_offset=1, start_date=DREAM_WEEK.window_at(DREAM_WEEK.origin).key, timezone=WITA_NAME, fmt="%Y-%m-%d"
)

FAQ_WEEKS = dg.WeeklyPartitionsDefinition(
    day_offset=0,
    hour_offset=23,
    minute_offset=59,
    start_date=FAQ_WEEK.window_at(FAQ_WEEK.origin).key,
    timezone=WITA_NAME,
    fmt="%Y-%m-%d",
)
"""Extraction and compilation share it: a week closes at the very tick of extraction."""

PARTITIONS = {DAY.name: DAYS, DREAM_WEEK.name: DREAM_WEEKS, FAQ_WEEK.name: FAQ_WEEKS}
"""By the name of the calendar. A key is what Dagster shows and sorts by; a title of its own it has no
place for, so a window's is in the metadata of its materializations and in the tag of its runs."""

WINDOW_TAG = "agnt/window"
"""Of a run that the timetable asked for: the title of its window."""
