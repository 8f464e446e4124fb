"""Lines of our import kinds -> source tables, through the import that an operator uses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from agnt_pipelines.serving.importing import import_lines
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database


def load(
    database: Database, settings: Settings, lines: Iterable[tuple[str, dict[str, object]]]
) -> dict[str, dict[str, int]]:
    """Import lines, kind by kind; return kind -> {read, imported, quarantined}."""
    folder = settings.state / "lines"
    folder.mkdir(parents=True, exist_ok=True)
    streams = {}
    for kind, line in lines:
        if kind not in streams:
            streams[kind] = (folder / f"{kind}.jsonl").open("w", encoding="utf-8")
        streams[kind].write(json.dumps(line) + "\n")
    totals = {}
    for kind, stream in streams.items():
        stream.close()
        path = folder / f"{kind}.jsonl"
        done = import_lines(
            database, kind, path, progress=lambda _: None, batch_rows=10_000, state=settings.state
        )
        totals[kind] = dict(Counter(read=done.read, imported=done.imported, quarantined=done.refused))
        path.unlink()
    return totals
