"""The replay law on all jobs together: one clean run in order, or any other history, ends in the same bytes."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import NotReady
from agnt_pipelines.faq import faq_compile
from agnt_pipelines.faq.talk import Verdict, pseudonym
from agnt_pipelines.graph.edge_store import stored_digest
from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.replay import delta_log, holds, state
from agnt_pipelines.replay.difference import in_order
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import Base, Kind, table_of, tables_of_kind
from agnt_pipelines.storage.tables.faq import FaqReview
from agnt_pipelines.storage.tables.replay import Decision
from agnt_pipelines.storage.tables.wiki import WikiProposal
from agnt_pipelines.timetable import TIMETABLE
from agnt_pipelines.wiki import proposal_store
from agnt_pipelines.wiki.proposals import Origin
from agnt_pipelines_tests import whole_world
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.victim import dies_at
from agnt_pipelines_tests.whole_world import BRANCH, NOW, WEEKS, World
from agnt_pipelines_tests.wiki.world import Repository
from benchmarks.jobs import JOBS, due, leased, run

pytestmark = pytest.mark.long

State = dict[str, list[bytes]]
Rows = dict[str, list[dict[str, object]]]
Op = tuple[str, tuple[str, ...]]
"""A job and the windows of one run of it; of `head`, the step to record."""

DAYS = [window.key for window in DAY.between("2026-10-19", "2026-11-15")]
DREAM_WEEKS = [window.key for window in DREAM_WEEK.between("2026-10-19", "2026-11-09")]
FAQ_WEEKS = [window.key for window in WEEKS]
QUIET = "2026-11-08"
"""A week that is closed, but not yet to be compiled."""

LOGGED = {
    "observations", "user_memory", "soul_prompts", "taste_profiles", "memory_chunks", "agent_insights",
    "hypotheses", "summaries", "agent_chunks", "agent_summaries", "agent_prompts", "wiki_pages", "wiki_sections", "project_memory", "faq_entries",
}  # fmt: skip
"""STATE that the delta log holds in rows."""
DIGESTED = {"entity_nodes", "entity_edges", "faq_candidates"}
"""STATE of which the delta log holds digests: too many rows, or rows that count people."""
COMPLETIONS = {"job_windows", "window_units"}
"""STATE that says what was done; no job derives it."""
EMPTY: set[str] = set()
"""STATE that this world leaves empty; none is empty by its nature."""

CRASHES = (
    "lock.acquired", "apply.begun", "apply.rows_removed", "apply.rows_written", "apply.logged",
    "apply.before_commit", "apply.committed",
)  # fmt: skip
DECISIONS = (table_of(FaqReview), table_of(WikiProposal), table_of(Decision))


@dataclass
class History:
    """One platform's life: its database, its state folder, and what of the world has reached it."""

    database: Database
    settings: Settings
    repository: Repository
    commits: list[str]
    refused: int = 0
    log: list[Op] = field(default_factory=list)

    def do(self, op: Op) -> None:
        """Do one thing; a compilation that comes before its week's extraction fails, as it must."""
        self.log.append(op)
        try:
            perform(self.database, self.settings, self.repository, self.commits, op)
        except NotReady:
            self.refused += 1

    def dies(self, op: Op, point: str) -> bool:
        """Do one thing in a process that is killed at a point; return whether it was."""

        def victim() -> None:
            own = Database(self.database.url, application_name="victim")
            perform(own, self.settings, self.repository, self.commits, op)

        self.database.close()
        return dies_at(point, victim)

    def due(self) -> dict[str, list[str]]:
        """Return what is missing or stale, upstream first."""
        found = {name: due(self.database, self.settings, name, NOW) for name in JOBS}
        return {name: keys for name, keys in found.items() if keys}

    def settle(self) -> int:
        """Run whatever is missing or stale until nothing is, as the sensor does; return the rounds."""
        for rounds in range(5):
            if not self.due():
                return rounds
            for name in JOBS:
                if keys := due(self.database, self.settings, name, NOW):
                    self.do((name, tuple(keys)))
        message = f"what was run stays stale: {self.due()}"
        raise AssertionError(message)

    def dump(self) -> State:
        """Return STATE as bytes."""
        with self.database.reading() as snapshot:
            return state.dump(snapshot)


@dataclass(frozen=True)
class Clean:
    """Where one run in order ends, and the decisions that were taken in it."""

    state: State
    decisions: Rows


def perform(
    database: Database, settings: Settings, repository: Repository, commits: list[str], op: Op
) -> None:
    name, keys = op
    if name == "head":
        whole_world.move_head(repository, commits[int(keys[0])])
        name, keys = "wiki_reconcile", ()  # recorded, and not yet reconciled
    with leased(database, settings, name, "history") as lease:
        for _ in run(lease, settings, name, keys):
            pass


