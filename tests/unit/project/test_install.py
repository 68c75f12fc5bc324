"""The installer that `make run` begins with: what is missing is one line with the remedy, and done once is done."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOOLS = ("bash", "env", "dirname", "cmp", "cp", "rm")
#: A python that writes down how it was called; it fails when asked for what it lacks.
PYTHON = """#!{bash}
echo "$*" >> {log}
case "$*" in *{lacks}*) exit 1 ;; esac
"""


class Machine:
    """A checkout with nothing but the installer, on a machine with few programs and a Python of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin, self.log = folder, folder / "bin", folder / "calls"
        (folder / "requirements").mkdir()
        self.bin.mkdir()
        shutil.copy(ROOT / "requirements/install.sh", folder / "requirements")
        (folder / "requirements/base.txt").write_text("nothing==1\n")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or "/nowhere")

    def python(self, place: str, lacks: str) -> None:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PYTHON.format(bash=shutil.which("bash"), log=self.log, lacks=lacks))
        path.chmod(0o755)

    def install(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / "bash", "requirements/install.sh", "base"], cwd=self.folder, env={"PATH": str(self.bin)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_without_python_is_told_what_to_install(machine: Machine) -> None:
    ran = machine.install()
    assert ran.returncode == 1
    assert ran.stderr == "plenary: needs Python 3.11 or newer: apt install python3 python3-venv\n"


def test_an_old_python_is_none(machine: Machine) -> None:
    machine.python("bin/python3", lacks="version_info")
    assert "needs Python 3.11" in machine.install().stderr


def test_a_python_without_venv_is_told_what_to_install(machine: Machine) -> None:
    machine.python("bin/python3", lacks="ensurepip")
    ran = machine.install()
    assert ran.returncode == 1
    assert ran.stderr == "plenary: needs Python's venv module: apt install python3-venv\n"


def test_the_second_time_nothing_is_installed(machine: Machine) -> None:
    machine.python(".venv/bin/python", lacks="nosuchword")
    shutil.copy(machine.folder / "requirements/base.txt", machine.folder / ".venv/installed-base.txt")
    ran = machine.install()
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert "install" not in machine.log.read_text()


def test_a_changed_lock_is_installed_with_its_hashes(machine: Machine) -> None:
    machine.python(".venv/bin/python", lacks="nosuchword")
    (machine.folder / ".venv/installed-base.txt").write_text("older==1\n")
    assert machine.install().returncode == 0
    assert "--require-hashes -r requirements/base.txt" in machine.log.read_text()
    assert (machine.folder / ".venv/installed-base.txt").read_text() == "nothing==1\n"
