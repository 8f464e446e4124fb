"""Three-way merge of texts, line by line: what two sides made of one base.

Pure. The classical diff3 (Khanna, Kunal and Pierce 2007, "A formal investigation of diff3"): lines that
both sides kept cut the texts into stretches; a stretch that one side alone changed is that side's, one
that both changed alike is theirs, any other is a conflict. What does not belong here: who is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_MOST_LINES: Final = 2_000
"""Comparing costs the product of two sides' equal lines; longer texts are one stretch."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of two sides: `theirs` and `mine` differ in the stretches that are in conflict alone."""

    theirs: str
    mine: str
    conflicts: int


def merge(base: str, theirs: str, mine: str) -> Merged:
    """Merge two sides of a base; in a conflict each of the two results has its own side's lines."""
    lines = [text.split("\n") for text in (base, theirs, mine)]
    result: tuple[list[str], list[str]] = ([], [])
    conflicts = 0
    for before, left, right in _stretches(*lines):
        if right in (left, before):
            chosen = left, left
        elif left == before:
            chosen = right, right
        else:
            chosen = left, right
            conflicts += 1
        for made, part in zip(result, chosen, strict=True):
            made.extend(part)
    return Merged("\n".join(result[0]), "\n".join(result[1]), conflicts)


def _stretches(
    base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Yield the stretches of three texts, those that all have alike among them, in order."""
    at = (0, 0, 0)
    for start, size in _kept_by_both(base, theirs, mine):
        yield base[at[0] : start[0]], theirs[at[1] : start[1]], mine[at[2] : start[2]]
        same = base[start[0] : start[0] + size]
        yield same, same, same
        at = (start[0] + size, start[1] + size, start[2] + size)
    yield base[at[0] :], theirs[at[1] :], mine[at[2] :]


def _kept_by_both(
    base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]
) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Yield ((place in base, in theirs, in mine), lines) of what both sides kept of the base."""
    if max(len(base), len(theirs), len(mine)) > _MOST_LINES:
        return
    left, right = _blocks(base, theirs), _blocks(base, mine)
    one, other = next(left, None), next(right, None)
    while one is not None and other is not None:
        start = max(one.a, other.a)
        ends = one.a + one.size, other.a + other.size
        if min(ends) > start:
            yield (start, one.b + start - one.a, other.b + start - other.a), min(ends) - start
        if ends[0] <= ends[1]:
            one = next(left, None)
        else:
            other = next(right, None)


def _blocks(base: Sequence[str], side: Sequence[str]) -> Iterator[_Block]:
    found = SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
    return (_Block(*block) for block in found if block.size)


@dataclass(frozen=True, slots=True)
class _Block:
    a: int
    b: int
    size: int
