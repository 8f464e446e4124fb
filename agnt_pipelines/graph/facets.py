"""Memories as preference facets: what a person wants, and what they keep away from.

What belongs here: which slots are preferences, and of which class. What does not: the slots
themselves, which dreaming owns and names here by their text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from agnt_pipelines.graph.entities import Evidence, NodeType, Relation, node_id, place_key
from agnt_pipelines.graph.records import Memory

TABLE = "mind.user_memory"
TASTE, DIETARY, LIFESTYLE = "taste", "dietary", "lifestyle"

CLASSES = {
    "likes": TASTE, "favourite_cuisines": TASTE, "dislikes": TASTE, "never": TASTE,
    "diet": DIETARY, "allergy": DIETARY, "alcohol": DIETARY,
    "interests": LIFESTYLE, "fitness_goal": LIFESTYLE, "accessibility": LIFESTYLE,
}  # fmt: skip
"""Slot -> the class of its facets; the classes are stated, the sorting is ours."""

_NEGATIVE = frozenset({"dislikes", "never", "allergy"})
_PLACES = frozenset({"favourite_areas", "home_area"})


def evidence(memories: Iterable[Memory], cities: Collection[str]) -> Iterator[Evidence]:
    """Yield what people prefer and avoid; a place is a city where `cities` (keys) knows it."""
    for memory in memories:
        target = _target(memory, cities)
        wants = memory.affirmed and memory.slot not in _NEGATIVE
        avoids = memory.affirmed is (memory.slot in _NEGATIVE)
        if target is None or not (wants or avoids):
            continue  # "not allergic to nuts" is neither a wish nor an aversion
        yield Evidence(
            Relation.PREFERS if wants else Relation.AVOIDS,
            node_id(NodeType.USER, memory.user_id),
            target,
            memory.at,
            TABLE,
            memory.id,
            round(16 * memory.confidence),
        )


def _target(memory: Memory, cities: Collection[str]) -> str | None:
    if memory.slot in _PLACES:
        key = place_key(memory.value)
        return node_id(NodeType.CITY if key in cities else NodeType.AREA, key)
    kind = CLASSES.get(memory.slot)
    return None if kind is None else node_id(NodeType.FACET, f"{kind}/{memory.value}")
