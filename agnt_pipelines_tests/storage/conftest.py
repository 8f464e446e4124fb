"""Fixtures of the storage tests."""

from __future__ import annotations

import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agnt_pipelines.storage.server import serving
from agnt_pipelines_tests.storage.server_house import (
    FOLDERS,
    ROOT,
    House,
    python_of,
    quiet,
)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """Return a data folder, made once and copied, as initdb is slow."""
    folder = Path(tempfile.mkdtemp(prefix="agnt-test-", dir=FOLDERS))
    folder.chmod(0o711)
    with serving(folder, durable=False, announce=quiet):
        pass
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def house(template: Path) -> Iterator[House]:
    """Return a place for processes of our own user."""
    house = House(template)
    yield house
    house.close()


@pytest.fixture(params=["root", "ordinary user"])
def any_house(request: pytest.FixtureRequest, template: Path) -> Iterator[House]:
    """Return a place for processes of root, which must lend the server an account, or of a user."""
    if request.param == "root" and not ROOT:
        pytest.skip("needs root")
    if request.param == "ordinary user" and ROOT:
        user = pwd.getpwnam("nobody").pw_uid
        house = House(template, python_of(user), user)
    else:
        house = House(template)
    yield house
    house.close()
