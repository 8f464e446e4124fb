"""A thousand private strings go in with a week's talk, and none comes out anywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from agnt_pipelines.faq import faq_compile, page, store
from agnt_pipelines.language.redact import luhn
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import WEEKS

PEOPLE = [f"person-{number}" for number in range(125)]
SYLLABLES = ("ka", "de", "wi", "su", "ri", "ngu", "rah", "bay", "lo", "mi", "tar", "no")
QUESTIONS = (
    ("Is there parking at the venues?", "Most venues have free parking for scooters and cars."),
    ("Apakah rombongan perlu bayar deposit?", "Rombongan enam orang atau lebih membayar deposit."),
)
CARRIERS = {
    "phone": "call me on {}", "intl": "nomor saya {}", "nik": "NIK saya {}", "passport": "my passport is {}",
    "mail": "write to {}", "name": "my name is {}", "code": "booking code {}", "card": "my card is {}",
}  # fmt: skip


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("123456789") for _ in range(count))


def made(kind: str, chance: random.Random) -> str:
    """Return a private string of a kind."""
    name = "".join(chance.sample(SYLLABLES, 4))
    match kind:
        case "phone":
            return f"0812-{digits(chance, 4)}-{digits(chance, 4)}"
        case "intl":
            return f"+62 813 {digits(chance, 4)} {digits(chance, 4)}"
        case "nik":
            return f"5171{digits(chance, 12)}"
        case "passport":
            return f"{chance.choice('ABCX')}{digits(chance, 7)}"
        case "mail":
            return f"{name}{digits(chance, 3)}@example.com"
        case "code":
            return f"BK-{digits(chance, 2)}{chance.choice('QZX')}{digits(chance, 3)}"
        case "card":
            start = f"4{digits(chance, 14)}"
            return start + next(last for last in "0123456789" if luhn(start + last))
    return f"{name.capitalize()}{chance.choice(SYLLABLES)}x"


def talk(strings: list[tuple[str, str]]) -> Iterator[dict[str, object]]:
    """Yield a conversation per person: eight private strings around a question, and in the reply."""
    for number, person in enumerate(PEOPLE):
        mine = strings[8 * number : 8 * number + 8]
        at = WEEKS[0].start + timedelta(minutes=30 * number + 5)
        question, answer = QUESTIONS[number % 2]
        carried = [CARRIERS[kind].format(text) for kind, text in mine]
        session = f"talk-{number}"
        asked = f"{'. '.join(carried[:4])}. {question} {'. '.join(carried[4:])}."
        told = f"{answer} {mine[0][1]} {mine[5][1]}."
        yield world.turn(session, person, asked, at)
        yield world.turn(session, person, told, at + timedelta(minutes=1), direction="outbound")
        yield world.turn(session, person, question, at + timedelta(minutes=2))
        yield world.turn(session, person, answer, at + timedelta(minutes=3), direction="outbound")


def test_of_a_thousand_private_strings_none_is_anywhere(database: Database, settings: Settings) -> None:
    chance = random.Random(12)
    kinds = list(CARRIERS)
    strings = [(kinds[number % 8], made(kinds[number % 8], chance)) for number in range(8 * len(PEOPLE))]
    assert len({text for _, text in strings}) == 1000
    world.join(database, *PEOPLE)
    world.tell(database, talk(strings))
    told = world.extract(database, settings, WEEKS[:1])
    assert world.approve(database, settings, WEEKS[0]) == 2
    told += world.compile_weeks(database, settings, WEEKS[:1])
    with database.reading() as snapshot:
        tables = ("faq_candidates", "faq_entries", "faq_reviews", "decisions", "delta_log", "job_windows")
        kept = "".join(str(snapshot.execute(sa.text(f"SELECT * FROM mind.{name}")).all()) for name in tables)
        index = faq_compile.staged(snapshot, WEEKS[0].key)
        assert store.published(snapshot) is not None
    assert len(index.items) == 2, "nothing was published that could have told"
    seen = (kept + index.encoded().decode() + page.render(index) + str(told)).lower()
    assert [text for _, text in strings if text.lower() in seen] == []
