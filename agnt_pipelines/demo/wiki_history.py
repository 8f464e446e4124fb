"""The history of the demo's wiki: who changed what when, as a stream for `git fast-import`.

What belongs here: revisions and the stream. What does not: the folder and the `git` command (`wiki`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agnt_pipelines.demo.chance import stream
from agnt_pipelines.demo.days import DAYS, Calendar
from agnt_pipelines.demo.truth import Contradiction
from agnt_pipelines.demo.wiki_pages import PAGES

BRANCH = "main"

STAFF = {
    "made": "Made Suteja", "sari": "Sari Wulandari", "tomas": "Tomas Brandt", "aiko": "Aiko Tanabe",
    "ketut": "Ketut Mahendra", "lena": "Lena Fischer",
}  # fmt: skip

_UPDATED = re.compile(r"^updated: \S+$", re.MULTILINE)
_BEFORE = 20  # days before the world's first on which the wiki begins


@dataclass(frozen=True, slots=True)
class Replace:
    """Put other words in place of some on a page; the page must hold them."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Append:
    """Add a section at the end of a page."""

    path: str
    section: str


@dataclass(frozen=True, slots=True)
class Move:
    """Give a page another path."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Delete a page."""

    path: str


@dataclass(frozen=True, slots=True)
class Add:
    """Write a page for the first time."""

    path: str


Change = Add | Replace | Append | Move | Drop

_ADDED = (
    ("made", ("README.md", "platform/overview.md")), ("made", ("people/team.md", "people/made.md")),
    ("aiko", ("platform/models.md",)), ("aiko", ("platform/jobs.md", "people/aiko.md")),
    ("tomas", ("platform/protocol.md", "people/tomas.md")), ("tomas", ("platform/old-gateway.md",)),
    ("tomas", ("platform/envelopes.md",)), ("sari", ("platform/pricing.md", "people/sari.md")),
    ("aiko", ("platform/memory.md", "platform/soul-prompt.md")), ("lena", ("platform/privacy.md", "people/lena.md")),
    ("ketut", ("platform/bookings.md", "people/ketut.md")), ("lena", ("platform/channels.md",)),
    ("sari", ("platform/deposits.md",)), ("made", ("work/roadmap.md",)),
)  # fmt: skip

_LATER: tuple[tuple[str, str, tuple[Change, ...]], ...] = (
    ("ketut", "Note when a guest counts as missing", (Add("platform/no-shows.md"),)),
    ("tomas", "Start the payments project", (Add("work/payments.md"),)),
    ("ketut", "Write down onboarding", (Add("work/venue-onboarding.md"),)),
    ("made", "Say where the platform is used", (Append("platform/overview.md", "## Where\n\nBali first."),)),
    ("tomas", "Start the gateway page", (Add("work/gateway.md"),)),
    ("lena", "File the partner's mail", (Add("work/notes-from-outside.md"),)),
    ("aiko", "Weekly jobs", (Append("platform/jobs.md", "## Weekly\n\nDeep dreaming runs on Mondays at four."),)),
    ("tomas", "How to connect a client", (Add("platform/mcp.md"),)),
    ("sari", "Which cards", (Append("platform/pricing.md", "## Cards\n\nDeposits are always paid by card."),)),
    ("made", "Shorter name", (Move("platform/channels.md", "platform/talk-channels.md"),)),
    ("ketut", "No-show is 15 minutes, as support says", (Replace("platform/bookings.md", "After 10 minutes", "After 15 minutes"),)),
    ("lena", "Start the retention review", (Add("work/retention.md"),)),
    ("tomas", "Two partners became three", (Replace("work/gateway.md", "Two partners test it.", "Three partners test it."),)),
    ("ketut", "Numbers", (Replace("work/venue-onboarding.md", "120 venues", "118 venues"),)),
    ("aiko", "Names of models", (Replace("platform/models.md", "Names are singular.", "Names are singular and in English."),)),
    ("made", "The old gateway is off", (Drop("platform/old-gateway.md"),)),
    ("ketut", "Onboarding is the venues' page now", (Move("work/venue-onboarding.md", "work/venues.md"),)),
    ("ketut", "Two more venues", (Replace("work/venues.md", "118 venues", "120 venues"),)),
    ("sari", "Away on Thursdays", (Replace("people/sari.md", "Fridays", "Thursdays"),)),
    ("lena", "Languages", (Append("platform/talk-channels.md", "## Languages\n\nMore than a dozen others are rare."),)),
    ("tomas", "Pings carry no signal", (Append("platform/protocol.md", "## Pings\n\nA `network.ping` tells nothing but that one is there."),)),
    ("made", "Tick off", (Replace("work/roadmap.md", "- New gateway, see [[gateway]].", "- New gateway, in test, see [[gateway]]."),)),
    ("aiko", "Cache", (Append("platform/memory.md", "## Freshness\n\nA new memory may take an hour to be seen."),)),
    ("lena", "Who reads memory", (Append("platform/privacy.md", "## Readers\n\nOnly a person's own agent reads their memory."),)),
    ("made", "Soul prompts belong to memory", (Move("platform/soul-prompt.md", "platform/memory-soul-prompt.md"), Replace("platform/memory.md", "[[soul-prompt]]", "[[memory-soul-prompt]]"))),
    ("tomas", "Reaper", (Replace("platform/envelopes.md", "up to 15 minutes late", "as much as 15 minutes late"),)),
)  # fmt: skip

