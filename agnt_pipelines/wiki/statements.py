"""Statements: values that a page states, each with what it is the value of.

Pure. A value is an amount of money, a share, a length of time, a date, a number of things, a version's
name or an owner. What it is of is told by the words around it: the clause, the noun it counts, the
heading it stands under first. What does not belong here: comparing pages (`contradictions`), and what
nobody says in their own words (code, quotations, tables), which is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agnt_pipelines.language import quantities
from agnt_pipelines.language.quantities import Found, Kind
from agnt_pipelines.language.spoken import language_in
from agnt_pipelines.language.terms import INDONESIAN

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_ASIDE = re.compile(r"^\s*(?:>|\|| {4}|\t|#)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(])")
_CLAUSE_END = re.compile(
    r"[;:()]|,\s|\s-\s|\b(?:but|unless|while|whereas|tetapi|tapi|kecuali|sedangkan|namun)\b"
)
_WORD = re.compile(r"[a-z][a-z-]+")
_OWNS = re.compile(
    r"^(?P<who>[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,2} )?(?:owns|maintains|leads|is responsible for|Owns|Maintains|Leads"
    r"|(?:memiliki|mengelola|memimpin|bertanggung jawab atas|Mengelola|Memimpin|Bertanggung jawab atas))"
    r" (?P<what>[^.;:]{2,80})"
)
_OWNED = re.compile(
    r"^(?P<what>[\w' -]{2,60}?) (?:(?:is|are) (?:owned|maintained|led) by|(?:dikelola|dipimpin|dipegang) oleh) (?P<who>[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,2})"
)
_AND = re.compile(r",\s*(?:(?:and|dan)\s+)?|\s+(?:and|dan)\s+")
_PART = re.compile(
    r"\s*(?:of (?:each |every |the |all |a |an )?|dari (?:setiap |tiap |semua |seluruh )?)([a-z][a-z-]+)"
)
_UNTIL = re.compile(
    r"\b(?:until|since|for|in|from|with|as|because|when|sejak|hingga|sampai|untuk|di|dengan|karena)\b.*"
)

STOP: Final = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "being",
        "between",
        "both",
        "by",
        "can",
        "could",
        "do",
        "does",
        "each",
        "else",
        "every",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "least",
        "less",
        "many",
        "may",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "new",
        "no",
        "not",
        "now",
        "of",
        "on",
        "one",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "per",
        "present",
        "same",
        "she",
        "should",
        "so",
        "some",
        "still",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "two",
        "under",
        "up",
        "upon",
        "us",
        "use",
        "very",
        "was",
        "we",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "within",
        "without",
        "would",
        "yet",
        "you",
        "your",
        "at",
        "default",
        "currently",
        "usually",
        "typically",
        "approximately",
        "about",
        "around",
        "roughly",
        "exactly",
        "today",
        "soon",
        "even",
        "first",
        "last",
        "next",
    ]
)
_GENERAL_HEADINGS: Final = frozenset(
    [
        "count",
        "number",
        "note",
        "example",
        "usage",
        "introduction",
        "overview",
        "summary",
        "background",
        "detail",
        "goal",
        "state",
        "status",
        "finding",
        "step",
        "limit",
        "more",
        "misc",
        "other",
        "history",
        "change",
        "changelog",
        "faq",
        "question",
        "answer",
        "question",
        "todo",
        "part",
        "section",
        "appendix",
        "reference",
        "resource",
        "link",
        "about",
    ]
)


class Basis(StrEnum):
    """What ties a value to its subject."""

    CLAUSE = "clause"
    HEADING = "heading"
    COUNTED = "counted"
    PART_OF = "part of"
    NAMED = "named"
    OWNED = "owned"


@dataclass(frozen=True, slots=True)
class Text:
    """A section to be read: where it stands, and what it says."""

    path: str
    title: str
    heading: str
    line: int
    body: str
    of_person: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One value and one way to say what it is of (`subject`: words in their plain form)."""

    path: str
    line: int
    kind: Kind
    value: Found
    basis: Basis
    subject: frozenset[str]
    sentence: str
    about: frozenset[str]
    """Words of the page's title, and of a heading that is one."""


