from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.normal_form import normal_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Peanuts", "peanut"),
        ("the rooftop bars!", "Rooftop bar"),
        ("gluten-free", "gluten free"),
        ("  live   music", "“live music”"),
        ("ｓｕｓｈｉ", "sushi"),
    ],
)
def test_spellings_of_one_value_are_one(one: str, other: str) -> None:
    assert normal_form(one, Slot.LIKES) == normal_form(other, Slot.LIKES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("table for 8", "table for 6"),
        ("2.5 hours", "25 hours"),
        ("7-8", "78"),
        ("-5", "5"),
        ("10%", "10"),
        ("50+", "50"),
        ("<50", ">50"),
        ("dinner at Adams", "dinner at Adam"),
        ("The Lawns", "The Lawn"),
        ("bus", "bu"),
        ("glass", "glas"),
        ("raw fish", "fish"),
        ("?", "!"),
    ],
)
def test_values_that_differ_in_substance_stay_apart(one: str, other: str) -> None:
    assert normal_form(one, Slot.LIKES) != normal_form(other, Slot.LIKES)


def test_names_of_places_keep_their_ending() -> None:
    assert normal_form("Paris", Slot.ORIGIN) == normal_form("paris", Slot.ORIGIN) == "paris"
    assert normal_form("thames", Slot.HOME_AREA) != normal_form("Thame", Slot.HOME_AREA)


@given(st.text(), st.sampled_from(Slot))
def test_no_value_is_nothing_unless_it_is_blank(value: str, slot: Slot) -> None:
    assert bool(normal_form(value, slot)) == bool(normal_form(value, slot).strip())
    assert normal_form(value, slot) or not value.strip()
