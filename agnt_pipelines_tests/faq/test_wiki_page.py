"""The FAQ as a page of the wiki: what it says, and that it is asked for once where that is wanted."""

from __future__ import annotations

import sqlalchemy as sa
from markdown_it import MarkdownIt

from agnt_pipelines.faq import wiki_page
from agnt_pipelines.faq.index import Index, Item
from agnt_pipelines.replay import pull_request
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Outbox
from agnt_pipelines_tests.faq import world
from agnt_pipelines_tests.faq.world import PARKING, PARKING_REPLY, PEOPLE, WEEKS

FORGE = {
    "wiki_forge": "https://forge.example.org/repos/fleet/wiki",
    "wiki_url": "https://git.example.org/wiki",
}
ITEM = Item(
    "1", "parking", "en", "Is there [free] parking?", "Yes, *mostly*.\n# No heading", "stable", "5-9", 2,
    "2026-10-25", "2026-11-01", {"lang": "id", "question": "Apakah ada parkir?", "answer": "Ada."},
)  # fmt: skip


def asked_for(database: Database) -> list[pull_request.PullRequest]:
    letters = sa.select(table_of(Outbox).c.payload).where(table_of(Outbox).c.kind == pull_request.KIND)
    with database.reading() as snapshot:
        return [pull_request.read(payload) for payload in snapshot.scalars(letters)]


def published(database: Database, settings: Settings, **chosen: str) -> Settings:
    """Publish a week in which an approved question was asked."""
    own = Settings.model_validate(settings.model_dump() | FORGE | chosen)
    world.join(database, *PEOPLE)
    world.tell(database, world.asking(WEEKS[0], PEOPLE, PARKING, PARKING_REPLY))
    world.extract(database, own, WEEKS[:1])
    assert world.approve(database, own, WEEKS[0]) == 1
    world.compile_weeks(database, own, WEEKS[:1])
    return own


def test_each_entry_is_a_section_and_nothing_in_it_is_markup() -> None:
    page = wiki_page.markdown(Index("2026-11-01", (ITEM,), ()))
    tokens = MarkdownIt().parse(page)
    headings = [
        tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert headings == ["Frequently asked questions", "Is there \\[free\\] parking?"]
    words = [child.content for token in tokens for child in token.children or () if child.type == "text"]
    assert "Yes, *mostly*. # No heading" in "".join(words)
    assert "Apakah ada parkir?" in page
    assert "Asked by 5\N{EN DASH}9 people." in page


def test_a_published_faq_is_proposed_to_the_wiki_once(database: Database, settings: Settings) -> None:
    own = published(database, settings, faq_wiki_page="work/faq.md")
    (request,) = asked_for(database)
    assert (request.topic, request.window, list(request.files)) == ("faq", WEEKS[0].key, ["work/faq.md"])
    assert "parking" in request.files["work/faq.md"]
    assert request.generated
    world.compile_weeks(database, own, WEEKS[:1])
    assert asked_for(database) == [request]


def test_without_a_path_nothing_is_proposed(database: Database, settings: Settings) -> None:
    published(database, settings)
    assert asked_for(database) == []
