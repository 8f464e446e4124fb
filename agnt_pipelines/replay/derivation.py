"""What a job derives, and the plain data of a plan.

A `Derivation` ties inputs to the tables they determine, per (window, unit); a `Plan` says which
rows some units of one window shall have. What does not belong here: SQL that writes (`apply`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import sqlalchemy as sa

from agnt_pipelines.replay.windows import Calendar

Row = tuple[Any, ...]
"""Values in the order of the table's columns."""

NAMESPACE = UUID("8a1f2a52-6f0e-5c1e-9b1b-5a0a6d1f7c11")
"""Namespace of every uuid5 of ours."""


def content_id(*parts: object) -> UUID:
    """Return the uuid5 of some parts: the same content has the same id in every run."""
    return uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts))


@dataclass(frozen=True, slots=True)
class InputSource:
    """Rows that a window reads: a select of (at, unit, row_id, content), content as text.

    Rows of people who are gone are not read: `unit` names the person, or, where the unit is a
    scope, a further column `person` does (null: nobody's).

    With a `shift` they stand beside the window that reads them: those are read that come into another
    window when `at` is moved by it, by that window, for units that have rows of their own there.
    """

    name: str
    rows: sa.Select[Any]
    shift: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class PruneLimit:
    """Units whose inputs are gone lose their rows by themselves up to max(`units`, `share` of all).

    Those that go `freely` are neither judged nor counted.
    """

    units: int
    share: float
    freely: tuple[str, ...] = ()

    def exceeded(self, going: int, total: int) -> bool:
        """Whether so many of so many units must wait; the last unit never goes by itself."""
        return going > max(self.units, self.share * total) or 0 < total <= going


@dataclass(frozen=True, slots=True)
class Derivation:
    """What an asset derives.

    Attributes:
        name: the asset's, and the key of its completions.
        job: whose hash chain its changes are logged in.
        writer_set: the pool, lock and lease that its writers share.
        version: of code, prompts, embedder and the settings that shape its rows.
        tables: the STATE tables it alone writes; each has the unit in its role's person column.
        calendar: its windows; None for a fold over all windows.
        sources: what its windows read.
        upstream: the derivation whose windows a fold reads; of a windowed one, what is run before it.
        digests: (window_key, unit, digest_in) of what it reads, where neither of them says it.
        logs_values: whether the delta log holds its rows, or their number and digest alone.
        held: whether losing rows makes readers poorer, so that a large loss waits for approval.
        prunes: how many of a fold's units may go at once; more of them wait for approval together.
        whole: whether its units make sense together only, so that one that waits holds them all.
        follows: the derivation whose rows alone it is made of, so that a loss approved there is one here;
            None where it reads sources.
        announces: the kind of letter that is written about each unit whose rows change; None: none is.
    """

    name: str
    job: str
    writer_set: str
    version: str
    tables: tuple[sa.Table, ...]
    calendar: Calendar | None
    sources: tuple[InputSource, ...] = ()
    upstream: Derivation | None = None
    digests: sa.Select[Any] | None = None
    logs_values: bool = True
    held: bool = False
    prunes: PruneLimit | None = None
    whole: bool = False
    follows: str | None = None
    announces: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something the thinking met and refused, for the quarantine."""

    source: str
    source_id: str
    unit: str | None
    reason: str
    detail: str | None = None
    raw: bytes | None = None


@dataclass(slots=True)
class Plan:
    """The rows that some units of one window shall have, and nothing about how they get there.

    Attributes:
        derivation: what is derived.
        window_key: the window; FOLD for a fold.
        units: every unit the plan decides, with the digest of the inputs it was made from; None
            where the inputs are gone, so that the unit's rows go too.
        rows: per table and unit; a unit without an entry shall have no rows.
        refused: what to quarantine.
        counts: further numbers for the completion row (rejections by reason, ...).
        watermark: event time of the newest row read.
    """

    derivation: Derivation
    window_key: str
    units: Mapping[str, str | None]
    rows: dict[sa.Table, dict[str, list[Row]]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    watermark: datetime | None = None

    def put(self, table: sa.Table, unit: str, rows: Iterable[Row]) -> None:
        """Say which rows a unit shall have in a table (adding to what was said before)."""
        self.rows.setdefault(table, {}).setdefault(unit, []).extend(rows)

    def count(self, name: str, by: int = 1) -> None:
        """Add to one of the plan's counts."""
        self.counts[name] = self.counts.get(name, 0) + by

    def rows_of(self, table: sa.Table, unit: str) -> Sequence[Row]:
        """Return the rows planned for a unit."""
        return self.rows.get(table, {}).get(unit, ())


class Fate(NamedTuple):
    """What became of one unit: rows it has, and those of them that are new, those changed, and rows gone."""

    rows: int
    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(slots=True)
class Applied:
    """What an apply did: rows by fate, units by fate, and the plan's own counts.

    `fates` says it unit by unit of a derivation that is made whole, whose units are nobody.
    """

    derivation: str
    window_key: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    units: int = 0
    units_changed: int = 0
    units_held: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    watermark: datetime | None = None
    fates: dict[str, Fate] = field(default_factory=dict)

    def only(self, units: Collection[str]) -> Applied:
        """Return what was done to some units of a derivation that is made whole."""
        fates = {unit: fate for unit, fate in self.fates.items() if unit in units}
        rows, added, changed, removed = (sum(column) for column in zip(Fate(0), *fates.values(), strict=True))
        return replace(
            self,
            added=added,
            changed=changed,
            removed=removed,
            unchanged=rows - added - changed,
            units=len(fates),
            units_changed=sum(any(fate[1:]) for fate in fates.values()),
            units_held=len(fates) if self.units_held else 0,
            fates=fates,
        )

    def add(self, other: Applied) -> None:
        """Add what a further apply of the same window or fold did."""
        for name in ("added", "changed", "removed", "unchanged", "units", "units_changed", "units_held"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, number in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def numbers(self) -> dict[str, int]:
        """Return every number under the name it has in run metadata."""
        return {
            "rows_added": self.added,
            "rows_changed": self.changed,
            "rows_removed": self.removed,
            "rows_unchanged": self.unchanged,
            "units": self.units,
            "units_changed": self.units_changed,
            "units_held": self.units_held,
            **self.counts,
        }