CONTRADICTIONS = (
    Contradiction("payment fee", ("platform/pricing.md", "work/payments.md"), ("7 %", "10 %")),
    Contradiction(
        "envelope time to live", ("platform/protocol.md", "platform/envelopes.md"), ("5 s", "15 s")
    ),
    Contradiction("number of models", ("platform/overview.md", "platform/models.md"), ("45", "47")),
    Contradiction("number of jobs", ("platform/overview.md", "platform/jobs.md"), ("39", "40+")),
    Contradiction("protocol name", ("platform/protocol.md", "work/gateway.md"), ("openclaw/a2a/v1", "agp/1")),
    Contradiction(
        "how long messages are kept", ("platform/privacy.md", "work/retention.md"), ("90 days", "one year")
    ),
    Contradiction("owner of payments", ("people/sari.md", "work/payments.md"), ("Owns payments", "Tomas")),
)
"""Where two pages disagree at the head of the history; what was put right before is not among them."""

BROKEN_LINK = "refund-policy"
"""The name that a page links to and no page has."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit."""

    author: str
    at: datetime
    message: str
    changes: tuple[Change, ...]


def revisions(until: date, seed: int) -> tuple[Revision, ...]:
    """Return the history, oldest first, all of it before `until`."""
    dice = stream(seed, "wiki")
    days = Calendar(until)
    added = tuple((author, f"Add {paths[0]}", tuple(Add(path) for path in paths)) for author, paths in _ADDED)
    told: tuple[tuple[str, str, tuple[Change, ...]], ...] = (*added, *_LATER)
    span = DAYS + _BEFORE - 1
    return tuple(
        Revision(
            author,
            days.at(number * span // len(told) - _BEFORE, dice.randrange(480, 1080), dice.randrange(60)),
            message,
            changes,
        )
        for number, (author, message, changes) in enumerate(told)
    )


def texts(history: Sequence[Revision]) -> dict[str, str]:
    """Return every page at the end of a history, by path."""
    pages: dict[str, str] = {}
    for revision in history:
        _play(revision, pages)
    return pages


def fast_import(history: Sequence[Revision]) -> bytes:
    """Return the history as `git fast-import` reads it."""
    pages: dict[str, str] = {}
    out: list[bytes] = []
    for revision in history:
        name, when = STAFF[revision.author], int(revision.at.timestamp())
        signature = f"{name} <{revision.author}@wiki.example> {when} +0800\n"
        out += [f"commit refs/heads/{BRANCH}\nauthor {signature}committer {signature}".encode()]
        out += [_data(f"{revision.message}\n"), *_play(revision, pages), b"\n"]
    return b"".join(out)


def _play(revision: Revision, pages: dict[str, str]) -> list[bytes]:
    """Change the pages as a revision does, and return its commands."""
    updated = revision.at.date().isoformat()
    return [_command(change, pages, updated) for change in revision.changes]


def _command(change: Change, pages: dict[str, str], updated: str) -> bytes:
    match change:
        case Move(path, to):
            pages[to] = pages.pop(path)
            return f"R {path} {to}\n".encode()
        case Drop(path):
            del pages[path]
            return f"D {path}\n".encode()
        case Add(path):
            pages[path] = PAGES[path].text(updated)
        case Replace(path, old, new):
            assert old in pages[path], f"{path} does not hold {old!r}"
            pages[path] = _UPDATED.sub(f"updated: {updated}", pages[path].replace(old, new), count=1)
        case Append(path, section):
            pages[path] = _UPDATED.sub(f"updated: {updated}", f"{pages[path]}\n{section}\n", count=1)
    return f"M 100644 inline {change.path}\n".encode() + _data(pages[change.path])


def _data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%b\n" % (len(raw), raw)
