"""Wording: a question is shown with an answer to it, or with none."""

from __future__ import annotations

from agnt_pipelines.faq.talk import Candidate, Exemplar, Language, Pseudonym, identity
from agnt_pipelines.faq.wording import Said, said
from agnt_pipelines.faq.words import features

COST = "A booking.confirm costs 0.05 dollars."


def asked(week: str, question: str, answer: str | None) -> tuple[Candidate, dict[Exemplar, str]]:
    """Return a week's candidate with its words."""
    exemplar = Exemplar(week, "t", 0, "d")
    made = Candidate(
        identity(week),
        week,
        Language.ENGLISH,
        (Pseudonym("a"),),
        1,
        features([question]),
        exemplar,
        answer,
        2,
        (),
    )
    return made, {exemplar: question}


def chosen(*weeks: tuple[Candidate, dict[Exemplar, str]]) -> Said:
    """Return what is said of weeks, the newest first."""
    wordings = {exemplar: text for _, words in weeks for exemplar, text in words.items()}
    return said([one for one, _ in weeks], Language.ENGLISH, wordings)


def test_an_answer_of_another_week_is_shown_only_where_it_speaks_of_the_question() -> None:
    older = asked("2026-11-01", "What does booking.confirm cost?", COST)
    other = chosen(asked("2026-11-08", "Can I pay by card?", None), older)
    assert (other.question, other.answer, other.worded_by) == (
        "What does booking.confirm cost?",
        COST,
        older[0],
    )
    same = chosen(asked("2026-11-08", "The cost of booking.confirm?", None), older)
    assert (same.question, same.answer) == ("The cost of booking.confirm?", COST)


def test_the_answer_of_its_own_week_needs_no_common_word() -> None:
    own = chosen(asked("2026-11-08", "Can I change my plan?", "Whenever you like."))
    assert (own.question, own.answer) == ("Can I change my plan?", "Whenever you like.")


def test_where_nothing_is_answered_the_newest_question_is_shown_alone() -> None:
    newer, older = (
        asked("2026-11-08", "Is there parking?", None),
        asked("2026-11-01", "Is parking free?", None),
    )
    found = chosen(newer, older)
    assert (found.question, found.answer, found.worded_by) == ("Is there parking?", None, newer[0])
    assert chosen() == Said()
