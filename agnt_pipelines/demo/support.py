"""Support talk of the demo: questions in many mouths, answers of agents, and people's own affairs.

What belongs here: who asks what and when, and invented contact details. What does not: the wordings
(`questions`). Telephone numbers, addresses and identity numbers are of kinds that nobody has: a number
of zeros, a domain reserved for examples, a province that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from agnt_pipelines.demo.chance import one_in
from agnt_pipelines.demo.conversations import Session, Turn
from agnt_pipelines.demo.days import DAYS, WEEK, Calendar
from agnt_pipelines.demo.people import Person
from agnt_pipelines.demo.questions import (
    ANSWERS_PERSONAL,
    GENERAL,
    PERSONAL_ENGLISH,
    PERSONAL_INDONESIAN,
    RARE,
    RARE_ASKERS,
    THANKS,
    Question,
)
from agnt_pipelines.demo.venues import Venue

AGENT = "platform-support"
PERSONAL = 130
"""Conversations about a person's own affairs."""

_HOT_WEEK = 8
"""Different people that ask a question in the one week in which it is on everybody's mind."""


def support_sessions(
    everybody: Sequence[Person], venues: Sequence[Venue], days: Calendar, dice: Random
) -> Iterator[Session]:
    """Yield all conversations with the support agent."""
    for question in GENERAL:
        yield from _asked(question, everybody, days, dice)
    for question in RARE:
        askers = dice.sample(everybody, RARE_ASKERS)
        for person in askers:
            yield _session(person, question, _some_time(days, dice), dice, kind="rare")
    for number in range(PERSONAL):
        yield _personal(number, dice.choice(everybody), dice.choice(venues), days, dice)


def _asked(
    question: Question, everybody: Sequence[Person], days: Calendar, dice: Random
) -> Iterator[Session]:
    """Yield a question's askers: eight different people in one week, and others on any day.

    The eight are of both languages: half of them speak each.
    """
    by_language = {
        language: [p for p in everybody if p.voice.language == language and p.remembered]
        for language in ("en", "id")
    }
    half = _HOT_WEEK // 2
    hot = [person for group in by_language.values() for person in dice.sample(group, half)]
    monday = dice.choice(days.mondays)
    for number, person in enumerate(hot):
        when = days.at(monday + dice.randrange(WEEK), dice.randrange(480, 1320))
        yield _session(person, question, when, dice, contrary=number == half)
    for person in dice.sample(everybody, dice.randint(4, 14)):
        yield _session(person, question, _some_time(days, dice), dice)


def _some_time(days: Calendar, dice: Random) -> datetime:
    return days.at(dice.randrange(DAYS), dice.randrange(480, 1320))


def _session(
    person: Person,
    question: Question,
    start: datetime,
    dice: Random,
    *,
    contrary: bool = False,
    kind: str = "asked",
) -> Session:
    language = person.voice.language
    indonesian = language == "id"
    wording = dice.choice(question.indonesian if indonesian else question.english)
    answer = dice.choice(question.answers_indonesian if indonesian else question.answers_english)
    against = contrary and question.contrary is not None
    if contrary and question.contrary is not None:
        answer = question.contrary[indonesian]
    turns = [
        Turn(person.voice.typed(wording, dice), mark=f"{kind}/{question.key}"),
        Turn(answer, inbound=False, mark=f"{'contrary' if against else 'answered'}/{question.key}"),
    ]
    if one_in(dice, 0.5):
        turns.append(Turn(dice.choice(THANKS[language])))
    return Session(person, AGENT, person.channel, start, tuple(turns), intent="support")


def _personal(number: int, person: Person, venue: Venue, days: Calendar, dice: Random) -> Session:
    language = person.voice.language
    secrets = {
        "e": f"guest{number:03}@example.com",
        "t": f"+62 800 0000 {number:04}",
        "i": f"99{number:014}",
    }
    wording = dice.choice(PERSONAL_INDONESIAN if language == "id" else PERSONAL_ENGLISH)
    told = [value for name, value in secrets.items() if f"{{{name}}}" in wording]
    text = wording.format(p=venue.name, **secrets)
    mark = f"secret/{told[0]}" if told else "personal/own affairs"
    turns = (
        Turn(text, mark=mark),
        Turn(dice.choice(ANSWERS_PERSONAL[language]), inbound=False),
        Turn(dice.choice(THANKS[language])),
    )
    return Session(
        person, AGENT, person.channel, _some_time(days, dice), turns, intent="support", venue=venue
    )
