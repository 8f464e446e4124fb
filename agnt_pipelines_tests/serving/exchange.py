"""Lines, and one database with a folder of files, for the tests of import and export."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from agnt_pipelines.serving.exporting import export_lines
from agnt_pipelines.serving.importing import ImportProgress, ImportReport, import_lines
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Quarantined

QUARANTINE = table_of(Quarantined)
NOON = "2026-11-22T12:00:00+08:00"


def user(name: str, **others: Any) -> dict[str, Any]:
    return {"id": name, "created_at": NOON, **others}


def interaction(number: int, content: str = "sunset drinks?", **others: Any) -> dict[str, Any]:
    required = {"id": f"m{number:06}", "direction": "inbound", "content": content, "created_at": NOON}
    return {"user_id": "u1", **required, **others}


def encoded(rows: Iterable[dict[str, Any] | bytes]) -> bytes:
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def silent(_progress: ImportProgress) -> None:
    pass


class Exchange:
    """One database and one folder of files."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder

    def file(self, content: bytes | Iterable[dict[str, Any] | bytes], name: str = "lines.jsonl") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else encoded(content))
        return path

    def load(
        self,
        kind: str,
        content: bytes | Iterable[dict[str, Any] | bytes],
        *,
        batch_rows: int = 100,
        progress: Callable[[ImportProgress], None] = silent,
        **options: Any,
    ) -> ImportReport:
        path = self.file(content)
        return import_lines(self.database, kind, path, progress=progress, batch_rows=batch_rows, **options)

    def dump(self, kind: str) -> bytes:
        out = io.BytesIO()
        count = export_lines(self.database, kind, out)
        assert out.getvalue().count(b"\n") == count
        return out.getvalue()

    def ids(self, kind: str) -> list[str]:
        return [json.loads(line)["id"] for line in self.dump(kind).splitlines()]

    def refused(self) -> list[Any]:
        order = sa.func.length(QUARANTINE.c.source_id), QUARANTINE.c.source_id
        with self.database.reading() as snapshot:
            return list(snapshot.execute(sa.select(QUARANTINE).order_by(*order)))
