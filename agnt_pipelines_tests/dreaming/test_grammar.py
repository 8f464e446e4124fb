from __future__ import annotations

from datetime import date

import pytest

from agnt_pipelines.dreaming.claims import Claim, Polarity, Slot
from agnt_pipelines.dreaming.grammar import propose

WEDNESDAY = date(2026, 11, 25)


def _claims(text: str) -> list[Claim]:
    return propose(text, said_on=WEDNESDAY)


def _said(text: str) -> set[tuple[str, str]]:
    """What a text says of its writer: slot and value, a denial with a minus sign."""
    return {
        (c.slot.value, f"{'-' if c.polarity is Polarity.DENIED else ''}{c.value}")
        for c in _claims(text)
        if c.subject == "self"
    }


ENGLISH = [
    ("I'm vegetarian", {("diet", "vegetarian")}),
    ("hey, I am a strict vegan btw", {("diet", "vegan")}),
    ("I'm not vegetarian anymore", {("diet", "-vegetarian")}),
    ("We only eat halal", {("diet", "halal")}),
    ("I've gone gluten free", {("diet", "gluten-free")}),
    ("I'm allergic to peanuts", {("allergy", "peanuts")}),
    (
        "I'm severely allergic to shrimp, crab and lobster.",
        {("allergy", "shrimp"), ("allergy", "crab"), ("allergy", "lobster")},
    ),
    ("I have a sesame allergy", {("allergy", "sesame")}),
    ("im lactose intolerant sadly", {("allergy", "lactose")}),
    ("I'm not allergic to nuts", {("allergy", "-nuts")}),
    ("I'm passionate about ceramics", {("interests", "ceramics")}),
    ("My hobbies are freediving and chess", {("interests", "freediving"), ("interests", "chess")}),
    ("I've been taking salsa lessons", {("interests", "salsa")}),
    ("My birthday is March 5", {("birthday", "03-05")}),
    ("my bday is on the 5th of March 1990", {("birthday", "1990-03-05")}),
    ("tomorrow is my birthday!", {("birthday", "11-26")}),
    ("Our anniversary is on June 12", {("anniversary", "06-12")}),
    ("I'm training for a half marathon", {("fitness_goal", "half marathon")}),
    ("I want to lose 5 kg", {("fitness_goal", "losing 5 kg")}),
    ("We usually have dinner at 7:30 pm", {("preferred_booking_hour", "19:30")}),
    ("I usually book dinner around 8", {("preferred_booking_hour", "20:00")}),
    ("we're usually 4 people", {("typical_party_size", "4")}),
    ("There are usually six of us", {("typical_party_size", "6")}),
    ("My favourite area is Pererenan", {("favourite_areas", "pererenan")}),
    ("I love Canggu and Ubud", {("favourite_areas", "canggu"), ("favourite_areas", "ubud")}),
    ("I live in Sanur", {("home_area", "sanur")}),
    ("I just moved to Umalas", {("home_area", "umalas")}),
    ("my budget is around 500k per person", {("budget", "idr 500000 per person")}),
    ("our budget is IDR 2 million", {("budget", "idr 2000000")}),
    ("something under 300k please", {("budget", "idr 300000")}),
    ("budget: $50", {("budget", "usd 50")}),
    ("My favorite cuisine is Lebanese", {("favourite_cuisines", "lebanese")}),
    ("I love Thai food", {("favourite_cuisines", "thai food")}),
    ("I don't drink", {("alcohol", "-alcohol")}),
    ("I don't drink alcohol, just so you know", {("alcohol", "-alcohol")}),
    ("We quit drinking", {("alcohol", "-alcohol")}),
    ("I only drink natural wine", {("alcohol", "natural wine")}),
    ("I use a wheelchair", {("accessibility", "wheelchair")}),
    ("I can't do stairs", {("accessibility", "step-free access")}),
    ("We have two kids and a dog", {("household", "2 children"), ("household", "dog")}),
    ("I'm married", {("household", "married")}),
    ("I'm bringing my toddler", {("household", "toddler")}),
    ("I'm a software engineer", {("occupation", "software engineer")}),
    ("I work as a marine photographer", {("occupation", "marine photographer")}),
    ("I really love live music", {("likes", "live music")}),
    ("I like to paint", {("likes", "painting")}),
    ("I'm a big fan of spicy food", {("likes", "spicy food")}),
    ("I can't get enough of mango", {("likes", "mango")}),
    ("Rooftops are my favourite", {("likes", "rooftops")}),
    ("I don't like cilantro", {("likes", "-cilantro")}),
    ("Not a fan of loud music", {("likes", "-loud music")}),
    ("I hate waiting in line", {("dislikes", "waiting in line")}),
    ("I can't stand cigarette smoke", {("dislikes", "cigarette smoke")}),
    ("I don't eat pork", {("never", "eating pork")}),
    ("no pork please", {("never", "pork")}),
    ("I have celiac disease", {("allergy", "gluten")}),
    ("I don't like spicy food at all", {("likes", "-spicy food")}),
    ("We'll be celebrating our anniversary on Dec 12", {("occasion", "anniversary")}),
    ("I never drink coffee after lunch", {("never", "drinking coffee")}),
    ("I go surfing every Sunday", {("habit", "going surfing every sunday")}),
    ("I'm originally from Porto", {("origin", "porto")}),
    ("turns out I'm not gluten intolerant after all", {("allergy", "-gluten")}),
    ("not vegan any more", {("diet", "-vegan")}),
    ("I no longer live in Canggu", {("home_area", "-canggu")}),
    ("I don't hate mushrooms any more", {("dislikes", "-mushrooms")}),
    ("I can't have shellfish", {("allergy", "shellfish")}),
    ("seafood gives me hives", {("allergy", "seafood")}),
    ("allergies: shellfish, sesame", {("allergy", "shellfish"), ("allergy", "sesame")}),
    ("diet: vegan", {("diet", "vegan")}),
    ("area: Uluwatu", {("favourite_areas", "uluwatu")}),
    ("im vegitarian", {("diet", "vegetarian")}),
    ("my budget went up, it's 700k a head now", {("budget", "idr 700000 per person")}),
    ("We don't want to spend more than 2 million", {("budget", "idr 2000000")}),
    ("I'd rather avoid places with loud music", {("dislikes", "loud music")}),
    ("big groups stress me out", {("dislikes", "big groups")}),
    ("spicy food isn't for me", {("likes", "-spicy food")}),
    ("I used to be vegetarian, now I'm vegan", {("diet", "vegan")}),
    ("Instructions from my doctor: I don't eat red meat", {("never", "eating red meat")}),
    ("I run a surf school", {("occupation", "business owner")}),
    ("no stairs please", {("accessibility", "step-free access")}),
    ("it's our anniversary next Saturday", {("occasion", "anniversary")}),
    (
        "I enjoy surfing and I live in Canggu, my husband is with me.",
        {("likes", "surfing"), ("home_area", "canggu"), ("household", "husband")},
    ),
]

