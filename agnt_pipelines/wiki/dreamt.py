"""What deep dreaming adds to project memory: the fleet's newest week, at a path of its own.

Pure. The path is the key: where the wiki has a page there, the wiki's words are what readers have, and
what was dreamt is a proposal for that page's sections, merged from the week before. What does not belong
here: what is dreamt itself (`dreaming`), and rows (`dreamt_store`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PATH: Final = "work/weekly-insights.md"
"""The key of what is dreamt of all agents together."""
TITLE: Final = "What the week says"

SAID: Final = "said"
"""Kind of what people themselves told: themes of long-term memory, beside the kinds of insights."""

_HEADINGS: Final = {
    SAID: "What people tell of themselves",
    "theme": "What people speak of",
    "complaint": "What people do not want",
    "unanswered": "What has no answer",
    "fell_through": "What falls through",
}
"""Kind -> the section it is told in."""
_ANCHORS: Final = {
    kind: f"what-the-week-says/{heading.lower().replace(' ', '-')}" for kind, heading in _HEADINGS.items()
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing about all agents' week, told of five people or more, in a sentence of ours."""

    week: str
    kind: str
    facet: str
    statement: str


@dataclass(frozen=True, slots=True)
class Dreamt:
    """One section of what was dreamt; `before` is what the week before it said there."""

    kind: str
    heading: str
    anchor: str
    text: str
    before: str


def sections(told: Sequence[Told]) -> list[Dreamt]:
    """Return the newest week's sections, of what was told in the order of weeks, kinds and facets."""
    weeks = sorted({each.week for each in told})
    newest = weeks[-1] if weeks else ""
    before = weeks[-2] if len(weeks) > 1 else ""
    return [
        Dreamt(kind, heading, _ANCHORS[kind], _text(told, newest, kind), _text(told, before, kind))
        for kind, heading in _HEADINGS.items()
        if any(each.week == newest and each.kind == kind for each in told)
    ]


def _text(told: Sequence[Told], week: str, kind: str) -> str:
    said = [each.statement for each in told if each.week == week and each.kind == kind]
    return "\n".join([f"Week of {week}, the whole fleet:", "", *(f"- {one}" for one in said)]) if said else ""
