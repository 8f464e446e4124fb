"""wiki: the history of a real wiki replayed commit by commit, and held against git by another reader.

`--data REPO|BUNDLE`, `--commits N` the newest N first-parent commits, oldest first. Without data a wiki is made
up: of `--pages N` (1,000) and `--history N` commits (60), in each of which `--moves N` pages (0) move: some with
an edit, some in letter case alone, some with their whole folder, while others go; or, with `--wild N`, one of N
commits of whatever real wikis lack (`wiki_histories`; 200 pages). `--jumps N` goes on with heads at random, as
pushes that rewrite history; `--timed 0` leaves the timings out, as a wild history does. After each: pages and
section texts read back from PostgreSQL against the commit's blobs as read by pygit2, and a second run, whose rows
PostgreSQL's own statistics count (of every table but leases and heartbeats). Holds are approved as they open.

Keys: commits, jumps, pages (at the end), mismatches (pages, over all commits), noop_writes (rows, over all
commits), log_replay_ok (the chain verifies, and replays to the same bytes: at the end and every 500
commits), renames (git's -M50 pairs of pages), renames_kept (share whose page id survived),
renames_exact_kept (share of the exact ones whose bytes went once and came once), renames_lost (twenty), noop_s (git's
part of a run that finds nothing new, fetch included; median), noop_blobs (blobs it read),
noop_run_s (all of it), incremental_50_s (one run over the last 50 commits, fetch and all; median),
full_s (an empty platform to all pages with sections, 50 commits before the end), full_fetch_s (fetching
the whole history for it, which full_s leaves out), full_pages, ratio_plumbing (git's
part of that incremental run without the fetch / one bare diff-tree and one cat-file for the same blobs;
the least of each), ratio_gitpython (GitPython's diff and blobs / that git part), held (holds that
opened in the commits, jumps apart), deleting (commits after which pages were gone), runs (in this process),
children_left (processes of git's after them), descriptors_grown (since the tenth run), quarantined {reason: n} (pages, at the end), s_per_commit (the platform's own two runs).
"""

from __future__ import annotations

import random
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import git
import psutil
import sqlalchemy as sa

from agnt_pipelines.replay import holds
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import git_runner
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.git_runner import Spent
from agnt_pipelines.wiki import paths, store, wiki_reconcile
from benchmarks import wiki_oracle
from benchmarks.formats.wiki import BRANCH, Made, Renames, heads, renames, repository
from benchmarks.harness import Options, fresh_platform, measured
from benchmarks.wiki_histories import Wild
from benchmarks.wiki_oracle import Oracle

_PAGES = 1_000
_WILD_PAGES = 200
_LATEST = 50
_REPEATS = 5
_SAY_EVERY = 100
_LOG_EVERY = 500

_TIMINGS = (
    "noop_s", "noop_blobs", "noop_run_s", "incremental_50_s", "incremental_git_s", "full_s", "full_fetch_s",
    "full_pages", "ratio_plumbing", "ratio_gitpython",
)  # fmt: skip

T = TypeVar("T")


@dataclass(slots=True)
class _Found:
    """What a replay found."""

    mismatches: list[str] = field(default_factory=list)
    noop_writes: int = 0
    log_ok: bool = True
    kept: Counter[str] = field(default_factory=Counter)
    held: int = 0
    seconds: float = 0.0
    pages: int = 0
    runs: int = 0
    deleting: int = 0
    jump_holds: int = 0
    descriptors: tuple[int, int] = (0, 0)
    lost: list[str] = field(default_factory=list)


