"""What commands print: results on stdout, everything else on stderr; tables for people, or one JSON.

What belongs here: streams, tables, and how times, ids and other people's words are shown. What does
not: which figures a command shows.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import click

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PIPED_WIDTH = 110
_NARROW = 70
_UNBROKEN = {"id", "slot", "since", "until", "when", "job", "asset", "reason", "result"}
"""Columns of short words, which are of no use in two halves."""

_JOINER = "\u200d"  # of emoji: invisible, and harmless

json_option: Callable[[_Command], _Command] = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output."
)


def say(text: str) -> None:
    """Tell something on the way, on stderr."""
    click.echo(clean(text), err=True)


def emit(result: Mapping[str, object]) -> None:
    """Print the one JSON object of a command."""
    spoken = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(plain(result), ensure_ascii=not spoken, indent=2))


def plain(value: object) -> Any:
    """Return a value in JSON's types: dataclasses as objects, times as ISO 8601, enums by value."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case UUID() | Path():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            return value


def show(*renderables: RenderableType) -> None:
    """Print results for a person, on stdout."""
    console = console_of(sys.stdout)
    for renderable in renderables:
        # A sentence may hold a command to copy: the terminal wraps it, we put no line break into it.
        console.print(renderable, markup=False, highlight=False, soft_wrap=isinstance(renderable, str))


def console_of(stream: IO[str]) -> Console:
    """Return a console on a stream; where no terminal tells its width, lines are of one for logs."""
    from rich.console import Console

    wide = None if stream.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH
    return Console(file=stream, width=wide, highlight=False, markup=False, emoji=False, soft_wrap=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Titled:
    """A table below its title, which is as long as it is, however narrow the table."""

    title: str
    body: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Render the title, then the table."""
        from rich.text import Text

        if options.max_width < _NARROW:  # then it is better folded than cut off
            for column in self.body.columns:
                column.no_wrap = False
        yield Text(clean(self.title), style="bold")
        yield self.body


def table(title: str, *columns: str, right: Iterable[str] = ()) -> Titled:
    """Return an empty table without frames; columns named in `right` hold numbers."""
    from rich import box
    from rich.table import Table

    body = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    numbers = set(right)
    for column in columns:
        body.add_column(
            column,
            justify="right" if column in numbers else "left",
            overflow="fold",
            no_wrap=column in numbers | _UNBROKEN,
        )
    return Titled(title, body)


def row(made: Titled, *cells: object, style: str | None = None) -> None:
    """Add a row; whatever text is in it is shown as text, never obeyed."""
    from rich.text import Text

    made.body.add_row(*(Text(cell_text(cell)) for cell in cells), style=style)


def cell_text(cell: object) -> str:
    """Return a value as a table shows it: WITA times, eight characters of an id, grouped numbers."""
    match cell:
        case None:
            return ""
        case datetime():
            return wita(cell)
        case UUID():
            return short(cell)
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:.2f}"
        case _:
            return clean(str(cell))


def wita(instant: datetime | None) -> str:
    """Return an instant as Bali's clocks show it."""
    from agnt_pipelines.replay.windows import WITA

    return "" if instant is None else f"{instant.astimezone(WITA):%Y-%m-%d %H:%M}"


def short(identity: object) -> str:
    """Return the first eight characters of an id or hash."""
    return str(identity)[:8]


def clean(text: str) -> str:
    """Return text that cannot steer a terminal: control and direction characters are replaced."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in f"\n{_JOINER}" else " " if char.isspace() else "\ufffd"
        for char in text
    )


def age(seconds: float | None) -> str:
    """Return a span of time in the largest unit that says enough."""
    if seconds is None:
        return "never"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def counted(number: int, thing: str) -> str:
    """Return a number with what is counted, in the plural where it is one."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
