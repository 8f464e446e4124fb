"""The registry: identities that stay, votes, statuses, and five people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.faq import minting, registry
from agnt_pipelines.faq.talk import (
    Candidate,
    Exemplar,
    Fate,
    Fated,
    Language,
    Mint,
    Proposal,
    Pseudonym,
    Review,
    Status,
    Verdict,
    bucket,
    identity,
)
from agnt_pipelines.faq.words import features, likeness

WEEKS = ("2026-10-25", "2026-11-01", "2026-11-08")
PARKING, CARD = features(["is there parking"]), features(["pay by card"])


def candidate(
    week: str, people: str, *, of: dict[int, int] | None = None, answer: str | None = "Yes.", name: str = "p"
) -> Candidate:
    """Return a candidate asked by one person per letter."""
    return Candidate(
        id=identity(week, people, name),
        window_key=week,
        language=Language.ENGLISH,
        people=tuple(map(Pseudonym, people)),
        mentions=len(people),
        features=PARKING if of is None else of,
        exemplar=Exemplar("c", f"{week}{name}", 0, "d"),
        answer=answer,
        answer_people=2,
        answer_turns=("r",),
    )


def seen(
    candidates: list[Candidate], mints: list[Mint] | None = None, reviews: list[Review] | None = None
) -> list[Proposal]:
    """Return proposals, each worded by its week."""
    found = registry.groups(candidates, mints or [])
    wordings = {c.exemplar: f"Question of {c.window_key}?" for c in candidates if c.exemplar}
    return registry.proposals(found, wordings, reviews or [])


def folded(
    candidates: list[Candidate], mints: list[Mint], reviews: list[Review], week: str
) -> list[tuple[str, Status, str | None]]:
    """Return slug, status and question of every entry as of a week."""
    mine = [c for c in candidates if c.window_key <= week]
    groups = registry.groups(mine, mints)
    entries = registry.entries(groups, seen(mine, mints, reviews), week)
    return [(entry.slug, entry.status, entry.question) for entry in entries]


def approved(proposal: Proposal, **edits: str) -> Review:
    assert proposal.digest is not None
    return Review(proposal.candidate.window_key, proposal.digest, Verdict.APPROVED, **edits)


def minted(proposal: Proposal) -> Mint:
    return minting.mint(proposal, ())


@pytest.mark.parametrize(("people", "reason"), [("abcd", "too_few_people"), ("abcde", None)])
def test_five_people_and_not_four_make_a_proposal(people: str, reason: str | None) -> None:
    (proposal,) = seen([candidate(WEEKS[0], people)])
    assert proposal.reason == reason


def test_people_are_counted_over_weeks_and_once_each() -> None:
    first, second, third = seen(
        [candidate(WEEKS[0], "abc"), candidate(WEEKS[1], "abcd"), candidate(WEEKS[2], "e")]
    )
    assert [(p.people, p.reason) for p in (first, second, third)] == [
        (3, "too_few_people"), (4, "too_few_people"), (5, None),
    ]  # fmt: skip


def test_of_one_weeks_candidates_the_most_asked_one_speaks_for_all() -> None:
    few, many = candidate(WEEKS[0], "a", name="few"), candidate(WEEKS[0], "bcde", name="many")
    found = {proposal.candidate.id: proposal for proposal in seen([few, many])}
    assert (found[many.id].people, found[many.id].reason) == (5, None)
    assert (found[few.id].question, found[few.id].reason) == (None, "says_the_same")


def test_nothing_may_be_worded_below_five() -> None:
    groups = registry.groups([candidate(WEEKS[0], "abcd")], [])
    assert registry.to_word(groups, WEEKS[2]) == set()


def test_without_an_answer_of_agents_an_operator_must_give_one() -> None:
    asked = [candidate(WEEKS[0], "abcde", answer=None)]
    (proposal,) = seen(asked)
    assert (proposal.reason, proposal.answer) == ("no_answer", None)
    mint = minted(proposal)
    own = approved(proposal, answer="Most of them.")
    groups = registry.groups(asked, [mint])
    (entry,) = registry.entries(groups, seen(asked, [mint], [own]), WEEKS[0])
    assert (entry.status, entry.answer) == (Status.NEW, "Most of them.")


def test_an_approved_proposal_is_new_then_stable_and_keeps_its_address() -> None:
    asked = [candidate(WEEKS[0], "abcde"), candidate(WEEKS[1], "fg")]
    first = seen(asked)[0]
    mint, review = minted(first), approved(first)
    assert folded(asked, [mint], [review], WEEKS[0]) == [(mint.slug, Status.NEW, first.question)]
    assert folded(asked, [mint], [review], WEEKS[1]) == [(mint.slug, Status.STABLE, first.question)]


def test_a_newer_wording_shows_only_when_it_is_approved() -> None:
    asked = [candidate(WEEKS[0], "abcde"), candidate(WEEKS[1], "fg")]
    first, second = seen(asked)
    mint, reviews = minted(first), [approved(first), approved(second)]
    assert folded(asked, [mint], reviews, WEEKS[1]) == [(mint.slug, Status.CHANGED, second.question)]
    assert folded(asked, [mint], reviews, WEEKS[2]) == [(mint.slug, Status.STABLE, second.question)]


def test_twice_as_many_people_as_before_are_a_trend() -> None:
    asked = [candidate(WEEKS[0], "abcde"), candidate(WEEKS[1], "fghijklmno")]
    first = seen(asked)[0]
    assert folded(asked, [minted(first)], [approved(first)], WEEKS[1])[0][1] is Status.TRENDING


def test_what_is_told_of_an_answer_is_of_the_week_that_had_it() -> None:
    asked = [candidate(WEEKS[0], "abcde"), candidate(WEEKS[1], "fg", answer=None)]
    proposal = seen(asked)[1]
    assert (proposal.answer, [one.answer_people for one in proposal.answered_by]) == ("Yes.", [2])


def test_an_entry_is_of_the_question_that_was_approved() -> None:
    older = candidate(WEEKS[0], "abcde", of=dict(features(["is there parking for cars"])), answer=None)
    asked = [replace(older, exemplar=None), candidate(WEEKS[1], "fg")]
    proposal = seen(asked)[1]
    assert (proposal.reason, proposal.founded_on) == (None, asked[0])
    assert minting.most_asked(asked[1], [replace(older, features=CARD)], registry.MATCH) == asked[1]


def test_within_a_week_what_was_told_apart_stays_apart_unless_it_is_as_good_as_the_same() -> None:
    near = dict(features(["is there parking for two big cars"]))
    assert registry.MATCH < likeness(PARKING, near) < registry.SURE
    one, two = candidate(WEEKS[0], "abcde"), candidate(WEEKS[0], "fg", of=near, name="q")
    assert [len(group.candidates) for group in registry.groups([one, two], [])] == [1, 1]
    later = replace(two, window_key=WEEKS[1])
    assert [len(group.candidates) for group in registry.groups([one, later], [])] == [2]
    nearer = candidate(WEEKS[1], "h")
    assert [len(group.candidates) for group in registry.groups([one, later, nearer], [])] == [2, 1]


def test_below_five_an_entry_retires_without_its_words() -> None:
    before = [candidate(WEEKS[0], "abcde")]
    first = seen(before)[0]
    after = [replace(before[0], people=before[0].people[:4])]
    assert folded(after, [minted(first)], [approved(first)], WEEKS[0]) == [
        (minted(first).slug, Status.RETIRED, None)
    ]


def test_what_changed_since_its_review_waits_for_another() -> None:
    before = [candidate(WEEKS[0], "abcde")]
    first = seen(before)[0]
    changed = [replace(before[0], answer="No.")]
    assert folded(changed, [minted(first)], [approved(first)], WEEKS[0])[0][1] is Status.PENDING


def test_an_operators_words_take_the_place_of_the_proposed_ones() -> None:
    asked = [candidate(WEEKS[0], "abcde")]
    first = seen(asked)[0]
    review = approved(first, question="Where do I park?")
    assert folded(asked, [minted(first)], [review], WEEKS[0])[0][2] == "Where do I park?"


def test_a_rejected_proposal_retires_what_it_was() -> None:
    asked = [candidate(WEEKS[0], "abcde")]
    first = seen(asked)[0]
    assert first.digest is not None
    review = Review(WEEKS[0], first.digest, Verdict.REJECTED)
    assert folded(asked, [minted(first)], [review], WEEKS[0])[0][1] is Status.RETIRED


def test_candidates_vote_for_the_entry_they_are_most_like() -> None:
    parking = minted(seen([candidate(WEEKS[0], "abcde")])[0])
    card = replace(parking, entry_id=identity("card"), slug="card", features=CARD)
    groups = registry.groups(
        [candidate(WEEKS[1], "a"), candidate(WEEKS[1], "b", of=dict(CARD))], [parking, card]
    )
    assert {g.mint.slug if g.mint else None: len(g.candidates) for g in groups} == {
        parking.slug: 1,
        "card": 1,
    }


def test_what_lies_between_two_entries_votes_for_neither_until_they_are_merged() -> None:
    cars, vans, between = (
        dict(features([text]))
        for text in ("parking venues cars", "parking venues vans", "parking venues cars vans")
    )
    first = minted(seen([candidate(WEEKS[0], "abcde", of=cars)])[0])
    second = replace(first, entry_id=identity("vans"), slug="vans", features=vans)
    asked = [candidate(WEEKS[1], "a", of=between)]
    assert max(likeness(between, bag) for bag in (cars, vans)) > registry.SURE
    apart = registry.groups(asked, [first, second])
    assert [(group.mint, len(group.candidates)) for group in apart if group.candidates] == [(None, 1)]
    assert apart[-1].like is not None
    again = replace(asked[0], id=identity("again"), window_key=WEEKS[2])
    (own,) = (group for group in registry.groups([*asked, again], [first, second]) if group.candidates)
    assert (own.mint, len(own.candidates)) == (None, 2)
    merged = {second.entry_id: Fate(second.entry_id, WEEKS[1], Fated.MERGED, "one", first.entry_id)}
    assert [group.mint for group in registry.groups(asked, [first, second], merged)] == [first]
    alone = registry.groups([candidate(WEEKS[1], "a", of=cars)], [first, second])
    assert [group.mint for group in alone if group.candidates] == [first]


def test_slugs_are_ascii_and_never_given_twice() -> None:
    (proposal,) = seen([candidate(WEEKS[0], "abcde")])
    worded = replace(proposal, question="Is the café's parking free?")
    first = minting.mint(worded, ())
    assert first.slug == "cafe-s-parking-free"
    assert minting.mint(worded, {first.slug}).slug == "cafe-s-parking-free-2"


@given(
    order=st.permutations(range(4)),
    people=st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=4, max_size=4),
)
def test_the_order_in_which_candidates_come_does_not_count(order: list[int], people: list[str]) -> None:
    asked = [
        candidate(
            WEEKS[place % 3],
            "".join(sorted(set(who))),
            name=str(place),
            of=dict(CARD if place == 3 else PARKING),
        )
        for place, who in enumerate(people)
    ]
    expected = {(p.candidate.id, p.people, p.digest) for p in seen(asked)}
    assert {(p.candidate.id, p.people, p.digest) for p in seen([asked[place] for place in order])} == expected


@pytest.mark.parametrize(
    ("people", "shown"), [(4, "<5"), (5, "5-9"), (9, "5-9"), (10, "10-24"), (99, "50-99"), (100, "100+")]
)
def test_numbers_are_shown_as_buckets(people: int, shown: str) -> None:
    assert bucket(people) == shown
