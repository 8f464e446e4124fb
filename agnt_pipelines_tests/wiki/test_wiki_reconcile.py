"""Heads become steps, steps become pages: what is read, kept, held and logged."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import MirrorFailed, SettingsError
from agnt_pipelines.replay import holds
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki import log_store, store, wiki_reconcile
from agnt_pipelines_tests.dreaming import world as people
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository, run

BOMB = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n# Bomb\n"


def memory(database: Database) -> dict[str, sa.Row[tuple[object, ...]]]:
    with database.reading() as snapshot:
        rows = snapshot.execute(sa.select(store.PROJECT_MEMORY))
        return {f"{row.path}#{row.section}": row for row in rows}


def count(database: Database, table: sa.Table) -> int:
    with database.reading() as snapshot:
        return snapshot.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def open_holds(database: Database) -> list[str]:
    with database.reading() as snapshot:
        return [hold.plan_hash for hold in holds.open_holds(snapshot)]


def many(repository: Repository, number: int = 12) -> str:
    return repository.commit(
        **{f"notes__n{place:02}": f"# Note {place}\n\nText.\n" for place in range(number)}
    )


def test_pages_become_sections_and_memory_with_their_provenance(
    repository: Repository, followed: Settings, database: Database
) -> None:
    commit = repository.git("rev-parse", "HEAD")
    done = run(database, followed)
    assert done.counts["pages"] == 3
    assert world.pages(database) == repository.pages()
    refunds = memory(database)["platform/Fees.md#Fees > Refunds"]
    assert (refunds.text, refunds.commit, refunds.line_from, refunds.line_to) == (
        "Within a day.", commit, 10, 12,
    )  # fmt: skip
    assert (refunds.namespace, refunds.title, refunds.version, refunds.flagged) == (
        "platform", "Fees", 1, False,
    )  # fmt: skip
    assert memory(database)["platform/Fees.md#"].line_from == 4
    assert memory(database)["work/booking.md#Booking"].namespace == "work"


def test_a_second_run_writes_nothing(repository: Repository, followed: Settings, database: Database) -> None:
    run(database, followed)
    before, entries = world.dump(database), count(database, store.LOG)
    done = run(database, followed)
    assert (done.added, done.changed, done.removed, done.units_changed) == (0, 0, 0, 0)
    assert done.unchanged > 0
    assert (world.dump(database), count(database, store.LOG)) == (before, entries)
    assert count(database, store.HEADS) == 1


def test_an_edit_changes_its_page_alone(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    ids = world.ids(database)
    commit = repository.commit(work__booking="# Booking\n\nIt goes better.\n")
    done = run(database, followed)
    assert done.units_changed == 1
    assert world.ids(database) == ids
    booking = memory(database)["work/booking.md#Booking"]
    assert (booking.text, booking.commit, booking.version) == ("It goes better.", commit, 2)
    assert memory(database)["platform/Fees.md#Fees"].commit != commit


def test_a_commit_that_touches_no_page_is_a_step_all_the_same(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    repository.write("logo.svg", "<svg/>")
    repository.commit()
    done = run(database, followed)
    assert done.units_changed == 0
    assert count(database, store.HEADS) == 2


def test_a_rename_with_an_edit_keeps_the_page(
    repository: Repository, followed: Settings, database: Database
) -> None:
    text = "# Long\n\n" + "".join(f"Line {line} of a long page.\n" for line in range(40))
    repository.commit(work__long=text)
    run(database, followed)
    before = world.ids(database)
    repository.git("mv", "work/booking.md", "platform/reservations.md")
    repository.git("mv", "work/long.md", "work/short.md")
    repository.commit(work__short=text + "One more.\n")
    done = run(database, followed)
    after = world.ids(database)
    assert after["platform/reservations.md"] == before["work/booking.md"]
    assert after["work/short.md"] == before["work/long.md"]
    assert done.units_changed == 2
    assert world.pages(database) == repository.pages()
    with database.reading() as snapshot:
        lines = log_store.log(snapshot, 2)
    assert {(line.operation, line.path, line.was) for line in lines} == {
        ("move", "platform/reservations.md", "work/booking.md"),
        ("move", "work/short.md", "work/long.md"),
    }


def test_a_path_that_comes_back_gets_its_page_back(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    before = world.ids(database)
    repository.commit(work__booking=None)
    run(database, followed)
    assert "work/booking.md" not in world.pages(database)
    repository.commit(work__booking="# Something else\n")
    run(database, followed)
    assert world.ids(database)["work/booking.md"] == before["work/booking.md"]
    with database.reading() as snapshot:
        assert [line.operation for line in log_store.log(snapshot, 2)] == ["add", "remove"]


def test_a_rewritten_history_is_an_ordinary_difference(
    repository: Repository, followed: Settings, database: Database
) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit(people__team="# Team\n")
    run(database, followed)
    repository.git("reset", "--quiet", "--hard", first)
    repository.commit(people__crew="# Crew\n")
    repository.git("gc", "--quiet", "--prune=now")
    run(database, followed)
    assert world.pages(database) == repository.pages()
    with database.reading() as snapshot:
        rewritten = snapshot.scalars(sa.select(store.HEADS.c.rewritten).order_by(store.HEADS.c.seq)).all()
    assert rewritten == [False, True]


def test_a_bad_page_is_refused_alone_and_keeps_its_last_readable_version(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    good = world.pages(database)["work/booking.md"]
    repository.write("linked.md", "")
    (repository.folder / "linked.md").unlink()
    (repository.folder / "linked.md").symlink_to("../../secret.txt")
    repository.write("nul.md", b"a\0b")
    repository.write("latin.md", "caf\u00e9".encode("latin-1"))
    repository.commit(bomb=BOMB, work__booking=BOMB, fresh="# Fresh\n")
    done = run(database, followed)
    assert world.refused(database) == {
        "bomb.md": "front_matter_alias",
        "work/booking.md": "front_matter_alias",
        "linked.md": "symlink",
        "nul.md": "page_nul",
        "latin.md": "page_not_utf8",
    }
    found = world.pages(database)
    assert found["work/booking.md"] == good
    assert "fresh.md" in found
    assert found.keys().isdisjoint({"bomb.md", "linked.md", "nul.md", "latin.md"})
    assert done.counts["pages_kept_at_an_earlier_version"] == 1
    repository.commit(bomb="# Mended\n", work__booking="# Mended\n", latin=None, nul=None, linked=None)
    run(database, followed)
    assert world.refused(database) == {}
    assert world.pages(database) == repository.pages()


def test_a_page_that_moved_and_is_unreadable_there_leaves_its_old_path_to_others(
    repository: Repository, followed: Settings, database: Database
) -> None:
    repository.commit(old="# Old\n\nKept.\n")
    run(database, followed)
    page = world.ids(database)["old.md"]
    good = world.pages(database)["old.md"]
    (repository.folder / "old.md").unlink()
    (repository.folder / "moved.md").symlink_to(good.decode())
    repository.commit()
    run(database, followed)
    assert world.refused(database) == {"moved.md": "symlink"}
    assert (world.ids(database)["moved.md"], world.pages(database)["moved.md"]) == (page, good)
    repository.commit(old="# Another\n")
    run(database, followed)
    assert world.pages(database) == repository.pages() | {"moved.md": good}


def test_odd_bytes_and_names_come_through_as_they_are(
    repository: Repository, followed: Settings, database: Database
) -> None:
    for name in (b"caf\xe9.md", "café 100%.md".encode(), b"new\nline.md", b"--output=x.md", b'q"uote\\.md'):
        repository.write(
            name, b"\xef\xbb\xbf---\r\ntitle: Odd\r\n---\r\n# Odd\r\n\rtext\x0b\x85".replace(b"\x85", b"")
        )
    repository.write("empty.md", "")
    repository.write("no newline.md", "Head\n====\nlast")
    repository.commit()
    run(database, followed)
    assert world.refused(database) == {}
    assert world.pages(database) == repository.pages()
    assert len(repository.pages()) == 10
    odd = memory(database)["caf%E9.md#Odd"]
    assert (odd.title, odd.line_from, odd.line_to) == ("Odd", 4, 6)


def test_too_many_removals_wait_together_while_the_rest_goes_on(
    repository: Repository, followed: Settings, database: Database
) -> None:
    many(repository)
    run(database, followed)
    repository.git("rm", "--quiet", "-r", "notes")
    repository.commit(fresh="# Fresh\n", work__booking="# Booking\n\nEdited.\n")
    done = run(database, followed)
    assert (done.units_held, done.units_changed, done.removed) == (12, 2, 0)
    found = world.pages(database)
    assert {"notes/n00.md", "fresh.md"} <= found.keys()
    assert found["work/booking.md"] == b"# Booking\n\nEdited.\n"
    (waiting,) = open_holds(database)
    again = run(database, followed)
    assert (again.units_held, open_holds(database)) == (12, [waiting])
    holds.approve(database, waiting[:8], "operator")
    assert run(database, followed).units_held == 0
    assert world.pages(database) == repository.pages()
    assert open_holds(database) == []
    assert world.log_replays(database)


def test_an_approval_serves_the_removals_it_names_alone(
    repository: Repository, followed: Settings, database: Database
) -> None:
    many(repository)
    run(database, followed)
    repository.git("rm", "--quiet", "-r", "notes")
    repository.commit()
    run(database, followed)
    (first,) = open_holds(database)
    holds.approve(database, first, "operator")
    repository.commit(Home=None)
    assert run(database, followed).units_held == 13
    (second,) = open_holds(database)
    assert second != first


def test_removals_that_no_longer_happen_wait_no_longer(
    repository: Repository, followed: Settings, database: Database
) -> None:
    many(repository)
    run(database, followed)
    repository.git("rm", "--quiet", "-r", "notes")
    repository.commit()
    run(database, followed)
    repository.git("revert", "--no-edit", "HEAD")
    run(database, followed)
    assert open_holds(database) == []
    assert world.pages(database) == repository.pages()


def test_few_removals_go_by_themselves_but_never_the_last_page(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    repository.commit(Home=None, work__booking=None)
    assert run(database, followed).units_held == 0
    repository.commit(platform__Fees=None)
    assert run(database, followed).units_held == 1
    assert len(world.pages(database)) == 1


def test_a_branch_that_is_missing_changes_nothing(
    repository: Repository, followed: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(database, followed)
    before = world.dump(database)
    for branch, error in (("gone", MirrorFailed), ("--upload-pack=x", SettingsError)):
        settings = world.follow(repository, monkeypatch, branch)
        with pytest.raises(error, match=r"gone|AGNT_WIKI_BRANCH"):
            run(database, settings)
    assert world.dump(database) == before


def test_without_a_wiki_a_run_is_complete_and_says_so(settings: Settings, database: Database) -> None:
    done = run(database, settings)
    assert done.units == 0
    assert wiki_reconcile.preview(database, settings) is None
    assert count(database, store.HEADS) == 0


def test_a_lost_mirror_is_fetched_again(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    shutil.rmtree(wiki_reconcile.mirror_folder(followed))
    repository.commit(work__booking="# Again\n")
    run(database, followed)
    assert world.pages(database) == repository.pages()


def test_a_blob_that_is_nowhere_stops_the_run_and_removes_nothing(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    before = world.dump(database)
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE mind.window_units SET digest_in = 'older'"))
    shutil.rmtree(wiki_reconcile.mirror_folder(followed))
    with pytest.raises(MirrorFailed, match=r"The mirror lacks .* AGNT_WIKI_URL"):
        world.fold(database, followed)
    assert world.pages(database) == repository.pages()
    assert world.dump(database).keys() == before.keys()


def test_pages_are_nobody_whom_erasure_could_erase(
    repository: Repository, followed: Settings, database: Database
) -> None:
    people.insert(database, people.USERS, people.people("ayu"))
    many(repository)
    run(database, followed)
    repository.git("rm", "--quiet", "-r", "notes")
    repository.write("nul.md", b"\0")
    repository.commit()
    run(database, followed)
    (waiting,) = open_holds(database)
    holds.approve(database, waiting, "operator")
    refused = world.refused(database)
    done = run(database, followed)
    assert (done.units_held, world.refused(database)) == (0, refused)
    assert world.log_replays(database)
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.text("SELECT count(*) FROM mind.receipts")) == 0


def test_pages_that_nobody_changed_for_long_are_stale(
    repository: Repository, followed: Settings, database: Database
) -> None:
    repository.git(
        "commit", "--quiet", "--allow-empty", "-m", "W", GIT_COMMITTER_DATE="2027-12-01T10:00:00+08:00"
    )
    repository.write("Home.md", "# Home\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-m", "W", GIT_COMMITTER_DATE="2027-12-02T10:00:00+08:00")
    run(database, followed)
    now = datetime(2027, 12, 24, tzinfo=UTC)
    later = followed.model_copy(update={"now": now})
    assert wiki_reconcile.survey(database, later).stale == ("platform/Fees.md", "work/booking.md")
    sooner = later.model_copy(update={"wiki_stale_days": 1_000})
    assert wiki_reconcile.survey(database, sooner).stale == ()
    assert wiki_reconcile.survey(database, later.model_copy(update={"wiki_stale_days": 0})).stale == ()
