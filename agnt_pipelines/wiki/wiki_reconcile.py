"""Reconciling the wiki: fetch -> record the head -> read what changed -> check -> apply.

What belongs here: the order of the steps, in words. What does not: Dagster (`assets`), SQL
(`store`), git's commands (`storage.git_mirror`), and the thinking itself (the pure modules).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Connection

from agnt_pipelines.errors import MirrorFailed, PlanRefused, SettingsError
from agnt_pipelines.replay import completion, holds, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Plan, Refused, content_id
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.staleness import Due
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import git_mirror
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.git_mirror import Mirror, Unread
from agnt_pipelines.wiki import (
    approval_store,
    dreamt,
    dreamt_store,
    identity,
    pages,
    past_store,
    paths,
    proposal_store,
    store,
)
from agnt_pipelines.wiki.checks import PageChecks, Survey
from agnt_pipelines.wiki.contradictions import Contradiction, contradictions
from agnt_pipelines.wiki.front_matter import Bad
from agnt_pipelines.wiki.identity import File, Known, PageId, TreeChange, changes
from agnt_pipelines.wiki.links import Site
from agnt_pipelines.wiki.pages import Page
from agnt_pipelines.wiki.plan import PagePlan, Version, page_plan
from agnt_pipelines.wiki.proposal_store import Found
from agnt_pipelines.wiki.proposals import Standing
from agnt_pipelines.wiki.statements import Text
from agnt_pipelines.wiki.store import Head, Recorded

NO_WIKI = "no wiki configured (AGNT_WIKI_URL is empty)"


@dataclass(frozen=True, slots=True)
class Step:
    """A head that was met: recorded now, or known already; what it changed of the tree."""

    head: Head
    new: bool
    pages: int
    changes: tuple[TreeChange, ...] = ()
    superseded: int | None = None
    """The step whose commit is kept no more, as later ones that are kept descend from it."""
    too_long: int = 0
    """Pages that are passed over, as their paths are longer than any that is kept."""

    @property
    def rewritten(self) -> bool:
        """Whether it was met now, and does not descend from the head before it."""
        return self.new and self.head.rewritten


def record(lease: Lease, settings: Settings) -> Step | None:
    """Fetch the wiki and record its head if it is new; None where no wiki is configured.

    Raises:
        MirrorFailed: the repository does not answer or has no such branch; nothing is recorded.
    """
    if settings.wiki_url is None:
        return None
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        commit = mirror.fetch(settings.wiki_url.get_secret_value(), settings.wiki_branch)
        with lease.database.reading() as snapshot:
            step = _next_step(mirror, snapshot, commit)
        crash_point("wiki.fetched")
        if step.new:
            # Kept first: a recorded head whose commit was lost could not be read again.
            mirror.keep(step.head.seq, step.head.commit, instead_of=step.superseded)
            crash_point("wiki.kept")
            store.record_head(lease, step.head, step.changes)
            crash_point("wiki.recorded")
            mirror.tidy()
    return step


def reconcile(lease: Lease, settings: Settings, *, code: bool = False) -> Applied:
    """Bring pages, sections and project memory to the newest recorded head, as one plan.

    Raises:
        PlanRefused: a check failed; nothing was written.
        MirrorFailed: a blob of the newest head is not in the mirror.
    """
    derivation = store.wiki_pages(settings)
    with lease.database.reading() as snapshot:
        due = staleness.due(snapshot, derivation).get(FOLD, Due(FOLD))
        done = completion.standing(snapshot, derivation, FOLD)
        units = due.units | (due.code if code else {})
        present = [unit for unit, digest in units.items() if digest is not None]
        recorded = store.newest_versions(snapshot, present) if present else {}
    if not any(digest is None for digest in units.values()):
        holds.forget_moot(lease, derivation, ())
    if not units and not due.missing:
        return done
    plan = Plan(derivation, FOLD, units)
    _think(plan, recorded, lease.database, settings)
    return apply(lease, plan, settings)


def preview(database: Database, settings: Settings) -> PagePlan | None:
    """Fetch the wiki and return what its head would change; records and applies nothing."""
    if settings.wiki_url is None:
        return None
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        commit = mirror.fetch(settings.wiki_url.get_secret_value(), settings.wiki_branch)
        with database.reading() as snapshot:
            return planned(snapshot, settings, _next_step(mirror, snapshot, commit).changes)


def planned(snapshot: Connection, settings: Settings, changes: Iterable[TreeChange] = ()) -> PagePlan:
    """Return what readers' pages lack of the newest recorded tree, with some further changes of it."""
    tree, _ = store.recorded_tree(snapshot)
    standing, refused = store.standing(snapshot), store.quarantined(snapshot)
    wanted = {path: (known.page_id, known.file) for path, known in tree.items()}
    notes: dict[PageId, str | None] = {}
    for change in changes:
        notes[change.page_id] = change.note
        if change.file is None:
            wanted.pop(change.path, None)
        else:
            wanted[change.path] = (change.page_id, change.file)
    versions = {page: Version(path, file.oid, file.mode) for path, (page, file) in wanted.items()}
    limit = store.wiki_pages(settings).prunes
    assert limit is not None
    return page_plan(standing, versions, limit.exceeded, refused, notes)


