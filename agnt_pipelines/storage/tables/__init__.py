"""The tables, one module per owner; every table says what kind of data it is.

`Kind` is the one list behind the replay law: STATE is compared byte for byte, INPUT is what the
law holds fixed, HISTORY is outside the bytes, SOURCE is never written by a job. A table with a
`person` column is emptied of a person when they are erased.

What belongs here: declarative models, constraints, comments. What does not: queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

MIND = "mind"
SOURCE = "source"


class Base(DeclarativeBase):
    """Declarative base; constraint names are derived, so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Kind(StrEnum):
    """What a table's rows are to the replay law."""

    SOURCE = "source"
    INPUT = "input"
    STATE = "state"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Role:
    """A table's role in the law.

    Attributes:
        kind: what its rows are.
        person: the column that names the person a row is about, if rows are about persons.
        scope: the column that names the unit of replacement where that is no person.
        people: further columns that name a person, where the unit is a scope: a row goes with any of them.
        also: further derivations that write scopes of the table, beside the one of its name.
        known_by: the table that holds a row of every person named here; None: this one does.
        window: the column that names the window a row belongs to; None in folds.
        history: columns outside the compared bytes (times, run ids) of a STATE table.
    """

    kind: Kind
    person: str | None = None
    scope: str | None = None
    people: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    known_by: str | None = None
    window: str | None = None
    history: frozenset[str] = frozenset()

    @property
    def unit(self) -> str:
        """The column that names the unit of replacement: the person's, or the scope's."""
        unit = self.person or self.scope
        assert unit is not None, "the table is written by no derivation"
        return unit

    def info(self) -> dict[str, Role]:
        """Return the entry for a table's `info`, from which `role_of` reads it back."""
        return {"role": self}


def role_of(table: sa.Table) -> Role:
    """Return the role that a table declared."""
    role = table.info["role"]
    assert isinstance(role, Role)
    return role


def table_of(model: type[Base]) -> sa.Table:
    """Return a model's table (typed: declarative leaves it a FromClause)."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


def tables_of_kind(kind: Kind) -> Iterator[sa.Table]:
    """Yield every table of one kind, by name; all owners' modules are imported here."""
    from agnt_pipelines.storage.tables import dreaming, faq, graph, replay, source, wiki  # noqa: F401, PLC0415

    for table in sorted(Base.metadata.tables.values(), key=lambda table: table.fullname):
        if role_of(table).kind is kind:
            yield table


def person_tables() -> Iterator[tuple[sa.Table, str]]:
    """Yield every table of ours that holds rows about persons, with each column that names one."""
    for kind in (Kind.INPUT, Kind.STATE, Kind.HISTORY):
        for table in tables_of_kind(kind):
            role = role_of(table)
            for person in (role.person, *role.people):
                if person is not None:
                    yield table, person


def scoped_derivations() -> list[str]:
    """Return the names of derivations whose units are scopes: those of their first tables, and others."""
    scoped = [table for table in tables_of_kind(Kind.STATE) if role_of(table).scope is not None]
    return [name for table in scoped for name in (table.name, *role_of(table).also)]
