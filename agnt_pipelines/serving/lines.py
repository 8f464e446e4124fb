"""One line of JSON per row of a `source` table: what a valid line is, and why another is refused.

What belongs here: the line models, derived from `storage.tables.source` so that no column is said
twice, the values that nothing in the world can have, and the reasons of refusal. What does not: files
(`line_files`) and rows (`importing`), nor what a row means: an unknown status or direction is the
thinking's to refuse, as it would be in an operator's own tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any

import orjson
import sqlalchemy as sa
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PlainValidator,
    StringConstraints,
    ValidationError,
)
from pydantic import create_model as pydantic_model
from pydantic_core import ErrorDetails
from sqlalchemy.dialects.postgresql import JSONB

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import Base, role_of, table_of
from agnt_pipelines.storage.tables.source import SOURCE_MODELS

Row = tuple[Any, ...]

KINDS: tuple[str, ...] = tuple(SOURCE_MODELS)
"""What can be imported: the tables of `source`."""

ID_CHARS = 256
"""Longest id. Two of 4 bytes a character and a time still fit an entry of a B-tree (2,704 bytes)."""

LAST_YEAR = 2100
"""A later time is a slip, or a database's idea of never; some lie beyond what Bali's clocks can show."""

POSSIBLE: dict[tuple[str, str], tuple[int, int | None]] = {
    ("bookings", "party_size"): (1, None),
    ("bookings", "rating"): (1, 5),
    ("saved_preferences", "confidence"): (0, 1),
    ("venues", "lat"): (-90, 90),
    ("venues", "lon"): (-180, 180),
    ("a2a_envelopes", "ttl_ms"): (0, None),
}
"""(table, column) -> lowest and highest value, where the type alone allows nonsense."""

_BOM = b"\xef\xbb\xbf"
_NAMED = 5  # fields that a sentence names at most
_SHOWN = 60  # characters of a value that a sentence shows


class Reason(StrEnum):
    """Why a line was refused; counted in the report, kept in the quarantine."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    BAD_VALUE = "bad_value"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one line is no row, in a word and in a sentence."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class LineFormat:
    """The lines of one kind.

    Attributes:
        kind: its name, and its table's.
        table: where the rows go.
        model: a line's fields: the table's columns.
        key: names of the primary key's columns.
        person: the field that names the person a line is about, if lines are about persons.
        values: from a model to its row, in the order of the table's columns.
        key_of: from a row to its primary key.
    """

    kind: str
    table: sa.Table
    model: type[BaseModel]
    key: tuple[str, ...]
    person: str | None
    values: Callable[[BaseModel], Row]
    key_of: Callable[[Row], Row]

    def parse(self, raw: bytes) -> Row | Refusal:
        """Return a line's row, or why it has none; a byte order mark in front is none of its."""
        try:
            return self.values(self.model.model_validate_json(raw.removeprefix(_BOM)))
        except ValidationError as failure:
            return self._refusal(raw, failure.errors(include_url=False))

    def person_in(self, raw: bytes) -> str | None:
        """Return whom a refused line is about, as far as one can tell, so that it can be erased.

        A quote inside a JSON string is escaped, so the field's name is never found in a message.
        """
        if self.person is None:
            return None
        try:
            fields = orjson.loads(raw.removeprefix(_BOM))
        except orjson.JSONDecodeError:
            named = re.search(rb'"%b"\s*:\s*"([^"\\\x00-\x1f]+)"' % self.person.encode(), raw)
            found: object = named[1].decode(errors="replace") if named else None
        else:
            found = fields.get(self.person) if isinstance(fields, dict) else None
        usable = isinstance(found, str) and 0 < len(found) <= ID_CHARS and "\0" not in found
        return str(found) if usable else None

    def _refusal(self, raw: bytes, errors: list[ErrorDetails]) -> Refusal:
        if errors[0]["type"] == "json_invalid":
            return _unreadable(raw, errors[0]["msg"])
        unknown = [error for error in errors if error["type"] == "extra_forbidden"]
        if unknown:
            has = ", ".join(self.model.model_fields)
            return Refusal(Reason.UNKNOWN_FIELD, f"Unknown: {_named(unknown)}; {self.kind} has {has}.")
        missing = [error for error in errors if error["type"] == "missing"]
        if missing:
            return Refusal(Reason.MISSING_FIELD, f"Missing: {_named(missing)}.")
        return Refusal(Reason.BAD_VALUE, " ".join(map(_wrong, errors[:_NAMED])))


def format_of(kind: str) -> LineFormat:
    """Return the format of a kind.

    Raises:
        SettingsError: there is no such kind.
    """
    try:
        return _FORMATS[kind]
    except KeyError:
        message = f"There is no kind {kind!r} to import; the kinds are {', '.join(KINDS)}."
        raise SettingsError(message) from None


def _unreadable(raw: bytes, message: str) -> Refusal:
    try:
        raw.decode()
    except UnicodeDecodeError as failure:
        where = f"Byte {failure.start + 1} (0x{raw[failure.start]:02x}) of the line is not UTF-8."
        return Refusal(Reason.NOT_UTF8, where)
    return Refusal(Reason.NOT_JSON, f"{message}.")


