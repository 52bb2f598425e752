"""`python -m ml.synthesis.debian OUT`: forty photographs out of two packages of Debian 12, each checked by its hash;
with `--unseen` 25 out of three others, which nothing learns from.

Photographs inside Python packages are few, and how many there are decides how well a model does on others
(docs/decisions/0007). These are free: those of OpenCV's examples under Apache-2.0, Lomiri's under CC BY 4.0 and CC0.
Needs `apt-get` and `dpkg-deb`, or the packages themselves in a folder.
"""

import argparse
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from PIL import Image

from ml.images import decode


@dataclass(frozen=True, slots=True)
class Package:
    """`folder` is where its pictures are."""

    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class Photograph:
    """`digest` is the first half of its file's SHA-256."""

    name: str
    package: Package
    file: str
    digest: str


OPENCV: Final = Package("opencv-doc", "usr/share/doc/opencv-doc/examples")
LOMIRI: Final = Package("lomiri-wallpapers-16.04", "usr/share/backgrounds")
MATE: Final = Package("mate-backgrounds", "usr/share/backgrounds/mate/nature")
PLASMA: Final = Package("plasma-workspace-wallpapers", "usr/share/wallpapers")
LOMIRI_LATER: Final = Package("lomiri-wallpapers-20.04", "usr/share/backgrounds")
LONGEST: Final = 1280
"""Larger ones are made smaller, once, so that a view of one is not drawn from twenty megapixels."""

PHOTOGRAPHS: Final = (
    Photograph("town-from-above", OPENCV, "data/aero1.jpg", "d9a69191f6e3642ea361bc3c62e677b2"),
    Photograph("aloe", OPENCV, "data/aloeL.jpg", "cce5736808efe80d9f04b118dbb978c3"),
    Photograph("baboon", OPENCV, "data/baboon.jpg", "1a1dd18d78eec44420af3b0b7f08ee3d"),
    Photograph("players", OPENCV, "data/basketball1.png", "ba06f6701f7260998b430c39b6557f77"),
    Photograph("circuit-board", OPENCV, "data/board.jpg", "4c9a24ba67138ad5486d550f586cc5dd"),
    Photograph("clutter", OPENCV, "data/box_in_scene.png", "8b0225ff76244a42bd1400c0904f8b7a"),
    Photograph("offices", OPENCV, "data/building.jpg", "742a1baad62ac82e91e718e77eedf7e8"),
    Photograph("swallowtail", OPENCV, "data/butterfly.jpg", "34a99716b78ded10eae87b4880de739d"),
    Photograph("dog", OPENCV, "data/chicky_512.png", "4d2cf040de084fd3f34d5e3f96f1251f"),
    Photograph("notebook", OPENCV, "data/ela_original.jpg", "b55798b35e2dcb24675f0865a2442d0e"),
    Photograph("fruits", OPENCV, "data/fruits.jpg", "9c031d80a1c52da5eca790db896baffe"),
    Photograph("graffiti", OPENCV, "data/graf1.png", "1504b769303c7bde00fa578eeaad3c68"),
    Photograph("church", OPENCV, "data/home.jpg", "23b8cf46a1965d0ec33459b875aed431"),
    Photograph("books", OPENCV, "data/left.jpg", "fb314330c3eb0a81651c682803e73b34"),
    Photograph("old-street", OPENCV, "data/leuvenA.jpg", "b2977cdbd9fb3f94dadd6f76cf586d14"),
    Photograph("toys", OPENCV, "data/rubberwhale1.png", "eb312435369dac9efcc92f7e098edbd9"),
    Photograph("squirrel", OPENCV, "data/squirrel_cls.jpg", "20bb6e8ae96918a36c9886b6d48e54ee"),
    Photograph("starry-night", OPENCV, "data/starry_night.jpg", "accda7a19a90f22a4a922fdc8c230167"),
    Photograph("desk", OPENCV, "data/stuff.jpg", "21cd00afbdd0727f445dd91c0a09633e"),
    Photograph("houseplant", OPENCV, "alphamat/input_images/plant.jpg", "9928b44eee0d1d7ab2ffd9d6d80bbbff"),
    Photograph("wing", OPENCV, "dnn_superres/butterfly.png", "1c50e61afddd60ebb3829d85187f4e46"),
    Photograph("robin", OPENCV, "hfs/data/000.jpg", "e4fec7e2e67a8a425b512dc324528256"),
    Photograph("parking", OPENCV, "text/scenetext01.jpg", "7f3041a7019ab4d33d2452bc757d8c4f"),
    Photograph("signpost", OPENCV, "text/scenetext02.jpg", "d4295bff9f348012f91a2cf745753124"),
    Photograph("copy-centre", OPENCV, "text/scenetext03.jpg", "cadf4a3d29a7ba6fe976b53fa65f490c"),
    Photograph("warehouse", OPENCV, "text/scenetext04.jpg", "28e08d142a04f92f96d01ff2674f7804"),
    Photograph("barrier", OPENCV, "text/scenetext05.jpg", "63985ac1a9989a8320605d5be0ec285a"),
    Photograph("cottage", OPENCV, "text/scenetext06.jpg", "e4d64f10bbfb27b2c5980cb048fd0abe"),
    Photograph("hotel", OPENCV, "text/scenetext_segmented_word01.jpg", "b1524d1ae02ba1ee07bc32285df1083c"),
    Photograph("stationer", OPENCV, "text/scenetext_segmented_word02.jpg", "1c648c38ebf826968e5daacde0b6845e"),
    Photograph("notice", OPENCV, "text/scenetext_segmented_word03.jpg", "6f60d1b006b81d95dcbae0723c4135df"),
    Photograph("fig", LOMIRI, "Picture_0B_by_freespace.jpg", "c8c0ab18e48d9e0419fe42881112137f"),
    Photograph("brushes", LOMIRI, "Picture_1A_by_freespace.jpg", "89e86af38d04daaef975665dc2127e9f"),
    Photograph("wine", LOMIRI, "Wine_by_Jakkub_Mede.jpg", "d2e96e6d4da40dd804b3d0ce295e94de"),
    Photograph("hillside", LOMIRI, "aitzgorri_by_Aitzol_Berasategi.jpg", "66268e7b48f8854d36a28765fac6e23e"),
    Photograph("balcony", LOMIRI, "friends_by_Aitzol_Berasategi.jpg", "cc40e313c74e421edffe3403def413c1"),
    Photograph("waterfall", LOMIRI, "life_by_Aitzol_Berasategi.jpg", "4c119350ead80201fe256850c3d31630"),
    Photograph("mountains", LOMIRI, "picosdeeuropa_by_Aitzol_Berasategi.jpg", "414d0072b2f6f2c555deafeaef6e45c4"),
    Photograph("dandelions", LOMIRI, "seeding_by_Clements_Engelhardt.jpg", "a5634d1ab5e41a3568e92d4a894a500c"),
    Photograph("sunset", LOMIRI, "sunset_by_Aitzol_Berasategi.jpg", "474dab6a4b9f94dc76c29dfe30e9f5db"),
)

