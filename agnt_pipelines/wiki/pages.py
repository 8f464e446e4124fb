"""Pages: from the bytes of a blob to a page with sections, or to the reason why not.

Pure. What belongs here: limits, decoding, titles, namespaces, and what of a section is remembered.
What does not: where bytes come from, and rows.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

from agnt_pipelines.wiki import credentials, front_matter, paths, sections
from agnt_pipelines.wiki.front_matter import Bad, FrontMatter
from agnt_pipelines.wiki.sections import Section

MAX_BYTES: Final = 4_194_304
"""The longest page met in eleven real wikis has 1,383,737 bytes."""

GENERATED: Final = "generated"
OURS: Final = "agnt_pipelines"
"""Key and value of front matter by which a page that we made is known."""

_LFS: Final = b"version https://git-lfs.github.com/spec/"
NAMESPACES: Final = ("platform", "people", "work")


@dataclass(frozen=True, slots=True)
class Page:
    """One readable version of a page: `head_text` and the sections' texts are its bytes."""

    path: str
    namespace: str
    title: str
    sha256: str
    size: int
    head_text: str
    front_matter: FrontMatter | None
    sections: tuple[Section, ...]
    links: tuple[str, ...]

    @property
    def text(self) -> str:
        """The page, put together again."""
        return self.head_text + "".join(section.text for section in self.sections)

    @property
    def generated(self) -> bool:
        """Whether its front matter says that we made it: what it says is no further source of anything."""
        return (self.front_matter or {}).get(GENERATED) == OURS


def read(path: str, mode: str, data: bytes | None) -> Page | Bad:
    """Read a page; `data` is None where the blob is longer than what is read."""
    if mode not in paths.REGULAR_MODES:
        kind = {"120000": "symlink", "160000": "submodule"}.get(mode, "odd_mode")
        return Bad(kind, f"{path} is no regular file (mode {mode}): what it points to is not read.")
    if data is None or len(data) > MAX_BYTES:
        return Bad("page_too_long", f"More than {MAX_BYTES} bytes.")
    if data.startswith(_LFS):
        return Bad("lfs_pointer", "The file itself is in Git LFS, which is not fetched: put text into git.")
    if b"\0" in data:
        return Bad("page_nul", "The page holds a NUL byte: it is no text in UTF-8.")
    apart = front_matter.split(data)
    try:
        head, body = apart.head.decode("utf-8"), apart.body.decode("utf-8")
    except UnicodeDecodeError as failure:
        return Bad("page_not_utf8", f"Byte {failure.start + 1} is no UTF-8.")
    secret = credentials.first_secret(head + body)
    if secret is not None:
        return Bad(
            "page_secret", f"Line {secret.line} holds a secret ({secret.rule}): take it out, and revoke it."
        )
    meta = None if apart.block is None else front_matter.read(apart.block)
    if isinstance(meta, Bad):
        return meta
    cut = sections.whole if path.lower().endswith(".rst") else sections.parse
    parsed = cut(body, first_line=1 + len(sections.lines_of(head.removeprefix("\ufeff"))))
    digest = hashlib.sha256(data).hexdigest()
    title, namespace = _title(path, meta, parsed.sections), _namespace(path, meta)
    return Page(
        path, namespace, title, digest, len(data), head, meta, parsed.sections, parsed.links
    )  # fmt: skip


def remembered(section: Section) -> str:
    """Return what a section says, without its heading: NFC, lines ending in LF."""
    return "\n".join(map(plain, sections.lines_of(section.body))).strip()


def plain(line: str) -> str:
    """Return a line as it is remembered: NFC, without what is invisible at its end."""
    return unicodedata.normalize("NFC", line.rstrip())


def _namespace(path: str, meta: FrontMatter | None) -> str:
    """Return the first folder, else what front matter says, else platform."""
    first = path.partition("/")[0].lower() if "/" in path else ""
    said = str((meta or {}).get("namespace", "")).strip().lower()
    return next((name for name in (first, said) if name in NAMESPACES), NAMESPACES[0])


def _title(path: str, meta: FrontMatter | None, found: tuple[Section, ...]) -> str:
    said = (meta or {}).get("title")
    top = next((section.heading for section in found if section.level == 1 and section.heading), "")
    return (said.strip() if isinstance(said, str) else "") or top or paths.stem_of(path)
