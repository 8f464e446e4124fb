"""The people of the demo: who they are, how much they talk, and what is true of them.

What belongs here: persons with their facts, changes of mind included, and the tables about persons
alone. What does not: what they say, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from agnt_pipelines.demo.chance import one_in, pick, zipf
from agnt_pipelines.demo.days import DAYS, Calendar
from agnt_pipelines.demo.facts import MAY_CHANGE, MAY_END, ONE_AT_A_TIME, VALUES, Value
from agnt_pipelines.demo.voice import Voice, drawn

PEOPLE = 200
DELETED = 6
"""People who asked to be deleted: still among the users, their talk too."""
GONE = 4
"""People whose talk lingers after they were hard-deleted: among the users no more."""

CITIES = ("Canggu", "Seminyak", "Ubud", "Sanur", "Uluwatu", "Denpasar", "Jimbaran", "Pererenan")
_MOST_FACTS = 12
_SLOTS = tuple(VALUES)
_KIN = ("wife", "husband", "daughter", "mother", "partner")
KIN_INDONESIAN = {
    "wife": "istri",
    "husband": "suami",
    "daughter": "anak",
    "mother": "ibu",
    "partner": "pasangan",
}
_FISH = frozenset({"sashimi", "grilled fish"})
_CLASHES = (
    (frozenset({"alcohol"}), frozenset({"craft beer", "natural wine", "rooftop bars"})),
    (frozenset({"vegetarian", "vegan"}), _FISH),
)
"""Values that nobody holds together, for it would not be clear which one is meant."""
KIN_NAMED = {"daughter": ("child",), "partner": ("spouse",)}
"""Other names under which somebody may be kept: Indonesian has one word for daughter and son."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is or was true of a person (or of one they live with)."""

    key: str
    slot: str
    value: Value
    polarity: int = 1
    subject: str = "self"
    current: bool = True
    replaces: bool = False
    """Whether it took the place of an earlier value of its slot."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo; `sessions` is how many times they talk to an agent in the sixty days."""

    id: str
    agent: str
    city: str
    voice: Voice
    channel: str
    sessions: int
    party: int
    facts: tuple[Fact, ...]
    known: bool = True
    deleted: bool = False

    @property
    def remembered(self) -> bool:
        """Whether anything may be kept of them."""
        return self.known and not self.deleted


def people(dice: Random, sessions: int) -> tuple[Person, ...]:
    """Draw everybody; `sessions` is how many conversations they share out among themselves."""
    count = PEOPLE + GONE
    ranks = zipf(count)
    ids = list(range(1, count + 1))
    dice.shuffle(ids)
    spoken = [0] * count
    for _ in range(sessions):
        spoken[pick(dice, range(count), ranks)] += 1
    drawn_people = [_person(dice, number, max(2, times)) for number, times in zip(ids, spoken, strict=True)]
    return _marked(dice, sorted(drawn_people, key=lambda person: person.id))


