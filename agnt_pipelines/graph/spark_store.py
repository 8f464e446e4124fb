"""Adding up on Spark: evidence goes out as Parquet, edges come back as columns.

Where `AGNT_GRAPH_ENGINE` is `spark`, the integers that one machine would sort are summed by the
expressions of `aggregates` on a cluster; Parquet under `AGNT_GRAPH_EXCHANGE` is what both sides read and
write, and holds numbers of nodes, never their names. What belongs here: files, and the session. What does
not: what is added up, and everything after it, which is the same code for either engine.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import fsspec
import ibis
import numpy as np
import pyarrow as pa
from ibis import expr
from numpy.typing import NDArray
from py4j.protocol import Py4JError
from pyarrow import dataset, parquet
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph import aggregates, weights
from agnt_pipelines.graph.columns import NEVER, Codes, Edges, Longs, Shares
from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.settings import Settings

_PIECES: Final = 1_000_000
"""Pieces of evidence that are kept in memory before they become a file (memory's bound: 30 MB)."""

_HADOOP: Final = {"s3": "s3a", "gcs": "gs", "az": "abfs"}
"""What Spark calls the schemes that fsspec calls otherwise."""


@dataclass(slots=True)
class Spark:
    """A session, and the folder of one build."""

    session: Any
    ibis: Any
    files: Any
    folder: str
    seen_as: str

    def write(self, name: str, columns: Mapping[str, Any]) -> None:
        """Write a file of a table's columns; `name` is table/file, without an ending."""
        path = f"{self.folder}/{name}.parquet"
        self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
        parquet.write_table(pa.table(dict(columns)), path, filesystem=self.files)

    def table(self, name: str) -> expr.types.Table:
        """Return a table that was written."""
        return self.ibis.read_parquet(f"{self.seen_as}/{name}")

    def computed(self, name: str, rows: expr.types.Table) -> Iterator[Any]:
        """Have an expression computed into Parquet, and yield it in record batches."""
        frame = self.session.sql(self.ibis.compile(rows))
        frame.write.mode("overwrite").parquet(f"{self.seen_as}/{name}")
        found = dataset.dataset(f"{self.folder}/{name}", filesystem=self.files, format="parquet")
        yield from found.to_batches()


@dataclass(slots=True)
class SparkHeap:
    """Evidence on its way to Spark, of which only the newest pieces are in memory (see `columns.Heap`)."""

    spark: Spark
    _waiting: list[tuple[Relation, Codes, Codes, Longs, Shares]] = field(default_factory=list)
    _pieces: int = 0
    _files: int = 0

    def put(self, relation: Relation, src: Codes, dst: Codes, at: Longs, share: Shares) -> None:
        """Add columns."""
        self._waiting.append((relation, src, dst, at, share))
        self._pieces += len(src)
        if self._pieces >= _PIECES:
            self._write()

    def edges(self, ranks: Codes, landmark: int) -> dict[Relation, Edges]:
        """Return one edge per relation and pair of nodes, ordered."""
        if self._pieces:
            self._write()
        if not self._files:
            return {}
        ages = weights.by_age()
        self.spark.write("ages/all", {"age": np.arange(len(ages)), "weight": ages})
        evidence, table = self.spark.table("evidence"), self.spark.table("ages")
        summed = aggregates.edges(evidence, table, landmark, len(ages) - 1)
        parts: dict[Relation, list[Edges]] = {}
        for batch in self.spark.computed("edges", summed):
            for relation, edges in _by_relation(batch):
                parts.setdefault(relation, []).append(edges)
        return {relation: _ordered(found, ranks) for relation, found in parts.items()}

    def _write(self) -> None:
        """Make a file of what waits."""
        relations = [np.full(len(src), place, np.int32) for place, (_, src, *_) in enumerate(self._waiting)]
        names = [relation.value for relation, *_ in self._waiting]
        src, dst, at, share = (
            np.concatenate([piece[column] for piece in self._waiting]) for column in (1, 2, 3, 4)
        )
        told = pa.DictionaryArray.from_arrays(np.concatenate(relations), names)
        timed = pa.array(at, mask=at == NEVER)
        columns = {"relation": told.cast(pa.string()), "src": src, "dst": dst, "at": timed, "share": share}
        self.spark.write(f"evidence/{self._files:06}", columns)
        self._files, self._pieces = self._files + 1, 0
        self._waiting.clear()


def co_visits(
    spark: Spark, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[Longs, Longs, Longs]:
    """Return (one, other, shared) of columns that share rows, in both directions.

    Args:
        spark: the session.
        rows, columns: of the entries of a binary matrix, each once.
    """
    spark.write("visits/all", {"src": rows, "dst": columns})
    found: list[tuple[Longs, Longs, Longs]] = []
    for batch in spark.computed("co_visits", aggregates.co_visits(spark.table("visits"))):
        one, other, shared = (_longs(batch, name) for name in ("one", "other", "shared"))
        found += [(one, other, shared), (other, one, shared)]
    if not found:
        nobody = np.empty(0, np.int64)
        return nobody, nobody, nobody
    one, other, shared = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return one, other, shared


@contextmanager
def connected(settings: Settings) -> Iterator[Spark]:
    """Open a session on `AGNT_SPARK_MASTER` and a folder of this build's own; both are gone afterwards.

    Raises:
        SettingsError: Spark cannot be reached, or the place of exchange cannot be written.
    """
    place = settings.graph_exchange or (settings.state / "graph-exchange").as_uri()
    try:
        plain, root = fsspec.core.url_to_fs(place)
        root = f"{root.rstrip('/')}/agnt-graph"
        _clear(plain, root)
        folder = f"{root}/{uuid.uuid4().hex}"
        plain.makedirs(folder)
    except (OSError, ValueError, ImportError) as failure:
        raise SettingsError(f"AGNT_GRAPH_EXCHANGE {place!r} cannot be used: {failure}.") from failure
    scheme = plain.protocol if isinstance(plain.protocol, str) else plain.protocol[0]
    seen_as = f"{_HADOOP.get(scheme, scheme)}://{folder.removeprefix(f'{scheme}://')}"
    with ExitStack() as stack:
        stack.callback(plain.rm, folder, recursive=True)
        ours = SparkSession.getActiveSession() is None
        session = _session(settings.spark_master)
        if ours:  # a session that was there before is somebody else's
            stack.callback(session.stop)
        yield Spark(session, ibis.pyspark.connect(session), plain, folder, seen_as)


def _session(master: str) -> Any:
    """Start a session; one on this machine listens on the loopback alone."""
    made = (
        SparkSession.builder.master(master).appName("agnt graph").config("spark.sql.session.timeZone", "UTC")
    )
    made = made.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        made = made.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    try:
        session = made.getOrCreate()
    except (PySparkException, Py4JError, OSError) as failure:
        message = f"No Spark answers at {master!r} (AGNT_SPARK_MASTER): is it there, and Java 17 here?"
        raise SettingsError(message) from failure
    session.sparkContext.setLogLevel("ERROR")
    return session


def _clear(files: Any, root: str) -> None:
    """Remove what builds left that were killed; of this platform, only the holder of the graph's lock comes here."""
    if files.exists(root):
        files.rm(root, recursive=True)


def _by_relation(batch: Any) -> Iterator[tuple[Relation, Edges]]:
    """Yield a batch's edges relation by relation, their ends numbered as they were met."""
    names = batch.column("relation").dictionary_encode()
    places = names.indices.to_numpy()
    columns = {name: _longs(batch, name) for name in ("src", "dst", "weight", "count", "first", "last")}
    for place, name in enumerate(names.dictionary.to_pylist()):
        which = places == place
        src, dst = columns["src"][which].astype(np.int32), columns["dst"][which].astype(np.int32)
        rest = [columns[column][which] for column in ("weight", "count", "first", "last")]
        yield Relation(name), Edges(src, dst, *rest)


def _longs(batch: Any, name: str) -> Longs:
    found: Longs = batch.column(name).cast("int64").fill_null(NEVER).to_numpy()
    return found


def _ordered(parts: list[Edges], ranks: Codes) -> Edges:
    """Return one relation's edges in the order of its ends' names."""
    names = ("src", "dst", "weight", "count", "first", "last")
    src, dst, weight, count, first, last = (
        np.concatenate([getattr(part, name) for part in parts]) for name in names
    )
    edges = Edges(ranks[src], ranks[dst], weight, count, first, last)
    return edges.at(np.lexsort((edges.dst, edges.src)))