def wanted_texts(settings: Settings, plan: PagePlan) -> dict[PageId, str | Bad]:
    """Return the text that each page of a plan would have, or why it would not be read."""
    asked = [
        Recorded(change.page_id, change.path, File(change.oid, change.mode), "", 0)
        for change in plan.changes
        if change.oid is not None
    ]
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        return {
            version.page_id: found if isinstance(found, Bad) else found.text
            for version, found in _read(mirror, asked)
        }


def text_at(settings: Settings, path: str, file: File) -> str | Bad:
    """Return the text of one recorded version of a page, or why it is not read."""
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        version = Recorded(PageId(""), path, file, "", 0)
        ((_, found),) = _read(mirror, [version])
    return found if isinstance(found, Bad) else found.text


def revert(lease: Lease, settings: Settings, prefix: str) -> Head:
    """Record the tree of an earlier head as the next step, until the wiki's branch moves on.

    Pages have the ids they had then. What readers have changes with the next reconciling, in which
    removals are judged as ever.

    Raises:
        SettingsError: no recorded head, or several, begin with `prefix`; or it is what stands.
    """
    with lease.database.reading() as snapshot:
        chosen, newest = past_store.head_of(snapshot, prefix), store.newest_head(snapshot)
        before, _ = store.recorded_tree(snapshot)
        after = past_store.tree_at(snapshot, chosen.seq)
    assert newest is not None
    if chosen.commit == newest.commit:
        raise SettingsError(f"The wiki stands at {newest.commit} already: there is nothing to revert.")
    head = Head(newest.seq + 1, chosen.commit, rewritten=True, instead_of=newest.met)
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        mirror.keep(head.seq, head.commit)
    store.record_head(lease, head, identity.between(before, after))
    return head


def survey(database: Database, settings: Settings) -> Survey:
    """Return how the wiki stands that readers have: its links, orphans, stale pages and missing front matter."""
    with database.reading() as snapshot:
        links = store.links(snapshot)
        bare = store.without_front_matter(snapshot)
        newest = store.newest_head(snapshot)
        flagged = approval_store.flagged(snapshot)
        proposals = proposal_store.found(snapshot)
        disagree = disagreeing(snapshot, proposals)
    waiting = [each for each in proposals if each.waits]
    found = Site(links).survey(links)
    bad = sorted([*found.broken, *found.ambiguous])
    named = tuple(f"{path} -> {target}" for path, target in bad)
    return Survey(
        pages=len(links),
        bad_links=named,
        orphans=tuple(found.orphans),
        without_front_matter=tuple(bare),
        stale=tuple(_stale(sorted(links), newest, settings)),
        flagged=tuple(f"{each.path}:{each.line_from} {', '.join(each.flags)}" for each in flagged),
        contradictions=tuple(f"{each.subject}: {each.text}" for each in disagree),
        proposals=tuple(f"{each.path}:{each.line_from or ''} {each.proposal.id}" for each in waiting),
    )


