"""The plan: what a head would change of the pages that readers have, as plain data.

Pure. What belongs here: telling additions, edits, moves and removals apart, and which of them wait.
What does not: rows and their difference (`replay.apply` writes that), and approval (`replay.holds`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from agnt_pipelines.wiki.identity import PageId


class Operation(StrEnum):
    """What happens to a page."""

    ADD = "add"
    EDIT = "edit"
    MOVE = "move"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Version:
    """Where a page is, and which blob it is; `mode` is git's."""

    path: str
    oid: str
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class PageChange:
    """One page's change; `waits` says why it is not applied by itself, empty where it is."""

    operation: Operation
    page_id: PageId
    path: str
    was: str | None
    waits: str = ""
    oid: str | None = None
    mode: str = "100644"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PagePlan:
    """All changes of a head, by path."""

    changes: tuple[PageChange, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, hex."""
        rows = [[getattr(change, name) for name in PageChange.__slots__] for change in self.changes]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """Return how many pages each operation concerns."""
        found = Counter(change.operation.value for change in self.changes)
        return {operation.value: found[operation.value] for operation in Operation}


def page_plan(
    standing: Mapping[PageId, Version],
    wanted: Mapping[PageId, Version],
    exceeded: Callable[[int, int], bool],
    refused: Collection[PageId] = (),
    notes: Mapping[PageId, str | None] | None = None,
) -> PagePlan:
    """Return what must change so that readers who have `standing` have `wanted`.

    `exceeded` judges (removals, pages); `refused` are pages whose wanted version is in quarantine;
    `notes` say what an operator should know of a page.
    """
    going = standing.keys() - wanted.keys()
    held = "held" if exceeded(len(going), len(standing)) else ""
    changes = [
        PageChange(Operation.REMOVE, page, standing[page].path, standing[page].path, held) for page in going
    ]
    for page, version in wanted.items():
        before = standing.get(page)
        if before is not None and (before.path, before.oid) == (version.path, version.oid):
            continue
        waits = "quarantined" if page in refused else ""
        was = before.path if before else None
        operation = _operation(before, version)
        note = (notes or {}).get(page)
        changes.append(PageChange(operation, page, version.path, was, waits, version.oid, version.mode, note))
    return PagePlan(tuple(sorted(changes, key=lambda change: (change.path, change.page_id))))


def _operation(before: Version | None, version: Version) -> Operation:
    if before is None:
        return Operation.ADD
    return Operation.MOVE if before.path != version.path else Operation.EDIT
