"""publish: publications of the FAQ that are killed at every step, while somebody reads the page.

`--publishes N` (1,000): each has other words, every `--per-week` (50) of them a new week; every second one is
first begun by a process that dies by SIGKILL, at each named point in turn or at a random moment, and then done
again, as a run does what is missing. All the while a server answers, and a reader reads the page, its JSON, and
the pointer with the file it names.

Keys: publishes, moves (of the pointer), moves_back, gaps (in their numbers), kills, kills_by_point {name: n}, reads,
broken_reads, broken (the first five), backwards (reads of what is older than what was read before), failed (runs
that nobody killed), publish_ms (median).
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from agnt_pipelines.errors import AgntError
from agnt_pipelines.faq import faq_compile, faq_extract, store
from agnt_pipelines.faq.index import Index, decode
from agnt_pipelines.faq.talk import Verdict
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.replay.faults import POINTS
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.serving.faq_site import Site
from agnt_pipelines.serving.serving_http import until_stopped
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction, User
from benchmarks.faults import children
from benchmarks.harness import Options, fresh_platform, measured

_PUBLISHES, _PER_WEEK = 1_000, 50
_FIRST = FAQ_WEEK.window("2020-01-05")
_REACHED = tuple(
    point
    for point in POINTS
    if point.startswith(("lock.", "transaction.", "apply.", "faq.")) and point != "faq.approved"
)
"""Points on the way of a publication; the one left out is passed where a setting approves."""

_RANDOM = "random"
_LONGEST_S, _REST_S = 0.2, 0.002
_EDITION = "Edition {} says that most venues have free parking."
_ASKED = (
    "Is there parking at the venues?",
    "is there any parking at the venue?",
    "Is there parking near the venue?",
)


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    return measured("publish", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    publishes, per_week = options.number("publishes", _PUBLISHES), options.number("per_week", _PER_WEEK)
    with fresh_platform(options) as (settings, database), tempfile.TemporaryDirectory() as folder:
        return rehearse(database, settings, Path(folder), publishes, per_week, options.seed, say=options.say)


def rehearse(
    database: Database,
    settings: Settings,
    folder: Path,
    publishes: int,
    per_week: int,
    seed: int = 0,
    *,
    deaths: Sequence[str | None] = (),
    say: Callable[[str], object] = lambda _: None,
) -> dict[str, Any]:
    """Publish so many times under a reader; return the figures.

    `deaths` tells in turn where an attempt dies first, None: nowhere; by default every second one dies.
    """
    _begin(database, settings)
    url = database.url
    database.close()  # nobody who is forked may share a connection
    address, stop, seen = folder / "address", folder / "stop", folder / "seen.json"
    server = children.start(lambda: _serve(url, settings, address), {}, folder / "server.log")
    _publish(url, settings, 0, per_week)
    reader = children.start(lambda: _read(url, settings, address, stop, seen), {}, folder / "reader.log")
    tally = _Tally()
    try:
        for number, point in zip(range(1, publishes), cycle(deaths or _deaths()), strict=False):
            tally.publish(_Attempt(url, settings, folder, number, per_week, point, seed))
            if number % 100 == 0:
                say(f"{number:,} of {publishes:,} published, {tally.kills.total()} killed")
        stop.touch()
        reader.wait()
    finally:
        for one in (server, reader):
            one.kill()
    read = (
        json.loads(seen.read_text("utf-8")) if seen.exists() else {"reads": 0, "broken": ["the reader died"]}
    )
    return {"publishes": publishes, **_moves(database, settings), **_told(tally, read)}


def _told(tally: _Tally, read: dict[str, Any]) -> dict[str, Any]:
    return {
        "kills": tally.kills.total(),
        "kills_by_point": dict(sorted(tally.kills.items())),
        "reads": read["reads"],
        "broken_reads": len(read["broken"]),
        "backwards": read.get("backwards", 0),
        "broken": read["broken"][:5],
        "failed": tally.failed,
        "publish_ms": round(1000 * statistics.median(tally.seconds or [0.0]), 1),
    }


def _deaths() -> list[str | None]:
    """Return where every second attempt dies: at each point, at a later transaction, at some moment."""
    later = [f"{point}:{time}" for point in _REACHED if point.startswith("transaction") for time in (2, 3)]
    return [one for point in (*_REACHED, *later, _RANDOM, _RANDOM) for one in (point, None)]


@dataclass(frozen=True, slots=True)
class _Attempt:
    url: URL
    settings: Settings
    folder: Path
    number: int
    per_week: int
    point: str | None
    seed: int

    def start(self, *, armed: bool) -> children.Child:
        named = armed and self.point not in {None, _RANDOM}
        environment = {"AGNT_CRASH_AT": str(self.point)} if named else {}
        log = self.folder / f"{self.number}{'x' if armed else ''}.log"
        return children.start(
            lambda: _publish(self.url, self.settings, self.number, self.per_week), environment, log
        )


@dataclass(slots=True)
class _Tally:
    kills: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    seconds: list[float] = field(default_factory=list)

    def publish(self, attempt: _Attempt) -> None:
        """Publish once; where it is to die, once more."""
        if attempt.point is not None:
            victim = attempt.start(armed=True)
            if attempt.point == _RANDOM:
                time.sleep(random.Random(f"{attempt.seed}/{attempt.number}").random() * _LONGEST_S)
                victim.kill()
            victim.wait()
            self.kills[attempt.point.partition(":")[0]] += victim.died
            if not victim.died and not victim.succeeded:
                self.failed += 1
        began = time.perf_counter()
        self.failed += not attempt.start(armed=False).wait().succeeded
        self.seconds.append(time.perf_counter() - began)


def _begin(database: Database, settings: Settings) -> None:
    """Let six people ask the same in the first week, and extract it."""
    names = [f"p{number}" for number in range(6)]
    rows = []
    for place, name in enumerate(names):
        at = _FIRST.start + timedelta(hours=place + 1)
        said = (
            ("inbound", _ASKED[place % len(_ASKED)]),
            ("outbound", "Most venues have free parking for scooters."),
        )
        rows += [
            {"id": f"{name}/{direction}", "user_id": name, "session_id": name, "direction": direction,
             "content": text, "created_at": at + timedelta(minutes=turn)}
            for turn, (direction, text) in enumerate(said)
        ]  # fmt: skip
    with database.writing() as connection:
        people = [{"id": name, "created_at": datetime(2015, 1, 1, tzinfo=UTC)} for name in names]
        connection.execute(sa.insert(table_of(User)), people)
        connection.execute(sa.insert(table_of(Interaction)), rows)
    with exclusive(database, store.WRITER_SET, "begin", settings) as lease:
        list(faq_extract.extract(lease, [_FIRST], settings))


def _week(number: int, per_week: int) -> Window:
    return FAQ_WEEK.window_at(_FIRST.start + number // per_week * FAQ_WEEK.length)


def _publish(url: URL, settings: Settings, number: int, per_week: int) -> None:
    """Approve an edition's words, then compile and publish its week, and try to publish the first one again."""
    database = Database(url, application_name=f"publish-{number}")
    week = _week(number, per_week)
    with exclusive(database, store.WRITER_SET, f"publish-{number}", settings) as lease:
        list(faq_extract.extract(lease, [week], settings))
        with database.reading() as snapshot:
            _, proposals = faq_compile.proposed(snapshot, _FIRST.key, settings)
        with lease.transaction() as connection:
            words = _EDITION.format(number)
            faq_compile.decide(connection, proposals[0], Verdict.APPROVED, "bench", answer=words)
        # A backfill of an old week beside it, which may move nothing.
        for one in [week, _FIRST] if number % 10 == 0 else [week]:
            list(faq_compile.compile_weeks(lease, [one], settings))
            with database.reading() as snapshot:
                found = faq_compile.staged(snapshot, one.key)
            faq_compile.stage(found, settings)
            faq_compile.publish(lease, one.key, settings)
    database.close()


