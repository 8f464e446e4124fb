"""The launcher, run as its user runs it: in a checkout of its own with a lock of one tiny wheel."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DEADLINE = 60.0
SHOWS_ITS_WORLD = """
import sys
try:
    import tiny
    import agnt_pipelines
except ImportError as failure:
    sys.exit(f"missing: {failure.name}")
print(sys.prefix, agnt_pipelines.__file__, *sys.argv[1:], sep="|")
sys.exit(7 if "fail" in sys.argv else 0)
"""


class Checkout:
    """A copy of the launcher in a folder whose name has a space, its lock, and a stand-in command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.venv = folder / ".venv"
        self.wheels = folder.parent / "wheels"
        package = folder / "agnt_pipelines" / "serving" / "cli"
        package.mkdir(parents=True)
        shutil.copy(ROOT / "agnt", folder / "agnt")
        (folder / "agnt_pipelines" / "__init__.py").touch()
        (package / "__main__.py").write_text(SHOWS_ITS_WORLD)
        self.lock("1.0")

    def lock(self, version: str) -> None:
        self.wheels.mkdir(exist_ok=True)
        digest = hashlib.sha256(tiny_wheel(self.wheels, version).read_bytes()).hexdigest()
        (self.folder / "requirements.lock").write_text(f"tiny=={version} \\\n    --hash=sha256:{digest}\n")

    def environment(self, **changes: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AGNT_", "PIP_"))}
        return kept | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri()} | changes

    def start(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(self.folder / "agnt"), *arguments],
            env=self.environment(**changes),
            cwd=self.folder.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str, **changes: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **changes)
        out, err = process.communicate(timeout=DEADLINE)
        return process.returncode, out, err


def tiny_wheel(folder: Path, version: str) -> Path:
    """Write by hand the smallest wheel that pip installs."""
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(text)}\n"
    path = folder / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            wheel.writestr(name, text)
    return path


