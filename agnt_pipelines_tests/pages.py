"""Pages for people, read as data: the commands in them, their tables, and the names that they use.

What belongs here: taking a page apart. What does not: judging it (`test_docs`, `test_runbooks`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "runbooks").glob("*/SKILL.md")),
)
PROGRAM = "./agnt"

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_SHELL_ENDS = {"|", "||", "&&", ";", ">", ">>", "<", "2>"}
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Call:
    """Words after `./agnt`; inline, a command may be named without what it needs."""

    words: tuple[str, ...]
    inline: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it says it is, and its text."""

    language: str
    text: str


def named(page: Path) -> str:
    """The test's id of a page."""
    return page.relative_to(ROOT).as_posix()


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    return [Block(language, body) for language, body in _FENCE.findall(text)]


def spans(text: str) -> list[str]:
    """Return the inline code of a page, in order; what stands in fenced blocks is not inline."""
    return _SPAN.findall(_FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Return where a page's links lead, web addresses left out."""
    return [target for target in _LINK.findall(text) if "://" not in target]


def calls(text: str) -> Iterator[Call]:
    """Yield every call of the command line in a page's shell blocks and inline code."""
    for block in blocks(text):
        if block.language in {"sh", "console"}:
            for line in block.text.replace("\\\n", " ").splitlines():
                yield from _calls(line, inline=False)
    for span in spans(text):
        yield from _calls(span, inline=True)


def rows(text: str, first: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column has this heading, by heading."""
    lines = iter(text.splitlines())
    for line in lines:
        heads = _cells(line)
        if heads and heads[0] == first:
            next(lines)
            found = []
            for row in lines:
                if not row.startswith("|"):
                    break
                found.append(dict(zip(heads, _cells(row), strict=True)))
            return found
    raise AssertionError(f"no table begins with a column {first!r}")


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")] if "|" in line else []


def _calls(line: str, *, inline: bool) -> Iterator[Call]:
    if PROGRAM not in line or line.lstrip().startswith("#"):
        return
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    words = [word for word in lexer if word != "..."]
    while PROGRAM in words:
        words = words[words.index(PROGRAM) + 1 :]
        end = next((place for place, word in enumerate(words) if word in _SHELL_ENDS), len(words))
        yield Call(tuple(words[:end]), inline)
