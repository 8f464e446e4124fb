"""Sections: a body cut at its headings, each with its lines and a name that lasts.

Pure. Sections in order are the body, character for character. Lines end at LF, CR LF or CR, as in
CommonMark: not where Python's `splitlines` also ends them. What does not belong here: front matter,
and what a section means to readers (`pages`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_MAY_LINK = re.compile(r"[\[<]")
_MARKUP = re.compile(r"[\\`*_&]")
_NO_SLUG = re.compile(r"[^\w-]+")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]{1,300})(?:\|[^\[\]]{0,300})?\]\]")


@dataclass(frozen=True, slots=True)
class Section:
    """One section; lines count from 1 within the page, `body_from` skips the heading's own."""

    ordinal: int
    level: int
    heading: str
    heading_path: tuple[str, ...]
    anchor: str
    line_from: int
    line_to: int
    text: str
    body: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body's sections in order, and the targets of its links as written, sorted."""

    sections: tuple[Section, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    line: int
    body_line: int
    level: int
    heading: str


class _Reader(MarkdownIt):
    """CommonMark, which leaves the target of a link as it is written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - its name there
        """Return a link's target."""
        return url


@cache
def _reader() -> MarkdownIt:
    made = _Reader("commonmark")
    made.core.ruler.at("inline", _inline)
    return made


def _inline(state: StateCore) -> None:
    """Read what stands within lines only where it may matter: it is half of all the work."""
    for place, token in enumerate(state.tokens):
        if token.type != "inline":
            continue
        heading = state.tokens[place - 1].type == "heading_open"
        if _MAY_LINK.search(token.content) or (heading and _MARKUP.search(token.content)):
            token.children = state.md.inline.parse(token.content, state.md, state.env, [])


def lines_of(text: str) -> list[str]:
    """Return a text's lines with their ends."""
    return _LINES.findall(text)


def parse(body: str, *, first_line: int = 1) -> Parsed:
    """Cut a Markdown body whose first line is the page's `first_line`."""
    tokens = _reader().parse(body)
    lines = lines_of(body)
    cuts = list(_cuts(tokens))
    if lines and (not cuts or cuts[0].line > 0):
        cuts.insert(0, _Cut(0, 0, 0, ""))
    return Parsed(tuple(_sections(lines, cuts, first_line)), tuple(sorted(set(_links(tokens)))))


def whole(body: str, *, first_line: int = 1) -> Parsed:
    """Return a body that is no Markdown as one section."""
    lines = lines_of(body)
    cuts = [_Cut(0, 0, 0, "")] if lines else []
    return Parsed(tuple(_sections(lines, cuts, first_line)), ())


def _cuts(tokens: Sequence[Token]) -> Iterator[_Cut]:
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map is not None:
            heading = _plain(tokens[place + 1])
            yield _Cut(token.map[0], token.map[1], int(token.tag[1:]), heading)


def _sections(lines: Sequence[str], cuts: Sequence[_Cut], first_line: int) -> Iterator[Section]:
    above: list[tuple[int, str]] = []
    seen: Counter[str] = Counter()
    ends = [*(cut.line for cut in cuts[1:]), len(lines)]
    # Without any cut there is no line either.
    for ordinal, (cut, end) in enumerate(zip(cuts, ends, strict=False)):
        if cut.level:
            above = [(level, heading) for level, heading in above if level < cut.level]
            above.append((cut.level, cut.heading))
        path = tuple(heading for _, heading in above)
        slug = "/".join(map(_slug, path))
        seen[slug] += 1
        yield Section(
            ordinal=ordinal,
            level=cut.level,
            heading=cut.heading,
            heading_path=path,
            anchor=slug if seen[slug] == 1 else f"{slug}~{seen[slug]}",
            line_from=first_line + cut.line,
            line_to=first_line + end - 1,
            text="".join(lines[cut.line : end]),
            body="".join(lines[cut.body_line : end]),
        )


def _links(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or ():
            href = child.attrs.get("href") if child.type == "link_open" else None
            if isinstance(href, str):
                yield href
        # Only text: what stands in code is no link. Brackets split text tokens, so they are joined.
        if token.type == "inline":
            text = "".join(child.content if child.type == "text" else "\n" for child in token.children or ())
            yield from (f"[[{found[1].strip()}]]" for found in _WIKI_LINK.finditer(text))


def _plain(token: Token) -> str:
    if not token.children:
        return " ".join(token.content.split())
    text = "".join(
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children
        if child.type != "html_inline"
    )
    return " ".join(text.split())


def _slug(heading: str) -> str:
    folded = unicodedata.normalize("NFC", heading).casefold()
    return _NO_SLUG.sub("-", folded).strip("-")