def _stale(listed: list[str], newest: Head | None, settings: Settings) -> list[str]:
    """Return which of some pages nobody changed for long; none where the mirror has lost the newest head."""
    if newest is None or not settings.wiki_stale_days:
        return []
    since = (settings.now or datetime.now(UTC)) - timedelta(days=settings.wiki_stale_days)
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        if not mirror.has(newest.commit):
            return []
        touched = {paths.to_text(path) for path in mirror.touched(newest.commit, since)}
    return [path for path in listed if path not in touched]


def disagreeing(snapshot: Connection, proposals: Iterable[Found]) -> list[Contradiction]:
    """Return what pages disagree on, then what a page and a proposal for one of its sections do."""
    between = contradictions(store.texts(snapshot))
    for each in proposals:
        if each.entry is not None and each.standing in {Standing.STANDS, Standing.WAITS}:
            page, section = each.entry.page, each.entry.section
            sides = {
                page.path: each.entry.wiki,
                f"{page.path} (proposal {str(each.proposal.id)[:8]})": each.proposal.text,
            }
            person = page.namespace == "people"
            between += contradictions(
                Text(path, page.title, section.heading, section.line_from, said, person)
                for path, said in sides.items()
            )
    return between


def mirror_folder(settings: Settings) -> Path:
    """Return where the mirror is kept."""
    return settings.state / "wiki.git"


def _next_step(mirror: Mirror, snapshot: Connection, commit: str) -> Step:
    newest = store.newest_head(snapshot)
    if newest is not None and newest.met == commit:
        return Step(newest, new=False, pages=store.pages_recorded(snapshot))
    tree, former = store.recorded_tree(snapshot)
    return _step_to(mirror, commit, newest, tree, former)


def _step_to(
    mirror: Mirror,
    commit: str,
    newest: Head | None,
    tree: Mapping[str, Known],
    former: Mapping[str, PageId],
) -> Step:
    """Return the step from the recorded tree to a commit's."""
    descends = None if newest is None else mirror.descends(commit, newest.commit)
    found = {
        paths.to_text(entry.path): File(entry.oid, paths.plain_mode(entry.mode))
        for entry in mirror.tree(commit)
        if paths.is_page(entry.path)
    }
    after = {path: file for path, file in found.items() if len(path.encode()) <= paths.MAX_LENGTH}

    def mint(path: str, attempt: int) -> PageId:
        return PageId(str(content_id("wiki_page", path, commit, *([attempt] if attempt else []))))

    def hints() -> dict[str, str]:
        # None where the mirror has lost the head before: bytes and names tell what they can.
        return {} if newest is None or descends is None else _hints(mirror, newest.commit, commit)

    changed = tuple(changes(tree, former, after, hints, mint))
    step = Step(
        Head(1, commit), new=True, pages=len(after), changes=changed, too_long=len(found) - len(after)
    )
    if newest is None:
        return step
    head = Head(newest.seq + 1, commit, rewritten=not descends)
    superseded = None if newest.rewritten or newest.seq == 1 else newest.seq - 1
    return replace(step, head=head, superseded=superseded)


def _hints(mirror: Mirror, before: str, commit: str) -> dict[str, str]:
    """Return git's renames between two commits, of pages."""
    found = mirror.renames(before, commit, paths.PAGE_SUFFIXES)
    return {paths.to_text(path): paths.to_text(old) for path, old in found.items()}


