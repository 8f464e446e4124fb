"""Every setting of the platform, in one model: `AGNT_` environment variables with safe defaults.

What belongs here: what an operator may want to change. What does not: constants of the domain
(slots, time zone, windows), which live where they are used. `./agnt doctor` prints this table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agnt_pipelines.errors import SettingsError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of one process, read once from the environment."""

    model_config = SettingsConfigDict(env_prefix="AGNT_", env_ignore_empty=True, frozen=True, extra="ignore")

    state: Path = Field(
        PROJECT_ROOT / ".agnt", description="Folder of the embedded server, Dagster's files and logs."
    )
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL 15+ with pgvector for `source` and `mind`; empty: embedded server."
    )
    dagster_url: SecretStr | None = Field(
        None, description="Dagster's own database; empty: `<name>_dagster` beside the first one."
    )
    pg_bin: Path | None = Field(
        None, description="Folder with postgres and initdb, instead of the embedded wheel's."
    )
    pool_size: int = Field(
        3, ge=1, le=5, description="Connections this process keeps to the platform's database."
    )
    lock_wait_s: float = Field(60, ge=0, description="Seconds to wait for a held writer set.")
    lease_ttl_s: float = Field(30, gt=0, description="A heartbeat older than this is a dead run.")
    heartbeat_s: float = Field(
        5, gt=0, validate_default=True, description="Seconds between two beats of a running job."
    )
    hold_rows: int = Field(20, ge=0, description="A fold that loses more rows than this may be held.")
    hold_share: float = Field(
        0.10, ge=0, le=1, description="... and only if it also loses more than this share of its rows."
    )
    message_max_bytes: int = Field(
        65_536, ge=256, description="Longer messages are quarantined, not read (bytes of UTF-8)."
    )
    chunk_rows: int = Field(
        20_000, ge=100, description="Rows held in memory at once while streaming (memory's bound)."
    )
    fold_people: int = Field(
        2_000, ge=1, description="People folded in one transaction (memory's bound for folds)."
    )
    graph_increment_rows: int = Field(
        100_000, ge=0, description="Bookings and questions from which a build reads changed hours alone."
    )
    graph_engine: Literal["local", "spark"] = Field(
        "local",
        description="What adds up the graph's evidence: this process, or Spark (extra `spark`, Java 17).",
    )
    graph_exchange: str = Field(
        "",
        description="Folder, as a URL that fsspec and Spark both reach (s3://, file:///), for what goes to Spark "
        "and back; this platform's alone, as a build empties it; empty: in the state folder, for a master here.",
    )
    spark_master: str = Field("local[*]", description="Master of the Spark engine (spark://HOST:7077, yarn).")
    soul_prompt_tokens: int = Field(
        600, ge=50, description="Token budget of a soul prompt's memory block (UTF-8 bytes / 4)."
    )
    soul_prompt_hook: SecretStr | None = Field(
        None,
        description="URL to which the id of each person or agent whose prompt changed is POSTed, and no words, "
        "so that a cache elsewhere lets go of it; empty: nobody is told.",
    )
    wiki_url: SecretStr | None = Field(
        None, description="The wiki's repository (https, ssh, file URL or absolute path); empty: no wiki."
    )
    wiki_branch: str = Field("", description="The wiki's branch; empty: what its HEAD names.")
    wiki_forge: str | None = Field(
        None,
        description="The wiki's repository at its forge (https://api.github.com/repos/OWNER/NAME, or Gitea's "
        "https://HOST/api/v1/repos/OWNER/NAME), where pull requests are opened; empty: none are.",
    )
    wiki_forge_token: SecretStr | None = Field(
        None, description="Token that may push branches agnt/... to the wiki and open pull requests."
    )
    wiki_hold_pages: int = Field(10, ge=0, description="Removals of more pages than this may be held.")
    wiki_hold_share: float = Field(
        0.10, ge=0, le=1, description="... and only if they are also more than this share of the pages."
    )
    wiki_stale_days: int = Field(
        365,
        ge=0,
        description="Days without a change after which a page of the wiki is listed as stale; 0: never.",
    )
    wiki_search_entries: int = Field(
        5_000,
        ge=1,
        description="Entries of project memory that a search reads; of more, those with most of its words.",
    )
    faq_auto_approve: bool = Field(
        False,
        description="Approve FAQ candidates that may be approved and leave no doubt, without a person's look.",
    )
    faq_talk: str = Field(
        "",
        description="Conversations that the FAQ reads: agent=ID, channel=NAME, intent=NAME, separated by commas; of one "
        "sort any, of several sorts all. Empty: all in which a person wrote to an agent.",
    )
    faq_model: bool = Field(
        default=False,
        description="Whether a model reads support conversations beside the rules, where a key is set: one call each, "
        "of redacted text.",
    )
    faq_expire_weeks: int = Field(
        4,
        ge=1,
        description="Weeks after which a proposal that nobody decided about no longer waits, and after which the "
        "staged vectors of questions are forgotten.",
    )
    faq_wiki_page: str = Field(
        "",
        description="Path in the wiki (work/faq.md) at which each published FAQ is proposed as a pull request, "
        "where AGNT_WIKI_FORGE is set; empty: it is not.",
    )
    redact_names: str = Field(
        "", description="Names that are redacted wherever they stand in talk, separated by commas."
    )
    anthropic_api_key: SecretStr | None = Field(
        None, description="Key of the Anthropic API; empty: the offline writer does everything."
    )
    model_url: str = Field("", description="Address of the Anthropic API; empty: the public one.")
    model_small: str = Field("claude-haiku-5-5", description="Model of light dreaming.")
    model_usd_in: float = Field(0.10, ge=0, description="Price of its input, USD per million tokens.")
    model_usd_out: float = Field(0.50, ge=0, description="Price of its output, USD per million tokens.")
    model_usd_per_run: float = Field(
        5.0, ge=0, description="Most that one run may spend on a model, reckoned before anything is sent."
    )
    model_max_tokens: int = Field(4_096, ge=256, description="Longest answer of a model, tokens.")
    model_at_once: int = Field(4, ge=1, le=30, description="Calls of a model in flight at once.")
    model_timeout_s: float = Field(120, gt=0, description="Seconds to wait for an answer of a model.")
    model_retries: int = Field(
        2, ge=0, description="Further attempts after an answer that says to try again (429, 5xx, lost)."
    )
    model_stand_in: bool = Field(
        False,
        description="Where a model fails for a person, let the offline writer stand in, and say so; "
        "otherwise their window stays missing.",
    )
    now: datetime | None = Field(
        None, description="The world's now, for demos and benchmarks; empty: the clock's."
    )
    outside_agents: str = Field(
        "",
        description="Agents that are no person's and no venue's, separated by commas: their envelopes "
        "count in the graph. Other unknown agents may be deleted people's, and do not.",
    )
    paused: bool = Field(
        False,
        description="Pause every schedule and every sensor that starts runs. (`./agnt pause` does the same "
        "while everything runs.)",
    )
    piled_up: int = Field(
        1000, ge=1, description="Unread interactions of closed days at which a run is asked for at once."
    )
    allow_empty_users: bool = Field(
        False, description="Let an empty source.users erase every person in `mind`."
    )

    @field_validator("state", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("heartbeat_s", mode="after")
    @classmethod
    def _outlived(cls, value: float, others: ValidationInfo) -> float:
        ttl_s = others.data.get("lease_ttl_s")
        if ttl_s is not None and value >= ttl_s:
            message = f"{value:g} s between beats is not below AGNT_LEASE_TTL_S={ttl_s:g}: every run would pass for dead"
            raise ValueError(message)
        return value

    @field_validator("faq_talk", mode="after")
    @classmethod
    def _a_rule(cls, value: str) -> str:
        for word in filter(None, (word.strip() for word in value.split(","))):
            sort, _, chosen = word.partition("=")
            if sort.strip() not in {"agent", "channel", "intent"} or not chosen.strip():
                message = f"{word!r} is no rule: write agent=, channel= or intent= and a value"
                raise ValueError(message)
        return value

    @field_validator("now", mode="after")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            message = f"{value.isoformat()} has no UTC offset; write 2026-11-23T05:00:00+08:00"
            raise ValueError(message)
        return value


@cache
def get_settings() -> Settings:
    """Read the environment once; a bad value becomes one sentence that names the variable.

    Without AGNT_DATABASE_URL, what the state folder remembers of its embedded world counts where the
    environment is silent.

    Raises:
        SettingsError: a variable does not hold what its description asks for.
    """
    try:
        settings = Settings()
        kept = remembered_file(settings.state)
        embedded = settings.database_url is None and kept.exists()
        return Settings(_env_file=kept, _env_file_encoding="utf-8") if embedded else settings
    except ValidationError as failure:
        raise _wrong(failure.errors()[0]) from failure


def _wrong(error: ErrorDetails) -> SettingsError:
    """Return what an operator should read of a value that is none; where it stands, too."""
    name = "AGNT_" + "_".join(str(part) for part in error["loc"]).upper()
    if error["type"].startswith("datetime"):
        why = "this is no time; write it like 2026-11-23T05:00:00+08:00"
    else:
        why = error["msg"].removeprefix("Value error, ")
    if name in os.environ:
        return SettingsError(f"{name}={os.environ[name]!r}: {why}. Correct it or unset {name}.")
    return SettingsError(f"{name}={error['input']!r}: {why}. Correct it in embedded.env of the state folder.")


def remembered_file(state: Path) -> Path:
    """Return where a state folder keeps the settings that belong to its embedded database's world."""
    return state / "embedded.env"


def remember(state: Path, values: Mapping[str, str]) -> None:
    """Keep settings, by field, for every later command on a state folder; its environment still wins."""
    lines = [f"AGNT_{name.upper()}={_quoted(value)}\n" for name, value in values.items()]
    remembered_file(state).write_text("".join(lines), "utf-8")
    get_settings.cache_clear()


def _quoted(value: str) -> str:
    """Return a value as a dotenv file takes it literally."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
