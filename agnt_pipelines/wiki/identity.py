"""Identity: which page a path of a new head holds, and what a head changed of the tree.

Pure. A page keeps its id while its path stays, when its bytes move elsewhere unchanged, or when git
finds the old half alike; a path that comes back gets its page back. Whatever is ambiguous is a
removal and an addition. What does not belong here: reading trees (`storage.git_mirror`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NewType

PageId = NewType("PageId", str)


@dataclass(frozen=True, slots=True)
class File:
    """A version of a page: its blob and git's mode."""

    oid: str
    mode: str


@dataclass(frozen=True, slots=True)
class Known:
    """A page as of the newest recorded head, at its path."""

    page_id: PageId
    file: File


@dataclass(frozen=True, slots=True)
class TreeChange:
    """A path that a head put or changed (`file`), or took away (None), and its page."""

    path: str
    file: File | None
    page_id: PageId


Mint = Callable[[str, int], PageId]
"""From a path and an attempt to an id for a page first met there."""


def changes(
    before: Mapping[str, Known],
    former: Mapping[str, PageId],
    after: Mapping[str, File],
    hints: Mapping[str, str],
    mint: Mint,
) -> list[TreeChange]:
    """Return what a new head changes of the recorded tree, ordered by path.

    Args:
        before: the recorded tree, by path.
        former: paths that are free -> the page they held last.
        after: the new head's pages, by path.
        hints: new path -> old path, as git's similarity pairs them.
        mint: makes the ids of new pages.
    """
    gone = {path: known for path, known in before.items() if path not in after}
    new = {path: file for path, file in after.items() if path not in before}
    moved = _moves(gone, new, hints)
    ids = {path: gone[old].page_id for path, old in moved.items()}
    taken = {known.page_id for path, known in before.items() if path in after} | set(ids.values())
    for path in sorted(new.keys() - ids.keys()):
        ids[path] = _identity(path, former, taken, mint)
        taken.add(ids[path])
    put = [TreeChange(path, file, ids[path]) for path, file in new.items()]
    edited = [
        TreeChange(path, after[path], known.page_id)
        for path, known in before.items()
        if path in after and after[path] != known.file
    ]
    taken_away = [TreeChange(path, None, known.page_id) for path, known in gone.items()]
    return sorted([*put, *edited, *taken_away], key=lambda change: change.path)


def _moves(gone: Mapping[str, Known], new: Mapping[str, File], hints: Mapping[str, str]) -> dict[str, str]:
    """Return new path -> old path of pages that moved: the same bytes first, then alike ones."""
    moved = dict(_exact(gone, new))
    used = set(moved.values())
    for path, old in sorted(hints.items()):
        if path in new and path not in moved and old in gone and old not in used:
            moved[path] = old
            used.add(old)
    return moved


def _exact(gone: Mapping[str, Known], new: Mapping[str, File]) -> Iterator[tuple[str, str]]:
    """Pair paths whose bytes are found once on either side, or once under the same file name."""
    old_by, new_by = _grouped((path, known.file) for path, known in gone.items()), _grouped(new.items())
    for oid, candidates in new_by.items():
        olds = old_by.get(oid, [])
        if len(candidates) == 1 and len(olds) == 1:
            yield candidates[0], olds[0]
            continue
        named_old, named_new = _by_name(olds), _by_name(candidates)
        for name, paths_ in named_new.items():
            if len(paths_) == 1 and len(named_old.get(name, [])) == 1:
                yield paths_[0], named_old[name][0]


def _identity(path: str, former: Mapping[str, PageId], taken: set[PageId], mint: Mint) -> PageId:
    back = former.get(path)
    if back is not None and back not in taken:
        return back
    attempt = 0
    while (minted := mint(path, attempt)) in taken:
        attempt += 1
    return minted


def _grouped(files: Iterable[tuple[str, File]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path, file in files:
        found[file.oid].append(path)
    return found


def _by_name(some: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in some:
        found[path.rpartition("/")[2].casefold()].append(path)
    return found
