"""Links: exact, then beside, then by a unique name; never guessed."""

from __future__ import annotations

import pytest

from agnt_pipelines.wiki.links import Fate, Resolved, Site

SITE = Site(
    ["Home.md", "work/Fees.md", "work/Team.md", "people/Team.md", "people/100%25 sure.md", "a/b/Deep.md"]
)


@pytest.mark.parametrize(
    ("target", "origin", "found"),
    [
        ("[[work/Fees]]", "Home.md", "work/Fees.md"),
        ("[[work/Fees.md#refunds]]", "Home.md", "work/Fees.md"),
        ("[[Team]]", "people/x.md", "people/Team.md"),
        ("[[fees]]", "people/x.md", "work/Fees.md"),
        ("[[b/Deep]]", "Home.md", "a/b/Deep.md"),
        ("[[100% sure]]", "people/x.md", "people/100%25 sure.md"),
        ("100%25%20sure.md", "people/x.md", "people/100%25 sure.md"),
        ("../Home.md", "work/Fees.md", "Home.md"),
        ("/Home", "work/Fees.md", "Home.md"),
        ("Team.md?x#y", "work/Fees.md", "work/Team.md"),
    ],
)
def test_a_link_leads_to_one_page(target: str, origin: str, found: str) -> None:
    assert SITE.resolve(target, origin) == Resolved(Fate.FOUND, found)


@pytest.mark.parametrize(
    ("target", "fate"),
    [
        ("[[Team]]", Fate.AMBIGUOUS),
        ("[[Nobody]]", Fate.BROKEN),
        ("Fees.md", Fate.BROKEN),
        ("../../../etc/passwd", Fate.BROKEN),
        ("https://x.example/Fees.md", Fate.ELSEWHERE),
        ("mailto:a@x.example", Fate.ELSEWHERE),
        ("#top", Fate.ELSEWHERE),
        ("logo.png", Fate.ELSEWHERE),
    ],
)
def test_a_link_that_leads_to_none_or_several_says_so(target: str, fate: Fate) -> None:
    assert SITE.resolve(target, "Home.md") == Resolved(fate)


def test_a_survey_names_bad_links_and_pages_nobody_links_to() -> None:
    links = {"Home.md": ["[[A]]", "[[gone]]"], "A.md": ["A.md", "logo.png"], "B.md": ["[[Home]]"]}
    found = Site(links).survey(links)
    assert found.links == 4
    assert found.broken == [("Home.md", "[[gone]]")]
    assert found.orphans == ["B.md"]
