"""One click on a picture, from the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.assess import main
from ml.images import read
from ml.judges.vlm.folder import write_vlm
from ml.seagull.versions import save_version
from ml.vocabulary import DISTORTIONS
from tests.ml.judges.fitted import save_fitted
from tests.ml.judges.tiny_vlm import save_llava
from tests.ml.pictures import scene
from tests.ml.training.pupils import small


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions") / "small"
    save_version(folder, small(), {})
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.fromarray(scene(96, 128)).save(path)
    return path


def asked(capsys: pytest.CaptureFixture[str], picture: Path, version: Path, *more: str) -> str:
    main([str(picture), "--version", str(version), *more])
    return capsys.readouterr().out


def test_a_click_gives_the_region_and_all_distributions(
    picture: Path, version: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(asked(capsys, picture, version, "--point", "60,40", "--json"))

    x, y, width, height = found["box"]
    assert x <= 60 < x + width
    assert y <= 40 < y + height
    assert 0 < found["area"] <= width * height
    assert list(found["distortions"]) == list(DISTORTIONS)
    assert list(found["sentences"]) == ["quality", "importance", "distortions"]
    for said in (found["quality"], found["importance"], *found["distortions"].values()):
        levels = range(len(said["probabilities"]))
        assert sum(said["probabilities"]) == pytest.approx(1.0)
        assert said["expectation"] == pytest.approx(sum(np.multiply(levels, said["probabilities"])))


@pytest.mark.parametrize("kind", ["metric", "vlm"])
def test_a_model_of_another_kind_has_numbers_and_no_sentences(
    kind: str, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "metric":
        save_fitted(tmp_path / kind)
    else:
        write_vlm(tmp_path / kind, save_llava(tmp_path / "llava"), copy=True)

    found = json.loads(asked(capsys, picture, tmp_path / kind, "--point", "60,40", "--json"))
    lines = asked(capsys, picture, tmp_path / kind, "--point", "60,40").splitlines()

    assert (found["sentences"], sum(found["quality"]["probabilities"])) == ({}, pytest.approx(1.0))
    assert [line.split()[0] for line in lines[:9]] == ["region", "quality", "importance", *DISTORTIONS]


def test_a_folder_that_is_no_version_is_named(picture: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: .* is not a version: it has no config\.json$"):
        main([str(picture), "--version", str(tmp_path), "--point", "60,40"])


def test_a_person_reads_a_line_for_each_scale_and_distortion(
    picture: Path, version: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = asked(capsys, picture, version, "--box", "10,10,60,50").splitlines()

    assert [line.split()[0] for line in lines[:9]] == ["region", "quality", "importance", *DISTORTIONS]


def test_the_region_can_be_drawn(
    picture: Path, version: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(capsys, picture, version, "--point", "60,40", "--overlay", str(tmp_path / "drawn.png"))

    drawn = read(tmp_path / "drawn.png")
    assert drawn.shape == (96, 128, 3)
    assert not np.array_equal(drawn, read(picture))


def test_a_drawing_that_cannot_be_saved_does_not_lose_what_was_said(
    picture: Path, version: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^error: .*drawn\.pgn cannot be written: unknown file extension"):
        asked(capsys, picture, version, "--point", "60,40", "--overlay", str(tmp_path / "drawn.pgn"))

    assert capsys.readouterr().out.startswith("region ")


def test_a_click_beside_the_picture_is_refused(picture: Path, version: Path) -> None:
    with pytest.raises(SystemExit, match=r"point \(200, 40\) is outside the image of 128 x 96 pixels"):
        main([str(picture), "--version", str(version), "--point", "200,40"])


def test_no_click_at_all_is_refused(picture: Path, version: Path) -> None:
    with pytest.raises(SystemExit, match="give a box or at least one point"):
        main([str(picture), "--version", str(version)])
