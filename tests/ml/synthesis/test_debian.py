"""Photographs out of packages, made here with the programs that make real ones."""

import io
import shutil
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.images import read
from ml.synthesis.debian import LONGEST, PHOTOGRAPHS, UNSEEN, GatheringError, Package, Photograph, gather
from tests.ml.pictures import everything_under, scene

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="for Debian and systems like it")
PICTURES = Package("pictures", "usr/share/pictures")


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with one package: a small picture and one of more than LONGEST pixels."""
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        "Package: pictures\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: pictures\n"
    )
    (tree / PICTURES.folder).mkdir(parents=True)
    for name, (height, width) in {"small": (60, 80), "large": (40, 2 * LONGEST)}.items():
        (tree / PICTURES.folder / f"{name}.png").write_bytes(png(height, width))
    folder = tmp_path / "packages"
    folder.mkdir()
    subprocess.run(["dpkg-deb", "--build", tree, folder / "pictures_1_all.deb"], check=True, capture_output=True)
    return folder


def png(height: int, width: int) -> bytes:
    data = io.BytesIO()
    Image.fromarray(scene(height, width)).save(data, "PNG")
    return data.getvalue()


def wanted(name: str, height: int, width: int) -> Photograph:
    return Photograph(name, PICTURES, f"{name}.png", sha256(png(height, width)).hexdigest()[:32])


SMALL, LARGE = wanted("small", 60, 80), wanted("large", 40, 2 * LONGEST)


def test_pictures_are_taken_as_they_are_and_huge_ones_made_smaller(packages: Path, tmp_path: Path) -> None:
    small, large = gather(tmp_path / "out", packages, [SMALL, LARGE])

    assert np.array_equal(read(small), scene(60, 80))
    assert read(large).shape == (20, LONGEST, 3)
    assert everything_under(tmp_path / "out") == ["large.png", "small.png"]


def test_what_is_there_is_kept_and_needs_no_package(packages: Path, tmp_path: Path) -> None:
    gather(tmp_path / "out", packages, [SMALL])

    assert gather(tmp_path / "out", tmp_path / "nowhere", [SMALL]) == [tmp_path / "out" / "small.png"]


def test_another_picture_under_the_name_is_refused(packages: Path, tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"small\.png is not the picture that is known"):
        gather(tmp_path / "out", packages, [replace(SMALL, digest="0" * 32)])

    assert everything_under(tmp_path / "out") == []


def test_a_package_without_the_picture_is_named(packages: Path, tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"pictures does not hold usr/share/pictures/gone\.png"):
        gather(tmp_path / "out", packages, [replace(SMALL, file="gone.png")])


def test_a_folder_without_the_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"no pictures_\*.deb in"):
        gather(tmp_path / "out", tmp_path, [SMALL])


def test_every_photograph_has_a_name_and_a_hash_of_its_own() -> None:
    assert (len(PHOTOGRAPHS), len(UNSEEN)) == (40, 25)
    everything = [*PHOTOGRAPHS, *UNSEEN]
    assert len({photograph.name for photograph in everything}) == len(everything)
    assert len({photograph.digest for photograph in everything}) == len(everything)
    assert {len(photograph.digest) for photograph in everything} == {32}


def test_photographs_for_the_second_test_come_from_packages_that_nothing_learns_from() -> None:
    learnt, unseen = ({photograph.package.name for photograph in side} for side in (PHOTOGRAPHS, UNSEEN))

    assert not learnt & unseen