INDONESIAN = [
    ("aku vegetarian", {("diet", "vegetarian")}),
    ("Saya cuma makan halal", {("diet", "halal")}),
    ("gue bukan vegan", {("diet", "-vegan")}),
    ("aku alergi kacang", {("allergy", "kacang")}),
    ("alergi sama udang dan kepiting ya kak", {("allergy", "udang"), ("allergy", "kepiting")}),
    ("hobiku memancing", {("interests", "memancing")}),
    ("ulang tahunku 5 Maret", {("birthday", "03-05")}),
    ("aku lahir tanggal 5 maret 1990", {("birthday", "1990-03-05")}),
    ("anniversary kami tanggal 12 Juni", {("anniversary", "06-12")}),
    ("aku lagi pengen turun 5 kg", {("fitness_goal", "turun 5 kg")}),
    ("biasanya makan malam jam 7", {("preferred_booking_hour", "19:00")}),
    ("aku lebih suka jam 8 malam", {("preferred_booking_hour", "20:00")}),
    ("kami biasanya 4 orang", {("typical_party_size", "4")}),
    ("biasanya berenam", {("typical_party_size", "6")}),
    ("aku paling suka nongkrong di Berawa", {("favourite_areas", "berawa")}),
    ("aku tinggal di Kerobokan", {("home_area", "kerobokan")}),
    ("gue asli Bandung", {("origin", "bandung")}),
    ("budgetku 500rb per orang", {("budget", "idr 500000 per person")}),
    ("budget 1,5 jt ya", {("budget", "idr 1500000")}),
    ("maksimal Rp 300.000", {("budget", "idr 300000")}),
    ("makanan favoritku rendang", {("favourite_cuisines", "rendang")}),
    ("suka banget masakan Padang", {("favourite_cuisines", "masakan padang")}),
    ("aku gak minum alkohol", {("alcohol", "-alcohol")}),
    ("saya pakai kursi roda", {("accessibility", "wheelchair")}),
    ("aku punya dua anak", {("household", "2 children")}),
    ("saya sudah menikah", {("household", "married")}),
    ("saya kerja sebagai guru", {("occupation", "guru")}),
    ("aku suka banget sama kopi", {("likes", "kopi")}),
    ("kalo aku sih suka pedas", {("likes", "pedas")}),
    ("gak suka durian", {("likes", "-durian")}),
    ("gue nggak terlalu suka keramaian", {("likes", "-keramaian")}),
    ("aku benci asap rokok", {("dislikes", "asap rokok")}),
    ("aku gak makan babi", {("never", "makan babi")}),
    ("saya tidak makan babi dan tidak minum alkohol", {("never", "makan babi"), ("alcohol", "-alcohol")}),
    ("kita mau ngerayain wisuda sabtu depan", {("occasion", "wisuda")}),
    ("aku yoga setiap pagi", {("habit", "yoga setiap pagi")}),
    ("ternyata aku gak alergi kacang", {("allergy", "-kacang")}),
    ("udah nggak vegan lagi", {("diet", "-vegan")}),
    ("aku udah gak tinggal di Canggu", {("home_area", "-canggu")}),
    ("aku nggak bisa makan kacang", {("allergy", "kacang")}),
    ("seafood bikin aku gatal-gatal", {("allergy", "seafood")}),
    ("alergi: kepiting, wijen", {("allergy", "kepiting"), ("allergy", "wijen")}),
    ("biasanya kami makan malam jam setengah 8 malam", {("preferred_booking_hour", "19:30")}),
    ("rooftop selalu jadi pilihanku", {("likes", "rooftop")}),
    ("rombongan besar bikin aku stres", {("dislikes", "rombongan besar")}),
    ("clubbing bukan seleraku", {("likes", "-clubbing")}),
    ("kurang suka tempat yang berisik", {("likes", "-tempat yang berisik")}),
    ("budgetku naik, sekarang 700rb per orang", {("budget", "idr 700000 per person")}),
    ("suamiku datang jam 7", {("household", "husband")}),
    ("dulu vegetarian, sekarang aku vegan", {("diet", "vegan")}),
]

