"""A wiki's history that is made up of what real ones lack, as a stream for `git fast-import`.

Pages move with and without edits, swap their places, go and come back, differ in letter case or Unicode
form alone; folders move; modes and kinds change; names and texts are odd, alike, or broken. History is
merged and rewritten: commits go on from an earlier head, or from none. One seed, one history, byte for
byte. What belongs here: what people, tools and attackers do. What does not: texts of pages
(`wiki_history_pages`), and what becomes of it all (`wiki`).
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks import wiki_history_pages as pages
from benchmarks.wiki_history_pages import GITLINK, PAGE, RUNNABLE, SYMLINK, File

Tree = dict[bytes, File]

_BRANCH: Final = b"refs/heads/main"
_FOLDERS: Final = (b"", b"platform/", b"people/", b"work/", b"work/venues/", b"Notes/2026/", b"a b/")
_KEPT_HEADS: Final = 40
"""Of how many heads before it a rewritten history may go on from one."""
_ADDED: Final = 12
"""Pages that are added by one commit where fewer are left than half of those at first."""


@dataclass(frozen=True, slots=True)
class Wild:
    """Such a history: pages at first, heads in the order they are met."""

    pages: int
    commits: int
    seed: int = 0


def stream(wild: Wild) -> Iterator[bytes]:
    """Yield the history; mark `:N` is the Nth head, larger marks are sides of merges."""
    dice = random.Random(wild.seed)
    tree: Tree = {}
    made = _Maker(dice, tree, wild.pages // 2)
    for _ in range(wild.pages):
        made.add()
    kept: list[tuple[int, Tree]] = []
    yield from _commit(dice, 1, None, tree, {})
    before, side = dict(tree), wild.commits
    for number in range(2, wild.commits + 1):
        parent: int | None = number - 1
        kept = [*kept, (number - 1, dict(tree))][-_KEPT_HEADS:]
        way = dice.random()
        if way < 0.02:  # a rewritten history goes on from an earlier head
            parent, earlier = dice.choice(kept)
            before = dict(earlier)
            if dice.random() < 0.5:
                made.become(earlier)
        elif way < 0.025:  # or from none: another beginning
            parent, before = None, {}
        made.change()
        other = None
        if parent is not None and way > 0.94:
            side += 1
            other = side
            yield from _commit(dice, other, dice.choice(kept)[0], {}, {}, note=b"Side")
        yield from _commit(dice, number, parent, tree, before, merged=other)
        before = dict(tree)


def _commit(
    dice: random.Random,
    mark: int,
    parent: int | None,
    tree: Tree,
    before: Tree,
    *,
    merged: int | None = None,
    note: bytes = b"Work",
) -> Iterator[bytes]:
    """Yield a commit with the difference of two trees; dates do not always go on."""
    when = 1_760_000_000 + 60 * mark - dice.choice((0, 0, 0, 3_600))
    who = b"committer Made Up <made@wiki.example> %d +0800\n" % when
    if parent is None:
        yield b"reset %b\n\n" % _BRANCH
    yield b"commit %b\nmark :%d\n%bdata %d\n%b\n" % (_BRANCH, mark, who, len(note), note)
    if parent is not None:
        yield b"from :%d\n" % parent
    if merged is not None:
        yield b"merge :%d\n" % merged
    yield from (b"D %b\n" % _quoted(path) for path in sorted(before.keys() - tree.keys()))
    for path, file in sorted(tree.items()):
        if before.get(path) == file:
            continue
        if file.mode == GITLINK:
            yield b"M %b %b %b\n" % (file.mode, file.data, _quoted(path))
        else:
            yield b"M %b inline %b\ndata %d\n%b\n" % (file.mode, _quoted(path), len(file.data), file.data)
    yield b"\n"


def _quoted(path: bytes) -> bytes:
    plain = b"".join(
        bytes([byte]) if 32 < byte < 127 and byte not in b'"\\' else b"\\%03o" % byte for byte in path
    )
    return b'"' + plain + b'"'


class _Maker:
    """Changes a tree as people do; the tree is the caller's, too."""

    def __init__(self, dice: random.Random, tree: Tree, few: int) -> None:
        self._dice, self._tree, self._few = dice, tree, few
        self._gone: Tree = {}
        self._number = 0
        self._ways: tuple[tuple[int, Callable[[], None]], ...] = (
            (24, self._edit),
            (12, self.add),
            (8, self._delete),
            (7, self._come_back),
            (9, self._move),
            (9, self._move_with_an_edit),
            (3, self._swap),
            (3, self._move_a_folder),
            (4, self._change_the_case),
            (3, self._change_the_form),
            (4, self._change_the_mode),
            (4, self._change_the_kind),
            (4, self._become_a_folder),
            (6, self._copy),
            (5, self._move_a_twin),
            (7, self._break),
            (4, self._change_the_suffix),
            (2, self._touch_no_page),
        )

    def become(self, tree: Tree) -> None:
        """Go back to an earlier tree."""
        self._gone.update(self._tree)
        self._tree.clear()
        self._tree.update(tree)

    def change(self) -> None:
        """Do one to four things, as one commit."""
        weights = [weight for weight, _ in self._ways]
        for _ in range(self._dice.choice((1, 1, 1, 2, 3, 4))):
            for _ in range(_ADDED if len(self._tree) < self._few else 0):
                self.add()
            (way,) = self._dice.choices([way for _, way in self._ways], weights)
            way()
        if self._dice.random() < 0.005:
            self._delete_many()
        if self._dice.random() < 0.001:
            self._delete_all()

    def add(self) -> None:
        """Add a page."""
        self._number += 1
        name = pages.odd_name(self._dice, self._number) if self._dice.random() < 0.2 else None
        stem = name or b"page-%d.md" % self._number
        self._put(self._dice.choice(_FOLDERS) + stem, File(PAGE, pages.page(self._dice, self._number)))

    def _edit(self) -> None:
        for path in self._some(4):
            file = self._tree[path]
            self._tree[path] = File(file.mode, pages.edited(self._dice, file.data))

    def _delete(self) -> None:
        for path in self._some(3):
            self._take(path)

    def _come_back(self) -> None:
        if self._gone:
            path = self._dice.choice(sorted(self._gone))
            file = self._gone.pop(path)
            if self._dice.random() < 0.4 and file.mode == PAGE:
                file = File(PAGE, pages.edited(self._dice, file.data))
            self._put(path, file)

    def _move(self) -> None:
        for path in self._some(3):
            self._put(self._elsewhere(path), self._take(path))

    def _move_with_an_edit(self) -> None:
        for path in self._some(2):
            file = self._take(path)
            self._put(self._elsewhere(path), File(file.mode, pages.edited(self._dice, file.data)))

    def _swap(self) -> None:
        some = self._some(3)
        files = [self._tree[path] for path in some]
        for path, file in zip(some, files[1:] + files[:1], strict=True):
            self._tree[path] = file

    def _move_a_folder(self) -> None:
        folder = self._dice.choice(_FOLDERS[1:])
        inside = [path for path in sorted(self._tree) if path.startswith(folder)][:30]
        self._number += 1
        for path in inside:
            file = self._take(path)
            if self._dice.random() < 0.2 and file.mode == PAGE:
                file = File(PAGE, pages.edited(self._dice, file.data))
            self._put(b"moved-%d/%b" % (self._number, path), file)

    def _change_the_case(self) -> None:
        for path in self._some(1):
            folder, slash, name = path.rpartition(b"/")
            other = folder + slash + name.swapcase()
            if self._dice.random() < 0.3:
                other = folder.swapcase() + slash + name
            self._put(other, self._take(path))

    def _change_the_form(self) -> None:
        forms: tuple[tuple[str, str], ...] = (("NFC", "NFD"), ("NFD", "NFC"))
        _, form = self._dice.choice(forms)
        for path in [path for path in sorted(self._tree) if b"caf" in path][:1]:
            try:
                other = unicodedata.normalize("NFC" if form == "NFC" else "NFD", path.decode()).encode()
            except UnicodeDecodeError:
                continue
            self._put(other, self._take(path))

    def _change_the_mode(self) -> None:
        for path in self._some(2):
            file = self._tree[path]
            self._tree[path] = File(RUNNABLE if file.mode == PAGE else PAGE, file.data)

    def _change_the_kind(self) -> None:
        for path in self._some(1):
            other = self._dice.choice((SYMLINK, GITLINK))
            self._gone[path] = self._tree[path]
            target = b"%040x" % self._dice.getrandbits(159) if other == GITLINK else b"../../etc/passwd"
            self._tree[path] = File(other, target)
        odd = [path for path, file in sorted(self._tree.items()) if file.mode in (SYMLINK, GITLINK)]
        for path in odd[:-3]:
            self._tree[path] = File(PAGE, pages.page(self._dice, self._number))

    def _become_a_folder(self) -> None:
        for path in self._some(1):
            file = self._take(path)
            self._put(path + b"/inside.md", file)

    def _copy(self) -> None:
        for path in self._some(1):
            self._put(self._elsewhere(path), self._tree[path])

    def _move_a_twin(self) -> None:
        seen: dict[bytes, list[bytes]] = {}
        for path, file in sorted(self._tree.items()):
            seen.setdefault(file.data, []).append(path)
        for twins in [paths for paths in seen.values() if len(paths) > 1][:2]:
            for path in twins[: self._dice.choice((1, 1, 2))]:
                self._put(self._elsewhere(path), self._take(path))

    def _break(self) -> None:
        for path in self._some(1):
            self._tree[path] = File(PAGE, pages.broken(self._dice))
        bad = [path for path, file in sorted(self._tree.items()) if pages.is_broken(file.data)]
        for path in bad[:-8]:
            self._tree[path] = File(PAGE, pages.page(self._dice, self._number))

    def _change_the_suffix(self) -> None:
        for path in self._some(1):
            stem, _, _ = path.rpartition(b".")
            if stem and not stem.endswith(b"/"):
                suffix = self._dice.choice((b".md", b".rst", b".txt", b".MD", b".markdown"))
                self._put(stem + suffix, self._take(path))

    def _touch_no_page(self) -> None:
        self._number += 1
        self._put(b"pictures/%d.txt" % (self._number % 7), File(PAGE, b"%d\n" % self._number))

    def _delete_many(self) -> None:
        for path in self._dice.sample(
            sorted(self._tree), int(self._dice.uniform(0.1, 0.5) * len(self._tree))
        ):
            self._take(path)

    def _delete_all(self) -> None:
        for path in sorted(self._tree):
            self._take(path)

    def _some(self, most: int) -> list[bytes]:
        mine = [path for path, file in sorted(self._tree.items()) if file.mode in (PAGE, RUNNABLE)]
        return self._dice.sample(mine, min(self._dice.randint(1, most), len(mine)))

    def _elsewhere(self, path: bytes) -> bytes:
        name = path.rpartition(b"/")[2]
        if self._dice.random() < 0.5:
            self._number += 1
            stem, dot, suffix = name.rpartition(b".")
            name = b"%b-%d%b%b" % (stem[:40] or b"x", self._number, dot or b".", suffix)
        return self._dice.choice(_FOLDERS) + name

    def _take(self, path: bytes) -> File:
        file = self._tree.pop(path)
        self._gone[path] = file
        if len(self._gone) > 400:
            self._gone.pop(next(iter(self._gone)))
        return file

    def _put(self, path: bytes, file: File) -> None:
        """Put a file, unless a folder has its name or a file has the name of one of its folders."""
        if len(path) > 900 or any(part == b"" for part in path.split(b"/")):
            return
        parts = path.split(b"/")
        above = {b"/".join(parts[:place]) for place in range(1, len(parts))}
        below = path + b"/"
        if not above & self._tree.keys() and not any(other.startswith(below) for other in self._tree):
            self._tree[path] = file
