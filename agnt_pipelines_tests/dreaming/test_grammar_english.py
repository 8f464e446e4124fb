"""How people say it in English: several ways for each slot, and what must stay unread."""

from __future__ import annotations

import pytest

from agnt_pipelines.dreaming.claims import Polarity
from agnt_pipelines.dreaming.observe import observe
from agnt_pipelines_tests.dreaming.talk import KEY, message


def _said(text: str) -> set[tuple[str, str, str]]:
    """What stands of a text: slot, value with a minus sign where denied, subject."""
    found, _ = observe(message(text), window_key=KEY, max_bytes=20_000)
    return {
        (o.slot.value, f"{'-' if o.polarity is Polarity.DENIED else ''}{o.value}", o.subject) for o in found
    }


SELF = [
    ("Cashews bring me out in hives", "allergy", "cashews"),
    ("prawns make my throat close", "allergy", "prawns"),
    ("I react badly to sesame", "allergy", "sesame"),
    ("I swell up if I eat crab", "allergy", "crab"),
    ("I carry an epipen for walnuts", "allergy", "walnuts"),
    ("I can't go near shellfish", "allergy", "shellfish"),
    ("Nuts are fine for me now, got retested", "allergy", "-nuts"),
    ("forget what I said about shrimp", "allergy", "-shrimp"),
    ("I've outgrown my egg allergy", "allergy", "-egg"),
    ("went vegan in January", "diet", "vegan"),
    ("we've been plant-based for two years", "diet", "plant-based"),
    ("it has to be halal", "diet", "halal"),
    ("strict vegetarian here", "diet", "vegetarian"),
    ("I've never been keto", "diet", "-keto"),
    ("Off the booze since spring", "alcohol", "-alcohol"),
    ("two years sober and counting", "alcohol", "-alcohol"),
    ("I haven't had a drink in ages", "alcohol", "-alcohol"),
    ("I mostly stick to mezcal", "alcohol", "mezcal"),
    ("I'm more of a rum guy", "alcohol", "rum"),
    ("I use a cane", "accessibility", "walking aid"),
    ("I want to be able to run 10k without stopping", "fitness_goal", "running 10k"),
    ("my goal is 20 pull ups by June", "fitness_goal", "20 pull ups"),
    ("we've just rented a house in Sidemen", "home_area", "sidemen"),
    ("relocated to Amed last spring", "home_area", "amed"),
    ("gave up the villa in Legian", "home_area", "-legian"),
    ("we've moved out of Seminyak", "home_area", "-seminyak"),
    ("born and bred in Glasgow", "origin", "glasgow"),
    ("I'm a potter by trade", "occupation", "potter"),
    ("retired nurse here", "occupation", "nurse"),
    ("I teach chemistry at a school in town", "occupation", "chemistry teacher"),
    ("I bake sourdough for a living", "occupation", "baking sourdough"),
    ("I've started a job as a paralegal", "occupation", "paralegal"),
    ("travelling with the wife and the kids", "household", "wife"),
    ("my housemate's cat hates me", "household", "flatmate"),
    ("we're bringing the dog along", "household", "dog"),
    ("I'm a dad of two", "household", "2 children"),
    ("turning 40 on 3 March", "birthday", "03-03"),
    ("the 2nd of June is my birthday", "birthday", "06-02"),
    ("we tied the knot on 14 June", "anniversary", "06-14"),
    ("Honeymooning in Bali, so spoil us", "occasion", "honeymoon"),
    ("booked it for our anniversary dinner", "occasion", "anniversary"),
    ("we usually eat around half seven", "preferred_booking_hour", "19:30"),
    ("I only ever do lunch at 2", "preferred_booking_hour", "14:00"),
    ("dinner at quarter past six, always", "preferred_booking_hour", "18:15"),
    ("always six of us", "typical_party_size", "6"),
    ("table for 3 as usual", "typical_party_size", "3"),
    ("$40 a head max", "budget", "usd 40 per person"),
    ("call it 2m all in", "budget", "idr 2000000"),
    ("we can stretch to 900k", "budget", "idr 900000"),
    ("never more than 250k each", "budget", "idr 250000 per person"),
    ("my favourite corner of the island is Munduk", "favourite_areas", "munduk"),
    ("our favourite food of all time is Ethiopian food", "favourite_cuisines", "ethiopian food"),
    ("a sucker for live jazz", "likes", "live jazz"),
    ("I'm mad for tacos", "likes", "tacos"),
    ("I'm not big on oysters", "likes", "-oysters"),
    ("I'm so over beach clubs", "dislikes", "beach clubs"),
    ("okra makes me gag", "dislikes", "okra"),
    ("hard pass on karaoke", "dislikes", "karaoke"),
    ("Karaoke? hard pass", "dislikes", "karaoke"),
    ("Sunset sails? love them", "likes", "sunset sails"),
    ("foie gras is a no-go for me", "never", "foie gras"),
    ("you won't catch me on a jet ski", "never", "jet ski"),
    ("no coffee after 3", "never", "coffee after 3"),
    ("I don't eat lamb or duck", "never", "eating duck"),
    ("every Tuesday we go bouldering", "habit", "going bouldering every tuesday"),
    ("I swim in the sea nearly every morning", "habit", "swimming in the sea every morning"),
    ("gonna climb Agung in March", "plan", "climbing agung"),
    ("I'm not flying to Flores after all", "plan", "-flying to flores"),
]


