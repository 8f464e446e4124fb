"""Three-way merge of texts, line by line: what two sides made of one base.

Pure. The classical diff3 (Khanna, Kunal and Pierce 2007, "A formal investigation of diff3"): lines that
both sides kept cut the texts into stretches; a stretch that one side alone changed is that side's, one
that both changed alike is theirs, any other is a conflict. What does not belong here: who is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_MOST_PAIRS: Final = 100_000
"""Pairs of equal lines that are compared (0.3 s at worst); texts with more between their common ends are
taken to have changed there altogether."""


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
    left, right = iter(matched(base, theirs)), iter(matched(base, mine))
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


def matched(one: Sequence[str], other: Sequence[str]) -> list[Block]:
    """Return the stretches of lines that two texts have alike, in order."""
    most = min(len(one), len(other))
    head = next((place for place in range(most) if one[place] != other[place]), most)
    tail = next((back for back in range(most - head) if one[-1 - back] != other[-1 - back]), most - head)
    left, right = one[head : len(one) - tail], other[head : len(other) - tail]
    blocks = [Block(0, 0, head)]
    counts = Counter(right)
    if sum(counts[line] for line in left) <= _MOST_PAIRS:
        found = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
        blocks += [Block(block.a + head, block.b + head, block.size) for block in found]
    blocks.append(Block(len(one) - tail, len(other) - tail, tail))
    return [block for block in blocks if block.size]


@dataclass(frozen=True, slots=True)
class Block:
    """So many lines that are alike, from one place in one text and another in the other."""

    a: int
    b: int
    size: int
