"""Sentences and clauses of a chat message, and which of them are the writer's own assertions.

What belongs here: cutting a text at its joints, and telling a statement from a question, a
supposition, somebody else's words and a joke. What does not: what a statement says.
All offsets are into the text given; `fold` keeps them, since it never changes a text's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agnt_pipelines.dreaming.grammar.indonesian_words import names_topic

_PICTURE = "\u2190-\u2bff\ufe0f\u3030\u303d\U0001f000-\U0001faff"
_HEADING_SPACES = 2
"""A heading before a colon has three words or more; a single one is the name of who speaks."""
_END = re.compile(
    rf"(?:[!?\n;\u2026{_PICTURE}]\s*+|(?<![ap]\.m)(?<!\brp)\.(?=[\s.\"')]|\Z)\s*+|"
    r"\s:[-']?[()dp](?!\w)\s*+|\s<3\s*+)++"
)
_JOINT = re.compile(
    r",(?!\d)|(?P<colon>:)\s(?=(?:i|i'm|im|i've|we|my|our|no|aku|saya|gue|gw|kami|maksimal|maks|alergi)\b)|"
    r"\s[-\u2013\u2014]+\s|\u2014|[()]"
    r"|\s(?=(?:but|because|cause|cuz|bc|though|although|except|so(?=\s(?:i|i'm|i've|i'll|i'd|we|"
    r"we're|we'll|you|it|it's|he|she|they|that|the|my|our|let|let's|can|could|do|does|please|pls|"
    r"any|don't|what|where|how|when|no|not|if|maybe|something|anything|somewhere)\b)|since|while|"
    r"whereas|tapi|tp|tetapi|karena|krn|soalnya|sedangkan|makanya|trus|terus)\s)"
    r"|\s(?=(?:and|&|plus|dan|or)\s(?:also\s)?(?:i|i'm|i've|im|ive|my|we|we're|our|it's|they|he|"
    r"she|you|is|are|do|can|could|don't|dont|doesn't|can't|cant|never|hates?|loves|allergic|i'd|i'll|he's|she's|they're|hes|shes|aku|saya|gue|gw|kami|kita|istri|suami|anak|tidak|gak|nggak|ga|alergi)\b)"
    r"|(?<!gak)(?<!ga)(?<!gk)(?<!tdk)(?<!dak)(?<!selalu)(?<!dah)(?<!mau)(?<!rang)(?<!krg)(?<!kerja)(?<!ku)(?<!hari)(?<!baru)(?<!lagi)(?<!turun)(?<!naik)\s(?=jadi\s(?!rp|idr|\d|sejuta|se?ratus|(?:satu|dua|tiga|lima)\s))"
    r"|\s(?=(?:if|when|unless|jika)\s|(?:kalau|kalo|klo)\s(?!(?:abis\s|habis\s)?(?:makan|minum|kena)\s))"
)
_ASKING = re.compile(
    r"\s*+(?:(?:and|but|so|or|then|well|also|btw|by the way|hey|hi|tapi|jadi|terus|trus|dan|eh)\s++)*+"
    r"(?:do|does|did|is|are|was|were|can|could|would|will|should|shall|may|might|have|has|had|am|"
    r"isn't|aren't|don't|doesn't|won't|can't"
    r"|what|what's|where|where's|when|who|who's|whom|whose|why|how|how's|which|any|anything|anyone|"
    r"anywhere|know|got|apa|apakah|bisa|boleh|ada|adakah"
    r"|mana|dimana|di mana|kapan|siapa|berapa|gimana|bagaimana|kenapa|mengapa|yang mana|enaknya|"
    r"rekomendasi|tau|tahu|masih|mau(?!\s(?:tanya|nanya|reservasi|reserv|booking|book|pesan|pesen|info|makan|dinner|order|rayain|ngerayain))|kamu|aman|cocok|muat|"
    r"kira-kira|kira2)\b"
)
_ENDS_ASKING = re.compile(
    r"\s(?:ga|gak|gk|nggak|ngga|enggak|engga|kan|kah)(?:\s(?:ya|yah|sih|kak|min|mas|mbak|bro|sis))*\s*\Z"
)
_TAG = re.compile(r"\s*+(?:ok|okay|k|yeah|ya|yah|remember|you know|inget kan|ingat kan|oke)\s*+")
_SUPPOSING = re.compile(
    r"\s*+(?:(?:and|but|so|or|even|only|well|especially|like|as|tapi|dan|jadi|cuma)\s++)*+"
    r"(?:(?:if)\b(?!\s(?:possible|you can|it's possible|that's ok))|imagine|suppose|supposing|"
    r"pretend|what if|unless|wish|i wish|let's say|hypothetically|in theory"
    r"|(?:kalau|kalo|klo|kl|jika|bila)\b(?!\s(?:bisa|boleh|aku|saya|gue|gw|gua)\s*(?:sih|mah|$))|"
    r"(?:seandainya|andai|andaikan|misal|misalnya|umpama|coba|anggap)\b)"
)
_SAYS = re.compile(
    r"\b(?:said|says|(?<!can i )(?<!must i )(?<!meant to )(?<!want to )(?<!wanted to )say|wants to know|saying|told (?:me|us|him|her|them)|asked|goes|(?:was|is|were|are|be) like|"
    r"claims?|claimed|thinks?|thought|wrote|sang|singing|joked|quote|lyrics?|bilang|katanya|kata "
    r"\w+|ngomong|nanya|kira)\s*+[:\"']?\s*+$"
)
_SAID_AFTER = re.compile(
    r"[\s,\"']*+(?:(?:he|she|they|mom|mum|dad|my \w+|dia|mereka) (?:said|says|told|asked|claims?|"
    r"claimed|joked|goes|bilang)|(?:said|says) (?:he|she|my|the)|katanya|kata (?:dia|si|temen\w*|"
    r"teman\w*|istri\w*|suami\w*|ibu|mama\w*)|dia bilang|he's like|she's like)\b"
)
# What was so once: what somebody is used to is another matter.
_USED_TO = re.compile(
    r"(?<!'m )(?<!am )(?<!re )(?<!are )(?<!is )(?<!\bget )(?<!\bgot )(?<!\bgetting )\bused to\b"
)
_QUOTED = re.compile(r"\s*+\"[^\"]*\"\s*+[^\W_]")
_JOKE = re.compile(
    r"(?<!not )(?<!no )\b(?:just kidding|jk|kidding|joking|only joke|as a joke|sarcasm|pun "
    r"intended)\b|(?:^|\s)/[sj](?:\s|$)|\b(?:be?r?canda|canda|bcanda|boong|bohong ding)\b"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch `[start, end)` of a sentence that ends at `limit`; `asserted`: the writer means it."""

    start: int
    end: int
    limit: int
    asserted: bool
    asked: bool = False


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    if char in "\u2018\u2019\u02bc\u00b4\u0060":
        return "'"
    if char in "\u201c\u201d\u00ab\u00bb\u201e":
        return '"'
    folded = unicodedata.normalize("NFKC", char).lower()
    if folded.isspace():
        return " " if char != "\n" else char
    return folded if len(folded) == 1 else char


