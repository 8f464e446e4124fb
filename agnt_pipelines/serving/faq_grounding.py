"""What the wiki says of the FAQ: of a proposal under review, and of every entry that is published.

What belongs here: one function per capability, for `api`. What does not: finding sentences and values that
cannot both hold (`faq.grounding`), and deciding who is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agnt_pipelines.faq import store, wiki_store
from agnt_pipelines.faq.grounding import Passage, Stand
from agnt_pipelines.faq.talk import Dispute
from agnt_pipelines.serving.session import Platform


@dataclass(frozen=True, slots=True)
class Checked:
    """A published entry, and how the wiki's newest reconciled head stands to its answer."""

    slug: str
    language: str
    answer: str
    stand: str
    passages: Sequence[Passage]
    disputes: Sequence[Dispute]


def faq_check(platform: Platform) -> list[Checked]:
    """Return every entry that is shown with what the wiki says of it, those first that it contradicts."""
    with platform.database.reading() as snapshot:
        current = store.published(snapshot)
        entries = store.read_entries(snapshot, current.window_key) if current is not None else []
        wiki = wiki_store.read_wiki(snapshot, platform.settings)
    checked = []
    for one in entries:
        said = [(one.language, one.question, one.answer)] if one.status.shown else []
        if said and one.also is not None:
            said.append((one.also.language, one.also.question, one.also.answer))
        for language, question, answer in said:
            found = wiki.grounding(question or "", answer)
            checked.append(
                Checked(
                    one.slug, language.value, answer or "", found.stand.value, found.passages, found.disputes
                )
            )
    order = [Stand.CONTRADICTS.value, Stand.SILENT.value, Stand.AGREES.value]
    return sorted(checked, key=lambda one: (order.index(one.stand), one.slug, one.language))
