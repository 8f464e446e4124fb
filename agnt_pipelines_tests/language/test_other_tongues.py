from __future__ import annotations

import json
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from agnt_pipelines.language.other_tongues import has_grammar

SAID = Path(__file__).parents[2] / "benchmarks" / "corpora" / "said_open.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        "Я люблю суши",
        "私は寿司が好きです",
        "我不吃肉",
        "ฉันชอบซูชิ",
        "Ich wohne in Canggu und esse kein Fleisch",
        "Ich bin Vegetarier",
        "Soy alérgico a los cacahuetes, por favor",
        "Me gusta el pescado",
        "Je suis végétarien",
        "Je n'aime pas le poisson",
        "Sono vegetariano e mi piace il vino",
        "Ik woon in Canggu en ik eet geen vlees",
        "Sou alérgico a amendoim",
        "Eu moro em Canggu e não como carne",
        "Tôi thích ăn hải sản",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_sentence_of_another_language_has_no_grammar(text: str, form: Literal["NFC", "NFD"]) -> None:
    assert not has_grammar(normalize(form, text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "is there parking?",
        "saya suka sushi",
        "Mas Budi mau es teh",
        "Pas hari Sabtu, lo mau makan mie?",
        "dinner at La Lucciola or Chez Gado Gado",
        "soy latte please",
        "crème brûlée or jalapeño poppers for the table?",
        "ibu saya bilang Он",
        "Please note: severe cashew allergy",
    ],
)
def test_english_and_indonesian_have_a_grammar_whatever_names_and_dishes_they_hold(text: str) -> None:
    assert has_grammar(text)


def test_whatever_people_say_in_either_language_has_a_grammar() -> None:
    lines = [json.loads(line) for line in SAID.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 200
    assert [line["text"] for line in lines if not has_grammar(line["text"])] == []