SILENCE = [
    "do you like sushi?",
    "I like sushi, right?",
    "are you vegetarian?",
    "if I were vegan I'd starve",
    "imagine I'm allergic to everything",
    "what if I don't eat pork",
    "he said he loves oysters",
    "He wrote: I love oysters",
    "Tom: I love oysters",
    '"I hate mussels" is what my brother always says',
    '"aku benci kerang" itu kata kakakku',
    "we are staying in Seminyak this week",
    "I'm allergic to waiting",
    "my friend thinks I hate jazz",
    'She told me "I love karaoke"',
    "I love karaoke, she said",
    "I'm allergic to mondays",
    "I'm vegan, just kidding",
    "I love it",
    "I love that place",
    "I like the way it looks",
    "I love how you did this",
    "I love your idea",
    "I used to love clubbing",
    "I'd like a table for 4",
    "table for two tonight",
    "I hate to say it",
    "I don't mind noise",
    "can you book dinner at 8 pm?",
    "I'm interested in booking a table",
    "I live in fear of exams",
    "I'm a bit late",
    "I'm from a big family",
    "we have a lot to discuss",
    "the villa costs under 900k",
    "thanks so much for everything",
    "kamu suka kopi gak?",
    "kalau aku vegan gimana",
    "seandainya aku alergi kacang",
    "katanya dia suka pedas",
    "is there no pork?",
    "dia bilang aku suka durian",
    "aku vegetarian, bercanda",
    "aku suka kamu",
    "aku suka yang itu",
    "pesan meja buat 4 orang malam ini",
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_what_an_english_statement_says_is_claimed(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= _said(text)


@pytest.mark.parametrize(("text", "expected"), INDONESIAN)
def test_what_an_indonesian_statement_says_is_claimed(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= _said(text)


@pytest.mark.parametrize(("text", "expected"), ENGLISH + INDONESIAN)
def test_a_statement_says_nothing_beyond_what_it_says(text: str, expected: set[tuple[str, str]]) -> None:
    assert _said(text) <= expected


@pytest.mark.parametrize("text", SILENCE)
def test_questions_suppositions_reports_jokes_and_requests_say_nothing_of_the_writer(text: str) -> None:
    assert _said(text) == set()


@pytest.mark.parametrize(
    ("text", "subject", "slot", "value"),
    [
        ("my wife hates cilantro", "wife", Slot.DISLIKES, "cilantro"),
        ("My daughter is allergic to eggs", "daughter", Slot.ALLERGY, "eggs"),
        ("my best friend's birthday is May 2", "friend", Slot.BIRTHDAY, "05-02"),
        ("our kids love pizza", "children", Slot.LIKES, "pizza"),
        ("my mum's vegan", "mother", Slot.DIET, "vegan"),
        ("my boyfriend doesn't eat beef", "boyfriend", Slot.NEVER, "eating beef"),
        ("istriku alergi kacang", "wife", Slot.ALLERGY, "kacang"),
        ("suami saya gak suka ikan", "husband", Slot.LIKES, "ikan"),
        ("anakku suka es krim", "child", Slot.LIKES, "es krim"),
    ],
)
def test_what_is_said_of_another_belongs_to_them(text: str, subject: str, slot: Slot, value: str) -> None:
    assert [(c.subject, c.slot, c.value) for c in _claims(text) if c.slot is not Slot.HOUSEHOLD] == [
        (subject, slot, value)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "maybe I'm vegan",
        "I think I like jazz",
        "I'm probably allergic to kiwi",
        "kayaknya aku suka matcha",
        "mungkin aku alergi udang",
    ],
)
def test_doubt_is_kept(text: str) -> None:
    assert [c.hedged for c in _claims(text)] == [True]


def test_plain_words_are_not_doubted() -> None:
    assert [c.hedged for c in _claims("I'm vegan")] == [False]


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("I'm vegetarian. Scratch that, vegan", Slot.DIET, "vegan"),
        ("I live in Canggu, sorry, Pererenan", Slot.HOME_AREA, "pererenan"),
        ("my budget is 500k, I mean 700k", Slot.BUDGET, "idr 700000"),
        ("I'm vegan. Actually I'm pescatarian", Slot.DIET, "pescatarian"),
        ("budgetku 500rb, eh bukan, 700rb", Slot.BUDGET, "idr 700000"),
        ("aku tinggal di Ubud, maksudku Sanur", Slot.HOME_AREA, "sanur"),
        ("kami biasanya 4 orang, eh salah, 6 orang", Slot.TYPICAL_PARTY_SIZE, "6"),
    ],
)
def test_the_corrected_value_wins_within_a_message(text: str, slot: Slot, value: str) -> None:
    assert [c.value for c in _claims(text) if c.slot is slot] == [value]