def every_op() -> list[Op]:
    """Return everything that a platform does in these weeks, in order."""
    return [
        *(("head", (str(step),)) for step in range(whole_world.HEADS)),
        *(("light_dream", tuple(DAYS[start : start + 4])) for start in range(0, len(DAYS), 4)),
        *(("deep_dream", (week,)) for week in DREAM_WEEKS),
        ("wiki_reconcile", (FOLD,)),
        ("graph_build", (FOLD,)),
        ("taste_similarity", (FOLD,)),
        *(("faq_extract", (week,)) for week in [*FAQ_WEEKS, QUIET]),
        *(("faq_compile", (week,)) for week in FAQ_WEEKS),
    ]


def shuffled(chance: random.Random) -> list[Op]:
    """Return all of it in another order; the wiki's heads are a sequence, and keep theirs."""
    ops = every_op()
    chance.shuffle(ops)
    heads = iter(sorted(op for op in ops if op[0] == "head"))
    ops = [next(heads) if op[0] == "head" else op for op in ops]
    assert ops != every_op(), "the order is the clean one"
    return ops


def decide(history: History) -> None:
    """Approve every question that may be, week by week."""
    for week in FAQ_WEEKS:
        with history.database.reading() as snapshot:
            _, found = faq_compile.proposed(snapshot, week, history.settings)
        mine = [one for one in found if one.candidate.window_key == week and one.reason is None]
        with history.database.writing() as connection:
            for one in mine:
                faq_compile.decide(connection, one, Verdict.APPROVED, "tests")


def edit(history: History) -> None:
    """Give an entry of project memory other words, which readers then have."""
    with history.database.writing() as connection:
        entry = proposal_store.entry_named(connection, "Home.md")
        proposal_store.propose(connection, entry, "Back, and an operator's words.", Origin.OPERATOR, "tests")
    history.do(("wiki_reconcile", (FOLD,)))


def decisions(database: Database) -> Rows:
    with database.reading() as snapshot:
        return {
            table.name: [dict(row) for row in snapshot.execute(sa.select(table)).mappings()]
            for table in DECISIONS
        }


def arrive_decided(database: Database, rows: Rows) -> None:
    with database.writing() as connection:
        for table in DECISIONS:
            connection.execute(sa.insert(table), rows[table.name])


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, list[str]]:
    return whole_world.wiki(tmp_path_factory.mktemp("wiki") / "wiki")


@pytest.fixture
def begin(
    database: Database, settings: Settings, wiki: tuple[Repository, list[str]], tmp_path: Path
) -> Callable[[World], History]:
    """Begin a history over an empty database with a state folder of its own."""
    folders: Iterator[Path] = (tmp_path / f"state-{number}" for number in range(9))

    def made(world: World) -> History:
        empty(database)
        repository, commits = wiki
        whole_world.move_head(repository, commits[0])
        own = {"state": next(folders), "now": NOW, "wiki_url": str(repository.folder), "wiki_branch": BRANCH}
        settings_ = Settings.model_validate(settings.model_dump() | own)
        whole_world.arrive(database, world)
        return History(database, settings_, repository, commits)

    return made


_CLEAN: dict[bool, Clean] = {}


@pytest.fixture
def clean(begin: Callable[[World], History]) -> Callable[[bool], Clean]:
    """Return where one run in order ends, with the leaver or without; run once."""

    def made(leaver: bool) -> Clean:
        if leaver not in _CLEAN:
            world = whole_world.whole()
            history = begin(world if leaver else whole_world.without(world, whole_world.LEAVER))
            for op in every_op():
                if op == ("faq_compile", (FAQ_WEEKS[0],)):
                    decide(history)
                    edit(history)
                history.do(op)
            assert history.due() == {}, "a clean run leaves nothing"
            found = history.dump()
            the_log_tells_it(history.database, found)
            built_once_the_log_digests_it(history.database)
            _CLEAN[leaver] = Clean(found, decisions(history.database))
        return _CLEAN[leaver]

    return made


def test_every_table_of_state_and_every_job_is_compared(clean: Callable[[bool], Clean]) -> None:
    names = {table.name for table in tables_of_kind(Kind.STATE)}
    assert names == LOGGED | DIGESTED | COMPLETIONS
    assert {name for name, rows in clean(True).state.items() if not rows} == EMPTY
    assert {name for name, rows in clean(False).state.items() if not rows} == EMPTY
    assert clean(True).decisions.keys() == {"faq_reviews", "wiki_proposals", "decisions"}
    assert all(clean(True).decisions.values())
    assert any(b"an operator's words" in row for row in clean(True).state["project_memory"])
    assert list(JOBS.keys() ^ {job.name for job in TIMETABLE}) == ["staleness"], "which derives nothing"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_history_ends_in_the_same_bytes(
    begin: Callable[[World], History], clean: Callable[[bool], Clean], seed: int
) -> None:
    expected = clean(True)
    chance = random.Random(seed)
    world = whole_world.whole()
    history = begin(whole_world.first_told(world))
    live_through(history, shuffled(chance), expected.decisions, chance)
    arrivals(history, world)
    late = FAQ_WEEKS[1]
    history.do(("faq_extract", (late,)))
    assert late in history.due()["faq_compile"]
    point = chance.choice(CRASHES)
    assert history.dies(("faq_compile", (late,)), point), f"the crash at {point} did not fire"
    for op in chance.sample([op for op in every_op() if op[0] != "head"], 6):
        history.do(op)
    assert history.settle() > 0
    ends(history, expected.state)


