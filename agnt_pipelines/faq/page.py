"""The page: the published index as static HTML that needs no script.

What belongs here: the template's words in both languages, and filling it. What does not: what is
shown (`index`), and serving it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from agnt_pipelines.faq.index import Index
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
        "people": "people",
    },
    Language.INDONESIAN: {
        "title": "Pertanyaan yang sering diajukan",
        "lead": "Ditanyakan oleh sedikitnya lima orang, dijawab dari balasan agen kami.",
        "empty": "Belum ada apa-apa di sini: pertanyaan muncul setelah lima orang menanyakannya.",
        "new": "baru",
        "changed": "berubah",
        "trending": "makin sering ditanyakan",
        "section": "Dalam bahasa Indonesia",
        "people": "orang",
    },
}


def render(index: Index) -> str:
    """Return the page of an index; its text is escaped, whoever wrote it."""
    sections = [
        (language.value, WORDS[language], [item for item in index.items if item.lang == language])
        for language in Language
    ]
    return _template().render(index=index, sections=sections, linked_data=_linked_data(index))


def _linked_data(index: Index) -> Markup:
    """Return the page's questions in schema.org's terms."""
    questions = [
        {
            "@type": "Question",
            "name": item.question,
            "inLanguage": item.lang,
            "acceptedAnswer": {"@type": "Answer", "text": item.answer},
        }
        for item in index.items
    ]
    document = {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}
    text = json.dumps(document, ensure_ascii=True, sort_keys=True)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can end the script element


@cache
def _template() -> Template:
    loader = PackageLoader("agnt_pipelines.faq")
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return made.get_template("page.html")
