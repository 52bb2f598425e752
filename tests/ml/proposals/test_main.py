from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.images import read
from ml.proposals.__main__ import main
from tests.ml.pictures import ball_on_grass


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "ball (1).png"
    Image.fromarray(ball_on_grass()[0]).save(path)
    return path


def test_the_regions_are_drawn_and_listed(photograph: Path, tmp_path: Path) -> None:
    out = tmp_path / "overlay.png"
    lines = main([str(photograph), "--out", str(out), "--count", "2"]).splitlines()
    assert [line.split()[0] for line in lines] == ["object", "component"]
    drawn = read(out)
    assert drawn.shape == (192, 256, 3)
    assert not np.array_equal(drawn, read(photograph))


def test_a_broken_image_ends_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no")
    with pytest.raises(SystemExit, match="error: not an image"):
        main([str(tmp_path / "broken.png"), "--out", str(tmp_path / "overlay.png")])


@pytest.mark.parametrize(
    "out, why",
    [
        ("o.pgn", "unknown file extension: .pgn"),
        ("o", "unknown file extension"),
        ("no/o.png", "No such file or directory"),
    ],
)
def test_a_picture_that_cannot_be_written_ends_with_a_message(
    out: str, why: str, photograph: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=f"^error: {tmp_path / out} cannot be written: .*{why}"):
        main([str(photograph), "--out", str(tmp_path / out)])


def test_a_missing_checkpoint_ends_with_a_message(photograph: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="error: there is no checkpoint at"):
        main([str(photograph), "--checkpoint", str(tmp_path / "no.pth"), "--out", str(tmp_path / "o.png")])


def test_an_unknown_checkpoint_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["fetch", "vit_x", "--into", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []
