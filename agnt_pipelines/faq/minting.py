"""Minting: the identity and the address that a first approval gives an entry, for good.

Pure. What belongs here: what an entry is minted of, and its slug. What does not: recording it (`store`), and what
votes for it (`registry`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from agnt_pipelines.faq.talk import Candidate, Features, Language, Mint, Proposal, identity
from agnt_pipelines.faq.words import content_words, likeness, tokens

_SLUG_WORDS = 8
_SLUG_CHARS = 60


def mint(proposal: Proposal, taken: Collection[str]) -> Mint:
    """Return the identity that a proposal's first approval mints; its slug is free of those taken.

    It is of what was asked most among what is like the words approved: later weeks are held against that.
    """
    founding = proposal.founded_on or proposal.candidate
    assert proposal.question is not None, "only what has words is approved"
    wanted = slug(proposal.question)
    free, number = wanted, 1
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return Mint(
        identity("entry", founding.id),
        free,
        proposal.language or founding.language,
        proposal.candidate.window_key,
        *_founding_bags(proposal.language or founding.language, founding),
    )


def _founding_bags(
    language: Language, founding: Candidate
) -> tuple[Features, tuple[Language, Features] | None]:
    """Return the features of what an entry is minted for: in its own language, and in the other."""
    bags = dict(founding.bags)
    own = bags.pop(language, founding.features)
    return own, next(((spoken, bag) for spoken, bag in bags.items() if bag is not own), None)


def slug(question: str) -> str:
    """Return the words of a question as part of an address, in ASCII."""
    words = content_words(question) or tokens(question)
    plain = unicodedata.normalize("NFKD", "-".join(words[:_SLUG_WORDS])).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_CHARS].strip("-") or "question"


def most_asked(worded_by: Candidate, among: Sequence[Candidate], least: float) -> Candidate:
    """Return the most asked of the candidates at least so like one; of equals the oldest."""
    bags = dict(worded_by.bags)
    alike = [
        one
        for one in among
        if any(spoken in bags and likeness(bag, bags[spoken]) >= least for spoken, bag in one.bags)
    ]
    return min([worded_by, *alike], key=lambda one: (-len(one.people), one.window_key, one.id.int))
