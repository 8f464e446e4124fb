"""Reading text whose accents are characters of their own, as some devices send it.

What belongs here: claims of the composed text, told by offsets into the text as it was sent. What does not:
what is read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

from agnt_pipelines.dreaming.claims import Claim


def read_composed(text: str, read: Callable[[str], Iterable[Claim]]) -> list[Claim]:
    """Return what `read` finds in a text in its composed form (NFC), each claim with offsets into the text itself."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return list(read(text))
    begins = [at for at, char in enumerate(text) if at == 0 or not unicodedata.combining(char)]
    starts: list[int] = []
    ends: list[int] = []
    pieces = []
    for start, end in pairwise([*begins, len(text)]):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    found = read("".join(pieces))
    return [replace(claim, start=starts[claim.start], end=ends[claim.end - 1]) for claim in found]