def _serve(url: URL, settings: Settings, address: Path) -> None:
    database = Database(url, application_name="serve")

    def current() -> Index | None:
        with database.reading() as snapshot:
            found = store.published(snapshot)
        return None if found is None else faq_compile.read_staged(found.sha256, settings)

    def listens(url: str) -> None:
        part = address.with_suffix(".part")
        part.write_text(url, "utf-8")
        part.replace(address)

    until_stopped(Site(current, print).application(), "127.0.0.1", 0, listens)


def _read(url: URL, settings: Settings, address: Path, stop: Path, seen: Path) -> None:
    """Read until told to stop: what is broken, and whether anything older comes after something newer."""
    database = Database(url, application_name="reader")
    deadline = time.monotonic() + children.PATIENCE_S
    while not address.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the server does not listen")
        time.sleep(0.01)
    page = address.read_text("utf-8")
    ways: list[Callable[[], int]] = [
        partial(_pointed, database, settings), partial(_document, page), partial(_page, page)
    ]  # fmt: skip
    newest, reads, backwards, broken = -1, 0, 0, list[str]()
    while not stop.exists() or not reads:
        for way in ways:
            reads += 1
            try:
                edition = way()
            except (AgntError, OSError, ValueError, LookupError) as failure:
                broken.append(f"{type(failure).__name__}: {failure}")
                continue
            time.sleep(_REST_S)
            backwards += edition < newest
            newest = max(newest, edition)
    seen.write_text(json.dumps({"reads": reads, "broken": broken, "backwards": backwards}), "utf-8")


def _pointed(database: Database, settings: Settings) -> int:
    with database.reading() as snapshot:
        found = store.published(snapshot)
    assert found is not None
    return _edition(faq_compile.read_staged(found.sha256, settings).items[0].answer)


def _document(page: str) -> int:
    return _edition(decode(_got(f"{page}/index.json")).items[0].answer)


def _page(page: str) -> int:
    text = _got(page).decode()
    if not text.rstrip().endswith("</html>"):
        raise ValueError("the page is cut")
    return _edition(text[text.index("Edition ") :])


def _got(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - an address of ours
        found: bytes = answer.read()
    return found


def _edition(answer: str) -> int:
    return int(answer.split()[1])


def _moves(database: Database, settings: Settings) -> dict[str, Any]:
    """Return what is wrong with the pointer's moves: gaps, steps back, files that cannot be read."""
    with database.reading() as snapshot:
        moves = store.publications(snapshot)[::-1]
    for one in moves:
        faq_compile.read_staged(one.sha256, settings)
    places = [(one.window_key, one.revision) for one in moves]
    return {
        "moves": len(moves),
        "gaps": sum(one.number != place for place, one in enumerate(moves, start=1)),
        "moves_back": sum(after <= before for before, after in pairwise(places)),
    }
