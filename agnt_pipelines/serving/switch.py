"""The one switch that pauses schedules and sensors, for an operator.

What belongs here: turning it. What does not: how it is kept (`replay.pause`), and who obeys it
(`agnt_pipelines.pausing`).
"""

from __future__ import annotations

from agnt_pipelines.replay import pause
from agnt_pipelines.serving.session import Platform


def switch(platform: Platform, *, paused: bool, by: str, why: str = "") -> tuple[bool, str | None]:
    """Pause, or end a pause; return whether that changed anything, and what pauses now in words."""
    with platform.database.writing() as connection:
        changed = pause.decide(connection, paused=paused, by=by, why=why)
        return changed, pause.in_words(connection, platform.settings)
