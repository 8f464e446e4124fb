"""The command line: `./agnt`, one module per family of commands.

What belongs here: which commands there are, and the order in which help tells of them. What does
not: what a command does. Nothing heavy is imported before a command is chosen, so that help starts
at once; a command imports what it needs when it runs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

import click

from agnt_pipelines import __version__
from agnt_pipelines.serving.cli.edge import PROGRAM, guarded


class Entry(NamedTuple):
    """Where a command is, and what help says of it without loading it."""

    module: str
    attribute: str
    does: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Look": {
        "status": Entry("status", "status", "Windows due, run and stale; holds, quarantine, leases."),
        "memory": Entry("memory", "memory", "What is known about a person, and the words behind it."),
        "recall": Entry("recall", "recall", "What a person said that answers a question."),
        "insights": Entry(
            "insights", "insights", "What weeks said of agents, and what the graph says of the network."
        ),
        "recommend": Entry("graph", "recommend", "Venues for a person, each with its path."),
        "similar": Entry("graph", "similar", "People whose taste is most like a person's."),
        "explain": Entry("graph", "explain", "One edge of the graph, and the rows it rests on."),
        "graph": Entry("graph", "graph", "The graph as a file: GraphML or Parquet."),
        "wiki": Entry("wiki", "wiki", "What the wiki's head would change, and what was changed when."),
        "quarantine": Entry("review", "quarantine", "What was refused, and why."),
        "doctor": Entry("doctor", "doctor", "Every setting and every check, with the way out."),
    },
    "Do": {
        "up": Entry("up", "up", "Database, daemon and Dagster's UI, until Ctrl-C."),
        "daemon": Entry("daemon", "daemon", "The schedules' daemon; a second one stands by."),
        "run": Entry("run", "run", "Run a job over a window, a range, or whatever is stale."),
        "pause": Entry("pause", "pause", "Pause every schedule and sensor, until resumed."),
        "resume": Entry("pause", "resume", "Let schedules and sensors start runs again."),
        "faq": Entry("faq", "faq", "Questions people ask: review, registry and page."),
        "serve": Entry("serve", "serve", "The published FAQ over HTTP, until Ctrl-C."),
        "holds": Entry("review", "holds", "Plans that wait for a person, and their approval."),
        "import": Entry("transfer", "import_", "Read a file of JSON lines into a source table."),
        "export": Entry("transfer", "export", "Write a table as JSON lines."),
        "migrate": Entry("migrate", "migrate", "Bring the databases to this code's revision."),
    },
    "Try and test": {
        "demo": Entry("demo", "demo", "Sixty days of a small Bali through every job, and what was learnt."),
        "test": Entry("develop", "test", "Linters, types, sizes and tests."),
        "bench": Entry("develop", "bench", "A benchmark: real data in, figures out."),
    },
}
_ENTRIES = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class LazyCommands(click.Group):
    """A group that knows its commands by name and loads the module of the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return every command, in the order of help."""
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command."""
        entry = _ENTRIES.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"{__name__}.{entry.module}")
        command = getattr(module, entry.attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands by section, without loading any."""
        width = max(map(len, _ENTRIES))
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), entry.does) for name, entry in entries.items()])

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Parse and run; every way to end becomes a sentence and an exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        parse: Callable[..., object] = super().main
        options = {**extra, "prog_name": PROGRAM, "standalone_mode": False}
        sys.exit(guarded(lambda: parse(arguments, **options), arguments))


@click.group(
    cls=LazyCommands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--debug", is_flag=True, help="Show the traceback of whatever goes wrong.")
@click.version_option(__version__, message="%(version)s")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:  # noqa: ARG001, FBT001 - read by the edge
    """The background thinking of a fleet of agents: talk in, memory with evidence out.

    \b
    To begin with:
      ./agnt demo      a small world, dreamt before your eyes; needs nothing
      ./agnt doctor    what is set, what works, and the way out of what does not

    Every command takes --json: one object on standard output, all else on standard error. Exit
    codes: 0 done, 1 failed, 2 wrong use or settings, 130 stopped by Ctrl-C.
    """  # noqa: D301 - click's mark for a block that is not wrapped
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> NoReturn:
    """Run the command line; never returns."""
    cli.main()
    raise AssertionError  # cli.main exits