@pytest.mark.parametrize(("text", "slot", "value"), SELF)
def test_one_thing_is_said_in_many_ways(text: str, slot: str, value: str) -> None:
    assert (slot, value, "self") in _said(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my nephew is four and he's allergic to kiwi", {("allergy", "kiwi", "nephew")}),
        (
            "Mum's coeliac and she hates fuss",
            {("allergy", "gluten", "mother"), ("dislikes", "fuss", "mother")},
        ),
        ("my brother Sam is vegan", {("diet", "vegan", "brother")}),
        ("it's my aunt who's allergic to mango", {("allergy", "mango", "aunt")}),
        (
            "it's my uncle who's allergic to crab, not me",
            {("allergy", "crab", "uncle"), ("allergy", "-crab", "self")},
        ),
        ("my colleague is halal and doesn't eat beef", {("diet", "halal", "colleague")}),
    ],
)
def test_a_pronoun_speaks_of_the_person_named_last(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert expected <= _said(text)
    assert {subject for *_, subject in _said(text)} == {subject for *_, subject in expected}


SILENCE = [
    'haha "I\'m a vegan and a pilot" what an opener',
    "He's allergic to work",
    "the chef is from Naples and loves garlic",
    "People here love surfing",
    "they close at 10 every Sunday",
    "it's 300k each at the door",
    "the villa costs 900k max",
    "table for 4 on friday",
    "dinner for six at half seven tonight please",
    "I'm running late, dinner at 8 works",
    "we leave tomorrow so make it quick",
    "I'm looking for a table on Friday",
    "the dog next door barks all night",
    "I'm done with this app",
    "I can't do Friday",
    "I'm over the moon",
    "I was born to party",
    "the traffic is the worst",
    "never mind, found it",
    "if my husband were vegan we'd starve",
    "suppose I were coeliac",
    "do they have a place in Sanur?",
    "is the kitchen nut free?",
    "every time I message you nothing happens",
    "100m from the beach is fine",
    "a friend of mine is allergic to eggs",
    "no parking after 6 is annoying",
]


@pytest.mark.parametrize("text", SILENCE)
def test_what_is_not_of_the_writer_or_only_of_this_booking_is_not_read(text: str) -> None:
    assert _said(text) == set()


@pytest.mark.parametrize(
    "unit", ["I am ", "my lad's 9 and he's ", "always usually ", "and so, ", "about the ", '" i ', "  "]
)
def test_a_long_message_says_no_more_than_its_parts(unit: str) -> None:
    assert len(_said(unit * (6_000 // len(unit)))) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "my budget used to be 700k",
        "I used to live in Kerobokan",
        "I don't drink coffee after 4",
        "my budget is -700k",
        "My cousin wants to know: I love oysters",
        "I'm going to try making pasta tonight",
        "so much noise and love everywhere",
    ],
)
def test_what_was_once_or_is_bounded_or_somebody_elses_is_not_read(text: str) -> None:
    assert _said(text) == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("You should probably know by now that I love oysters.", "oysters"),
        ("What I wanted to say: I'm vegan.", "vegan"),
        ("I want you to know that I only eat halal.", "halal"),
        ("I'm off to Flores for a month on Friday", "flores"),
    ],
)
def test_what_is_said_behind_a_frame_of_telling_is_read(text: str, value: str) -> None:
    assert [said for _, said, _ in _said(text)] == [value]
