"""What a venue offers and suits, by keywords in its newest texts.

What belongs here: the keywords, English and Indonesian, and which texts are newest. What does not:
anything learnt from people.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from agnt_pipelines.graph.entities import Evidence, NodeType, Relation, node_id
from agnt_pipelines.graph.records import Chunk

TABLE = "source.venue_chunks"

_VERSION = timedelta(days=1)
"""Texts within a day of the newest were written with it; older ones are earlier versions."""

_FEATURES = {
    "vegan": r"vegan|plant[- ]based",
    "vegetarian": r"vegetarian|tanpa daging",
    "gluten-free": r"gluten[- ]free|bebas gluten",
    "halal": r"halal",
    "seafood": r"seafood|ikan bakar|prawns?|udang|lobster",
    "steak": r"steaks?|steakhouse|ribeye|wagyu",
    "pork": r"pork|babi guling|ribs|bacon",
    "sushi": r"sushi|sashimi",
    "pizza": r"pizza",
    "pasta": r"pasta",
    "coffee": r"coffee|espresso|kopi",
    "cocktails": r"cocktails?|koktail",
    "wine": r"wines?",
    "live-music": r"live music|live band|musik live|acoustic",
    "ocean-view": r"ocean view|sea view|beach ?front|pinggir pantai",
    "rooftop": r"roof ?top",
    "pool": r"swimming pool|infinity pool|kolam renang",
    "garden": r"garden|taman",
    "private-room": r"private (?:room|area|dining)|ruang privat",
    "sharing-plates": r"sharing plates?|to share|family style",
    "wifi": r"wi-?fi",
    "power-sockets": r"power (?:sockets?|outlets?)|colokan",
    "air-conditioning": r"air[- ]?con(?:ditioning|ditioned)?|ber-?ac",
    "parking": r"parking|parkir",
    "kids-menu": r"kids'? menu|high chairs?|menu anak",
    "pet-friendly": r"pet[- ]friendly|dogs? welcome",
    "wheelchair-access": r"wheelchair|step[- ]free",
    "late-kitchen": r"open (?:until|till) (?:late|midnight|[1-4] ?am)|buka 24 jam|24 hours",
    "breakfast": r"breakfast|brunch|sarapan",
    "cards": r"credit cards?|cards? accepted|kartu kredit",
}
"""Feature -> what says so. Ours: a first list, to be grown from what people ask for."""

_INTENTS = {
    "date-night": r"romantic|candle ?lit|for two|date night|romantis",
    "quick-lunch": r"quick lunch|set lunch|express|business lunch",
    "sunset-drinks": r"sunset|golden hour|matahari terbenam",
    "coworking-cafe": r"laptops?|co-?working|power (?:sockets?|outlets?)|colokan",
    "group-dinner": r"groups?|sharing plates?|long tables?|rombongan",
    "healthy-breakfast": r"smoothie bowls?|healthy breakfast|a[çc]a[íi]|granola",
    "late-night": r"late[- ]night|until (?:late|midnight|[1-4] ?am)|24 hours|buka 24 jam",
}
"""The intent patterns that are named publicly -> what says that a venue suits them."""

INTENTS = tuple(_INTENTS)
"""The intent patterns that texts are read for."""

_READ = [
    (relation, node_id(kind, name), re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"))
    for relation, kind, table in (
        (Relation.HAS_FEATURE, NodeType.FEATURE, _FEATURES),
        (Relation.SUITS, NodeType.INTENT, _INTENTS),
    )
    for name, pattern in table.items()
]
_DENIED = re.compile(r"(?:\bno|\bnot|\bwithout|\btanpa|\btidak(?: ada)?|\bbukan)[ a-z]{0,12}$")


def newest(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield each venue's texts of its newest version."""
    by_venue: defaultdict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        by_venue[chunk.venue_id].append(chunk)
    for mine in by_venue.values():
        since = max(chunk.created_at for chunk in mine) - _VERSION
        yield from (chunk for chunk in mine if chunk.created_at > since)


def evidence(chunks: Iterable[Chunk]) -> Iterator[Evidence]:
    """Yield what the newest texts say their venues have and suit; a denied keyword says nothing."""
    for chunk in newest(chunks):
        text = chunk.content.casefold()
        venue = node_id(NodeType.VENUE, chunk.venue_id)
        for relation, target, pattern in _READ:
            if any(not _DENIED.search(text, 0, found.start()) for found in pattern.finditer(text)):
                yield Evidence(relation, venue, target, chunk.created_at, TABLE, chunk.id)
