"""The walk: a text, and rules tried at one place of one of its clauses.

What belongs here: what both languages do alike. What does not: where a language looks (`english_walk`,
`indonesian_walk`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from agnt_pipelines.dreaming.claims import Claim
from agnt_pipelines.dreaming.grammar.clauses import Clause
from agnt_pipelines.dreaming.grammar.cues import is_hedged
from agnt_pipelines.dreaming.grammar.rules import Rule, Spot
from agnt_pipelines.dreaming.grammar.vocabulary import KIN, as_listed

SELF = "self"
MAX_MENTIONS = 8
_FIRST_WORD = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Text:
    """A message: folded (`clauses.fold`), as it was sent, and the local day it was said."""

    folded: str
    original: str
    said_on: date


def kin_of(match: re.Match[str], table: dict[str, str]) -> str:
    """Whom a match speaks of: `self`, or somebody of theirs by a canonical name."""
    found = match.groupdict()
    if found.get("english"):
        return KIN[found["english"]]
    said = found["kin"] or found.get("bare")
    if said is None:
        return SELF
    return table.get(said) or table[as_listed(said)]


def tried(
    text: Text,
    clause: Clause,
    at: int,
    rules: Iterable[Rule],
    *,
    subject: str = SELF,
    language: str = "en",
    since: int | None = None,
    inside: bool = False,
) -> Iterator[Claim]:
    """The claims of the first rule that matches at an offset (`inside`: or behind it) and reads a value.

    `since`: where the words begin that name the subject, if that is before the clause.
    """
    for rule in rules:
        find = rule.pattern.search if inside else rule.pattern.match
        match = find(text.folded, at, clause.limit)
        if match is None or match.end() > clause.end + 1 or match.start() >= clause.end:
            continue
        begins = match.start("v") if "v" in match.re.groupindex else match.end()
        spot = Spot(
            text.folded, text.original, clause.start, clause.end, clause.limit, begins, text.said_on, match
        )
        first = _FIRST_WORD.match(text.folded, clause.start, clause.end)
        start = since if since is not None else first.end() if first else clause.start
        claims = [
            Claim(
                slot=found.slot or rule.slot,
                value=found.value,
                polarity=found.polarity or rule.polarity,
                start=start,
                end=found.end,
                language=language,
                subject=subject,
                hedged=is_hedged(text.folded[min(start, clause.start) : found.end]),
                expires_on=found.expires_on,
            )
            for found in rule.read(spot)
        ]
        if claims:
            yield from claims
            return