def _think(plan: Plan, recorded: Mapping[PageId, Recorded], database: Database, settings: Settings) -> None:
    """Read the newest readable version of each page and plan its rows.

    Raises:
        PlanRefused: a check failed.
        MirrorFailed: a blob of the newest head is not in the mirror.
    """
    checks = PageChecks()
    with database.reading() as snapshot:
        approved = approval_store.approved(snapshot)
        proposals = store.of_pages(snapshot, recorded)
        if plan.units.get(dreamt.PATH) is not None and not dreamt_store.wiki_has_it(snapshot):
            told = dreamt_store.told(snapshot)
            plan.put(store.PROJECT_MEMORY, dreamt.PATH, dreamt_store.memory_rows(told))
            plan.count("memories_dreamt", len(dreamt.sections(told)))
    for version, page in _readable(plan, recorded, database, settings):
        checks.see(page)
        plan.put(store.PAGES, version.page_id, [store.page_row(version, page)])
        plan.put(store.SECTIONS, version.page_id, store.section_rows(version, page))
        memories = list(store.memory_rows(version, page, approved, proposals))
        plan.put(store.PROJECT_MEMORY, version.page_id, memories)
        plan.count("pages")
        plan.count("sections", len(page.sections))
        plan.count("memories", len(memories))
        plan.count("memories_flagged", sum(bool(row[-2]) for row in memories))
    if failed := checks.failed():
        which = ", ".join(f"{name} ({count} of {checks.seen})" for name, count in failed.items())
        raise PlanRefused(f"Wiki pages failed {which}: nothing of them was written.", failed)


def _readable(
    plan: Plan, recorded: Mapping[PageId, Recorded], database: Database, settings: Settings
) -> Iterator[tuple[Recorded, Page]]:
    """Yield each page at its newest version, or, where that is refused, at its last readable one."""
    if not recorded:
        return
    with git_mirror.opened(mirror_folder(settings)) as mirror:
        unread: dict[PageId, Recorded] = {}
        for version, found in _read(mirror, recorded.values()):
            if isinstance(found, Page):
                yield version, found
                continue
            _refuse(plan, version, found)
            unread[version.page_id] = version
        if not unread:
            return
        with database.reading() as snapshot:
            every = store.earlier_versions(snapshot, unread)
        # At the path it has now: its old one may be another page's by then.
        earlier = [
            replace(version, path=unread[version.page_id].path)
            for version in every
            if version != unread[version.page_id]
        ]
        for version, found in _read(mirror, earlier, needed=False):
            # The newest comes first; the rest of that page's versions is passed over.
            if isinstance(found, Page) and unread.pop(version.page_id, None) is not None:
                plan.count("pages_kept_at_an_earlier_version")
                yield version, found


def _read(
    mirror: Mirror, versions: Iterable[Recorded], *, needed: bool = True
) -> Iterator[tuple[Recorded, Page | Bad]]:
    """Read versions of pages by one `cat-file --batch`; those that are `needed` must be there."""
    wanted = list(versions)
    # A submodule's oid is a commit of another repository: there is nothing to read.
    files = [version for version in wanted if version.file.mode in paths.REGULAR_MODES]
    yield from (
        (version, _page(version, None)) for version in wanted if version.file.mode not in paths.REGULAR_MODES
    )
    blobs = mirror.blobs((version.file.oid for version in files), max_bytes=pages.MAX_BYTES)
    for version, blob in zip(files, blobs, strict=True):
        if blob is not Unread.MISSING:
            yield version, _page(version, blob if isinstance(blob, bytes) else None)
        elif needed:
            raise MirrorFailed(
                f"The mirror lacks {version.path} ({version.file.oid}): run wiki_reconcile with "
                "AGNT_WIKI_URL set, so that it is fetched again. Nothing was changed."
            )


def _page(version: Recorded, data: bytes | None) -> Page | Bad:
    return pages.read(version.path, version.file.mode, data)


def _refuse(plan: Plan, version: Recorded, bad: Bad) -> None:
    plan.count(f"rejected_{bad.reason}")
    plan.refused.append(
        Refused("wiki", f"{version.path}@{version.file.oid}", version.page_id, bad.reason, bad.detail)
    )
