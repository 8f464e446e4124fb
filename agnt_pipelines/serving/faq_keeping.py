"""Keeping the FAQ: what waits for review, entries that are retired or merged, and the pointer put back.

What belongs here: one function per capability, for `api`. What does not: proposals of one week and
their decisions (`faq_reviewing`), and what a fate does to an entry (`faq.registry`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.faq import faq_compile, fate_store, store, wiki_store
from agnt_pipelines.faq.grounding import Wiki
from agnt_pipelines.faq.index import Index
from agnt_pipelines.faq.talk import Fate, Fated, Mint, Proposal
from agnt_pipelines.replay.windows import FAQ_WEEK
from agnt_pipelines.serving.faq_reviewing import Proposed, decide_faq, proposed, refuse_personal
from agnt_pipelines.serving.session import Platform

_SLUG = re.compile(r"(?=.{1,60}$)[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Waits:
    """A proposal that waits, and the week it is of."""

    window_key: str
    proposal: Proposed


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for review, the most asked first; `expired` waited longer than the setting allows."""

    newest: str | None
    waiting: Sequence[Waits]
    expired: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an entry."""

    slug: str
    fate: str
    into: str | None
    window_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the pointer to what the page shows."""

    number: int
    window_key: str
    revision: int
    sha256: str
    entries: int
    published_at: datetime
    reason: str


def faq_waiting(platform: Platform) -> Waiting:
    """Return what nobody decided about: of each question the newest proposal, until it expires."""
    with platform.database.reading() as snapshot:
        newest = store.last_extracted(snapshot)
        if newest is None:
            return Waiting(None, (), 0)
        groups, found = faq_compile.proposed(snapshot, newest, platform.settings)
        wiki, venues = wiki_store.read_wiki(snapshot, platform.settings), wiki_store.read_venues(snapshot)
    by_candidate = {one.candidate.id: one for one in found}
    voices = []
    for group in groups:
        mine = [by_candidate[candidate.id] for candidate in group.candidates]
        voices += [one for one in reversed(mine) if _may_be_decided(one, wiki)][:1]
    unseen = [one for one in voices if one.review is None]
    oldest = FAQ_WEEK.window(newest).start - platform.settings.faq_expire_weeks * FAQ_WEEK.length
    fresh = [one for one in unseen if FAQ_WEEK.window(one.candidate.window_key).start > oldest]
    ordered = sorted(fresh, key=lambda one: (-one.people, one.candidate.id.int))
    waits = [Waits(one.candidate.window_key, proposed(one, wiki, venues)) for one in ordered]
    return Waiting(newest, waits, len(unseen) - len(fresh))


def retire_faq(platform: Platform, slug: str, reason: str, decided_by: str) -> Kept:
    """Take an entry off the page from the newest extracted week on; its address stays taken.

    Raises:
        SettingsError: there is no such entry.
    """
    return _fated(platform, slug, Fated.RETIRED, reason, decided_by)


def restore_faq(platform: Platform, slug: str, decided_by: str) -> Kept:
    """Let a retired or merged entry be what it was, from the newest extracted week on."""
    return _fated(platform, slug, Fated.RESTORED, "", decided_by)


def merge_faq(platform: Platform, slug: str, into: str, decided_by: str) -> Kept:
    """Let an entry take over another one's questions and address, from the newest extracted week on.

    Raises:
        SettingsError: one of them does not exist, or they are one already.
    """
    return _fated(platform, slug, Fated.MERGED, "", decided_by, into=into)


def rename_faq(platform: Platform, slug: str, to: str, decided_by: str) -> Kept:
    """Give an entry another address from the newest extracted week on; the old one leads there for good.

    Raises:
        SettingsError: there is no such entry, or the address is no slug, is taken, or tells who somebody is.
    """
    newest, mints = _mints(platform)
    mine = _entry(mints, slug)
    if _SLUG.fullmatch(to) is None:
        raise SettingsError(f"{to!r} is no address: small letters, digits and single hyphens, 60 at most.")
    refuse_personal(platform, to.replace("-", " "))
    with platform.database.writing() as connection:
        if to in store.taken_slugs(connection):
            raise SettingsError(f"{to} is or was another entry's address: choose one that nobody had.")
        fate_store.record_name(connection, mine.entry_id, newest, to, decided_by)
    return Kept(slug, "renamed", to, newest, "")


