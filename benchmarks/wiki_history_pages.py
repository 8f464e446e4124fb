"""Pages for a history that is made up: their texts, edits of them, names and bytes that are odd.

What belongs here: bytes of one page. What does not: which pages there are, and when (`wiki_histories`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

PAGE: Final = b"100644"
RUNNABLE: Final = b"100755"
SYMLINK: Final = b"120000"
GITLINK: Final = b"160000"

_WORDS: Final = (
    b"venue", b"booking", b"table", b"guest", b"deposit", b"sunset", b"quiet", b"garden", b"price", b"late",
    b"agent", "café".encode(), "cafe\u0301".encode(), "日本".encode(), b"[[home]]", b"[a](b.md)", b"`code`",
)  # fmt: skip
_ODD_NAMES: Final = (
    b"caf\xe9-%d.md", b"new\nline-%d.md", b"tab\t%d.md", b'quo"te-%d.md', b"back\\slash-%d.md", b"-dash-%d.md",
    b"--output=x-%d.md", b"100%%-%d.md", b"$(id)-%d.md", "café-%d.md".encode(), "cafe\u0301-%d.md".encode(),
    b"UPPER-%d.MD", b"%d.mdx", b"%d.rst", b"two.md.%d.md", b" space %d .md", b"\xe2\x80\xaegpj-%d.md",
)  # fmt: skip
_BROKEN: Final = (
    b"a\0b", b"caf\xe9\n", b"---\na: &a [x]\nb: [*a]\n---\n", b"---\na: !!python/name:os.system x\n---\n",
    b"---\na: 1\na: 2\n---\n# A\n", b"---\n- a\n---\n", b"---\na: [1\n---\n", b"---\n<<: {a: 1}\n---\n",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", b"\xff\xfe#\0", b"\xed\xa0\x80\n",
    b"---\na: " + b"x" * 17_000 + b"\n---\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file of a tree; a submodule's data is the commit it is at."""

    mode: bytes
    data: bytes


def page(dice: random.Random, number: int) -> bytes:
    """Return a new page; some end their lines otherwise, begin with a mark, are empty or of one line."""
    way = dice.random()
    if way < 0.03:
        return dice.choice((b"", b"\n", b"# Only\n", b"x", b"---\n---\n", b"\xef\xbb\xbf"))
    parts = [b"# Page %d\n\n%b\n" % (number, _words(dice))]
    parts += [_section(dice, section) for section in range(dice.randint(0, 7))]
    text = b"\n".join(parts)
    if way < 0.5:
        owner = dice.choice((b"owner: somebody", b"namespace: people", b"tags: [a, b]"))
        text = b"---\ntitle: Page %d\n%b\n---\n" % (number, owner) + text
    return dice.choice(_ENDS)(text) if way > 0.8 else text


def edited(dice: random.Random, data: bytes) -> bytes:
    """Return a page after an edit: some lines of it, its beginning, its end, or the way its lines end."""
    lines = data.splitlines(keepends=True)
    way = dice.random()
    if way < 0.1:
        return dice.choice(_ENDS)(data)
    if way < 0.15:
        return data.removeprefix(b"\xef\xbb\xbf") if data.startswith(b"\xef") else b"\xef\xbb\xbf" + data
    if way < 0.2:
        return b"---\ntitle: New\n---\n" + data
    if way < 0.35 or len(lines) < 4:
        return data + b"\n" + _section(dice, dice.randint(0, 99))
    for _ in range(dice.randint(1, max(1, len(lines) // 4))):
        place = dice.randrange(len(lines))
        lines[place] = dice.choice(
            (b"", _words(dice) + b"\n", lines[place] * 2, b"## " + _words(dice)[:20] + b"\n")
        )
    return b"".join(lines)


def broken(dice: random.Random) -> bytes:
    """Return bytes that are no page, each another one."""
    return dice.choice(_BROKEN)


def is_broken(data: bytes) -> bool:
    """Whether bytes are some of those."""
    return data in _BROKEN


def odd_name(dice: random.Random, number: int) -> bytes:
    """Return the name of a page that some tool would stumble on."""
    return dice.choice(_ODD_NAMES) % number


def _section(dice: random.Random, number: int) -> bytes:
    words = _words(dice)
    return dice.choice(
        (
            b"## Part %d\n\n%b\n" % (number, words),
            b"Part %d\n------\n\n%b\n" % (number, words),
            b"## Same\n\n- %b\n- %b\n" % (words, words[:30]),
            b"### Deep `%d`\n\n```sh\n# no heading\n%b\n```\n" % (number, words),
            b"#\tTab %d #\n%b\n" % (number, words),
            b"> ## Quoted\n> %b\n\n%b\n" % (words, words),
            b"<<<<<<< HEAD\n%b\n=======\nother\n>>>>>>> x\n" % words,
            b"## Long\n\n%b\n\n<!-- %d -->\n" % (b" ".join([words] * 30), number),
        )
    )


def _words(dice: random.Random) -> bytes:
    return b" ".join(dice.choices(_WORDS, k=dice.randint(3, 30)))


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _mixed(data: bytes) -> bytes:
    lines = data.splitlines()
    return b"".join(line + (b"\r\n", b"\n", b"\r")[place % 3] for place, line in enumerate(lines))


def _no_end(data: bytes) -> bytes:
    return data.rstrip(b"\r\n")


_ENDS: Final = (_crlf, _lf, _mixed, _no_end)