UNSEEN: Final = (
    Photograph("Aqua", MATE, "Aqua.jpg", "5c30118205982da441bf7e6a1ada636a"),
    Photograph("Blinds", MATE, "Blinds.jpg", "f7aac0dcc2e06d0491643e84df3da1d9"),
    Photograph("Dune", MATE, "Dune.jpg", "8a67c2cb0be8c46b70c237311a4fa4d2"),
    Photograph("FreshFlower", MATE, "FreshFlower.jpg", "972b0a0c4e5e3fa93f4f244fc84bc64b"),
    Photograph("Garden", MATE, "Garden.jpg", "d3095ee09d425ef23d27155412136cf1"),
    Photograph("GreenMeadow", MATE, "GreenMeadow.jpg", "8fa0de0aa4089f7319c9fb7a6d006d4c"),
    Photograph("LadyBird", MATE, "LadyBird.jpg", "e35a9a4126ef969c90b29c038058c5a5"),
    Photograph("RainDrops", MATE, "RainDrops.jpg", "3e4ea9671c28c90a86cf67b3db9daf18"),
    Photograph("Storm", MATE, "Storm.jpg", "77ca53077831d3237f73393a91fc8791"),
    Photograph("TwoWings", MATE, "TwoWings.jpg", "665e5abf8a5399070a91a9a8e455fe07"),
    Photograph("Wood", MATE, "Wood.jpg", "19c78500ac00a622e19907ab9cc7d06d"),
    Photograph("YellowFlower", MATE, "YellowFlower.jpg", "254da96256acb7add685679775a04d1e"),
    Photograph("BytheWater", PLASMA, "BytheWater/contents/images/2560x1600.jpg", "c272434ef39f2abf1ed48a15a8910088"),
    Photograph("ColdRipple", PLASMA, "ColdRipple/contents/images/2560x1600.jpg", "05bef6722fc0ed81292cceb3ed026c38"),
    Photograph(
        "ColorfulCups", PLASMA, "ColorfulCups/contents/images/2560x1600.jpg", "6e0f3a72feb5a4a9fec191b77e34874c"
    ),
    Photograph("DarkestHour", PLASMA, "DarkestHour/contents/images/2560x1600.jpg", "8e3703fae3a3c217b1fc2b399b706cd3"),
    Photograph("EveningGlow", PLASMA, "EveningGlow/contents/images/2560x1600.jpg", "586682dcb362b9f620068f10138f87d0"),
    Photograph("FallenLeaf", PLASMA, "FallenLeaf/contents/images/2560x1600.jpg", "95603a6560c7e8d50e0e03b3f4adbe39"),
    Photograph("Grey", PLASMA, "Grey/contents/images/2560x1600.jpg", "88c31d8944b7e6935d1b9a296654c692"),
    Photograph("Kite", PLASMA, "Kite/contents/images/2560x1600.jpg", "bdca288ce296a981e80659c021cf707c"),
    Photograph(
        "OneStandsOut", PLASMA, "OneStandsOut/contents/images/2560x1600.jpg", "cb507baf1dafdcae362264f3aba9483e"
    ),
    Photograph("Path", PLASMA, "Path/contents/images/2560x1600.jpg", "7477457d7f17b736259f1b021864778a"),
    Photograph("SafeLanding", PLASMA, "SafeLanding/contents/images/5120x2880.jpg", "7341ff2532d1a13a2ba35f2a9219a2c6"),
    Photograph("summer_1am", PLASMA, "summer_1am/contents/images/2560x1600.jpg", "c868b50789591dd42910153c768053f1"),
    Photograph("Kleiber", LOMIRI_LATER, "Kleiber_by_Lukas_Baubkus.jpg", "6572410c09f4492c74ccadde133565a1"),
)
"""For a second test only, nothing learns from them: pictures made for screens, many dark or out of focus.

The packages' own names. They are under GPL-2+ or LGPL-3 (MATE, Plasma) and CC BY-SA 3.0 (Lomiri).
"""


