"""The benchmarks of the FAQ: what they score, and that their talk is the same for a seed."""

from __future__ import annotations

from collections import Counter

from agnt_pipelines.replay.windows import FAQ_WEEK
from benchmarks.formats.synthetic_support import week_of_support
from benchmarks.identity import Met, scores

WEEK = FAQ_WEEK.window("2026-11-08")


def talk(seed: int) -> list[tuple[str, dict[str, object]]]:
    return list(week_of_support(300, WEEK.start, FAQ_WEEK.length.total_seconds(), seed))


def test_a_week_of_talk_is_the_same_for_a_seed_and_lies_within_its_week() -> None:
    lines = talk(1)
    assert lines == talk(1) != talk(2)
    kinds = Counter(kind for kind, _ in lines)
    sessions = {line["session_id"] for kind, line in lines if kind == "interactions"}
    assert (kinds["users"], len(sessions)) == (120, 300)
    times = [str(line["created_at"]) for kind, line in lines if kind == "interactions"]
    assert WEEK.start.isoformat() <= min(times) < max(times) < WEEK.end.isoformat()


def met(score: float, *, voted: bool = True, same: bool = True, home: bool = True, people: int = 5) -> Met:
    return Met(voted=voted, people=people, score=score, same=same, home=home, meetable=same)


def test_votes_are_scored_at_the_rule_and_along_likeness() -> None:
    told = scores(
        [met(0.9), met(0.8, same=False), met(0.6, same=False, home=False), met(0.2, voted=False, same=False)]
    )
    assert (told["coverage"], told["acc"], told["same_home"], told["meetable"]) == (
        0.75,
        0.3333,
        0.6667,
        0.25,
    )
    half, whole = told["curve"][0], told["curve"][-1]
    assert half == {"coverage": 0.5, "acc": 0.5, "same_home": 1.0}
    assert whole == {"coverage": 1.0, "acc": 0.25, "same_home": 0.75}
    assert scores([])["coverage"] == 0.0


def test_people_weigh_what_they_asked() -> None:
    told = scores([met(0.9, people=30), met(0.8, same=False, people=10), met(0.2, voted=False, people=60)])
    assert [told[f"people_{name}"] for name in ("coverage", "acc", "same_home")] == [0.4, 0.75, 1.0]
