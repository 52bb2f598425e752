"""`python -m ml.synthesis.photographs OUT`: forty photographs out of packages of Debian 12, each checked by its hash; with
`--more` 296 out of others of Debian and npm, with `--unseen` 25 more, which nothing learns from.

Photographs inside Python packages are few, and how many there are decides how well a model does on others. These are free to
learn from (docs/decisions/0007 and 0013 have their licences). `photographs.csv` says where each is. Needs `apt-get` and
`dpkg-deb`, `--more` also `npm`, or the packages themselves in a folder.
"""

import argparse
import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from PIL import Image

from ml.images import decode
from ml.synthesis.archives import GatheringError, Package, Registry, archive_of, files_of


@dataclass(frozen=True, slots=True)
class Photograph:
    """`digest` is the first half of its file's SHA-256."""

    name: str
    package: Package
    file: str
    digest: str


def _listed(use: str) -> tuple[Photograph, ...]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["use"] == use]
    return tuple(Photograph(row["name"], _package(row), row["file"], row["digest"]) for row in rows)


def _package(row: dict[str, str]) -> Package:
    return Package(Registry(row["registry"]), row["package"], row["version"])


LONGEST: Final = 1280
"""Larger ones are made smaller, once, so that a view of one is not drawn from twenty megapixels."""
PHOTOGRAPHS: Final = _listed("learnt")
"""Things, streets, textures: half of what the shipped model learnt from, beside those inside Python packages."""
MORE: Final = _listed("more")
"""Landscapes and reefs, most of them. The other half is of these and of all the others."""
UNSEEN: Final = _listed("unseen")
"""For a second test only, nothing learns from them: pictures made for screens, many dark or out of focus.

The packages' own names. They are under GPL-2+ or LGPL-3 (MATE, Plasma) and CC BY-SA 3.0 (Lomiri).
"""


def gather(out: Path, packages: Path | None = None, photographs: Sequence[Photograph] = PHOTOGRAPHS) -> list[Path]:
    """PNG files called after the photographs; those that are there already are kept.

    `packages` is a folder of .deb and .tgz files; without it they are downloaded. Raises GatheringError.
    """
    out.mkdir(parents=True, exist_ok=True)
    missing = [photograph for photograph in photographs if not _place(out, photograph).exists()]
    for package in dict.fromkeys(photograph.package for photograph in missing):
        _unpack(package, [photograph for photograph in missing if photograph.package == package], out, packages)
    return [_place(out, photograph) for photograph in photographs]


def _unpack(package: Package, wanted: Sequence[Photograph], out: Path, packages: Path | None) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        archive = archive_of(package, Path(scratch) if packages is None else packages, download=packages is None)
        for photograph, data in zip(wanted, files_of(package, archive, [one.file for one in wanted]), strict=True):
            if not sha256(data).hexdigest().startswith(photograph.digest):
                raise GatheringError(
                    f"{photograph.file} is not the picture that is known: another version of {package}?"
                )
            _save(data, _place(out, photograph))


def _save(data: bytes, path: Path) -> None:
    """Whole or not at all."""
    image = Image.fromarray(decode(data))
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    half = path.with_suffix(".part")
    image.save(half, "PNG")
    half.replace(path)


def _place(out: Path, photograph: Photograph) -> Path:
    return out / f"{photograph.name}.png"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.photographs", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the photographs")
    parser.add_argument(
        "--packages", type=Path, metavar="DIR", help="where the .deb and .tgz files are (default: download)"
    )
    others = parser.add_mutually_exclusive_group()
    others.add_argument("--more", action="store_true", help="instead, 296 out of other packages of Debian and npm")
    others.add_argument("--unseen", action="store_true", help="instead, 25 out of three others for a second test")
    options = parser.parse_args(arguments)
    try:
        wanted = UNSEEN if options.unseen else MORE if options.more else PHOTOGRAPHS
        print(len(gather(options.out, options.packages, wanted)), "photographs in", options.out)
    except GatheringError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