class GatheringError(Exception):
    """A package cannot be had or does not hold what it should; the message names it."""


def gather(out: Path, packages: Path | None = None, photographs: Sequence[Photograph] = PHOTOGRAPHS) -> list[Path]:
    """PNG files called after the photographs; those that are there already are kept.

    `packages` is a folder of .deb files; without it they are downloaded. Raises GatheringError.
    """
    out.mkdir(parents=True, exist_ok=True)
    missing = [photograph for photograph in photographs if not _place(out, photograph).exists()]
    for package in dict.fromkeys(photograph.package for photograph in missing):
        _unpack(package, [photograph for photograph in missing if photograph.package == package], out, packages)
    return [_place(out, photograph) for photograph in photographs]


def _unpack(package: Package, wanted: Sequence[Photograph], out: Path, packages: Path | None) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        archive = _archive(package, Path(scratch) if packages is None else packages, download=packages is None)
        files = _run("dpkg-deb", "--fsys-tarfile", str(archive))
    with tarfile.open(fileobj=io.BytesIO(files)) as tar:
        for photograph in wanted:
            _save(_checked(tar, photograph), _place(out, photograph))


def _archive(package: Package, folder: Path, *, download: bool) -> Path:
    if download:
        _run("apt-get", "download", package.name, cwd=folder)
    found = sorted(folder.glob(f"{package.name}_*.deb"))
    if not found:
        raise GatheringError(f"no {package.name}_*.deb in {folder}")
    return found[-1]


def _run(*command: str, cwd: Path | None = None) -> bytes:
    try:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout
    except FileNotFoundError as error:
        raise GatheringError(f"{command[0]} is not here: Debian 12 or a system like it is needed") from error
    except subprocess.CalledProcessError as error:
        raise GatheringError(f"{' '.join(command)}: {error.stderr.decode(errors='replace').strip()}") from error


def _checked(tar: tarfile.TarFile, photograph: Photograph) -> bytes:
    where = f"{photograph.package.folder}/{photograph.file}"
    try:
        member = tar.extractfile(f"./{where}")
    except KeyError:
        member = None
    if member is None:
        raise GatheringError(f"{photograph.package.name} does not hold {where}: another version than Debian 12's?")
    data = member.read()
    if not sha256(data).hexdigest().startswith(photograph.digest):
        raise GatheringError(f"{where} is not the picture that is known: another version than Debian 12's?")
    return data


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
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.debian", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the photographs")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="where the .deb files are (default: download)")
    parser.add_argument(
        "--unseen", action="store_true", help="instead, 25 out of three other packages for a second test"
    )
    options = parser.parse_args(arguments)
    try:
        wanted = UNSEEN if options.unseen else PHOTOGRAPHS
        print(len(gather(options.out, options.packages, wanted)), "photographs in", options.out)
    except GatheringError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
