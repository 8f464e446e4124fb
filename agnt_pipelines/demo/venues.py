"""The venues of the demo: where they lie, what they are, and the texts about them, old menus included.

What belongs here: rows of venues and venue_chunks. What does not: who books them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from agnt_pipelines.demo.chance import one_in
from agnt_pipelines.demo.days import DAYS, Calendar

VENUES = 120

AREAS = {
    "Canggu": (-8.648, 115.137), "Seminyak": (-8.690, 115.167), "Ubud": (-8.507, 115.263),
    "Sanur": (-8.694, 115.263), "Uluwatu": (-8.829, 115.087), "Pererenan": (-8.639, 115.121),
    "Jimbaran": (-8.777, 115.166), "Denpasar": (-8.656, 115.217), "Berawa": (-8.661, 115.141),
    "Bingin": (-8.805, 115.113),
}  # fmt: skip
"""Where each area lies: latitude, longitude, degrees."""

_FIRST = (
    "Kopi", "Warung", "Rumah", "Teras", "Kebun", "Ombak", "Senja", "Bintang", "Lotus", "Salt", "Coral", "Bamboo",
    "Monsoon", "Paddy", "Driftwood", "Mango", "Palm", "Tide",
)  # fmt: skip
_SECOND = (
    "Biru", "Pagi", "Dewata", "Sari", "House", "Table", "Garden", "Collective", "Social", "Kitchen", "Room", "Damai",
    "Tua", "Rasa", "Deck", "Corner",
)  # fmt: skip
_MENUS: dict[str, tuple[str, ...]] = {
    "restaurant": ("grilled snapper", "nasi campur", "beef rendang", "green papaya salad", "prawn sambal", "tempe satay"),
    "cafe": ("flat white", "smoothie bowl", "avocado toast", "matcha latte", "banana pancakes", "sourdough with eggs"),
    "bar": ("arak sour", "negroni", "coconut mojito", "craft lager", "ginger mocktail", "loaded fries"),
    "warung": ("nasi goreng", "mie goreng", "gado-gado", "soto ayam", "es teh manis", "ayam betutu"),
    "beach club": ("wood-fired pizza", "ceviche", "rose spritz", "fresh coconut", "fish tacos", "fruit platter"),
    "coworking": ("day pass", "meeting room hour", "cold brew", "poke bowl", "kombucha", "granola"),
    "spa": ("Balinese massage", "flower bath", "foot reflexology", "facial", "hot stone massage", "scrub"),
    "yoga studio": ("morning flow", "yin class", "sound bath", "ten class card", "breathwork", "private class"),
}  # fmt: skip
_FEATURES = (
    "rooftop", "live jazz on Fridays", "sea view", "rice field view", "fast wifi", "vegan options", "halal kitchen",
    "kids corner", "step-free entrance", "private room for 12", "dogs welcome", "quiet in the afternoon",
    "natural wine list", "parking for scooters", "open late", "sunset terrace", "air conditioning", "sharing plates",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Venue:
    """A place that can be booked; where it lies is in degrees."""

    id: str
    name: str
    area: str
    category: str
    agent: str
    lat: float
    lon: float

    def line(self) -> dict[str, object]:
        """Return its row."""
        return {
            "id": self.id,
            "slug": f"{self.name}-{self.area}".lower().replace(" ", "-"),
            "name": self.name,
            "city_id": self.area,
            "category": self.category,
            "lat": self.lat,
            "lon": self.lon,
            "agent_id": self.agent,
        }


def venues(dice: Random) -> tuple[Venue, ...]:
    """Draw every venue; no two have one name."""
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND]
    return tuple(
        _venue(dice, number, name) for number, name in enumerate(dice.sample(names, VENUES), start=1)
    )


def _venue(dice: Random, number: int, name: str) -> Venue:
    area = dice.choice(tuple(AREAS))
    category = "warung" if name.startswith("Warung") else dice.choice(tuple(_MENUS))
    lat, lon = AREAS[area]
    return Venue(
        id=f"v-{number:03}",
        name=name,
        area=area,
        category=category,
        agent=f"va-{number:03}",
        lat=round(lat + dice.uniform(-0.02, 0.02), 5),
        lon=round(lon + dice.uniform(-0.02, 0.02), 5),
    )


def chunk_lines(places: Sequence[Venue], days: Calendar, dice: Random) -> Iterator[dict[str, object]]:
    """Yield the texts about venues: what they are, their rules, their menu, and menus of before."""
    for place in places:
        for number, (text, day) in enumerate(_texts(place, dice), start=1):
            yield {
                "id": f"{place.id}-c{number}",
                "venue_id": place.id,
                "content": text,
                "created_at": days.at(day, dice.randrange(480, 1200)).isoformat(),
            }


def _texts(place: Venue, dice: Random) -> Iterator[tuple[str, int]]:
    """Yield texts with the number of the day on which each was written."""
    features = dice.sample(_FEATURES, dice.randint(2, 5))
    yield (
        f"{place.name} is a {place.category} in {place.area}. Features: {', '.join(features)}.",
        -dice.randint(60, 400),
    )
    yield _rules(place, dice), -dice.randint(10, 300)
    dishes = dice.sample(_MENUS[place.category], 4)
    prices = [dice.randrange(25, 220, 5) for _ in dishes]
    yield _menu("Menu", dishes, prices), -dice.randint(30, 500)
    if one_in(dice, 0.6):
        left = [dish for dish in _MENUS[place.category] if dish not in dishes]
        now = [dice.choice(left), *dishes[1:]]
        yield (
            _menu("New menu", now, [price + dice.randrange(5, 30, 5) for price in prices]),
            dice.randrange(DAYS),
        )
    if one_in(dice, 0.25):
        gained = dice.choice([feature for feature in _FEATURES if feature not in features])
        yield f"New at {place.name}: {gained}.", dice.randrange(DAYS)


def _rules(place: Venue, dice: Random) -> str:
    return (
        f"House rules of {place.name}: tables are held {dice.choice((10, 15, 20))} minutes; groups of "
        f"{dice.choice((6, 8, 10))} or more leave a deposit; cards {dice.choice(('are', 'are not'))} accepted."
    )


def _menu(title: str, dishes: Sequence[str], prices: Sequence[int]) -> str:
    return (
        f"{title}: " + "; ".join(f"{dish} {price}k" for dish, price in zip(dishes, prices, strict=True)) + "."
    )
