"""Reading conversations: names of the whole conversation go, and answers are agents' words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agnt_pipelines.faq.answers import answer, sentences_of, speaks_of
from agnt_pipelines.faq.reading import Reader
from agnt_pipelines.faq.talk import (
    Conversation,
    Exemplar,
    Language,
    Pseudonym,
    Question,
    Turn,
    digest_of,
    pseudonym,
)
from agnt_pipelines.language.redact import Redactor

READER = Reader(Redactor(), max_bytes=1000)
START = datetime(2026, 11, 16, tzinfo=UTC)


def conversation(*texts: str) -> Conversation:
    """Return a conversation; a text that begins with > is the agent's."""
    return Conversation(
        "c1",
        tuple(
            Turn(
                f"t{place}",
                pseudonym("ayu"),
                not text.startswith(">"),
                text.lstrip("> "),
                START + timedelta(minutes=place),
            )
            for place, text in enumerate(texts)
        ),
    )


def asked(person: str, *told: str) -> Question:
    return Question("c", "t", 0, Pseudonym(person), "is there parking?", Language.ENGLISH, told, ("r1",))


def test_a_question_is_read_with_what_the_agent_replied_to_it() -> None:
    found, left = READER.questions(
        conversation(
            "Hi!", "Is there parking?", "> There is free parking.", "Table for 4 tonight?", "> Done."
        )
    )
    assert [(question.text, question.answer) for question in found] == [
        ("Is there parking?", ("There is free parking.",))
    ]
    assert left == {"sentences_personal": 1}


def test_follow_ups_before_the_reply_share_it() -> None:
    found, _ = READER.questions(
        conversation("Is there parking?", "And can I pay by card?", "> Parking is free. Cards are fine.")
    )
    assert [question.answer for question in found] == [("Parking is free.", "Cards are fine.")] * 2


def test_a_name_said_once_is_gone_everywhere() -> None:
    clean = READER.redacted(conversation("I'm Sarah, is there parking?", "> Dear Sarah, parking is free."))
    assert all("Sarah" not in turn.text for turn in clean.turns)


def test_a_turn_that_is_too_long_is_not_read_and_counted() -> None:
    found, left = READER.questions(conversation("Is there parking? " + "x" * 1000))
    assert (found, left) == ([], {"turns_too_long": 1})


def test_the_wording_is_found_again_unless_its_text_has_changed() -> None:
    talk = conversation("Hi. is there parking")
    (question,), _ = READER.questions(talk)
    exemplar = Exemplar("c1", question.turn, question.sentence, digest_of(question.text))
    assert READER.wordings(talk, [exemplar]) == {exemplar: "Is there parking?"}
    assert READER.wordings(conversation("Hi. is there a pool"), [exemplar]) == {}


def test_a_reply_that_repeats_the_persons_words_is_no_answer() -> None:
    said = ["we come with a green van from the north"]
    assert sentences_of("You come with a green van from the north side. Parking is free.", said) == [
        "Parking is free."
    ]


def test_what_is_said_to_one_person_is_no_answer() -> None:
    reply = "Your booking is confirmed. I have sent it to [email]. Which day suits? Venues keep tables for 15 minutes."
    assert sentences_of(reply, []) == ["Venues keep tables for 15 minutes."]


def test_an_answer_takes_two_people_who_were_told_it() -> None:
    once = [asked("a", "Parking is free."), asked("a", "Parking is free."), asked("b", "Cards are fine.")]
    assert answer(once) is None
    found = answer([*once, asked("b", "parking is free", "Cards are fine.")])
    assert found is not None
    assert (found.text, found.people) == ("Parking is free.", 2)


def test_what_says_nothing_of_the_question_is_its_answer_only_if_most_were_told_it() -> None:
    told = [asked(name, "It is in Ubud and takes groups.") for name in "ab"]
    others = [asked(name, f"Number {name} is nice.") for name in "cd"]
    assert answer([*told, *others], "does it have a kids menu") is None
    most = answer([*told, others[0]], "does it have a kids menu")
    assert most is not None
    assert most.text == "It is in Ubud and takes groups."
    speaking = answer([*told, *others], "where is it, in Ubud?")
    assert speaking is not None


@pytest.mark.parametrize(
    ("question", "reply", "same"),
    [
        ("apa saja yang kalian simpan?", "Pesan disimpan 90 hari.", True),
        ("Booking.confirm gratis?", "A booking.confirm costs 0.05 dollars.", True),
        ("How do I use MCP?", "Add our MCP address.", True),
        ("Can I pay by card?", "A booking.confirm costs 0.05 dollars.", False),
        ("Which venue is open?", "Venues answer within a day.", False),
    ],
)
def test_a_reply_speaks_of_a_question_by_a_word_in_whatever_form(
    question: str, reply: str, same: bool
) -> None:
    assert speaks_of(reply, question) is same