@pytest.mark.parametrize(("seed", "hard"), [(4, False), (5, True)], ids=["marked", "hard-deleted"])
def test_whoever_leaves_in_the_middle_was_never_there(
    begin: Callable[[World], History], clean: Callable[[bool], Clean], seed: int, hard: bool
) -> None:
    expected = clean(False)
    chance = random.Random(seed)
    history = begin(whole_world.first_told(whole_world.whole()))
    live_through(history, shuffled(chance), expected.decisions, chance)
    assert len(traces(history.database)) > 8, "nothing to forget"
    whole_world.leave(history.database, hard=hard)
    history.do(chance.choice([op for op in every_op() if op[0] in {"faq_extract", "graph_build"}]))
    arrivals(history, whole_world.without(whole_world.whole(), whole_world.LEAVER))
    assert history.settle() > 0
    ends(history, expected.state)
    assert traces(history.database) == {}


def live_through(history: History, ops: list[Op], taken: Rows, chance: random.Random) -> None:
    """Do everything once in the order given: two runs die first, and decisions arrive at some time."""
    first = {name: next(op for op in ops if op[0] == name) for name in JOBS if name != "faq_compile"}
    doomed = {first[name]: chance.choice(CRASHES) for name in chance.sample(sorted(first), 2)}
    when = chance.randrange(len(ops))
    for place, op in enumerate(ops):
        if place == when:
            arrive_decided(history.database, taken)
        if op in doomed:
            assert history.dies(op, doomed[op]), f"the crash at {doomed[op]} of {op} did not fire"
        history.do(op)


def arrivals(history: History, world: World) -> None:
    """Let late rows and corrections arrive after every window was run, and see that they are seen."""
    before = history.due()
    whole_world.arrive(history.database, whole_world.late(world))
    whole_world.correct(history.database, world)
    after = history.due()
    for name, key in (("light_dream", DAYS[2]), ("faq_extract", FAQ_WEEKS[1]), ("graph_build", FOLD)):
        assert key in after[name], f"{name} did not see what came late"
    assert before != after


def ends(history: History, expected: State) -> None:
    """Check where a history ended: in the same bytes, without an open hold, with a log that tells it."""
    found = history.dump()
    assert [name for name in expected if found[name] != expected[name]] == []
    with history.database.reading() as snapshot:
        assert list(holds.open_holds(snapshot)) == []
    the_log_tells_it(history.database, found)


def the_log_tells_it(database: Database, found: State) -> None:
    """Check that every job's chain verifies and that the log replays to STATE."""
    with database.reading() as snapshot:
        assert all(delta_log.verify(snapshot, name) > 0 for name in JOBS)
        replayed = delta_log.replay(snapshot)
    assert replayed.keys() == LOGGED | DIGESTED
    assert {name for name, rows in replayed.items() if rows} == LOGGED
    for name in LOGGED:
        assert sorted(replayed[name].values()) == found[name], f"the log tells another {name}"


def built_once_the_log_digests_it(database: Database) -> None:
    """Check, where each unit was written once, that what the log digests are the rows there are."""
    log = Base.metadata.tables["mind.delta_log"]
    digests = 0
    with database.reading() as snapshot:
        for entry in snapshot.execute(sa.select(log).where(log.c.table_name.in_(DIGESTED))):
            if entry.table_name == "entity_edges":
                logged = f"{entry.after['count']}:{entry.after['checksum']}"
                assert (entry.before, logged) == (None, stored_digest(snapshot, Relation(entry.subject)))
                continue
            table = Base.metadata.tables[f"mind.{entry.table_name}"]
            unit = {"entity_nodes": "type", "faq_candidates": "window_key"}
            value = entry.window_key if entry.table_name == "faq_candidates" else entry.subject
            rows = snapshot.execute(sa.select(table).where(table.c[unit[entry.table_name]] == value))
            planned = canonical.dump(in_order(table, map(tuple, rows)))
            assert entry.before is None
            assert entry.after["sha256"] == hashlib.sha256(planned).hexdigest()
            digests += 1
    assert digests > len(DIGESTED)


def traces(database: Database) -> dict[str, int]:
    """Count the rows of ours that name the leaver, or what stands for them, anywhere."""
    named = (whole_world.LEAVER, pseudonym(whole_world.LEAVER))
    found = {}
    with database.reading() as snapshot:
        for kind in (Kind.INPUT, Kind.STATE, Kind.HISTORY):
            for table in tables_of_kind(kind):
                texts = snapshot.scalars(sa.text(f"SELECT t::text FROM {table.fullname} AS t"))
                if count := sum(any(name in text for name in named) for text in texts):
                    found[table.name] = count
    return found
