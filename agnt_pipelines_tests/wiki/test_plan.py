"""The plan in words: what would change, and what of it waits."""

from __future__ import annotations

from agnt_pipelines.replay.derivation import PruneLimit
from agnt_pipelines.wiki.identity import PageId
from agnt_pipelines.wiki.plan import Version, page_plan

A, B, C, D = (PageId(name) for name in "abcd")
LIMIT = PruneLimit(10, 0.10)


def test_a_plan_tells_additions_edits_moves_and_removals_apart() -> None:
    standing = {A: Version("a", "1"), B: Version("b", "2"), C: Version("c", "3")}
    wanted = {A: Version("a", "9"), B: Version("x", "2"), D: Version("d", "4")}
    plan = page_plan(standing, wanted, LIMIT.exceeded, refused={A})
    told = [(change.operation, change.path, change.was, change.waits) for change in plan.changes]
    assert told == [
        ("edit", "a", "a", "quarantined"), ("remove", "c", "c", ""), ("add", "d", None, ""),
        ("move", "x", "b", ""),
    ]  # fmt: skip
    assert plan.counts() == {"add": 1, "edit": 1, "move": 1, "remove": 1}
    assert page_plan(wanted, wanted, LIMIT.exceeded).changes == ()


def test_removals_wait_beyond_ten_and_a_tenth_and_always_at_the_last_page() -> None:
    assert not LIMIT.exceeded(10, 50)
    assert LIMIT.exceeded(11, 50)
    assert not LIMIT.exceeded(11, 110)
    assert LIMIT.exceeded(12, 110)
    assert LIMIT.exceeded(3, 3)
    assert not LIMIT.exceeded(0, 0)
