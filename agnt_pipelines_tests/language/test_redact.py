"""Redaction: a table of what must go, a table of what must stay, and seeded strings that never survive."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.language.redact import PLACEHOLDER, Mark, Redactor, introductions, luhn

REDACTOR = Redactor(frozenset({"Wayan Sudira", "Kadek"}))


@pytest.mark.parametrize(
    ("text", "secret", "mark"),
    [
        ("write to nadi.s+bali@example.co.id please", "nadi.s+bali", Mark.EMAIL),
        ("nadi (at) example (dot) com", "nadi", Mark.EMAIL),
        ("call 0812-3456-7890 now", "3456", Mark.PHONE),
        ("wa +62 812 3456 7890", "3456", Mark.PHONE),
        ("kantor (0361) 755123", "755123", Mark.PHONE),
        ("from +61 412 345 678", "345 678", Mark.PHONE),
        ("０８１２３４５６７８９０ is mine", "345", Mark.PHONE),
        ("NIK 5171012345678901", "5171", Mark.NATIONAL_ID),
        ("card 4111 1111 1111 1111 ok", "1111", Mark.CARD),
        ("card 5500-0000-0000-0004", "5500", Mark.CARD),
        ("passport B1234567", "B1234567", Mark.PASSPORT),
        ("my code is 4F9KD2 ok", "4F9KD2", Mark.CODE),
        ("booking BK-12345", "12345", Mark.CODE),
        ("kode: QX7ZP1M", "QX7ZP1M", Mark.CODE),
        ("dm @nadi.bali", "nadi", Mark.HANDLE),
        ("see https://example.com/u/nadi?x=1", "nadi", Mark.LINK),
        ("ask wayan sudira about it", "wayan", Mark.NAME),
        ("my name is Made Wirawan", "Wirawan", Mark.NAME),
        ("I'm Sarah, can I pay by card?", "Sarah", Mark.NAME),
        ("nama saya budi santoso", "budi", Mark.NAME),
        ("Halo saya Budi, ada parkir?", "Budi", Mark.NAME),
        ("atas nama Putri", "Putri", Mark.NAME),
        ("my name Putri Ayu I need help", "Putri", Mark.NAME),
        ("That is P U T R I.", "T R I", Mark.NAME),
        ("my name in full is Putri", "Putri", Mark.NAME),
        ("account 12 345 678 90", "345", Mark.PHONE),
        ("4111\u200b111111111111", "4111", Mark.CARD),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, secret: str, mark: Mark) -> None:
    clean = REDACTOR.redact(text)
    assert secret.lower() not in clean.lower()
    assert mark.placeholder in clean


@pytest.mark.parametrize(
    "text",
    [
        "Does a group of 8 need a deposit of 10 %?",
        "The minimum spend is 1.500.000 rupiah.",
        "What does booking.confirm cost in openclaw/a2a/v1?",
        "Open 10.30-22.00, since 2026-11-22.",
        "saya mau tanya, apakah ada parkir?",
        "I am vegan. Is there a menu?",
        "Can I use it with my MCP client?",
    ],
)
def test_what_is_everybodys_stays(text: str) -> None:
    assert REDACTOR.redact(text) == text
    assert REDACTOR.found(text) == []


def test_a_name_goes_wherever_its_conversation_says_it() -> None:
    names = introductions("Hi, my name is Made.")
    assert REDACTOR.redact("Dear Made, there is parking.", names) == "Dear [name], there is parking."


def test_a_redacted_text_stays_as_it_is() -> None:
    once = REDACTOR.redact("I'm Sarah, +62 812 3456 7890, sarah@example.com, B1234567")
    assert REDACTOR.redact(once) == once


def test_found_tells_what_a_text_still_holds() -> None:
    assert REDACTOR.found("Ask Kadek at kadek@example.com") == [Mark.NAME, Mark.EMAIL]


@pytest.mark.parametrize(("digits", "valid"), [("4111111111111111", True), ("4111111111111112", False)])
def test_luhn_tells_cards_from_other_digits(digits: str, valid: bool) -> None:
    assert luhn(digits) is valid


def grouped(digits: str, separator: str, size: int) -> str:
    return separator.join(digits[start : start + size] for start in range(0, len(digits), size))


DIGITS = st.text("0123456789", min_size=8, max_size=8)
PHONES = st.builds(
    lambda head, digits, separator: head + grouped("8" + digits + "1", separator, 4),
    st.sampled_from(["0", "+62", "+62 ", "62"]),
    DIGITS,
    st.sampled_from(["", " ", "-", "."]),
)
NATIONAL = st.builds(
    lambda digits, separator: grouped("51" + digits + digits[:6], separator, 4),
    DIGITS,
    st.sampled_from(["", " ", "-"]),
)
EMAILS = st.from_regex(r"[a-z][a-z0-9._]{1,10}@[a-z]{2,8}\.(?:com|co\.id)", fullmatch=True)
PASSPORTS = st.from_regex(r"[A-Z][0-9]{7}", fullmatch=True)
CODES = st.from_regex(r"(?:BK|AG|RS)-[A-Z0-9]{2}[0-9][A-Z0-9]{2}", fullmatch=True)
AROUND = st.sampled_from(
    ["{} please", "Hi! {}", "is {} ok?", "my number {}, thanks", "kontak saya {}.", "({})", "{}", "a {}\nb"]
)


@given(secret=st.one_of(PHONES, NATIONAL, EMAILS, PASSPORTS, CODES), around=AROUND)
def test_seeded_strings_never_survive(secret: str, around: str) -> None:
    clean = REDACTOR.redact(around.format(secret))
    assert secret not in clean
    assert PLACEHOLDER.search(clean)
    assert re.search(r"\d{4}", clean) is None


@given(name=st.from_regex(r"[A-Z][a-z]{3,9}", fullmatch=True), around=st.sampled_from([
    "my name is {}", "Nama saya {}.", "please call me {}", "atas nama {}, ya", "the name is {}!",
]))  # fmt: skip
def test_introduced_names_never_survive(name: str, around: str) -> None:
    clean = REDACTOR.redact(around.format(name))
    assert name not in clean or name.lower() in {
        "indonesia",
        "bali",
        "sorry",
        "sudah",
        "tidak",
        "juga",
        "here",
    }
