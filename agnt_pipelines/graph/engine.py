"""Which machine adds up: this process, or Spark.

What belongs here: the choice, by `AGNT_GRAPH_ENGINE`. What does not: either engine.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph.columns import Heap, Longs, MemoryHeap
from agnt_pipelines.graph.likeness import Counter
from agnt_pipelines.settings import Settings


@contextmanager
def heap(settings: Settings) -> Iterator[Heap]:
    """Yield where a build's evidence is kept until it is added up.

    Raises:
        SettingsError: Spark is asked for, and something that it needs is not there.
    """
    if settings.graph_engine == "local":
        yield MemoryHeap()
        return
    spark_store = require_spark()
    with spark_store.connected(settings) as spark:
        yield spark_store.SparkHeap(spark)


def counter(settings: Settings) -> Counter | None:
    """Return what counts co-visits elsewhere, which connects when it is called; None: this process does.

    Raises:
        SettingsError: as above.
    """
    if settings.graph_engine == "local":
        return None
    spark_store = require_spark()

    def count(rows: Longs, columns: Longs) -> tuple[Longs, Longs, Longs]:
        with spark_store.connected(settings) as spark:
            one, other, shared = spark_store.co_visits(spark, rows, columns)
        return one, other, shared

    return count


def require_spark() -> ModuleType:
    """Return the module that speaks to Spark.

    Raises:
        SettingsError: what it needs is not installed.
    """
    try:
        from agnt_pipelines.graph import spark_store
    except ModuleNotFoundError as missing:
        raise SettingsError(
            f"AGNT_GRAPH_ENGINE=spark needs {missing.name}, which is not installed: install it by "
            "`.venv/bin/pip install --require-hashes -r requirements-spark.lock` (the extra `spark`), or leave the "
            "setting empty."
        ) from None
    if shutil.which("java") is None:
        message = "AGNT_GRAPH_ENGINE=spark needs Java 17, and there is no `java` on PATH: install it."
        raise SettingsError(message)
    return spark_store