def fold(text: str) -> str:
    """Lower case, plain quotes and plain digits, each character in its place: the length is kept."""
    if text.isascii():
        return text.lower().replace("\t", " ").replace("\r", " ").replace("`", "'")
    return "".join(map(_folded, text))


def is_joke(folded: str) -> bool:
    """Whether the writer takes the message back as a joke."""
    return _JOKE.search(folded) is not None


def _cuts(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    at = start
    for joint in _JOINT.finditer(folded, start, end):
        if joint["colon"] and folded.count(" ", at, joint.start()) < _HEADING_SPACES:
            continue  # "Tom: I love jazz" is Tom's
        cuts.append((at, joint.start()))
        at = joint.end()
    cuts.append((at, end))
    return [(a, b) for a, b in cuts if not folded[a:b].isspace() and a < b]


def _first_question(folded: str, cuts: list[tuple[int, int]]) -> int:
    """Which clause of a sentence that ends in a question mark begins the question."""
    if len(cuts) > 1 and _TAG.fullmatch(folded, *cuts[-1]):
        return len(cuts) - 1
    asks_last = len(cuts) - 1 if _ENDS_ASKING.search(folded, *cuts[-1]) else 0
    return next((i for i, (a, b) in enumerate(cuts) if _ASKING.match(folded, a, b)), asks_last)


def clauses(folded: str) -> Iterator[Clause]:
    """The clauses of a folded text in order."""
    at, quotes, before = 0, 0, ""
    for mark in _sentences(folded):
        start, end, asks = mark
        cuts = _cuts(folded, start, end)
        question = _first_question(folded, cuts) if asks else len(cuts)
        supposing = False
        for i, (a, b) in enumerate(cuts):
            quotes += folded.count('"', at, a)
            at = a
            supposing = supposing or (
                _SUPPOSING.match(folded, a, b) is not None and names_topic(folded, a, b) is False
            )
            reported = (
                quotes % 2 == 1
                or _QUOTED.match(folded, a, end) is not None
                or _SAYS.search(before) is not None
            )
            reported = reported or (
                i + 1 < len(cuts) and _SAID_AFTER.match(folded, cuts[i + 1][0]) is not None
            )
            past = _USED_TO.search(folded, a, b) is not None
            yield Clause(
                a,
                b,
                end,
                asserted=not (i >= question or supposing or reported or past),
                asked=i >= question and not (supposing or reported),
            )
            before = folded[max(a, b - 24) : b]


def _sentences(folded: str) -> Iterator[tuple[int, int, bool]]:
    start = 0
    for mark in _END.finditer(folded):
        if mark.start() > start:
            yield start, mark.start(), "?" in mark.group()
        start = mark.end()
    if start < len(folded):
        yield start, len(folded), False