def _person(dice: Random, number: int, sessions: int) -> Person:
    language = "id" if one_in(dice, 0.42) else "en"
    id_ = f"u-{number:03}"
    return Person(
        id=id_,
        agent=f"cp-{number:03}",
        city=dice.choice(CITIES),
        voice=drawn(language, dice),
        channel=dice.choice(("whatsapp", "whatsapp", "whatsapp", "telegram", "instagram")),
        sessions=sessions,
        party=dice.choice((2, 2, 2, 3, 4, 4, 5, 6, 8)),
        facts=tuple(_facts(dice, id_, min(_MOST_FACTS, 2 + sessions // 3))),
    )


def _marked(dice: Random, everybody: Sequence[Person]) -> tuple[Person, ...]:
    """Return all with those deleted and gone drawn from the middle: neither the loudest nor the silent."""
    talk = sorted(everybody, key=lambda person: (-person.sessions, person.id))
    leaving = {p.id for p in dice.sample(talk[20:150], DELETED + GONE)}
    gone = set(sorted(leaving)[:GONE])
    return tuple(
        replace(person, known=person.id not in gone, deleted=person.id in leaving and person.id not in gone)
        for person in everybody
    )


def _facts(dice: Random, person: str, count: int) -> Iterator[Fact]:
    """Draw what is true of a person: slots of one value once, others at most twice."""
    taken: dict[str, list[str]] = {}
    for number in range(count):
        slot = dice.choice(_SLOTS)
        held = taken.setdefault(slot, [])
        if len(held) >= (1 if slot in ONE_AT_A_TIME or slot in ("household", "accessibility") else 2):
            continue
        if slot == "accessibility" and one_in(dice, 0.7):
            continue
        value = dice.choice([v for v in VALUES[slot] if v.name not in held])
        if _clashes(value.name, taken):
            continue
        held.append(value.name)
        key = f"{person}/{number}"
        polarity = -1 if slot == "alcohol" else 1
        fact = Fact(key, slot, value, polarity)
        yield from _with_its_end(dice, fact)
    if one_in(dice, 0.3):
        slot = dice.choice(("allergy", "likes", "dislikes"))
        yield Fact(f"{person}/kin", slot, dice.choice(VALUES[slot]), subject=dice.choice(_KIN))


def _clashes(name: str, taken: Mapping[str, Sequence[str]]) -> bool:
    """Whether a value makes no sense beside what is already true of somebody."""
    held = {name, *(other for names in taken.values() for other in names)}
    return any(name in group and held & other for group, other in _CLASHES) or any(
        name in other and held & group for group, other in _CLASHES
    )


def _with_its_end(dice: Random, fact: Fact) -> Iterator[Fact]:
    if fact.slot in MAY_CHANGE and one_in(dice, 0.22):
        other = dice.choice([value for value in VALUES[fact.slot] if value.name != fact.value.name])
        yield replace(fact, current=False)
        yield replace(fact, key=f"{fact.key}+", value=other, replaces=True)
    elif fact.slot in MAY_END and one_in(dice, 0.1):
        yield replace(fact, current=False)
    else:
        yield fact


def user_lines(everybody: Sequence[Person], days: Calendar, dice: Random) -> Iterator[dict[str, object]]:
    """Yield the rows of users: those gone are not among them."""
    for person in everybody:
        if not person.known:
            continue
        deleted = days.at(DAYS - dice.randint(1, 12), dice.randrange(1440)) if person.deleted else None
        yield {
            "id": person.id,
            "city": person.city,
            "language": person.voice.language,
            "cp_agent_id": person.agent,
            "deleted_at": deleted and deleted.isoformat(),
            "created_at": days.at(-dice.randint(1, 300), dice.randrange(1440)).isoformat(),
        }


def follow_lines(everybody: Sequence[Person], dice: Random, count: int) -> Iterator[dict[str, object]]:
    """Yield who follows whose taste: much followed are few."""
    ranks = zipf(len(everybody), 4)
    pairs: dict[tuple[str, str], None] = {}
    while len(pairs) < count:
        follower, followee = dice.choice(everybody), pick(dice, everybody, ranks)
        if follower.id != followee.id and follower.known:
            pairs[follower.id, followee.id] = None
    for follower_id, followee_id in sorted(pairs):
        yield {"follower_id": follower_id, "followee_id": followee_id}


def list_lines(
    everybody: Sequence[Person], venues: Sequence[str], dice: Random, count: int
) -> Iterator[dict[str, object]]:
    """Yield the venues that people put on their lists."""
    ranks = zipf(len(venues))
    chosen: dict[tuple[str, str, str], None] = {}
    while len(chosen) < count:
        kind = dice.choice(("wishlist", "favourite"))
        chosen[dice.choice(everybody).id, kind, pick(dice, venues, ranks)] = None
    for number, (user, kind, venue) in enumerate(sorted(chosen), start=1):
        yield {"id": f"list-{number:04}", "user_id": user, "kind": kind, "venue_id": venue}
