"""Unified diffs of pages: what a change does, as people read changes.

Pure. What belongs here: the text of a diff. What does not: where the two versions come from.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from agnt_pipelines.wiki.sections import lines_of


def diff(before: str | None, after: str | None, was: str | None, path: str) -> str:
    """Return the unified diff of two versions of a page; None stands for there being none."""
    old, new = lines_of(before or ""), lines_of(after or "")
    names = (
        "/dev/null" if before is None else f"a/{was or path}",
        "/dev/null" if after is None else f"b/{path}",
    )
    return "".join(_ended(difflib.unified_diff(old, new, *names)))


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.endswith("\n"):
            yield line.replace("\r\n", "\n")
        elif line.endswith("\r"):
            yield line[:-1] + "\n"
        else:
            yield f"{line}\n\\ No newline at end of file\n"
