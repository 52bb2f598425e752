"""What the Makefile and tools/install.sh do to `.venv`; nothing is fetched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WITHOUT_UV = {"PATH": os.defpath, "PIP_NO_INDEX": "1"}


def at_work(folder: Path, *command: str, environment: dict[str, str] | None = None) -> str:
    """What it printed."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As far as installing goes; it needs no package."""
    for name in ("Makefile", "tools/install.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "runtime.txt").touch()
    return tmp_path


@pytest.mark.slow
def test_an_environment_that_lacks_pip_is_made_anew(checkout: Path) -> None:
    """Debian leaves such a one where python3-venv is missing; a person installs that and tries again."""
    at_work(checkout, sys.executable, "-m", "venv", "--without-pip", ".venv")

    at_work(checkout, "sh", "tools/install.sh", sys.executable, "requirements/runtime.txt", environment=WITHOUT_UV)

    assert at_work(checkout, ".venv/bin/python", "-m", "pip", "list", "--format=freeze") != ""


@pytest.mark.slow
def test_an_environment_whose_python_has_gone_is_made_anew_by_make(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to("/usr/bin/python3.99")
    (checkout / ".venv" / "installed").touch()

    at_work(checkout, "make", "install", f"PYTHON={sys.executable}", environment=WITHOUT_UV)

    assert at_work(checkout, str(python), "-c", "print('works')") == "works\n"
    assert at_work(checkout, "make", "install", environment=WITHOUT_UV) == "make: Nothing to be done for 'install'.\n"


def test_cleaning_up_leaves_votes_and_photographs(checkout: Path) -> None:
    for name in (".venv", "var"):
        (checkout / name).mkdir()

    at_work(checkout, "make", "clean")

    assert sorted(path.name for path in checkout.iterdir()) == ["Makefile", "requirements", "tools", "var"]
