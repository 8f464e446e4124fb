"""The FAQ as a page of the wiki, and the words that ask the wiki to take it.

Pure. What belongs here: Markdown of an index, and the words of the request. What does not: the request
itself (`faq_compile`), git and the forge (the wiki's wing).
"""

from __future__ import annotations

import re

from agnt_pipelines.faq.index import Index, Item

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")


def title(index: Index) -> str:
    """Return the title of the request that the wiki take an index."""
    return f"FAQ as of the week of {index.window_key}"


def body(index: Index) -> str:
    """Return what the request says; it holds nobody's words."""
    entries = f"{len(index.items)} entries" if len(index.items) != 1 else "1 entry"
    return f"The published FAQ, {entries}. Every entry was reviewed, and asked by five people or more."


def markdown(index: Index) -> str:
    """Return an index as Markdown: a section for each entry, in the order of its slugs; the same bytes always."""
    sections = [_section(item) for item in index.items]
    return "\n".join([f"# Frequently asked questions\n\nAs of the week of {index.window_key}.\n", *sections])


def _section(item: Item) -> str:
    also = f"\n*{_plain(item.also['question'])}* {_plain(item.also['answer'])}\n" if item.also else ""
    people = item.people.replace("-", "\N{EN DASH}")
    return f"## {_plain(item.question)}\n\n{_plain(item.answer)}\n{also}\nAsked by {people} people.\n"


def _plain(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
