"""Front matter: the YAML block that a page may begin with, split off on bytes and read with care.

Pure. Every scalar is text (`no` is no boolean), so that reading depends on no YAML version. Anchors,
aliases, tags and merge keys are refused while events are scanned, before anything is built: eight
lines of them can hang a loader. What does not belong here: what the keys mean (`pages`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

MAX_BYTES: Final = 16_384
MAX_DEPTH: Final = 8
MAX_EVENTS: Final = 2_000

BOM: Final = b"\xef\xbb\xbf"
_OPENING = re.compile(rb"---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_LINE_END = re.compile(rb"\r\n?|\n")

FrontMatter = dict[str, Any]
"""Keys to text, lists of it, or mappings of it."""


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a page cannot be read: a short word for counting, and a sentence for the operator."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Split:
    """A page's bytes taken apart: `head` + `body` are the page; `block` is the YAML within `head`."""

    head: bytes
    block: bytes | None
    body: bytes


def split(data: bytes) -> Split:
    """Take a page apart; a first line of three dashes that nothing closes is the body's own."""
    start = len(BOM) if data.startswith(BOM) else 0
    opening = _OPENING.match(data, start)
    # A bare CR ends a line too, which a regular expression's ^ does not know.
    closing = _closing(data, opening.end()) if opening else None
    if opening is None or closing is None:
        return Split(data[:start], None, data[start:])
    block, end = data[opening.end() : closing[0]], closing[1]
    return Split(data[:end], block, data[end:])


def read(block: bytes) -> FrontMatter | Bad:
    """Return a block's mapping, or why there is none."""
    if len(block) > MAX_BYTES:
        return Bad("front_matter_too_long", f"{len(block)} bytes; {MAX_BYTES} are read.")
    try:
        text = _LINE_END.sub(b"\n", block).decode("utf-8")
        found = _refused(text)
        if found is not None:
            return found
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except UnicodeDecodeError:
        return Bad("front_matter_not_utf8", "The front matter is no UTF-8 text.")
    except yaml.YAMLError as failure:
        return Bad("front_matter_malformed", " ".join(str(failure).split())[:200])
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        return Bad("front_matter_no_mapping", "The front matter is no list of keys with values.")
    return _mapping(node)


def _closing(data: bytes, start: int) -> tuple[int, int] | None:
    if b"\r" in data[start:]:
        place = start
        for found in _LINE_END.finditer(data, start):
            if _CLOSING.fullmatch(data[place : found.end()]):
                return place, found.end()
            place = found.end()
        last = _CLOSING.fullmatch(data[place:])
        return (place, len(data)) if last else None
    closing = _CLOSING.search(data, start)
    return closing.span() if closing else None


def _refused(text: str) -> Bad | None:
    """Scan events, building nothing; return what a page may not contain."""
    depth = 0
    for number, event in enumerate(_events(text)):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return Bad("front_matter_alias", "Anchors and aliases are not read.")
        if getattr(event, "tag", None):
            return Bad("front_matter_tag", f"The tag {event.tag} is not read.")
        if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.style is None:
            return Bad("front_matter_merge", "Merge keys are not read.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or number > MAX_EVENTS:
            return Bad("front_matter_too_deep", f"More than {MAX_DEPTH} levels or {MAX_EVENTS} items.")
        if _NO_TEXT.search(getattr(event, "value", None) or ""):
            return Bad("front_matter_no_text", "A value holds a NUL character or half a pair of surrogates.")
    return None


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=yaml.BaseLoader)


def _mapping(node: yaml.MappingNode) -> FrontMatter | Bad:
    found: FrontMatter = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            return Bad("front_matter_key", "A key is no plain text.")
        if key.value in found:
            return Bad("front_matter_key_twice", f"The key {key.value[:80]!r} is there twice.")
        plain = _plain(value)
        if isinstance(plain, Bad):
            return plain
        found[key.value] = plain
    return found


def _plain(node: yaml.Node) -> Any | Bad:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        items = [_plain(item) for item in node.value]
        return next((item for item in items if isinstance(item, Bad)), items)
    return node.value
