"""The checks that a night's claims must pass before anything of them is written.

They hold of every plan that this code makes; one that fails is a fault of the code, so the whole
plan is refused and asset checks report it. What does not belong here: refusing single claims
(`verify`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from agnt_pipelines.dreaming.claims import MAX_VALUE_CHARS, Observation, Slot, Source, UserId

DESCRIPTIONS: Final = {
    "slots_closed": "Every claim has a slot of the closed list and a value of at most 120 characters.",
    "evidence_is_theirs": "Every claim cites rows of its own person that this window reads.",
    "spans_quoted": "Every claim from talk cites a span and the digest of the words in it.",
    "ids_unique": "No claim is there twice.",
}
"""Check name -> what it holds; the names are those of the asset checks."""

OF_ANSWERS: Final = {
    "questions_answered": "Every question of the batches that ended was answered; the others are asked again.",
}


@dataclass(slots=True)
class ClaimChecks:
    """Looks at each observation once, as it is planned, and counts what fails."""

    failures: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    _ids: set[UUID] = field(default_factory=set)

    def see(self, observations: Iterable[Observation], source: Source, source_id: str, owner: UserId) -> None:
        """Check what was taken from one source row of one person."""
        for observation in observations:
            self.seen += 1
            self._slots_closed(observation)
            self._evidence(observation, source, source_id, owner)
            self.failures["ids_unique"] += observation.id in self._ids
            self._ids.add(observation.id)

    def failed(self) -> dict[str, int]:
        """Return the checks that failed, with how many claims failed them."""
        return {name: count for name, count in self.failures.items() if count}

    def _slots_closed(self, observation: Observation) -> None:
        closed = isinstance(observation.slot, Slot) and 0 < len(observation.value) <= MAX_VALUE_CHARS
        self.failures["slots_closed"] += not closed

    def _evidence(self, observation: Observation, source: Source, source_id: str, owner: UserId) -> None:
        pieces = observation.evidence
        theirs = bool(pieces) and observation.user_id == owner
        cited = all(piece.source is source and piece.source_id == source_id for piece in pieces)
        self.failures["evidence_is_theirs"] += not (theirs and cited)
        quoted = all(
            piece.start is not None and piece.end is not None and piece.start < piece.end
            for piece in pieces
            if piece.source is Source.INTERACTIONS
        )
        self.failures["spans_quoted"] += not quoted
