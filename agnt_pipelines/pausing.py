"""Whoever obeys the one switch: every schedule, and every sensor that asks for runs.

Runs that a person starts go on while everything is paused, as do sensors that start nothing but tell what
happened. What does not belong here: the switch itself (`replay.pause`), and Dagster's own switch of a
single schedule or sensor (its UI has that).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

import dagster as dg

from agnt_pipelines.replay.pause import why_paused
from agnt_pipelines.settings import get_settings

_Context = TypeVar("_Context")
_Answer = TypeVar("_Answer")


def unless_paused(
    evaluate: Callable[[_Context], _Answer],
) -> Callable[[_Context], _Answer | dg.SkipReason]:
    """Let a schedule or sensor be evaluated only while nothing pauses it."""

    @functools.wraps(evaluate)
    def guarded(context: _Context) -> _Answer | dg.SkipReason:
        why = why_paused(get_settings())
        return evaluate(context) if why is None else dg.SkipReason(why)

    return guarded