def run(options: Options) -> dict[str, Any]:
    """Return the figures.

    Raises:
        SettingsError: `--data` is neither a repository nor a bundle.
    """
    return measured("wiki", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="agnt-bench-wiki-") as place:
        # The platform's server may run as another account; git reads this as ourselves.
        folder = repository(options.data, Path(place) / "w.git", _made(options))
        limit = options.extra.get("commits")
        commits = heads(folder, None if limit is None else int(limit))
        oracle = Oracle(folder)
        follow = {"wiki_url": str(folder), "wiki_branch": BRANCH}
        timings: dict[str, Any] = dict.fromkeys(_TIMINGS)
        # GitPython stumbles on names that are no UTF-8: a wild history is not timed.
        if options.number("timed", int(not options.number("wild", 0))):
            with fresh_platform(options, **follow) as (settings, database):
                timings = _timings(database, settings, oracle, heads(folder, _LATEST + 1), folder)
            options.say(f"{timings}")
        with fresh_platform(options, **follow) as (settings, database):
            found = _replay(database, settings, oracle, commits, renames(folder, commits), options)
            quarantined = _quarantined(database)
        children = [child for child in psutil.Process().children(recursive=True) if child.name() == "git"]
    of_renames = {f"renames{name}_kept": _share(found.kept, name) for name in ("", "_exact")}
    return {
        "commits": len(commits),
        "jumps": options.number("jumps", 0),
        "pages": found.pages,
        "mismatches": len(found.mismatches),
        "mismatched": found.mismatches[:20],
        "noop_writes": found.noop_writes,
        "log_replay_ok": found.log_ok,
        "renames": found.kept["of"],
        **of_renames,
        "renames_lost": found.lost[:20],
        **timings,
        "held": found.held - found.jump_holds,
        "deleting": found.deleting,
        "runs": found.runs,
        "children_left": len(children),
        "descriptors_grown": found.descriptors[1] - found.descriptors[0],
        "quarantined": quarantined,
        "s_per_commit": round(found.seconds / max(found.runs / 2, 1), 4),
    }


def _made(options: Options) -> Made | Wild:
    """Return what is made up where there is no data."""
    if wild := options.number("wild", 0):
        return Wild(options.number("pages", _WILD_PAGES), wild, options.seed)
    return Made(
        options.number("pages", _PAGES),
        options.seed,
        options.number("moves", 0),
        options.number("history", 60),
    )


def _replay(
    database: Database,
    settings: Settings,
    oracle: Oracle,
    commits: list[str],
    paired: dict[str, Renames],
    options: Options,
) -> _Found:
    found, held = _Found(), 0
    jumps = random.Random(options.seed).choices(commits, k=options.number("jumps", 0))
    tree_before: dict[str, str] = {}
    with exclusive(database, store.WRITER_SET, "bench", settings) as lease:
        for number, commit in enumerate([*commits, *jumps], 1):
            moved = paired.get(commit) if 1 < number <= len(commits) else None
            before = wiki_oracle.ids(database) if moved else {}
            oracle.point(BRANCH, commit)
            found.seconds += _timed(lambda: _reconcile(lease, settings, found))[0]
            tree = oracle.tree(commit)
            bad = wiki_oracle.mismatches(database, oracle, commit, tree)
            found.mismatches += [f"{commit[:10]} {path}" for path in bad]
            written = wiki_oracle.rows_written(database)
            found.seconds += _timed(lambda: _reconcile(lease, settings, found))[0]
            found.noop_writes += wiki_oracle.rows_written(database) - written
            gone = tree_before.keys() - tree.keys() - set(moved.pairs.values() if moved else ())
            found.deleting += bool(gone) and number <= len(commits)
            if number == len(commits):
                held = found.held
            if number in {10, len(commits) + len(jumps)}:
                found.descriptors = (found.descriptors[1] or _descriptors(), _descriptors())
            if moved:
                _renamed(found, moved, (before, wiki_oracle.ids(database)), (tree_before, tree))
            tree_before, found.pages = tree, len(tree)
            if number % _LOG_EVERY == 0 or number >= len(commits + jumps):
                found.log_ok &= wiki_oracle.log_replays(database)
            if number % _SAY_EVERY == 0:
                options.say(
                    f"{number} of {len(commits + jumps)} commits, {found.seconds / number:.3f} s each; "
                    f"{len(found.mismatches)} mismatches, {found.noop_writes} rows written again"
                )
    found.jump_holds = found.held - held
    return found


def _descriptors() -> int:
    return int(psutil.Process().num_fds())


def _reconcile(lease: Lease, settings: Settings, found: _Found) -> None:
    """Do what a run of the job does; approve what is held, as an operator would."""
    found.runs += 1
    wiki_reconcile.record(lease, settings)
    if not wiki_reconcile.reconcile(lease, settings).units_held:
        return
    with lease.database.reading() as snapshot:
        waiting = [hold.plan_hash for hold in holds.open_holds(snapshot)]
    for plan_hash in waiting:
        found.held += 1
        holds.approve(lease.database, plan_hash, "bench")
    wiki_reconcile.reconcile(lease, settings)


