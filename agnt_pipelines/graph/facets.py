"""Memories as preference facets: what a person wants, and what they keep away from.

What belongs here: which slots are preferences, and of which class. What does not: the slots
themselves, which dreaming owns and names here by their text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

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
_SEPARATORS = re.compile(r"[\W_]+")

SLOTS = frozenset(CLASSES) | _PLACES
"""Slots whose values are nodes of the graph."""


def evidence(memories: Iterable[Memory], cities: Collection[str]) -> Iterator[Evidence]:
    """Yield what people prefer and avoid; a place is a city where `cities` (keys) knows it."""
    for memory in memories:
        target = node_of(memory.slot, memory.value, cities)
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


def node_of(slot: str, value: str, cities: Collection[str]) -> str | None:
    """Return the node of what a slot's value is: a facet, or a place; None where it is neither."""
    if slot in _PLACES:
        key = place_key(value)
        return node_id(NodeType.CITY if key in cities else NodeType.AREA, key)
    kind = CLASSES.get(slot)
    return None if kind is None else node_id(NodeType.FACET, f"{kind}/{value}")


def is_aversion(slot: str) -> bool:
    """Whether what is said in a slot's favour is what the person keeps away from, in dreaming's taste."""
    return slot == "allergy"


@lru_cache(maxsize=10_000)
def plain(word: str) -> str:
    """Return a word so that two spellings are equal: live-music and Live music, cocktails and cocktail.

    Dreaming keeps taste in a form like it, memories as they were said, and features have names of ours.
    """
    return " ".join(
        part[:-1] if len(part) > 3 and part.endswith("s") and not part.endswith("ss") else part
        for part in _SEPARATORS.sub(" ", word.casefold()).split()
    )
