"""The operational tables as external assets: what the platform reads and does not make.

What belongs here: their specs and what an observation of them says. What does not: their columns
(`storage.tables.source`), and reading their rows (the wings' stores).
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.storage.tables import Kind, tables_of_kind

GROUP = "sources"


def key_of(table: str) -> dg.AssetKey:
    """Return the key of a source table's asset."""
    return dg.AssetKey([GROUP, table])


def specs() -> list[dg.AssetSpec]:
    """Return one external asset for each table of `source`."""
    return [
        dg.AssetSpec(
            key_of(table.name),
            group_name=GROUP,
            kinds={"postgres", "table"},
            owners=["team:platform"],
            tags={"tier": "source"},
            description=f"{table.comment} **Reads** nothing of ours: the platform writes it.",
            metadata={"dagster/table_name": table.fullname},
        )
        for table in tables_of_kind(Kind.SOURCE)
    ]


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
