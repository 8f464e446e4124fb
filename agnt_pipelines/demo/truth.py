"""What a good reader of the demo's world would learn of it: kept apart, where the product never looks.

What belongs here: the truth's items, drawing them from the generator's own knowledge, and their file.
What does not: comparing (`score`), and anything that a job reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agnt_pipelines.demo.facts import ALSO_FILED
from agnt_pipelines.demo.messages import Written
from agnt_pipelines.demo.people import KIN_NAMED, Fact, Person
from agnt_pipelines.demo.questions import GENERAL, RARE, Question


@dataclass(frozen=True, slots=True)
class Memory:
    """Something said that is true of a person, or was until they took it back.

    `accepted` are wordings of the value; `or_slots` and `or_subjects` other places where it may as well
    be kept; `messages` and `ended_by` are ids of interactions.
    """

    person: str
    slot: str
    value: str
    polarity: int
    current: bool
    subject: str
    accepted: tuple[str, ...]
    or_slots: tuple[str, ...]
    or_subjects: tuple[str, ...]
    messages: tuple[str, ...]
    ended_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """A slot of a person on which the world gives no firm answer: what is kept there is not judged."""

    person: str
    slot: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to support: `faq` should be found, `rare` and `personal` should not be published."""

    key: str
    kind: str
    question: str
    people: int
    messages: tuple[str, ...]
    sessions: tuple[str, ...]
    answers: tuple[str, ...] = ()
    contrary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two pages of the wiki that disagree at its head: paths in the order of the values they give."""

    topic: str
    pages: tuple[str, str]
    values: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Secret:
    """A contact or identity number (invented) that must not show in anything that is learnt."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Noise:
    """A message from which nothing may be learnt of its writer."""

    sort: str
    message: str


Item = Memory | Open | Asked | Contradiction | Secret | Noise
_ITEMS: dict[str, Callable[..., Item]] = {
    kind.__name__.lower(): kind for kind in (Memory, Open, Asked, Contradiction, Secret, Noise)
}


@dataclass(frozen=True, slots=True)
class Truth:
    """All of it; `forgotten` are the people of whom nothing may be kept."""

    memories: tuple[Memory, ...]
    open: tuple[Open, ...]
    asked: tuple[Asked, ...]
    contradictions: tuple[Contradiction, ...]
    secrets: tuple[Secret, ...]
    noise: tuple[Noise, ...]
    forgotten: tuple[str, ...]

    def write(self, path: Path) -> Path:
        """Write one line per item (`truth.jsonl`)."""
        lines: list[dict[str, object]] = [
            {"item": "forgotten", "person": person} for person in self.forgotten
        ]
        lines += [{"item": type(item).__name__.lower(), **asdict(item)} for item in self._items()]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        path.write_text(text, "utf-8", newline="\n")
        return path

    def _items(self) -> Iterator[Item]:
        yield from self.memories
        yield from self.open
        yield from self.asked
        yield from self.contradictions
        yield from self.secrets
        yield from self.noise


def read(path: Path) -> Truth:
    """Return the truth from its file."""
    found: dict[str, list[Any]] = {name: [] for name in (*_ITEMS, "forgotten")}
    for text in path.read_text("utf-8").split("\n"):
        if not text:
            continue
        fields = {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(text).items()}
        item = str(fields.pop("item"))
        found[item].append(fields["person"] if item == "forgotten" else _ITEMS[item](**fields))
    return Truth(
        memories=tuple(found["memory"]),
        open=tuple(found["open"]),
        asked=tuple(found["asked"]),
        contradictions=tuple(found["contradiction"]),
        secrets=tuple(found["secret"]),
        noise=tuple(found["noise"]),
        forgotten=tuple(found["forgotten"]),
    )


def drawn(everybody: Sequence[Person], told: Written, contradictions: Sequence[Contradiction]) -> Truth:
    """Return what the world holds, as far as it was said within it."""
    kept = [person for person in everybody if person.remembered]
    return Truth(
        memories=tuple(memory for person in kept for memory in _memories(person, told)),
        open=tuple(item for person in kept for item in _open(person)),
        asked=tuple(_asked(told)),
        contradictions=tuple(contradictions),
        secrets=tuple(
            Secret(mark.removeprefix("secret/"), message)
            for mark, messages in told.messages.items()
            if mark.startswith("secret/")
            for message in messages
        ),
        noise=tuple(
            Noise(mark.removeprefix("noise/"), message)
            for mark, messages in told.messages.items()
            if mark.startswith("noise/")
            for message in messages
        ),
        forgotten=tuple(person.id for person in everybody if not person.remembered),
    )


def _memories(person: Person, told: Written) -> Iterator[Memory]:
    for fact in person.facts:
        messages = told.messages.get(f"said/{fact.key}", ())
        ended = told.messages.get(f"ended/{fact.key}", ()) or told.messages.get(f"said/{fact.key}+", ())
        if messages:
            yield _memory(person.id, fact, messages, ended)


def _memory(person: str, fact: Fact, messages: tuple[str, ...], ended: tuple[str, ...]) -> Memory:
    return Memory(
        person=person,
        slot=fact.slot,
        value=fact.value.name,
        polarity=fact.polarity,
        current=fact.current or not ended,
        subject=fact.subject,
        accepted=fact.value.accepted,
        or_slots=ALSO_FILED.get(fact.slot, ()),
        or_subjects=KIN_NAMED.get(fact.subject, ()),
        messages=messages,
        ended_by=ended,
    )


def _open(person: Person) -> Iterator[Open]:
    """Yield what is left open: the usual party, guessed from bookings, and a household hinted at."""
    slots = {fact.slot for fact in person.facts}
    if "typical_party_size" not in slots:
        yield Open(person.id, "typical_party_size")
    if slots & {"anniversary", "household"} or any(fact.subject != "self" for fact in person.facts):
        yield Open(person.id, "household")


def _asked(told: Written) -> Iterator[Asked]:
    who = {str(line["id"]): str(line["user_id"]) for line in told.lines}
    for kind, mark, questions in (("faq", "asked", GENERAL), ("rare", "rare", RARE)):
        for question in questions:
            yield _of_many(kind, f"{mark}/{question.key}", question, told, who)
    own = [mark for mark in told.messages if mark.startswith(("personal/", "secret/"))]
    messages = tuple(sorted(message for mark in own for message in told.messages[mark]))
    sessions = tuple(sorted(session for mark in own for session in told.sessions[mark]))
    people = len({who[message] for message in messages})
    yield Asked("personal", "personal", "Somebody's own affairs.", people, messages, sessions)


def _of_many(kind: str, mark: str, question: Question, told: Written, who: dict[str, str]) -> Asked:
    messages = told.messages.get(mark, ())
    return Asked(
        key=question.key,
        kind=kind,
        question=question.english[0],
        people=len({who[message] for message in messages}),
        messages=messages,
        sessions=told.sessions.get(mark, ()),
        answers=told.messages.get(f"answered/{question.key}", ()),
        contrary=told.messages.get(f"contrary/{question.key}", ()),
    )
