"""A wiki's repository: a bundle, a clone, or one that is made up here.

What belongs here: getting a repository whose branch a benchmark can move, and its history as git tells
it. What does not: what the platform makes of it.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.wiki import paths
from benchmarks.wiki_histories import Wild, stream

BRANCH = "followed"
_MARKS = "marks"
_HEADS = "heads-met"
_EDITS = 3
_WORDS = (
    "venue",
    "booking",
    "table",
    "guest",
    "deposit",
    "sunset",
    "quiet",
    "garden",
    "price",
    "late",
    "agent",
)


@dataclass(frozen=True, slots=True)
class Renames:
    """New path -> old path of pages that git's -M50 pairs in one commit; `exact` of them byte for byte."""

    pairs: dict[str, str]
    exact: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A wiki that is made up: pages at first, commits, and pages that move in each."""

    pages: int
    seed: int = 0
    moves: int = 0
    commits: int = 60


def repository(data: Path | None, folder: Path, made: Made | Wild) -> Path:
    """Return a bare repository in `folder`: a copy of the data's, or one that is made up.

    Raises:
        SettingsError: the data is no repository and no bundle.
    """
    if data is None:
        folder.mkdir()
        _git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
        told = _stream(made) if isinstance(made, Made) else stream(made)
        importing = ["git", "fast-import", "--quiet", "--force", f"--export-marks={_MARKS}"]
        with subprocess.Popen(importing, cwd=folder, stdin=subprocess.PIPE) as running:
            assert running.stdin is not None
            running.stdin.writelines(told)
        if running.returncode:
            raise SettingsError(f"git fast-import refused what was made up (exit code {running.returncode}).")
        if isinstance(made, Wild):
            _keep_heads(folder, made.commits)
        return folder
    shared = [] if data.is_file() else ["--shared"]
    command = ["git", "clone", "--quiet", "--bare", *shared, str(data.resolve()), str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise SettingsError(f"--data {data}: wiki needs a git repository or a bundle of one ({said}).")
    return folder


def heads(folder: Path, limit: int | None) -> list[str]:
    """Return the newest heads in the order they were met: first-parent commits, or those that were made up."""
    listed = folder / _HEADS
    if listed.exists():
        return listed.read_text().split()[-limit if limit else None :]
    some = [] if limit is None else [f"--max-count={limit}"]
    return _git(folder, "rev-list", "--first-parent", *some, "HEAD").decode().split()[::-1]


def renames(folder: Path, commits: list[str]) -> dict[str, Renames]:
    """Return the renames of pages between each commit and the one before it, as git's -M50 pairs them."""
    asked = "".join(f"{after} {before}\n" for before, after in pairwise(commits))
    command = [
        "diff-tree", "--stdin", "-r", "-M50%", "-l2000", "--diff-filter=R", "--name-status", "-z",
        "--format=%x01%H",
    ]  # fmt: skip
    told = _git(folder, *command, given=asked.encode())
    found = {}
    for chunk in filter(None, told.split(b"\x01")):
        commit, *fields = (field.strip(b"\n") for field in chunk.split(b"\0"))
        marks = [field for field in fields if field]
        triples = [marks[place : place + 3] for place in range(0, len(marks), 3)]
        pages = [(mark, old, new) for mark, old, new in triples if paths.is_page(old) and paths.is_page(new)]
        if pages:
            pairs = {paths.to_text(new): paths.to_text(old) for _, old, new in pages}
            exact = frozenset(paths.to_text(new) for mark, _, new in pages if mark == b"R100")
            found[commit.decode()] = Renames(pairs, exact)
    return found


def _stream(made: Made) -> Iterator[bytes]:
    """Yield a history for `git fast-import`: all pages at once, then commits that edit and move a few."""
    dice, pages = random.Random(made.seed), made.pages
    names = [f"{dice.choice(('platform', 'people', 'work'))}/page-{number:05}.md" for number in range(pages)]
    yield _commit(0)
    if made.moves:
        yield from _moving(made, dice, dict(enumerate(names)))
        return
    yield from (_file(name, _page(dice, number)) for number, name in enumerate(names))
    for number in range(1, made.commits):
        yield _commit(number)
        for place in dice.sample(range(pages), min(_EDITS, pages)):
            if dice.random() < 0.05:
                moved = names[place].replace(".md", f"-{number}.md")
                yield f"R {names[place]} {moved}\n".encode()
                names[place] = moved
            else:
                yield _file(names[place], _page(dice, place))


def _moving(made: Made, dice: random.Random, names: dict[int, str]) -> Iterator[bytes]:
    """Yield the pages, then commits in which pages move as they do in real wikis.

    29 % with an edit, as counted in 7,393 real renames; one in twenty in letter case alone, and now and then
    a whole folder. In one commit of three some pages go.
    """
    texts = {number: _page(dice, number) for number in names}
    yield from (_file(name, texts[number]) for number, name in names.items())
    for commit in range(1, made.commits):
        yield _commit(commit)
        moved = dice.sample(sorted(names), min(made.moves, len(names)))
        if dice.random() < 0.1:
            folder = names[moved[0]].rpartition("/")[0]
            moved = [number for number, name in names.items() if name.startswith(f"{folder}/")][
                : 5 * made.moves
            ]
        for number in moved:
            old, way = names[number], dice.random()
            stem = old.rpartition("/")[2].removesuffix(".md").split("-at-")[0]
            names[number] = f"{dice.choice(('platform', 'people', 'work'))}/{stem}-at-{commit}.md"
            if way < 0.05:
                names[number] = old.swapcase().replace(".MD", ".md")
            yield f"D {old}\n".encode()
            if way > 0.71:
                texts[number] = _edited(dice, texts[number])
            yield _file(names[number], texts[number])
        for number in dice.sample(sorted(names), dice.choice((0, 0, 1 + len(names) // 300))):
            yield f"D {names.pop(number)}\n".encode()


def _edited(dice: random.Random, text: bytes) -> bytes:
    """Return a page of which one to three of its eight parts are others."""
    parts = text.split(b"\n## ")
    for place in dice.sample(range(1, len(parts)), dice.choice((1, 2, 3))):
        words = " ".join(dice.choice(_WORDS) for _ in range(45))
        parts[place] = f"Part {place} anew\n\n{words}.\n".encode()
    return b"\n## ".join(parts)


def _page(dice: random.Random, number: int) -> bytes:
    parts = [f"---\ntitle: Page {number}\nowner: somebody\n---\n\n# Page {number}\n"]
    for section in range(8):
        words = " ".join(dice.choice(_WORDS) for _ in range(45))
        parts.append(f"\n## Part {section}\n\n{words}. See [[page-{number // 2:05}]].\n\n- {words[:60]}\n")
    return "".join(parts).encode()


def _commit(number: int) -> bytes:
    who = f"Made Up <made@wiki.example> {1_760_000_000 + 60 * number} +0800\n"
    head = f"commit refs/heads/main\nauthor {who}committer {who}".encode()
    return head + b"data 4\nWork\n"


def _file(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _keep_heads(folder: Path, number: int) -> None:
    """Write down which commits were met, in their order: a rewritten history reaches not all of them."""
    marks = dict(line.split() for line in (folder / _MARKS).read_text().splitlines())
    met = [marks[f":{mark}"] for mark in range(1, number + 1)]
    (folder / _HEADS).write_text("\n".join(met))
    _git(folder, "update-ref", "refs/heads/main", met[-1])


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(
        ["git", *arguments], cwd=folder, input=given, capture_output=True, check=True
    ).stdout
