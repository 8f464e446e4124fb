"""The index: what the public page shows of the registry, as one immutable JSON document.

Buckets instead of counts, no id but the entries' own, nobody's words. What belongs here: its shape,
its bytes, and the check that stands before publication. What does not: files and pointers
(`faq_compile`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from agnt_pipelines.faq.talk import Entry, Wording
from agnt_pipelines.language.redact import Redactor

SCHEMA_VERSION = 2
CHECKS: Final = {
    "no_personal_data": "Nothing in the index has the form of an address, number, code or known name.",
    "entries_supported": "Every entry shown has a question, an answer and enough people behind it.",
    "slugs_unique": "No slug is there twice.",
}
"""Check name -> what it holds; all stand before publication."""

ADVICE: Final = {
    "wiki_agrees": "Nothing in the index contradicts the wiki as last reconciled (`./agnt faq check` tells what does).",
}
"""Checks that stop nothing: who is right is a person's to say."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as the page shows it."""

    id: str
    slug: str
    lang: str
    question: str
    answer: str
    status: str
    people: str
    weeks: int
    first_window: str
    last_window: str
    also: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """The registry as of a window, as it is published.

    `redirects` leads from slugs of merged entries to those that took over, and from an entry's former slugs to
    its own; `gone` are slugs of entries that are not shown.
    """

    window_key: str
    items: tuple[Item, ...]
    gone: tuple[str, ...]
    redirects: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the document, canonical: the same index has the same bytes."""
        document = {
            "schema_version": SCHEMA_VERSION,
            "window": {"key": self.window_key, "time_zone": "Asia/Makassar"},
            "entries": [{name: getattr(item, name) for name in Item.__slots__} for item in self.items],
            "gone": list(self.gone),
            "redirects": dict(self.redirects),
        }
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode() + b"\n"

    @property
    def sha256(self) -> str:
        """Return what names the document."""
        return hashlib.sha256(self.encoded()).hexdigest()


def build(window_key: str, registry: Iterable[Entry]) -> Index:
    """Return the index of a registry as of a window."""
    listed = sorted(registry, key=lambda entry: entry.slug)
    items = tuple(
        Item(
            str(entry.entry_id), entry.slug, entry.language.value, entry.question or "", entry.answer or "",
            entry.status.value, entry.people_bucket or "", entry.weeks, entry.first_window, entry.last_window,
            None if entry.also is None else wording(entry.also),
        )
        for entry in listed
        if entry.status.shown
    )  # fmt: skip
    shown = {item.slug for item in items}
    leads_to = {e.slug: e.slug if e.status.shown else e.redirects_to for e in listed}
    names = {name: leads_to[e.slug] for e in listed for name in (e.slug, *e.aliases)}
    redirects = {name: to for name, to in sorted(names.items()) if to in shown and name != to}
    gone = tuple(name for name, to in sorted(names.items()) if to not in shown)
    return Index(window_key, items, gone, {old: str(new) for old, new in redirects.items()})


def wording(also: Wording) -> dict[str, str]:
    """Return words in another language as the document has them."""
    return {"lang": also.language.value, "question": also.question, "answer": also.answer}


def decode(document: bytes) -> Index:
    """Read an index back from its document."""
    found = json.loads(document)
    items = tuple(Item(**item) for item in found["entries"])
    return Index(found["window"]["key"], items, tuple(found["gone"]), found.get("redirects", {}))


def failed(index: Index, redactor: Redactor) -> dict[str, int]:
    """Return the checks that an index fails, with how often."""
    slugs = [*(item.slug for item in index.items), *index.gone, *index.redirects]
    unsupported = [
        item for item in index.items if not (item.question and item.answer) or item.people in {"", "<5"}
    ]
    failures = {
        "no_personal_data": sum(len(redactor.found(text)) for text in _texts(index)),
        "entries_supported": len(unsupported),
        "slugs_unique": len(slugs) - len(set(slugs)),
    }
    return {name: count for name, count in failures.items() if count}


def _texts(index: Index) -> Iterator[str]:
    for item in index.items:
        yield from (item.question, item.answer, item.slug.replace("-", " "))
        yield from (item.also or {}).values()
    yield from (slug.replace("-", " ") for slug in (*index.gone, *index.redirects))