def _named(errors: list[ErrorDetails]) -> str:
    names = ", ".join(_shown(error["loc"][0]) for error in errors[:_NAMED])
    return names if len(errors) <= _NAMED else f"{names} and {len(errors) - _NAMED} more"


def _wrong(error: ErrorDetails) -> str:
    if not error["loc"]:
        return "The line is JSON, but not an object with fields."
    because = error["msg"].removeprefix("Value error, ")
    if error["type"] == "string_pattern_mismatch":
        of_id = error["ctx"]["pattern"] == _VISIBLE
        because = _ID_RULE if of_id else "text cannot hold the character NUL"
    return f"{error['loc'][0]} is {_shown(error['input'])}: {because}."


def _shown(value: object) -> str:
    text = repr(value)  # escapes what PostgreSQL's text, or a terminal, could not take
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _instant(value: object) -> datetime:
    """Read a time; pydantic's own reading takes a string of digits for seconds since 1970."""
    if not isinstance(value, str):
        message = "a time is text, as 2026-11-22T09:30:00+08:00"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns only a ValueError into a refusal
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        message = "not a time as 2026-11-22T09:30:00+08:00"
        raise ValueError(message) from None
    if instant.tzinfo is None:
        message = "a time needs its UTC offset, as 2026-11-22T09:30:00+08:00"
        raise ValueError(message)
    message = f"a time lies in the years 1 to {LAST_YEAR}"
    try:
        utc = instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(message) from None
    if utc.year > LAST_YEAR:
        raise ValueError(message)
    return utc


def _storable(value: JsonValue) -> JsonValue:
    """Refuse what a column of JSON that must have a value cannot hold: null, or a NUL however deep."""
    if value is None:
        raise ValueError("a value is needed, {} if there is nothing to say")
    if b"\\u0000" in canonical.dump(value):
        message = "a JSON value cannot hold the character NUL"
        raise ValueError(message)
    return value


_NO_NUL = r"\A[^\x00]*\z"  # PostgreSQL's text cannot hold it; JSON's reader refuses lone surrogates
_TEXT = Annotated[str, StringConstraints(pattern=_NO_NUL)]
_UNSEEN = r"\p{Cc}\p{Cf}\p{Zl}\p{Zp}"  # controls, formats (zero width, direction), line separators
_VISIBLE = rf"\A[^{_UNSEEN}]*[^\s{_UNSEEN}][^{_UNSEEN}]*\z"
_ID_RULE = "an id has something to see, and no control or invisible character"
_ID = Annotated[str, StringConstraints(pattern=_VISIBLE, min_length=1, max_length=ID_CHARS)]
_INTEGER_MIN, _INTEGER_MAX = -(2**31), 2**31 - 1
_INSTANT = Annotated[datetime, PlainValidator(_instant)]
_JSON = Annotated[JsonValue, AfterValidator(_storable)]


def _field(column: sa.Column[Any]) -> tuple[Any, Any]:
    """Return a column as a field: (type, default); what may be null may be left out."""
    lowest, highest = POSSIBLE.get((column.table.name, column.name), (None, None))
    match column.type:
        case sa.DateTime():
            kind: Any = _INSTANT
        case sa.Boolean():
            kind = bool
        case sa.Integer():
            lowest = _INTEGER_MIN if lowest is None else lowest
            kind = Annotated[int, Field(ge=lowest, le=_INTEGER_MAX if highest is None else highest)]
        case sa.Float():
            kind = Annotated[float, Field(ge=lowest, le=highest, allow_inf_nan=False)]
        case JSONB():
            kind = _JSON
        case sa.Text():
            named = column.primary_key or column.name.endswith("_id")
            kind = _ID if named else _TEXT
        case other:
            message = f"{column}: a line has no field of type {other}"
            raise TypeError(message)
    if column.nullable:
        return kind | None, Field(None, description=column.comment)
    default = ... if column.server_default is None else _constant(column)
    return kind, Field(default, description=column.comment)


def _constant(column: sa.Column[Any]) -> bool | int | str:
    assert isinstance(column.server_default, sa.DefaultClause)
    default = str(column.server_default.arg)
    match column.type:
        case sa.Boolean():
            return {str(sa.false()): False, str(sa.true()): True}[default]
        case sa.Integer():
            return int(default)
        case _:
            return default


def _format(kind: str, mapped: type[Base]) -> LineFormat:
    table = table_of(mapped)
    fields: dict[str, Any] = {column.name: _field(column) for column in table.columns}
    model = pydantic_model(
        f"{mapped.__name__}Line",
        # Only names of fields stay in the reader's cache: nobody's words, and no growing memory.
        __config__=ConfigDict(strict=True, extra="forbid", frozen=True, cache_strings="keys"),
        __doc__=f"A line of {kind}.",
        __module__=__name__,
        **fields,
    )
    names = [column.name for column in table.columns]
    places = [names.index(column.name) for column in table.primary_key.columns]
    return LineFormat(
        kind=kind,
        table=table,
        model=model,
        key=tuple(names[place] for place in places),
        person=role_of(table).person,
        values=attrgetter(*names),
        key_of=lambda row: tuple(row[place] for place in places),
    )


_FORMATS = {kind: _format(kind, mapped) for kind, mapped in SOURCE_MODELS.items()}
