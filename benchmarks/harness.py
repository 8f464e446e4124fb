"""What every benchmark shares: a fresh state with its own server, and the common figures."""

from __future__ import annotations

import hashlib
import os
import platform as machine
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.migrations import upgrade

_SAMPLE_S = 0.2
_PACKAGES = ("agnt-pipelines", "dagster", "sqlalchemy", "psycopg")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for; `say` reports progress, on stderr."""

    data: Path | None = None
    seed: int = 0
    say: Say = print
    extra: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str, default: int) -> int:
        """Return a further option as a number."""
        return int(self.extra.get(name, default))


@dataclass(slots=True)
class Peaks:
    """Largest proportional set size seen, MB: of our processes, and of PostgreSQL's."""

    ours: float = 0.0
    postgres: float = 0.0


@contextmanager
def fresh_platform(options: Options, **overrides: Any) -> Iterator[tuple[Settings, Database]]:
    """Yield an empty platform in a temporary state of its own, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="agnt-bench-") as folder:
        # The server may run as another account, which must be able to enter.
        Path(folder).chmod(0o711)
        own = {"state": Path(folder) / "state", "database_url": None, "dagster_url": None, **overrides}
        settings = Settings.model_validate(Settings().model_dump() | own)
        with connected(settings, announce=options.say) as database:
            upgrade(database)
            yield settings, database


def measured(name: str, options: Options, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run a benchmark and add what every benchmark reports."""
    started = time.perf_counter()
    with _sampling() as peaks:
        figures = run()
    return {
        "bench": name,
        "seed": options.seed,
        "data_sha256": None if options.data is None else digest(options.data),
        "seconds": round(time.perf_counter() - started, 3),
        "peak_rss_mb": round(peaks.ours, 1),
        "pg_peak_rss_mb": round(peaks.postgres, 1),
        "cores": os.cpu_count(),
        "versions": {"python": machine.python_version()} | {name: _version(name) for name in _PACKAGES},
        **figures,
    }


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files with their names, in order of name."""
    total = hashlib.sha256()
    files = [path] if path.is_file() else sorted(_files(path))
    for file in files:
        if file != path:
            total.update(str(file.relative_to(path)).encode())
        with file.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                total.update(block)
    return total.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, also behind links to folders, which a glob passes by."""
    for place, _, names in os.walk(folder, followlinks=True):
        yield from (Path(place) / name for name in names)


@contextmanager
def _sampling() -> Iterator[Peaks]:
    """Sample memory from a thread for as long as the block lasts."""
    peaks, stop = Peaks(), threading.Event()

    def sample() -> None:
        while not stop.wait(_SAMPLE_S):
            ours, postgres = _sizes()
            peaks.ours, peaks.postgres = max(peaks.ours, ours), max(peaks.postgres, postgres)

    thread = threading.Thread(target=sample, name="memory", daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        stop.set()
        thread.join()


def _sizes() -> tuple[float, float]:
    ours = postgres = 0.0
    me = psutil.Process()
    for process in [me, *me.children(recursive=True)]:
        try:
            size = process.memory_full_info().pss / 1e6
            is_postgres = process.name().startswith("postgres")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        ours += 0 if is_postgres else size
        postgres += size if is_postgres else 0
    return ours, postgres


def _version(package: str) -> str:
    try:
        return version(package)
    except ModuleNotFoundError:
        from agnt_pipelines import __version__  # noqa: PLC0415 - the checkout need not be installed

        return __version__
