"""Agents' own memory: what five people or more said, and the prompt that weeks of shares make."""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from agnt_pipelines.dreaming import agent_chunk_store, deep_store
from agnt_pipelines.dreaming.agent_chunks import Told, agent_chunks
from agnt_pipelines.dreaming.agent_prompt import CLOSING, OPENING, facts_of, versions
from agnt_pipelines.dreaming.claims import Polarity, Slot
from agnt_pipelines.dreaming.insights import EVERYTHING, MIN_PEOPLE, Insight, Kind, Share
from agnt_pipelines.dreaming.memories import Sentence
from agnt_pipelines.dreaming.soul_prompt import tokens
from agnt_pipelines.storage.database import Database

_SPACE = UUID(int=7)
WEEK, NEXT = "2026-10-19", "2026-10-26"


def told(person: int, value: str, *, denied: bool = False, slot: Slot = Slot.LIKES) -> Told:
    polarity = Polarity.DENIED if denied else Polarity.AFFIRMED
    id_ = uuid5(_SPACE, f"{person}{value}{denied}{slot}")
    return Told(id_, f"p{person}", slot, value, polarity, 1.0)


@pytest.mark.parametrize(("people", "chunks"), [(4, 0), (5, 1), (6, 1)])
def test_what_fewer_than_five_people_said_is_told_of_nobody(people: int, chunks: int) -> None:
    said = [told(person, "sushi") for person in range(people)]
    # One person who says it often is one person, and the opposite is another thing.
    said += [
        Told(uuid5(_SPACE, f"again{n}"), "p0", Slot.LIKES, "sushi", Polarity.AFFIRMED, 1.0) for n in range(9)
    ]
    said += [told(90, "sushi", denied=True)]
    assert len(agent_chunks("concierge", WEEK, said)) == chunks


def test_only_what_many_said_is_in_a_chunk_that_others_are_in() -> None:
    said = [told(person, "sushi") for person in range(5)] + [
        told(person, "my ex Made") for person in range(4)
    ]
    (chunk,) = agent_chunks("concierge", WEEK, said)
    assert chunk.text == f"Tastes, week of {WEEK}: likes: sushi (5 people)."
    assert (chunk.people, len(chunk.observation_ids)) == (5, 5)


_CLAIMS = st.builds(
    told, st.integers(0, 12), st.sampled_from(["sushi", "jazz", "opera"]), denied=st.booleans()
)


@given(st.lists(_CLAIMS, max_size=60), st.randoms(use_true_random=False))
def test_chunks_are_a_function_of_the_set_and_never_of_fewer_than_five(
    said: list[Told], chance: object
) -> None:
    made = agent_chunks("a", WEEK, said)
    shuffled = sorted(said, key=lambda one: one.id.int % 97)
    assert agent_chunks("a", WEEK, [*shuffled, *said[:3]]) == made
    people = {one.id: one.person for one in said}
    for chunk in made:
        assert len({people[id_] for id_ in chunk.observation_ids}) == chunk.people >= MIN_PEOPLE


@pytest.mark.parametrize(("people", "cited"), [(4, 5), (5, 4)])
def test_the_table_itself_refuses_what_speaks_of_fewer(database: Database, people: int, cited: int) -> None:
    row = {
        "id": _SPACE, "window_key": WEEK, "agent_id": "a", "theme": "tastes", "text": "x", "people": people,
        "trust": 1.0, "observation_ids": [UUID(int=n) for n in range(cited)],
    }  # fmt: skip
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(sa.insert(agent_chunk_store.AGENT_CHUNKS), row)


def insight(week: str, kind: Kind, hits: int, facet: str = EVERYTHING) -> Insight:
    return Insight("concierge", week, kind, facet, 9, Share(hits, 40), None)


MONDAYS = [
    insight(WEEK, Kind.THEME, 20, "food"),
    insight(WEEK, Kind.UNANSWERED, 4),
    insight(NEXT, Kind.THEME, 21, "food"),
    insight(NEXT, Kind.UNANSWERED, 30),
    insight(NEXT, Kind.FELL_THROUGH, 9),
]


def test_an_agents_prompt_tells_of_its_newest_week_and_what_that_may_mean() -> None:
    first, second = versions("concierge", MONDAYS, deep_store.insight_id, token_budget=600)
    assert (first.window_key, second.window_key, second.version) == (WEEK, NEXT, 2)
    lines = second.text.removeprefix(OPENING).removesuffix(CLOSING).splitlines()
    assert lines[0].startswith("- 30 of 40 (")
    assert "4 of 40" not in second.text
    assert lines[-1].startswith("- open, ")
    assert "unanswered:all stays above" in lines[-1]
    assert set(second.insight_ids) == {deep_store.insight_id(one) for one in MONDAYS[2:]}


def test_what_finds_no_room_in_an_agents_prompt_is_listed() -> None:
    *_, tight = versions(
        "concierge", MONDAYS, deep_store.insight_id, token_budget=tokens(OPENING + CLOSING) + 60
    )
    assert tight.left_out
    assert len(tight.left_out) + len(tight.insight_ids) == 3
    assert tight.token_count <= tokens(OPENING + CLOSING) + 60


def test_an_agents_summary_is_shown_in_the_week_that_it_is_of() -> None:
    facts = facts_of(MONDAYS, deep_store.insight_id)
    short = [Sentence("Most questions stay without an answer.", (facts[0].id,))]
    first, second = versions("concierge", MONDAYS, deep_store.insight_id, token_budget=600, summary=short)
    assert "In short" not in first.text
    assert second.text.endswith('In short:\n- "Most questions stay without an answer."\n</agent_memory>')


def test_an_agents_prompt_is_a_function_of_the_set_of_its_insights() -> None:
    made = versions("concierge", MONDAYS, deep_store.insight_id, token_budget=600)
    assert versions("concierge", reversed(MONDAYS), deep_store.insight_id, token_budget=600) == made