def merge_proposal(platform: Platform, prefix: str, into: str, decided_by: str, window: str | None) -> Kept:
    """Say that a proposal asks what an entry answers already: its people count for that entry."""
    _, mints = _mints(platform)
    _entry(mints, into)
    done = decide_faq(platform, prefix, decided_by, approve=True, window=window)
    assert done.slug is not None, "an approval mints"
    return merge_faq(platform, done.slug, into, decided_by)


def published_index(platform: Platform) -> Index | None:
    """Return what the page shows; None where nothing is published.

    Raises:
        NotReady: the staged index is missing or damaged.
    """
    with platform.database.reading() as snapshot:
        current = store.published(snapshot)
    return None if current is None else faq_compile.read_staged(current.sha256, platform.settings)


def faq_moves(platform: Platform) -> list[Move]:
    """Return every move of the pointer, the newest first."""
    with platform.database.reading() as snapshot:
        return [_move(one) for one in store.publications(snapshot)]


def roll_back_faq(platform: Platform, to: int | None, reason: str, decided_by: str) -> Move:
    """Move the pointer back to what an earlier move showed; without a number, to what was shown before.

    It is a move like any other, logged with its reason; the next newer week or correction moves on.

    Raises:
        SettingsError: there is no such move, or somebody else moved the pointer meanwhile.
        NotReady: the index it showed is missing or damaged.
    """
    with platform.database.reading() as snapshot:
        moves = store.publications(snapshot)
    if not moves:
        raise SettingsError("No FAQ is published yet: there is nothing to go back to.")
    now = moves[0]
    target = next(
        (one for one in moves if (one.number == to if to is not None else one.sha256 != now.sha256)), None
    )
    if target is None:
        which = "no earlier page" if to is None else f"no move {to}"
        raise SettingsError(f"There is {which}: ./agnt faq rollback --list tells what was shown when.")
    faq_compile.read_staged(target.sha256, platform.settings)
    moved = store.Publication(
        now.number + 1, target.window_key, target.revision, target.sha256, target.entries,
        now.published_at, f"back to move {target.number}: {reason}",
    )  # fmt: skip
    with platform.database.writing() as connection:
        if not store.move_pointer(connection, moved, decided_by):
            raise SettingsError("The pointer was moved by somebody else just now: look, and try again.")
    return faq_moves(platform)[0]


def _fated(
    platform: Platform, slug: str, fated: Fated, reason: str, decided_by: str, *, into: str | None = None
) -> Kept:
    newest, mints = _mints(platform)
    mine = _entry(mints, slug)
    other = None if into is None else _entry(mints, into)
    if other is not None and other.entry_id == mine.entry_id:
        raise SettingsError(f"{slug} is {into} itself: name two entries.")
    fate = Fate(mine.entry_id, newest, fated, reason, None if other is None else other.entry_id)
    with platform.database.writing() as connection:
        fate_store.record_fate(connection, fate, decided_by)
    return Kept(slug, fated.value, into, newest, reason)


def _mints(platform: Platform) -> tuple[str, list[Mint]]:
    with platform.database.reading() as snapshot:
        newest = store.last_extracted(snapshot) or FAQ_WEEK.last_closed(platform.now).key
        return newest, store.read_mints(snapshot, newest)


def _entry(mints: Sequence[Mint], slug: str) -> Mint:
    found = next((mint for mint in mints if slug in {mint.slug, *mint.aliases}), None)
    if found is None:
        raise SettingsError(f"There is no entry {slug!r}: ./agnt faq show lists them.")
    return found


def _may_be_decided(one: Proposal, wiki: Wiki) -> bool:
    """Whether an operator can do something with a proposal: it has an answer, or the wiki speaks of it."""
    return one.reason is None or (one.digest is not None and bool(wiki.about(one.question or "")))


def _move(one: store.Publication) -> Move:
    return Move(
        one.number, one.window_key, one.revision, one.sha256, one.entries, one.published_at, one.reason
    )
