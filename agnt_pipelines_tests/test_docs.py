"""The pages hold against the code: every command, setting, table, file and name in them exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import click
import psycopg
import pytest

from agnt_pipelines.serving.cli import cli
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage import contract
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import upgrade
from agnt_pipelines.storage.server import ServerAddress, ensure_database
from agnt_pipelines.storage.tables import Kind, tables_of_kind
from agnt_pipelines.storage.tables.source import SOURCE_MODELS
from agnt_pipelines.timetable import TIMETABLE
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.pages import PAGES, ROOT, blocks, calls, links, named, spans

LAUNCHERS = {"AGNT_VENV", "AGNT_DAGSTER_PG_URL"}
"""Of `agnt` itself and of dagster.yaml: no settings of a process."""

FOREIGN = {"pg_dump"}
"""Names that pages use and nobody here gave."""

PLACEHOLDERS = {"JOB", "KIND"}
EXPORTED = {"observations", "user_memory", "soul_prompts", "quarantine"}
_SETTING = re.compile(r"\bAGNT_[A-Z][A-Z_]*[A-Z]\b")
_TABLE = re.compile(r"(?<![\w/.])(?:mind|source)\.[a-z][a-z0-9_]+\b(?!\()")
_MADE_TABLE = re.compile(r'__tablename__ = "(\w+)"')
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
_PATH = re.compile(r"(?:agnt_pipelines|agnt_pipelines_tests|benchmarks|docs|runbooks|\.ci)/[\w./-]*")

every_page = pytest.mark.parametrize("page", PAGES, ids=named)


@every_page
def test_every_command_of_a_page_exists_with_these_options_and_arguments(page: Path) -> None:
    for call in calls(page.read_text("utf-8")):
        refused = refusal(call.words, named_only=call.inline)
        assert refused is None, f"./agnt {' '.join(call.words)}: {refused}"


@pytest.mark.parametrize(
    "words",
    ["nonsense", "run", "run light_dream --nonsense", "faq approve", "holds approve a b", "run light_dreams",
     "import people FILE", "recommend ayu --limit many"],
)  # fmt: skip
def test_a_command_that_would_be_refused_is_noticed(words: str) -> None:
    assert refusal(words.split()) is not None


@every_page
def test_every_setting_of_a_page_exists(page: Path) -> None:
    known = {f"AGNT_{field.upper()}" for field in Settings.model_fields} | LAUNCHERS
    assert set(_SETTING.findall(page.read_text("utf-8"))) <= known


@every_page
def test_every_table_of_a_page_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {table.fullname for kind in Kind for table in tables_of_kind(kind)} | {"source.md"}
    known |= {f"mind.{name}" for block in python_blocks(text) for name in _MADE_TABLE.findall(block)}
    assert set(_TABLE.findall(text)) <= known


@every_page
def test_every_file_that_a_page_names_or_links_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    named_paths = [path for span in spans(text) for path in _PATH.findall(span) if span.startswith(path)]
    for target in links(text):
        assert (page.parent / target.partition("#")[0]).exists(), target
    for path in named_paths:
        assert (ROOT / path).exists(), path


@every_page
def test_every_name_that_a_page_speaks_of_is_a_word_of_the_code(page: Path) -> None:
    text = page.read_text("utf-8")
    names = {span for span in spans(text) if _NAME.fullmatch(span)}
    made_here = {word for block in python_blocks(text) for word in re.findall(r"\w+", block)}
    sensors = {f"{job.name}_stale" for job in TIMETABLE}
    assert names - words_of_the_code() - FOREIGN - sensors - made_here == set()


def test_code_on_pages_is_python_and_uses_what_there_is() -> None:
    pages = [page.read_text("utf-8") for page in PAGES]
    found = [block for text in pages for block in python_blocks(text)]
    assert found
    made_here = {word for block in found for word in definitions(ast.parse(block))}
    made_here |= {word for text in pages for span in spans(text) for word in re.findall(r"(\w+)\.py", span)}
    for block in found:
        used = {node.attr for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Attribute)}
        used |= {node.id for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Name)}
        assert used - made_here - words_of_the_code() == set()


def refusal(words: Sequence[str], *, named_only: bool = False) -> str | None:
    """Why the command line would not take these words, without doing what they ask; None if it would.

    `named_only`: a command without any argument only names it.
    """
    command: click.Command = cli
    context: click.Context | None = None
    left = list(words)
    try:
        while True:
            context = command.make_context(command.name or "agnt", left, parent=context)
            rest = [*context._protected_args, *context.args]
            if not isinstance(command, click.Group) or not rest:
                return _of_words(context)
            _, found, left = command.resolve_command(context, rest)
            assert found is not None
            command = found
    except click.exceptions.Exit:
        return None  # --help and --version end there
    except click.MissingParameter as failure:
        return None if named_only and not left else failure.format_message()
    except click.ClickException as failure:
        return failure.format_message()


def _of_words(context: click.Context) -> str | None:
    """Hold the arguments that only a running command checks against what they may be."""
    jobs = {job.name for job in TIMETABLE} | PLACEHOLDERS
    kinds = set(SOURCE_MODELS) | PLACEHOLDERS
    given = context.params
    match context.info_name:
        case "run" if given["job"] not in jobs:
            return f"no job {given['job']}"
        case "import" if given["kind"] not in kinds:
            return f"no kind {given['kind']}"
        case "export" if given["kind"] not in kinds | EXPORTED:
            return f"no kind {given['kind']}"
        case _:
            return None


def python_blocks(text: str) -> list[str]:
    """Return the Python on a page."""
    return [block.text for block in blocks(text) if block.language == "python"]


def definitions(tree: ast.AST) -> Iterator[str]:
    """Yield every name that code gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case _:
                pass


