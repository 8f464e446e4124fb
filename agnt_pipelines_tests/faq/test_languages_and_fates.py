"""Questions of two languages as one candidate and one entry; entries that are merged, retired, restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from agnt_pipelines.faq import minting, registry
from agnt_pipelines.faq.candidates import Embedders, candidates
from agnt_pipelines.faq.policy import Doubt, doubt
from agnt_pipelines.faq.talk import (
    Candidate,
    Fate,
    Fated,
    Language,
    Mint,
    Proposal,
    Pseudonym,
    Question,
    Review,
    Status,
    Verdict,
    identity,
)
from agnt_pipelines.language.embedder import LexicalEmbedder, Vectors

WEEK = "2026-10-25"
NEXT = "2026-11-01"


class Topics:
    """Vectors by which texts of one topic are the same in any language."""

    id = "topics"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return one of two directions."""
        topic = ["park" in text.lower() for text in texts]
        return np.array([[1.0, 0.0] if one else [0.0, 1.0] for one in topic], dtype=np.float32)


BY = Embedders(LexicalEmbedder(), LexicalEmbedder(), Topics())


def asked(person: str, text: str, language: Language, told: str | None) -> Question:
    return Question(
        f"c-{person}", f"t-{person}", 0, Pseudonym(person), text, language,
        () if told is None else (told,), () if told is None else (f"r-{person}",), replied=told is not None,
    )  # fmt: skip


def talk() -> list[Question]:
    """Three ask in English and two in Indonesian about parking, two in English about cards."""
    english = [asked(who, "Is there parking?", Language.ENGLISH, "Parking is free.") for who in "abc"]
    indonesian = [
        asked(who, "Apakah ada parkir?", Language.INDONESIAN, "Parkir gratis di depan.") for who in "de"
    ]
    cards = [asked(who, "Do you take cards?", Language.ENGLISH, "Cards are fine.") for who in "fg"]
    return [*english, *indonesian, *cards]


def proposals(
    found: list[Candidate], mints: Sequence[Mint] = (), fates: Sequence[Fate] = ()
) -> tuple[list[registry.Group], list[Proposal]]:
    groups = registry.groups(found, mints, {fate.entry_id: fate for fate in fates})
    words = {
        exemplar: {"d": "Apakah ada parkir?", "e": "Apakah ada parkir?", "f": "Do you take cards?"}.get(
            exemplar.turn[-1], "Is there parking?"
        )
        for one in found
        for exemplar in one.exemplars
    }
    return groups, registry.proposals(groups, words, ())


def test_one_question_in_two_languages_is_one_candidate_of_all_its_people() -> None:
    found, told = candidates(WEEK, talk(), BY)
    parking = next(one for one in found if one.also is not None)
    assert len(found) == 2
    assert told["in_both_languages"] == 1
    assert (parking.language, len(parking.people), parking.mentions) == (Language.ENGLISH, 5, 5)
    assert parking.also is not None
    assert (parking.also.language, parking.also.answer) == (Language.INDONESIAN, "Parkir gratis di depan.")


def test_without_vectors_across_languages_they_stay_two() -> None:
    found, _ = candidates(WEEK, talk(), replace(BY, across=None))
    assert len(found) == 3


def test_an_entry_has_the_words_of_both_languages_and_either_votes_for_it() -> None:
    found, _ = candidates(WEEK, talk(), BY)
    _, proposed = proposals(found)
    (one,) = [proposal for proposal in proposed if proposal.reason is None]
    assert one.also is not None
    assert (one.question, one.also.question) == ("Is there parking?", "Apakah ada parkir?")
    mint = minting.mint(one, ())
    later, _ = candidates(NEXT, [asked("h", "Apakah ada parkir?", Language.INDONESIAN, None)], BY)
    again = registry.groups([*found, *later], [mint])
    assert [len(group.candidates) for group in again if group.mint is not None] == [2]
    review = Review(WEEK, str(one.digest), Verdict.APPROVED)
    (entry,) = registry.entries(
        registry.groups(found, [mint]),
        [replace(p, review=review if p.digest == one.digest else None) for p in proposed],
        WEEK,
    )
    assert entry.also == one.also


def minted(name: str, features: dict[int, int]) -> Mint:
    return Mint(identity(name), name, Language.ENGLISH, WEEK, features)


ONE, TWO, THREE = minted("one", {1: 100}), minted("two", {2: 100}), minted("three", {3: 100})
MERGED = Fate(TWO.entry_id, WEEK, Fated.MERGED, "", ONE.entry_id)


def test_a_merged_entry_s_candidates_vote_for_the_one_that_took_over() -> None:
    found, _ = candidates(WEEK, talk(), BY)
    one = replace(found[0], features={2: 100}, also=None)
    (group,) = [g for g in registry.groups([one], [ONE, TWO], {TWO.entry_id: MERGED}) if g.mint == ONE]
    assert (group.merged, group.candidates) == ([TWO], [one])
    entries = registry.entries([group], proposals([one], [ONE, TWO], [MERGED])[1], WEEK)
    told = {entry.slug: (entry.status, entry.reason, entry.redirects_to) for entry in entries}
    assert told["two"] == (Status.RETIRED, "merged", "one")


@pytest.mark.parametrize(
    ("fates", "last"),
    [
        ([], TWO),
        ([MERGED], ONE),
        ([MERGED, Fate(ONE.entry_id, WEEK, Fated.MERGED, "", THREE.entry_id)], THREE),
        ([MERGED, Fate(ONE.entry_id, WEEK, Fated.MERGED, "", TWO.entry_id)], ONE),
        ([Fate(TWO.entry_id, NEXT, Fated.RESTORED, "")], TWO),
        ([Fate(TWO.entry_id, WEEK, Fated.MERGED, "", identity("gone"))], TWO),
    ],
)
def test_mergers_are_followed_to_the_last_and_never_round(fates: list[Fate], last: Mint) -> None:
    known = {mint.entry_id for mint in (ONE, TWO, THREE)}
    said = {fate.entry_id: fate for fate in fates}
    assert registry.successor(TWO.entry_id, said, known) == last.entry_id


@pytest.mark.parametrize(
    ("question", "answer", "why"),
    [
        ("Is there parking?", "Parking is free.", None),
        ("I need parking.", "Parking is free.", Doubt.NOT_A_QUESTION),
        ("Do they have parking?", "Parking is free.", Doubt.UNCLEAR),
        ("Is there parking at Mango Garden?", "Parking is free.", Doubt.NAMES_SOMETHING),
        ("Is there parking?", "Write it under Billing.", Doubt.OFF_THE_POINT),
    ],
)
def test_what_leaves_a_doubt_is_left_to_a_person(question: str, answer: str, why: Doubt | None) -> None:
    found, _ = candidates(WEEK, talk(), BY)
    one = Proposal(found[0], 5, question, answer, "d", None)
    assert doubt(one) is why
    named = doubt(replace(one, question="is there parking at mango garden?"), venues={"mango garden"})
    assert named is Doubt.NAMES_SOMETHING
    assert doubt(replace(one, like=(ONE, 0.4))) is (why or Doubt.LIKE_AN_ENTRY)
