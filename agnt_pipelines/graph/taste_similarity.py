"""Whose taste is alike, on a cadence of its own: its cost grows with the square of the people.

What belongs here: the step. What does not: Dagster (`assets`), and how likeness is reckoned.
"""

from __future__ import annotations

from agnt_pipelines.graph import graph_build, store
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.settings import Settings


def compare(lease: Lease, settings: Settings) -> Applied:
    """Bring SIMILAR_TASTE up to the edges that are stored; nothing is done where nothing is due.

    Raises:
        PlanRefused: a check failed; what is stored stays.
        Fenced: a later run took the lease.
    """
    return graph_build.liken(lease, settings, store.taste_neighbours(settings))