def statements(text: Text) -> Iterator[Statement]:
    """Yield what a section states; a value may be told in several ways."""
    language = language_in(text.body)
    heading = words(text.heading)
    special = heading - _GENERAL_HEADINGS
    about = words(text.title) | (special if len(special) == 1 else frozenset())
    led: set[Kind] = set()
    for sentence in sentences(text.body):
        yield from _owners(text, sentence, about)
        for clause in _CLAUSE_END.split(sentence):
            values = quantities.find(clause, language)
            rest = words(quantities.without(clause, values)) if values else frozenset()
            for found in values:
                for basis, subject in _subjects(found, clause, rest, heading, first=found.kind not in led):
                    yield Statement(
                        text.path, text.line, found.kind, found, basis, subject, sentence, about
                    )  # fmt: skip
                led.add(found.kind)


def sentences(body: str) -> Iterator[str]:
    """Yield the sentences of a section's own words, as one line each and without markup."""
    for block in _blocks(_without_comments(body)):
        plain = _WIKI_LINK.sub(lambda found: found[2] or found[1], _LINK.sub(r"\1", block))
        plain = " ".join(_EMPHASIS.sub("", plain).split())
        yield from (part for part in _SENTENCE_END.split(plain) if part)


def words(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, in their plain form."""
    found = (stem(word) for word in _WORD.findall(text.casefold()))
    return frozenset(word for word in found if word not in STOP and word not in INDONESIAN and len(word) > 2)


def stem(word: str) -> str:
    """Return a word without the ending that many have."""
    if word.endswith("nya") and len(word) > 6:
        return word[:-3]
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("xes", "x")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def _subjects(
    found: Found, clause: str, rest: frozenset[str], heading: frozenset[str], *, first: bool
) -> Iterator[tuple[Basis, frozenset[str]]]:
    after = clause[found.end :]
    if found.kind is Kind.COUNT:
        yield Basis.COUNTED, frozenset({stem(found.noun)})
        return
    if found.kind is Kind.VERSION:
        before = words(clause[: found.start].rstrip("` "))
        noun = _WORD.findall(clause[: found.start].casefold())[-1:]
        if noun and stem(noun[0]) in before:
            yield Basis.NAMED, frozenset({stem(noun[0])})
        if len(heading) == 1:
            yield Basis.NAMED, heading
        return
    part = _PART.match(after)
    if found.kind is Kind.PERCENT and part:
        yield Basis.PART_OF, frozenset({stem(part[1])})
    if len(rest) >= 2:
        yield Basis.CLAUSE, rest
    special = heading - _GENERAL_HEADINGS
    if first and special and (len(special) > 1 or special & rest):
        yield Basis.HEADING, special


def _owners(text: Text, sentence: str, about: frozenset[str]) -> Iterator[Statement]:
    found = _OWNS.match(sentence) or _OWNED.match(sentence)
    if found is None:
        return
    who = (found["who"] or "").strip() or (text.title if text.of_person else "")
    if not who or who.casefold() in STOP:
        return
    name = Found(Kind.OWNER, frozenset(who.casefold().split()), who, found.start(), found.end())
    for what in _AND.split(_UNTIL.sub("", found["what"])):
        if subject := words(what):
            yield Statement(text.path, text.line, Kind.OWNER, name, Basis.OWNED, subject, sentence, about)


def _without_comments(body: str) -> str:
    first, *rest = body.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def _blocks(body: str) -> Iterator[str]:
    """Yield paragraphs and items of lists; code, quotations and tables are left out."""
    fence = ""
    block: list[str] = []
    for line in body.splitlines():
        mark = _FENCE.match(line)
        if fence or mark:
            if mark and not fence:
                fence = mark[1]
            elif mark and mark[1].startswith(fence):
                fence = ""
            yield from _joined(block)
            continue
        item = _ITEM.match(line)
        if item or not line.strip() or (_ASIDE.match(line) and not block):
            yield from _joined(block)
        if item:
            block.append(line[item.end() :])
        elif line.strip() and (block or not _ASIDE.match(line)):
            block.append(line)
    yield from _joined(block)


def _joined(block: list[str]) -> Iterable[str]:
    if not block:
        return ()
    whole = " ".join(block)
    block.clear()
    return (whole,)