def await_(condition: Callable[[], bool], what: str) -> None:
    """Poll until it holds; fail naming it when the deadline passes."""
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {DEADLINE:.0f} s in vain: {what}")
        time.sleep(0.01)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "a check out")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose first call was made; tests that share it leave it ready."""
    made = Checkout(tmp_path_factory.mktemp("installed") / "a check out")
    code, _, err = made.call()
    assert code == 0, err
    return made


def test_first_call_installs_beside_the_launcher_and_hands_over_every_argument(installed: Checkout) -> None:
    code, out, err = installed.call("run", "two words", "--flag=")
    assert code == 0
    package = installed.folder / "agnt_pipelines" / "__init__.py"
    assert out.strip() == f"{installed.venv}|{package}|run|two words|--flag="
    assert err == ""


def test_exit_code_of_the_command_line_is_the_launchers(installed: Checkout) -> None:
    assert installed.call("fail")[0] == 7


def test_folder_of_the_caller_cannot_shadow_the_platform(installed: Checkout) -> None:
    shadow = installed.folder.parent / "agnt_pipelines.py"
    shadow.write_text("raise SystemExit('shadowed')\n")
    code, _, err = installed.call()
    shadow.unlink()
    assert (code, err) == (0, "")


def test_changed_lock_is_installed_over_the_old_one(installed: Checkout) -> None:
    installed.lock("2.0")
    assert installed.call()[0] == 0
    packages = installed.venv.glob("lib/*/site-packages/tiny-*")
    assert [path.name for path in packages] == ["tiny-2.0.dist-info"]
    assert installed.call()[2] == "", "a second call has nothing to say"


def test_venv_whose_interpreter_vanished_is_made_again(installed: Checkout) -> None:
    python = installed.venv / "bin" / "python"
    python.unlink()
    python.symlink_to(installed.folder / "uninstalled")
    code, out, err = installed.call()
    assert code == 0, err
    assert out.startswith(str(installed.venv))


def test_moved_checkout_is_made_again_where_it_is_now(installed: Checkout) -> None:
    moved = installed.folder.rename(installed.folder.with_name("moved here"))
    installed.folder, installed.venv = moved, moved / ".venv"
    code, out, err = installed.call()
    assert code == 0, err
    assert out.startswith(f"{moved / '.venv'}|{moved / 'agnt_pipelines'}")


@pytest.mark.parametrize("reached", ["pyvenv.cfg", "lib/*/site-packages/pip*"])
def test_killed_installation_is_redone(checkout: Checkout, reached: str) -> None:
    first = checkout.start()
    await_(lambda: any(checkout.venv.glob(reached)), reached)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=DEADLINE)
    assert not (checkout.venv / ".agnt-stamp").exists()
    leftover = checkout.venv / "leftover"
    leftover.touch()
    code, out, err = checkout.call()
    assert code == 0, err
    assert out.startswith(str(checkout.venv))
    assert not leftover.exists()


def test_of_two_first_calls_one_installs_and_both_run(checkout: Checkout) -> None:
    calls = [checkout.start("one"), checkout.start("two")]
    ends = [call.communicate(timeout=DEADLINE) for call in calls]
    assert [call.returncode for call in calls] == [0, 0], ends
    assert sorted(out.strip().rpartition("|")[2] for out, _ in ends) == ["one", "two"]
    assert sum("ready in" in err for _, err in ends) == 1


def test_agnt_venv_puts_the_environment_elsewhere(checkout: Checkout) -> None:
    elsewhere = checkout.folder.parent / "else where"
    code, out, err = checkout.call(AGNT_VENV=str(elsewhere))
    assert code == 0, err
    assert out.startswith(f"{elsewhere}|")
    assert not checkout.venv.exists()


def test_folder_with_other_things_in_it_is_refused_and_left_alone(checkout: Checkout) -> None:
    letters = checkout.folder.parent / "letters"
    letters.mkdir()
    (letters / "dear.txt").write_text("kept")
    code, _, err = checkout.call(AGNT_VENV=str(letters))
    assert code == 2
    assert f"{letters} was not made by agnt" in err
    assert [path.name for path in letters.iterdir()] == ["dear.txt"]


def test_folder_that_cannot_be_written_is_named_with_the_setting_to_change(checkout: Checkout) -> None:
    # A file in the way, because permissions do not stop root.
    code, _, err = checkout.call(AGNT_VENV=str(checkout.folder / "agnt" / "venv"))
    assert code == 2
    assert "cannot write" in err
    assert "Set AGNT_VENV" in err
    assert "Traceback" not in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_checkout_names_the_setting_to_change(checkout: Checkout) -> None:
    checkout.folder.chmod(0o555)
    code, _, err = checkout.call()
    checkout.folder.chmod(0o755)
    assert code == 2
    assert "Set AGNT_VENV" in err


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_without_venv_modules_gets_a_hint_of_one_line(checkout: Checkout, module: str) -> None:
    absent = checkout.folder.parent / "absent"
    absent.mkdir()
    (absent / f"{module}.py").write_text(f"raise ImportError({module!r})\n")
    code, _, err = checkout.call(PYTHONPATH=str(absent))
    assert code == 2
    assert err.count("\n") == 1
    assert re.search(r"apt install python3\.\d+-venv", err)
    assert not checkout.venv.exists()


def test_failed_installation_shows_pips_words_without_addresses_and_the_way_out(checkout: Checkout) -> None:
    (checkout.wheels / "tiny-1.0-py3-none-any.whl").unlink()
    checkout.wheels.joinpath("tiny-0.9-py3-none-any.whl").touch()
    code, _, err = checkout.call()
    assert code == 1
    assert "tiny==1.0" in err
    assert str(checkout.venv / "install.log") in err
    assert "://" not in err
    assert not (checkout.venv / ".agnt-stamp").exists()


def test_wheel_that_differs_from_the_lock_is_refused(checkout: Checkout) -> None:
    wheel = checkout.wheels / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "a") as opened:
        opened.writestr("extra.py", "")
    code, _, err = checkout.call()
    assert code == 1
    assert "HASHES" in err.upper()


def test_old_interpreter_says_which_pythons_will_do(checkout: Checkout) -> None:
    old = next(filter(None, map(shutil.which, ("python3.10", "python3.9", "python3.8"))), None)
    if old is None or subprocess.run([old, "-c", ""], check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no Python older than 3.11 on this machine")
    done = subprocess.run(
        [old, str(checkout.folder / "agnt")], env={"PATH": ""}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "3.11, 3.12 or 3.13" in done.stderr
    assert "Traceback" not in done.stderr


def test_launcher_supports_the_pythons_that_the_project_declares() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    oldest, after = (int(minor) for minor in re.findall(r"3\.(\d+)", declared))
    source = (ROOT / "agnt").read_text()
    supported = {int(minor) for minor in re.findall(r"\(3, (\d+)\)", source)}
    assert supported == set(range(oldest, after))
