"""Which sentences are questions whose answer is everybody's."""

from __future__ import annotations

import pytest

from agnt_pipelines.faq.questions import Left, canonical, may_word, sentences, verdict
from agnt_pipelines.faq.talk import Language
from agnt_pipelines.faq.words import language_of


@pytest.mark.parametrize(
    "sentence",
    [
        "Does a big group have to pay a deposit?",
        "why has the venue not answered",
        "How long do you keep what I say, and who can read it?",
        "how do I make you forget me",
        "Can I change plan mid-cycle?",
        "Is my deposit refundable?",
        "How late is a no-show?",
        "I was wondering if venues take cards",
        "How do I cancel my booking?",
        "Apakah rombongan perlu bayar deposit?",
        "bisa bayar pakai kartu gak",
        "gimana cara hapus data saya",
        "kenapa venue belum jawab?",
        "mau tau biaya untuk ganti paket",
    ],
)
def test_what_anybody_may_ask_is_kept(sentence: str) -> None:
    assert verdict(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Is there a sunset spot for us tonight?", Left.PERSONAL),
        ("Somewhere nice for an anniversary?", Left.PERSONAL),
        ("Dinner for 8 in Canggu with sharing plates?", Left.PERSONAL),
        ("Birthday for 12 with a private area?", Left.PERSONAL),
        ("Can you move my booking to 8pm?", Left.PERSONAL),
        ("Where is my booking?", Left.PERSONAL),
        ("Is my table ready?", Left.PERSONAL),
        ("Bisa pesan meja untuk 4 orang besok?", Left.PERSONAL),
        ("Booking saya sudah dikonfirmasi?", Left.PERSONAL),
        ("Do they have outdoor seats?", Left.UNCLEAR),
        ("Can we make it one person more?", Left.UNCLEAR),
        ("Your agent said I like thai food, where from?", Left.UNCLEAR),
        ("Mereka buka jam berapa?", Left.UNCLEAR),
        ("Can you show me bars near me?", Left.PERSONAL),
        ("Any ideas for tonite?", Left.PERSONAL),
        ("Which table did we get?", Left.PERSONAL),
        ("Btw I love Seminyak.", Left.NOT_ASKED),
        ("Move my booking", Left.NOT_ASKED),
        ("Thanks so much", Left.NOT_ASKED),
        ("And?", Left.TOO_SHORT),
        ("Can you help me with that?", Left.TOO_SHORT),
        ("is parking " + "and parking " * 20 + "there?", Left.TOO_LONG),
    ],
)
def test_what_is_one_persons_is_left_out_with_its_reason(sentence: str, why: Left) -> None:
    assert verdict(sentence) is why


def test_a_message_is_read_sentence_by_sentence_without_its_greetings() -> None:
    text = "Halo kak, mau tanya apakah ada parkir? Makasih! Also: do you take cards?"
    assert sentences(text) == ["apakah ada parkir?", "do you take cards?"]


@pytest.mark.parametrize("sentence", ["There is parking.", "No parking after ten.", "Ok is not okay."])
def test_what_carries_meaning_is_not_taken_for_a_greeting(sentence: str) -> None:
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        ("is  there parking ??", "Is there parking?"),
        ("can I pay by card please", "Can I pay by card?"),
        ("apakah ada parkir ya kak", "Apakah ada parkir?"),
        ("and I need to file a claim", "I need to file a claim."),
        ("how do I connect my client 🙏?", "How do I connect my client?"),
        ("- is it open (on holidays)?", "Is it open (on holidays)?"),
    ],
)
def test_a_canonical_question_is_written_as_one(sentence: str, written: str) -> None:
    assert canonical(sentence) == written


def test_only_a_sentence_without_traces_may_word_a_question() -> None:
    assert may_word("is there parking")
    assert not may_word("is there parking, [name]")
    assert not may_word("is there parking for 4 cars")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("is there parking", Language.ENGLISH),
        ("apakah ada parkir", Language.INDONESIAN),
        ("deposit", Language.ENGLISH),
    ],
)
def test_function_words_tell_the_language(text: str, language: Language) -> None:
    assert language_of(text) is language
