"""Identity: which page a path of a new head holds, and what a head changed of the tree.

Pure. A page keeps its id while its path stays, when its bytes move elsewhere unchanged, when only the
letters' case (or Unicode form) of its path changes, or when git finds the two at least half alike; a
path that comes back gets its page back. Whatever is ambiguous is a removal and an addition, with a
note. What does not belong here: reading trees (`storage.git_mirror`).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
    note: str | None = None


Mint = Callable[[str, int], PageId]
"""From a path and an attempt to an id for a page first met there."""


@dataclass(slots=True)
class Moves:
    """Which pages moved: `pairs` is new path -> old path; `doubtful` is new path -> the old ones it may be."""

    gone: dict[str, Known]
    new: dict[str, File]
    pairs: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, list[str]] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether git's similarity could still tell a move."""
        return len(self.pairs) < len(self.gone) and len(self.pairs) + len(self.doubtful) < len(self.new)

    def pair(self, path: str, old: str) -> None:
        """Say that the page at `old` is at `path` now, if neither has another fate yet."""
        known = path in self.new and old in self.gone
        if known and path not in self.pairs and old not in self.pairs.values():
            self.pairs[path] = old


def moves(before: Mapping[str, Known], after: Mapping[str, File]) -> Moves:
    """Return the moves that bytes and names tell, without asking git."""
    found = Moves(
        {path: known for path, known in before.items() if path not in after},
        {path: file for path, file in after.items() if path not in before},
    )
    _pair_same_bytes(found)
    olds, news = _by(found.gone, _folded), _by(found.new.keys() - found.doubtful.keys(), _folded)
    for name, paths in sorted(news.items()):
        if len(paths) == 1 and len(olds.get(name, ())) == 1:
            found.pair(paths[0], olds[name][0])
    return found


def changes(
    before: Mapping[str, Known],
    former: Mapping[str, PageId],
    after: Mapping[str, File],
    hints: Callable[[], Mapping[str, str]],
    mint: Mint,
) -> list[TreeChange]:
    """Return what a new head changes of the recorded tree, ordered by path.

    Args:
        before: the recorded tree, by path.
        former: paths that are free -> the page they held last.
        after: the new head's pages, by path.
        hints: returns new path -> old path, as git's similarity pairs them; asked where it can matter.
        mint: makes the ids of new pages.
    """
    found = moves(before, after)
    if found.open:
        for path, old in sorted(hints().items()):
            if path not in found.doubtful:
                found.pair(path, old)
    ids = {path: found.gone[old].page_id for path, old in found.pairs.items()}
    taken = {known.page_id for path, known in before.items() if path in after} | set(ids.values())
    for path in sorted(found.new.keys() - ids.keys()):
        ids[path] = _identity(path, former, taken, mint)
        taken.add(ids[path])
    put = [TreeChange(path, file, ids[path], _note(found, path)) for path, file in found.new.items()]
    edited = [
        TreeChange(path, after[path], known.page_id)
        for path, known in before.items()
        if path in after and after[path] != known.file
    ]
    taken_away = [TreeChange(path, None, known.page_id) for path, known in found.gone.items()]
    return sorted([*put, *edited, *taken_away], key=lambda change: change.path)


def between(before: Mapping[str, Known], after: Mapping[str, Known]) -> list[TreeChange]:
    """Return what leads from one recorded tree to another, whose pages are known already."""
    put = [
        TreeChange(path, known.file, known.page_id)
        for path, known in after.items()
        if before.get(path) != known
    ]
    gone = [TreeChange(path, None, known.page_id) for path, known in before.items() if path not in after]
    return sorted([*put, *gone], key=lambda change: change.path)


def _pair_same_bytes(found: Moves) -> None:
    """Pair paths whose bytes are found once on either side, or once under the same file name."""
    gone = _by(found.gone, lambda path: found.gone[path].file.oid)
    new = _by(found.new, lambda path: found.new[path].oid)
    for oid in sorted(gone.keys() & new.keys()):
        olds, candidates = gone[oid], new[oid]
        if len(candidates) == 1 and len(olds) == 1:
            found.pair(candidates[0], olds[0])
            continue
        named_old, named_new = _by(olds, _name), _by(candidates, _name)
        for name, paths in named_new.items():
            if len(paths) == 1 and len(named_old.get(name, ())) == 1:
                found.pair(paths[0], named_old[name][0])
        left = [old for old in olds if old not in found.pairs.values()]
        found.doubtful.update({path: left for path in candidates if left and path not in found.pairs})


def _note(found: Moves, path: str) -> str | None:
    """Return which pages one that is taken for new may have been; paths by name, three at most."""
    may_be = found.doubtful.get(path, ())
    if not may_be or path in found.pairs:
        return None
    more = f" and {len(may_be) - 3} more" if len(may_be) > 3 else ""
    return f"a new page: its bytes were at {', '.join(may_be[:3])}{more} alike, so none of them was moved"


def _identity(path: str, former: Mapping[str, PageId], taken: set[PageId], mint: Mint) -> PageId:
    back = former.get(path)
    if back is not None and back not in taken:
        return back
    attempt = 0
    while (minted := mint(path, attempt)) in taken:
        attempt += 1
    return minted


def _by(paths: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        found[key(path)].append(path)
    return found


def _name(path: str) -> str:
    return path.rpartition("/")[2].casefold()


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
