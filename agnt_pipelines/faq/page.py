"""The page: the published index as static HTML; its script only adds a search.

What belongs here: the template's words in both languages, and filling it. What does not: what is
shown (`index`), and serving it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from agnt_pipelines.faq.index import Index, Item
from agnt_pipelines.faq.talk import Language

WORDS: Final = {
    Language.ENGLISH: {
        "title": "Questions people ask",
        "lead": "Asked by at least five people, answered from what our agents replied.",
        "empty": "There is nothing here yet: a question appears when five people have asked it.",
        "new": "new",
        "changed": "changed",
        "trending": "asked more often lately",
        "section": "In English",
    },
    Language.INDONESIAN: {
        "title": "Pertanyaan yang sering diajukan",
        "lead": "Ditanyakan oleh sedikitnya lima orang, dijawab dari balasan agen kami.",
        "empty": "Belum ada apa-apa di sini: pertanyaan muncul setelah lima orang menanyakannya.",
        "new": "baru",
        "changed": "berubah",
        "trending": "makin sering ditanyakan",
        "section": "Dalam bahasa Indonesia",
    },
}


MAX_BYTES = 50_000
"""A page of 200 entries stays below it: linked data, which says it all again, takes what is left."""

_ALWAYS_LINKED = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry in one language, as the page has it; `anchor` is its place on the page."""

    anchor: str
    lang: str
    question: str
    answer: str
    people: str
    status: str


@dataclass(frozen=True, slots=True)
class Section:
    """What is shown in one language."""

    lang: str
    words: Mapping[str, str]
    shown: Sequence[Shown]


def render(index: Index) -> str:
    """Return the page of an index; its text is escaped, whoever wrote it."""
    shown = [one for item in index.items for one in _versions(item)]
    sections = [
        Section(language.value, WORDS[language], [one for one in shown if one.lang == language])
        for language in Language
    ]
    bare = _template().render(sections=sections, linked_data=_linked_data(()))
    asked = sorted(shown, key=lambda one: (-int(one.people.rstrip("+").split("-")[0]), one.anchor))
    return _template().render(
        sections=sections, linked_data=_linked_data(_fitting(asked, MAX_BYTES - len(bare.encode())))
    )


def _versions(item: Item) -> Iterator[Shown]:
    yield Shown(item.slug, item.lang, item.question, item.answer, item.people, item.status)
    if item.also is not None:
        also = item.also
        anchor = f"{item.slug}.{also['lang']}"
        yield Shown(anchor, also["lang"], also["question"], also["answer"], item.people, item.status)


def _fitting(asked: Sequence[Shown], left: int) -> Iterator[Shown]:
    """Yield the most asked entries whose linked data fits into so many bytes."""
    for number, one in enumerate(asked):
        left -= len(_linked_data([one])) - len(_linked_data(())) + 2
        if left < 0 and number >= _ALWAYS_LINKED:
            return
        yield one


def _linked_data(shown: Iterable[Shown]) -> Markup:
    """Return questions in schema.org's terms."""
    questions = [
        {
            "@type": "Question",
            "name": one.question,
            "inLanguage": one.lang,
            "acceptedAnswer": {"@type": "Answer", "text": one.answer},
        }
        for one in shown
    ]
    document = {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}
    text = json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can end the script element


@cache
def _template() -> Template:
    loader = PackageLoader("agnt_pipelines.faq")
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return made.get_template("page.html")
