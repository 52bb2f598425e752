"""Packages of Debian and npm as archives of files: downloaded by those registries' own clients, never installed."""

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Registry(StrEnum):
    DEBIAN = "debian"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Package:
    """`version` is for npm; of Debian's there is one in a release."""

    registry: Registry
    name: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name

    @property
    def archives(self) -> str:
        """What its archive is called, as a pattern."""
        if self.registry == Registry.NPM:
            return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"
        return f"{self.name}_*.deb"


class GatheringError(Exception):
    """A package cannot be had or does not hold what it should; the message names it."""


def archive_of(package: Package, folder: Path, *, download: bool) -> Path:
    """The package's archive in the folder, downloaded there first where that is wanted. Raises GatheringError."""
    if download and package.registry == Registry.NPM:
        _run("npm", "pack", "--silent", "--ignore-scripts", str(package), cwd=folder)
    elif download:
        _run("apt-get", "download", package.name, cwd=folder)
    found = sorted(folder.glob(package.archives))
    if not found:
        raise GatheringError(f"no {package.archives} in {folder}")
    return found[-1]


def files_of(package: Package, archive: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The contents of these files, in this order. Raises GatheringError for one that is not there."""
    if package.registry == Registry.NPM:
        with tarfile.open(archive, "r:gz") as tar:
            yield from (_read(tar, name, package) for name in names)
        return
    with tarfile.open(fileobj=io.BytesIO(_run("dpkg-deb", "--fsys-tarfile", str(archive)))) as tar:
        yield from (_read(tar, f"./{name}", package) for name in names)


def _read(tar: tarfile.TarFile, name: str, package: Package) -> bytes:
    try:
        member = tar.extractfile(name)
    except KeyError:
        member = None
    if member is None:
        raise GatheringError(f"{package} does not hold {name.removeprefix('./')}: another version than the one known?")
    return member.read()


def _run(*command: str, cwd: Path | None = None) -> bytes:
    try:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout
    except FileNotFoundError as error:
        raise GatheringError(f"{command[0]} is not here: Debian 12 or a system like it is needed, with npm") from error
    except subprocess.CalledProcessError as error:
        raise GatheringError(f"{' '.join(command)}: {error.stderr.decode(errors='replace').strip()}") from error
