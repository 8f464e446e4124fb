"""Who reads a day's talk beside the grammar: nobody, or a model, behind one interface.

What belongs here: what goes in and comes out, and the reader that proposes nothing. What does not: the
model's reader (`model_extractor`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agnt_pipelines.dreaming.claims import Claim, Message, Rejection, UserId
from agnt_pipelines.language.model import Fault

Talks = Mapping[UserId, Sequence[tuple[Message, str]]]
"""Each person's admitted messages of a window, with their own words, in order of time."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read in one person's talk.

    `fault`: why the model gave nothing; then the person is left missing, unless the offline writer `stands_in`.
    """

    proposed: Mapping[str, Sequence[Claim]] = field(default_factory=dict)
    refused: Sequence[Rejection] = ()
    fault: Fault | None = None
    stands_in: bool = False


class Extractor(Protocol):
    """Proposes claims beside the grammar's; nothing that it says is believed unverified."""

    @property
    def spent(self) -> tuple[int, int]:
        """Calls that were paid for so far, and what they cost in millionths of a US dollar."""

    def extract(self, talks: Talks) -> Mapping[UserId, Extracted]:
        """Return what it reads in some people's talk; every person has an entry."""


class Offline:
    """The grammar alone."""

    spent = (0, 0)

    def extract(self, talks: Talks) -> Mapping[UserId, Extracted]:
        """Propose nothing."""
        return dict.fromkeys(talks, Extracted())
