"""Contradictions: two pages that give one thing different values.

Pure, and general: nothing here knows a word of any wiki. Two statements are of one thing if they have
a value of one kind and the same subject: what is counted (on the page that is about it), what a share
is part of, what a version names, who owns what, a heading that few pages have, or most of the words of
a clause. A subject of which one page gives several values is a list, and compares with nothing. What
does not belong here: finding values (`statements`), and deciding who is right, which is a person's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from agnt_pipelines.language import quantities
from agnt_pipelines.language.quantities import Kind
from agnt_pipelines.wiki.statements import Basis, Statement, Text, statements

_MOST_PAGES: Final = 3
"""A subject of which more pages give values is one of many things of a sort, not one thing."""
_SHARED: Final = 0.6
_RARE: Final = 40
"""Clauses are compared that share a word which no more of them have."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two pages, what they disagree on (`subject`), and each one's own words about it."""

    kind: Kind
    subject: str
    one: Statement
    other: Statement

    @property
    def pages(self) -> frozenset[str]:
        """The paths of the two pages."""
        return frozenset({self.one.path, self.other.path})

    @property
    def text(self) -> str:
        """Both pages' words."""
        return f"{_told(self.one)} / {_told(self.other)}"


def contradictions(texts: Iterable[Text]) -> list[Contradiction]:
    """Return what pages disagree on, one for each pair of pages and kind of value, by path."""
    every = [statement for text in texts for statement in statements(text)]
    found: dict[tuple[frozenset[str], Kind], Contradiction] = {}
    for one, other, subject in [*_same_subject(every), *_same_clause(every)]:
        if one.path != other.path and not quantities.agree(one.value, other.value):
            first, second = sorted((one, other), key=lambda statement: (statement.path, statement.line))
            made = Contradiction(one.kind, " ".join(sorted(subject)), first, second)
            found.setdefault((made.pages, one.kind), made)
    return sorted(found.values(), key=lambda each: (each.one.path, each.other.path, each.kind))


def _same_subject(every: Sequence[Statement]) -> Iterator[tuple[Statement, Statement, frozenset[str]]]:
    groups: dict[tuple[Kind, Basis, frozenset[str], str], list[Statement]] = defaultdict(list)
    for statement in every:
        if statement.basis is not Basis.CLAUSE:
            unit = statement.value.noun if statement.kind is Kind.MONEY else ""
            groups[statement.kind, statement.basis, statement.subject, unit].append(statement)
    for (_, basis, subject, _), group in groups.items():
        by_page = _by_page(group)
        if basis is Basis.COUNTED and not any(subject <= statement.about for statement in group):
            continue
        if 1 < len(by_page) <= _MOST_PAGES:
            single = [of_page[0] for of_page in by_page.values() if _single(of_page)]
            yield from ((*pair, subject) for pair in combinations(single, 2) if _comparable(*pair))


def _same_clause(every: Sequence[Statement]) -> Iterator[tuple[Statement, Statement, frozenset[str]]]:
    clauses = [statement for statement in every if statement.basis is Basis.CLAUSE]
    by_word: dict[tuple[Kind, str], list[int]] = defaultdict(list)
    for place, statement in enumerate(clauses):
        for word in statement.subject:
            by_word[statement.kind, word].append(place)
    pairs = {
        pair for places in by_word.values() if len(places) <= _RARE for pair in combinations(places, 2)
    }  # fmt: skip
    for left, right in sorted(pairs):
        one, other = clauses[left], clauses[right]
        shared = one.subject & other.subject
        alike = len(shared) / len(one.subject | other.subject)
        if len(shared) >= 2 and alike >= _SHARED and one.value.noun == other.value.noun:
            yield one, other, shared


def _comparable(one: Statement, other: Statement) -> bool:
    """Whether two counts are of the same things: neither is told apart by a word that the other lacks."""
    both = one.value.qualified, other.value.qualified
    return not (both[0] and both[1] and both[0] != both[1])


def _by_page(group: Iterable[Statement]) -> Mapping[str, list[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for statement in group:
        found[statement.path].append(statement)
    return found


def _single(of_page: Sequence[Statement]) -> bool:
    """Whether a page gives one value: several are a list, or a story."""
    return all(quantities.agree(of_page[0].value, statement.value) for statement in of_page)


def _told(statement: Statement) -> str:
    return f"{statement.path}:{statement.line} {statement.sentence}"
