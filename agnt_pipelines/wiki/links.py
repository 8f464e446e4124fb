"""Links between pages: what a target means, seen from the page it stands on.

Pure. A `[[name]]` is resolved exactly, then in the same folder, then by a unique file name; one that
several pages answer to is ambiguous, never guessed. What does not belong here: finding links
(`sections`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from agnt_pipelines.wiki import paths

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
_LANDING = {"readme", "index", "home", "_sidebar", "_footer"}
"""Pages that one comes to without a link."""


class Fate(StrEnum):
    """What became of a link."""

    FOUND = "found"
    BROKEN = "broken"
    AMBIGUOUS = "ambiguous"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A link's fate, and the path it leads to where there is one."""

    fate: Fate
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """All links of a wiki: the bad ones as (page, target), and pages that none leads to."""

    links: int
    broken: list[tuple[str, str]] = field(default_factory=list)
    ambiguous: list[tuple[str, str]] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


class Site:
    """The paths of all pages, by every name a link may call them."""

    def __init__(self, pages: Iterable[str]) -> None:
        """Index the paths: whole, without suffix, and by file name."""
        self._exact: dict[str, str] = {}
        self._named: dict[str, list[str]] = defaultdict(list)
        for path in sorted(pages):
            self._exact.setdefault(path, path)
            self._named[paths.stem_of(path).casefold()].append(path)
        for path in sorted(self._exact):
            folder, stem = paths.folder_of(path), paths.stem_of(path)
            self._exact.setdefault(paths.joined(folder, stem), path)

    def resolve(self, target: str, origin: str) -> Resolved:
        """Return what a target means on the page at `origin`."""
        wiki = target.startswith("[[")
        name = _name(target.removeprefix("[[").removesuffix("]]"), quoted=not wiki)
        if not name or (not wiki and (_SCHEME.match(target) or not _may_be_page(name))):
            return Resolved(Fate.ELSEWHERE)
        here = paths.joined(paths.folder_of(origin), name)
        order = (paths.joined("", name), here) if wiki else (here,)
        for candidate in order:
            if candidate in self._exact:
                return Resolved(Fate.FOUND, self._exact[candidate])
        if not wiki:
            return Resolved(Fate.BROKEN)
        return self._by_name(name)

    def survey(self, links: Mapping[str, Iterable[str]]) -> Survey:
        """Resolve every page's links: path -> targets."""
        total, led_to = 0, set[str]()
        broken, ambiguous = list[tuple[str, str]](), list[tuple[str, str]]()
        for origin, targets in sorted(links.items()):
            for target in targets:
                found = self.resolve(target, origin)
                total += found.fate is not Fate.ELSEWHERE
                if found.fate is Fate.BROKEN:
                    broken.append((origin, target))
                elif found.fate is Fate.AMBIGUOUS:
                    ambiguous.append((origin, target))
                elif found.path is not None and found.path != origin:
                    led_to.add(found.path)
        known = (path for path in links if paths.stem_of(path).casefold() not in _LANDING)
        return Survey(total, broken, ambiguous, sorted(path for path in known if path not in led_to))

    def _by_name(self, name: str) -> Resolved:
        found = self._named.get(paths.stem_of(name).casefold(), [])
        if "/" in name:
            wanted = paths.joined("", name)
            found = [path for path in found if path.startswith(wanted) or f"/{wanted}" in path]
        if len(found) == 1:
            return Resolved(Fate.FOUND, found[0])
        return Resolved(Fate.AMBIGUOUS if found else Fate.BROKEN)


def _name(target: str, *, quoted: bool) -> str:
    """Return a target without fragment and query, written as paths are."""
    plain = re.split(r"[#?]", target, maxsplit=1)[0].strip()
    return paths.to_text(unquote_to_bytes(plain) if quoted else plain.encode("utf-8", "replace"))


def _may_be_page(name: str) -> bool:
    suffix = _SUFFIX.search(name)
    return suffix is None or suffix[0].lower() in paths.PAGE_SUFFIXES
