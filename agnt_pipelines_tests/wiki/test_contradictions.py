"""Contradictions: one thing with two values is found, two things with a value each are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.language import quantities
from agnt_pipelines.language.quantities import Bound, Kind
from agnt_pipelines.wiki.contradictions import Contradiction, contradictions
from agnt_pipelines.wiki.statements import Text, sentences


def found(*said: tuple[str, str] | tuple[str, str, str]) -> list[Contradiction]:
    """Compare pages given as (title, text) or (title, heading, text); the title is the path."""
    texts = [
        Text(f"{title}.md", title, rest[0] if len(rest) == 2 else "", 1, rest[-1], title.startswith("Ms "))
        for title, *rest in said
    ]
    return contradictions(texts)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.MONEY, ("Fees", "A tasting menu costs $40 a head."), ("Menu", "The tasting menu costs 55 dollars.")),
        (Kind.PERCENT, ("Fees", "We keep 3 % of each tip."), ("Staff", "The house takes five per cent of every tip.")),
        (Kind.DURATION, ("Ops", "Backups are kept for 30 days."), ("Law", "Backups are kept for two weeks.")),
        (Kind.DURATION, ("A", "Session length", "It is 20 min."), ("B", "Session length", "Sessions last an hour.")),
        (Kind.DATE, ("A", "The Lombok launch is on 3 May 2027."), ("B", "The Lombok launch is on 2027-06-01.")),
        (Kind.COUNT, ("Regions", "There are 12 regions."), ("Intro", "The service runs in 9 regions.")),
        (Kind.COUNT, ("Regions", "We have 10+ regions."), ("Intro", "It runs in 9 regions.")),
        (Kind.VERSION, ("A", "It speaks protocol `bali/mesh/v2` only."), ("B", "Protocol", "Use `bali/mesh/v3`.")),
        (Kind.MONEY, ("Biaya", "Menu degustasi berharga Rp 450.000."), ("Menu", "Menu degustasi ini berharga 500 ribu rupiah.")),
        (Kind.PERCENT, ("Biaya", "Kami memotong 7,5 % dari setiap pemesanan."), ("Staf", "Potongan sepuluh persen dari pemesanan itu.")),
        (Kind.DURATION, ("Ops", "Cadangan data disimpan selama 30 hari."), ("Hukum", "Cadangan data itu disimpan dua minggu.")),
        (Kind.DATE, ("A", "Peluncuran Lombok adalah pada 3 Mei 2027."), ("B", "Peluncuran Lombok akan pada 1 Agustus 2027.")),
        (Kind.COUNT, ("Wilayah", "Kami ada di 12 wilayah."), ("Intro", "Layanan ini berjalan di sembilan wilayah.")),
        (Kind.OWNER, ("Ibu", "Putu mengelola indeks pencarian."), ("Cari", "Indeks pencarian dikelola oleh Komang.")),
        (Kind.OWNER, ("Ms Putu", "Owns the search index."), ("Search", "Komang owns the search index.")),
    ],
)  # fmt: skip
def test_one_thing_with_two_values_is_found(kind: Kind, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    (only,) = found(one, other)  # type: ignore[arg-type]
    assert only.kind is kind
    assert one[-1] in only.text
    assert other[-1] in only.text
    assert only.pages == {f"{one[0]}.md", f"{other[0]}.md"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("A", "Backups are kept for 30 days."), ("B", "Backups are kept for 720 hours.")),
        (("A", "Backups are kept for 30 days."), ("B", "Photos are kept for 90 days.")),
        (("A", "Answers take up to 15 minutes."), ("B", "Answers take 5 minutes.")),
        (("Regions", "There are 10+ regions."), ("B", "It runs in 12 regions.")),
        (("Regions", "There are 12 coastal regions."), ("B", "There are 3 mountain regions.")),
        (("A", "Note the three changes below."), ("Changes", "These two changes matter.")),
        (("A", "Limits", "It waits 5 s."), ("B", "Limits", "Nobody waits 9 s.")),
        (("A", "Example", "It took 5 s."), ("B", "Example", "It took 8 minutes.")),
        (("Ms Putu Ayu", "Owns payments."), ("Money", "Putu owns payments.")),
        (("A", "```\nkept for 30 days\n```"), ("B", "Kept messages for 90 days, kept.")),
        (("A", "> Backups are kept for 30 days."), ("B", "Backups are kept for 90 days.")),
        (("A", "| Backups are kept for 30 days |"), ("B", "Backups are kept for 90 days.")),
        (("A", "Cadangan data disimpan selama 14 hari."), ("B", "Cadangan data itu disimpan dua minggu.")),
        (("A", "Balasan datang paling lama 15 menit."), ("B", "Balasan itu datang 5 menit kemudian.")),
        (("A", "Menu ini berharga Rp 450 ribu."), ("B", "Menu itu berharga Rp 450.000.")),
        (("Wilayah", "Ada 12 wilayah."), ("B", "Kedua wilayah itu ada di utara.")),
        (("A", "Kantor dibuka dua tahun lalu oleh Made."), ("B", "Kantor dibuka tiga tahun lalu oleh Made.")),
        (("A", "Founded two years ago by friends."), ("B", "Founded three years ago by friends.")),
    ],
)
def test_what_can_both_hold_or_is_of_two_things_is_none(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert found(one, other) == []  # type: ignore[arg-type]


def test_a_page_that_gives_several_values_is_a_list_and_compares_with_nothing() -> None:
    listed = ("Models", "There are 4 models in one part. There are 7 models in the other.")
    assert found(listed, ("B", "It has 9 models.")) == []


def test_a_heading_that_many_pages_have_is_one_of_a_sort() -> None:
    pages = [(f"P{number}", "Opening hours", f"Open {number} hours.") for number in range(3, 9)]
    assert found(*pages) == []
    assert len(found(*pages[:2])) == 1


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("costs Rp 200k per person", Kind.MONEY, 200_000.0),
        ("0.05 dollars", Kind.MONEY, 0.05),
        ("7 %", Kind.PERCENT, 7.0),
        ("costs Rp 1.200.000 per table", Kind.MONEY, 1_200_000.0),
        ("from Rp 200.000 on", Kind.MONEY, 200_000.0),
        ("an hour", Kind.DURATION, 3600.0),
        ("one year", Kind.DURATION, 31_536_000.0),
        ("on 3 May 2027", Kind.DATE, "2027-05-03"),
        ("1,200 guests", Kind.COUNT, 1200.0),
    ],
)
def test_a_value_is_read_however_it_is_written(text: str, kind: Kind, value: object) -> None:
    (only,) = quantities.find(text)
    assert (only.kind, only.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("harganya Rp1,5 juta per malam", Kind.MONEY, 1_500_000.0),
        ("hanya 75rb rupiah", Kind.MONEY, 75_000.0),
        ("7,5 persen", Kind.PERCENT, 7.5),
        ("seminggu sebelumnya", Kind.DURATION, 604_800.0),
        ("dua belas jam", Kind.DURATION, 43_200.0),
        ("1.200 tamu", Kind.COUNT, 1200.0),
        ("tiga orang pelayan", Kind.COUNT, 3.0),
    ],
)
def test_a_value_is_read_as_indonesian_writes_it(text: str, kind: Kind, value: object) -> None:
    (only,) = quantities.find(text, "indonesian")
    assert (only.kind, only.value) == (kind, value)


@pytest.mark.parametrize(
    "text", ["when Java 16 ships", "as a guest", "a second look", "see #4 and v1.2.3", "1.6 and more"]
)
def test_what_is_no_quantity_is_not_taken_for_one(text: str) -> None:
    assert quantities.find(text) == []


@given(st.text(max_size=200))
def test_any_text_is_read_and_agrees_with_itself(text: str) -> None:
    assert found(("A", text), ("B", text)) == []
    assert all("\n" not in sentence for sentence in sentences(text))


def test_bounds_hold_what_lies_within_them() -> None:
    (most,), (least,), (five,) = map(quantities.find, ("up to 9 minutes", "at least 3 minutes", "5 minutes"))
    assert (most.bound, least.bound) == (Bound.AT_MOST, Bound.AT_LEAST)
    assert quantities.agree(most, five)
    assert quantities.agree(least, most)
    (ten,) = quantities.find("10 minutes")
    assert not quantities.agree(most, ten)
