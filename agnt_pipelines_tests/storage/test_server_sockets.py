"""Socket folders in /tmp go with their server; what a kill left is swept, and nothing that lives."""

from __future__ import annotations

import os
import secrets
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from agnt_pipelines.storage.server import serving
from agnt_pipelines.storage.server_account import Account
from agnt_pipelines.storage.server_sockets import SOCKET_FILES, Hold, private_folder, sweep
from agnt_pipelines_tests.storage.server_house import House, ended, postmaster, quiet, wait_until

_ME = Account.current()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A socket's folder of ours in /tmp, as a server would make it."""
    path = Path("/tmp") / f"agnt-{_ME.uid}-{secrets.token_hex(8)}"
    yield private_folder(path, _ME)
    if path.exists():
        for inside in path.iterdir():
            inside.unlink()
        path.rmdir()


def test_what_a_killed_server_left_is_swept_when_another_one_starts(house: House) -> None:
    state = house.state("with a space")
    owner = house.start(state)
    left = Path(owner.address().host)
    assert left.parent == Path("/tmp")
    os.kill(owner.process.pid, signal.SIGSTOP)  # so that it does not start the server again
    os.kill(postmaster(state / "data"), signal.SIGKILL)
    owner.kill()
    wait_until(lambda: ended(state / "data"), "its sessions have ended")
    assert (left / SOCKET_FILES[0]).exists()
    with serving(house.state("another"), durable=False, announce=quiet):
        assert not left.exists()


def test_a_folder_that_is_held_stays_and_goes_with_its_server(folder: Path) -> None:
    hold = Hold(folder, _ME)
    sweep(_ME)
    assert folder.exists()
    hold.release()
    assert not folder.exists()


def test_a_folder_that_was_swept_before_it_was_held_is_made_again(folder: Path) -> None:
    sweep(_ME)
    assert not folder.exists()
    hold = Hold(folder, _ME)
    assert folder.exists()
    hold.release()


def test_a_folder_in_which_somebody_listens_stays_though_nobody_holds_it(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / SOCKET_FILES[0]))
        server.listen()
        sweep(_ME)
        assert folder.exists()
    sweep(_ME)
    assert not folder.exists()


def test_a_folder_with_anything_else_in_it_or_open_to_others_stays(folder: Path) -> None:
    kept = folder / "somebody's"
    kept.touch()
    sweep(_ME)
    assert kept.exists()
    kept.unlink()
    folder.chmod(0o755)
    sweep(_ME)
    assert folder.exists()


def test_a_name_that_is_not_ours_stays() -> None:
    foreign = Path("/tmp") / f"agnt-{_ME.uid}-{secrets.token_hex(8)}-mine"
    foreign.mkdir(mode=0o700)
    sweep(_ME)
    assert foreign.exists()
    foreign.rmdir()