def test_what_is_taken_back_is_not_claimed() -> None:
    assert _claims("I'm vegetarian, scratch that") == []


@pytest.mark.parametrize(
    ("text", "value", "day"),
    [
        ("I'm flying to Lombok next Saturday", "flying to lombok", date(2026, 12, 5)),
        ("we're visiting Ubud tomorrow", "visiting ubud", date(2026, 11, 26)),
        ("I'll visit Amed in two weeks", "visiting amed", date(2026, 12, 9)),
        ("We're planning a trip to Flores next month", "trip to flores", date(2026, 12, 31)),
        ("besok aku mau ke Ubud", "ke ubud", date(2026, 11, 26)),
        ("aku mau ke Lombok minggu depan", "ke lombok", date(2026, 12, 6)),
    ],
)
def test_a_plan_expires_on_the_day_it_names(text: str, value: str, day: date) -> None:
    assert [(c.slot, c.value, c.expires_on) for c in _claims(text)] == [(Slot.PLAN, value, day)]


def test_a_plan_without_a_day_is_no_plan() -> None:
    assert _claims("I'm flying to Lombok") == []


def test_an_occasion_carries_its_day() -> None:
    (claim,) = _claims("it's my birthday next Friday")
    assert (claim.slot, claim.value, claim.expires_on) == (Slot.OCCASION, "birthday", date(2026, 12, 4))


def test_a_statement_before_a_question_still_counts() -> None:
    assert _said("I'm vegan, do you have anything for me?") == {("diet", "vegan")}


def test_the_same_thing_said_twice_is_one_claim() -> None:
    assert len(_claims("I love surfing. Really, I love surfing!")) == 1


def test_the_quote_holds_the_words_that_make_the_claim() -> None:
    text = "Hi there! By the way I'm allergic to peanuts, thanks"
    (claim,) = _claims(text)
    assert text[claim.start : claim.end].strip() == "By the way I'm allergic to peanuts"


def test_each_language_is_named() -> None:
    assert [c.language for c in _claims("I'm vegan. aku alergi udang")] == ["en", "id"]
