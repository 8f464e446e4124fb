"""The index and its page: canonical bytes, checks that stop, and HTML that needs no script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agnt_pipelines.faq import index, page
from agnt_pipelines.faq.index import Index, Item
from agnt_pipelines.faq.talk import Status
from agnt_pipelines.language.redact import Redactor

ITEM = Item(
    "id1",
    "parking",
    "en",
    "Is there parking?",
    "Parking is free.",
    "new",
    "5-9",
    1,
    "2026-10-25",
    "2026-10-25",
)
ITEM_ID = replace(
    ITEM, id="id2", slug="deposit", lang="id", question="Perlu deposit?", answer="Tidak.", status="stable"
)
INDEX = Index("2026-10-25", (ITEM, ITEM_ID), ("old-one",))


def test_an_index_is_read_back_as_it_was_and_has_one_name() -> None:
    assert index.decode(INDEX.encoded()) == INDEX
    assert index.decode(INDEX.encoded()).sha256 == INDEX.sha256


def test_a_good_index_passes_every_check() -> None:
    assert index.failed(INDEX, Redactor()) == {}


@pytest.mark.parametrize(
    ("bad", "check"),
    [
        (replace(ITEM, answer="Call 0812-3456-7890."), "no_personal_data"),
        (replace(ITEM, question="Is Kadek there?"), "no_personal_data"),
        (replace(ITEM, slug="ask-kadek"), "no_personal_data"),
        (replace(ITEM, answer=""), "entries_supported"),
        (replace(ITEM, people="<5"), "entries_supported"),
        (replace(ITEM, slug="deposit"), "slugs_unique"),
        (replace(ITEM, slug="old-one"), "slugs_unique"),
    ],
)
def test_a_bad_entry_fails_its_check(bad: Item, check: str) -> None:
    assert set(index.failed(replace(INDEX, items=(bad, ITEM_ID)), Redactor(frozenset({"Kadek"})))) == {check}


class Seen(HTMLParser):
    """Collects ids and languages of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.languages: set[str] = set()
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.languages.add(found.get("lang") or "")
        if tag == "script":
            self.scripts.append(found.get("type"))


def test_the_page_has_an_anchor_per_slug_in_its_language_and_a_search_it_can_do_without() -> None:
    seen = Seen()
    seen.feed(page.render(INDEX))
    assert {"parking", "deposit", "en", "id"} <= set(seen.ids)
    assert {"en", "id"} <= seen.languages
    assert seen.scripts == ["application/ld+json", None]


def test_text_is_shown_as_text() -> None:
    evil = replace(ITEM, question="</script><img src=x onerror=alert(1)>?", answer="<b>yes</b>")
    html = page.render(replace(INDEX, items=(evil,)))
    assert "<img" not in html
    assert "<b>" not in html


def test_an_empty_index_says_so_in_both_languages() -> None:
    html = page.render(Index("2026-10-25", (), ()))
    assert "five people" in html
    assert "lima orang" in html


def many(count: int) -> Index:
    """Return an index of so many entries of usual length."""
    items = [
        replace(
            ITEM,
            slug=f"question-number-{place}",
            question=f"Is there anything to know about number {place}?",
            answer=f"Yes: what there is to know about number {place} is said in one sentence of usual length.",
            people="5-9" if place else "100+",
        )
        for place in range(count)
    ]
    return Index("w", tuple(items), ())


def test_a_page_of_200_entries_is_below_50_kb_and_links_what_is_asked_most() -> None:
    html = page.render(many(200))
    assert len(html.encode()) < page.MAX_BYTES
    linked = re.findall(r'"name":"([^"]+)"', html)
    assert linked[0] == "Is there anything to know about number 0?"
    assert 10 <= len(linked) < 200
    assert html.count("<details") == 200


def test_an_entry_of_two_languages_is_shown_in_both() -> None:
    also = {"lang": "id", "question": "Ada parkir?", "answer": "Gratis."}
    html = page.render(Index("w", (replace(ITEM, also=also),), ()))
    seen = Seen()
    seen.feed(html)
    assert {"parking", "parking.id"} <= set(seen.ids)
    assert html.count("Ada parkir?") == 2


def test_the_index_keeps_to_its_schema() -> None:
    schema = json.loads((Path(index.__file__).parent / "index.schema.json").read_text("utf-8"))
    document = json.loads(replace(INDEX, redirects={"old": "parking"}).encoded())
    assert set(document) == set(schema["required"]) == set(schema["properties"])
    entry = schema["properties"]["entries"]["items"]
    assert set(document["entries"][0]) == set(entry["required"]) == set(entry["properties"])
    assert schema["properties"]["schema_version"]["const"] == index.SCHEMA_VERSION
    assert set(entry["properties"]["status"]["enum"]) == {one.value for one in Status if one.shown}
