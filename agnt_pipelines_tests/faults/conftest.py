"""One server to break, and a world before each job, for all fault tests of a worker."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.faults.__main__ import warm
from benchmarks.faults.receiver import Receiver
from benchmarks.faults.stages import Stages


@dataclass(frozen=True)
class Ground:
    """What fault tests stand on."""

    stages: Stages
    receiver: Receiver


@pytest.fixture(scope="package")
def ground() -> Iterator[Ground]:
    """Make it in a short path: as root the server is another account, and a socket's path is short."""
    folder = Path(tempfile.mkdtemp(prefix=f"agnt-faults-{os.getpid()}-"))
    folder.chmod(0o711)
    try:
        with warm(folder) as (stages, receiver):
            yield Ground(stages, receiver)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
