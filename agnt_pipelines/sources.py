"""The operational tables as external assets: what the platform reads and does not make.

What belongs here: their specs and what an observation of them says. What does not: their columns
(`storage.tables.source`), and reading their rows (the wings' stores).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.catalogue import description, table_metadata
from agnt_pipelines.storage.tables import Kind, role_of, tables_of_kind

GROUP = "sources"
OWNER = "team:platform"
CONTRACT_VERSION = "1"
"""Of docs/source.md: raised where a column is added, dropped or read otherwise."""

RUNBOOK = "docs/source.md"


def key_of(table: str) -> dg.AssetKey:
    """Return the key of a source's asset."""
    return dg.AssetKey([GROUP, table])


def specs() -> list[dg.AssetSpec]:
    """Return one external asset for each table of `source`."""
    return [
        spec_of(
            table.name,
            what=table.comment or "",
            writer="the platform writes it, through the day",
            kinds={"postgres", "table"},
            pii="yes" if role_of(table).person else "no",
            metadata=table_metadata(table),
        )
        for table in tables_of_kind(Kind.SOURCE)
    ]


def spec_of(
    name: str, *, what: str, writer: str, kinds: set[str], pii: str, metadata: dict[str, Any] | None = None
) -> dg.AssetSpec:
    """Return the external asset of one thing that we read and others write."""
    parts = (
        "nothing of ours",
        f"{writer}; never one of our jobs",
        "observed every 5 minutes" if metadata else "observed whenever its head is recorded",
        "none",
        "none, for nothing of ours writes it",
        f"`{RUNBOOK}`",
    )
    return dg.AssetSpec(
        key_of(name),
        group_name=GROUP,
        kinds=kinds,
        owners=[OWNER],
        tags={"tier": "source", "lock": "none", "pii": pii},
        code_version=CONTRACT_VERSION,
        description=description(what, parts),
        metadata={"runbook": dg.MetadataValue.path(RUNBOOK), **(metadata or {})},
    )


def observations(connection: Connection) -> Iterator[dg.AssetObservation]:
    """Yield what each source table looks like now: rows (estimated by PostgreSQL) and newest row."""
    for table in tables_of_kind(Kind.SOURCE):
        estimate = sa.text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
        rows = connection.scalar(estimate, {"name": table.fullname})
        metadata: dict[str, dg.MetadataValue] = {"rows_estimated": dg.MetadataValue.int(max(rows or 0, 0))}
        if "created_at" in table.c:
            newest = connection.scalar(sa.select(sa.func.max(table.c.created_at)))
            if newest is not None:
                metadata["newest"] = dg.MetadataValue.timestamp(newest)
        yield dg.AssetObservation(asset_key=key_of(table.name), metadata=metadata)