def _renamed(
    found: _Found,
    moved: Renames,
    ids: tuple[dict[str, str], dict[str, str]],
    trees: tuple[dict[str, str], ...],
) -> None:
    """Count the renames whose page survived; the exact ones whose bytes went once and came once apart."""
    (before, after), (old_tree, new_tree) = ids, trees
    went = Counter(oid for path, oid in old_tree.items() if path not in new_tree)
    came = Counter(oid for path, oid in new_tree.items() if path not in old_tree)
    for path, old in moved.pairs.items():
        if old not in old_tree or path not in new_tree:
            continue  # one of the two is no regular file
        kept = before[old] == after[path]
        found.kept.update({"of": 1, "kept": int(kept)})
        if not kept:
            found.lost.append(f"{old} -> {path}")
        if path in moved.exact and went[old_tree[old]] == came[new_tree[path]] == 1:
            found.kept.update({"_exact of": 1, "_exact kept": int(kept)})


def _timings(
    database: Database, settings: Settings, oracle: Oracle, latest: list[str], folder: Path
) -> dict[str, Any]:
    """Measure a full build, runs over the last commits (going back between them), and runs of nothing."""
    base, head = latest[0], latest[-1]
    with exclusive(database, store.WRITER_SET, "bench", settings) as lease:
        ignored = _Found()

        def go(commit: str) -> tuple[float, Spent]:
            oracle.point(BRANCH, commit)
            with git_runner.counting() as spent:
                return _timed(lambda: _reconcile(lease, settings, ignored))[0], spent

        full_s, first = go(base)
        there, nothing = [], []
        for _ in range(_REPEATS):
            there.append(go(head))
            nothing.append(go(head))
            go(base)
        pages = len(oracle.tree(base))
    ours = min(spent.seconds for _, spent in there)
    plumbing = min(_timed(lambda: _plumbing(folder, base, head))[0] for _ in range(_REPEATS))
    gitpython = min(_timed(lambda: _gitpython(folder, base, head))[0] for _ in range(3))
    return {
        "noop_s": round(statistics.median(spent.fetch_s + spent.seconds for _, spent in nothing), 4),
        "noop_blobs": sum(spent.blobs for _, spent in nothing),
        "noop_run_s": round(statistics.median(seconds for seconds, _ in nothing), 4),
        "incremental_50_s": round(statistics.median(seconds for seconds, _ in there), 4),
        "incremental_git_s": round(ours, 4),
        "full_s": round(full_s - first.fetch_s, 3),
        "full_fetch_s": round(first.fetch_s, 3),
        "full_pages": pages,
        "ratio_plumbing": round(ours / plumbing, 2),
        "ratio_gitpython": round(gitpython / ours, 2),
    }


def _plumbing(folder: Path, base: str, head: str) -> int:
    """Read what changed by git alone: one diff-tree, one cat-file; return how many bytes came."""
    command = ["git", "diff-tree", "-r", "-z", "--raw", "-M50%", "-l2000", "--no-abbrev", base, head]
    told = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.split(b"\0")
    oids, place = [], 0
    while place + 1 < len(told):
        marks = told[place].split(b" ")
        two = marks[4][:1] in b"RC"
        path = told[place + (2 if two else 1)]
        place += 3 if two else 2
        if paths.is_page(path) and marks[4] != b"D":
            oids.append(marks[3] + b"\n")
    batch = ["git", "cat-file", "--batch", "--buffer"]
    return len(
        subprocess.run(batch, cwd=folder, input=b"".join(oids), capture_output=True, check=True).stdout
    )


def _gitpython(folder: Path, base: str, head: str) -> int:
    """Read the same by GitPython's objects."""
    with git.Repo(folder) as opened:
        total = 0
        for change in opened.commit(base).diff(opened.commit(head)):
            if change.b_blob is not None and paths.is_page((change.b_path or "").encode()):
                total += len(change.b_blob.data_stream.read())
        return total


def _quarantined(database: Database) -> dict[str, int]:
    query = sa.text(
        "SELECT reason, count(*) AS n FROM mind.quarantine WHERE origin = 'wiki_pages' GROUP BY reason"
    )
    with database.reading() as snapshot:
        return {row.reason: row.n for row in snapshot.execute(query)}


def _share(counts: Counter[str], name: str) -> float | None:
    of = f"{name} of" if name else "of"
    return round(counts[f"{name} kept" if name else "kept"] / counts[of], 4) if counts[of] else None


def _timed(what: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    done = what()
    return time.perf_counter() - began, done