@cache
def words_of_the_code() -> frozenset[str]:
    """Every word in the code and its settings: what is renamed there leaves this set."""
    files = [*(ROOT / "agnt_pipelines").rglob("*.py"), *(ROOT / "agnt_pipelines").rglob("*.sql")]
    files += [ROOT / "dagster.yaml", ROOT / "pyproject.toml", *(ROOT / "benchmarks").rglob("*.py")]
    return frozenset(word for file in files for word in re.findall(r"\w+", file.read_text("utf-8")))


YOURS = """
CREATE SCHEMA app;
CREATE TABLE app.person (id uuid PRIMARY KEY, city text, locale text, agent_id bigint,
    removed_on timestamptz, joined_on timestamptz NOT NULL);
CREATE TABLE app.message (id bigint PRIMARY KEY, person_id uuid, agent_id bigint, chat_id uuid,
    from_person boolean NOT NULL, platform varchar(20), external boolean NOT NULL DEFAULT false,
    body text NOT NULL, place_id integer, pattern text, sent_at timestamp NOT NULL);
CREATE TYPE app.reservation_state AS ENUM ('PENDING', 'CONFIRMED');
CREATE TABLE app.reservation (id bigint PRIMARY KEY, person_id uuid, place_id integer,
    state app.reservation_state, confirmed_by_clock boolean, starts_at timestamptz, guests smallint,
    stars smallint, remark text, made_at timestamptz, touched_at timestamptz);
CREATE TABLE app.place (id integer PRIMARY KEY, handle text, title text, area text, sort text,
    latitude numeric, longitude numeric, agent_id bigint);
CREATE TABLE app.place_text (id bigint PRIMARY KEY, place_id integer, body text, written_at timestamptz);
CREATE TABLE app.memory (person_id uuid, key text, value text, confidence real, saved_by text,
    saved_at timestamptz);
CREATE TABLE app.envelope (id bigint PRIMARY KEY, protocol text, sender text, recipient text, intent text,
    payload jsonb, context jsonb, ttl_ms integer, sent text, state text);
INSERT INTO app.person VALUES ('6f0c2a4e-0000-4000-8000-000000000001', 'ubud', 'en', 7, NULL, '2026-01-01Z');
INSERT INTO app.message (id, person_id, agent_id, chat_id, from_person, platform, body, sent_at)
VALUES (1, '6f0c2a4e-0000-4000-8000-000000000001', 7, gen_random_uuid(), true, 'whatsapp',
        'I am allergic to peanuts', '2026-11-02 03:00');
"""
"""A platform of other names, as the page about your own data supposes."""

ROLE = "agnt_jobs"


@pytest.fixture
def yours(server: ServerAddress, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with the page's views and role in it, opened by that role."""
    (views, role, own_database) = _sql_of("your-data.md")
    name = "agnt_yours"
    _as_owner(server, "postgres", f"DROP DATABASE IF EXISTS {name}", "DROP DATABASE IF EXISTS dagster_yours",
              f"DROP ROLE IF EXISTS {ROLE}")  # fmt: skip
    ensure_database(server, name)
    _as_owner(server, name, YOURS, views, role)
    _as_owner(server, "postgres", own_database.replace("dagster", "dagster_yours"))
    theirs = ServerAddress(server.host, server.port, user=ROLE)
    monkeypatch.setenv("AGNT_DATABASE_URL", theirs.url(name))
    get_settings.cache_clear()
    opened = Database(theirs.url(name), application_name="tests")
    yield opened
    opened.close()
    get_settings.cache_clear()
    _as_owner(server, "postgres", f"DROP DATABASE {name}", "DROP DATABASE dagster_yours", f"DROP ROLE {ROLE}")


def test_the_views_and_the_role_of_the_page_are_all_that_a_run_needs(yours: Database) -> None:
    upgrade(yours)
    with yours.reading() as snapshot:
        assert contract.violations(snapshot) == []
    (monday, *_) = world.WEEK
    done = world.dream(yours, get_settings(), [monday])
    assert sum(one.added for one in done if one.derivation == "observations") == 1
    assert world.stale(yours, get_settings(), monday.end) == []


def test_the_role_of_the_page_may_not_touch_what_is_yours(yours: Database) -> None:
    forbidden = (
        "UPDATE source.venues SET name = 'x'",
        "DELETE FROM source.bookings",
        "SELECT FROM app.person",
        "CREATE TABLE source.mine (id text)",
    )
    for statement in forbidden:
        with yours.direct() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def _sql_of(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return [block.text for block in blocks(text) if block.language == "sql"]


def _as_owner(server: ServerAddress, database: str, *statements: str) -> None:
    with psycopg.connect(
        host=server.host, port=server.port, user=server.user, dbname=database, autocommit=True
    ) as connection:
        for statement in statements:
            connection.execute(statement.encode())
