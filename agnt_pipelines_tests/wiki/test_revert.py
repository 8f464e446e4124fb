"""Going back: an earlier head stands in place of the newest, until the branch moves on."""

from __future__ import annotations

import pytest

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki import store, wiki_reconcile
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository, run


def revert(database: Database, settings: Settings, prefix: str) -> store.Head:
    with exclusive(database, store.WRITER_SET, "operator", settings) as lease:
        return wiki_reconcile.revert(lease, settings, prefix)


def test_an_earlier_head_stands_until_the_branch_moves_on(
    repository: Repository, followed: Settings, database: Database
) -> None:
    first = repository.git("rev-parse", "HEAD")
    run(database, followed)
    before, ids = world.pages(database), world.ids(database)
    repository.git("mv", "work/booking.md", "work/reservations.md")
    second = repository.commit(Home="# Home\n\nBad.\n", fresh="# Fresh\n")
    run(database, followed)
    head = revert(database, followed, first[:10])
    assert (head.commit, head.instead_of) == (first, second)
    for _ in range(2):  # the branch is where it was: nothing undoes the decision
        run(database, followed)
        assert world.pages(database) == before
        assert world.ids(database) == ids
    repository.commit(Home="# Home\n\nGood.\n")
    run(database, followed)
    assert world.pages(database) == repository.pages()
    assert world.log_replays(database)


def test_only_a_recorded_head_can_be_gone_back_to_and_not_the_one_that_stands(
    repository: Repository, followed: Settings, database: Database
) -> None:
    run(database, followed)
    with pytest.raises(SettingsError, match=r"0 recorded heads begin with 'ffff'"):
        revert(database, followed, "ffff")
    with pytest.raises(SettingsError, match=r"nothing to revert"):
        revert(database, followed, repository.git("rev-parse", "HEAD"))
