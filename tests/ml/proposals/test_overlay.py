from pathlib import Path

import numpy as np
import pytest

from ml.images import read
from ml.proposals.overlay import COLOURS, OverlayError, draw, save
from ml.proposals.proposal import proposal_of
from tests.ml.pictures import disc, scene


def test_outlines_have_the_colour_of_their_level_and_the_rest_is_untouched() -> None:
    original = scene()
    body, eye = disc(160, 200, 60, 80, 40), disc(160, 200, 150, 80, 20)
    drawn = draw(
        original,
        [
            proposal_of(body, level="object", score=0.9, source="test"),
            proposal_of(eye, level="component", score=0.8, source="test"),
        ],
    )
    assert tuple(drawn[80, 20]) == COLOURS["object"]
    assert tuple(drawn[80, 130]) == COLOURS["component"]
    assert np.array_equal(drawn[~(body | eye)], original[~(body | eye)])
    assert np.array_equal(original, scene())


def test_a_drawing_is_saved_in_the_format_of_its_ending(tmp_path: Path) -> None:
    region = proposal_of(disc(160, 200, 60, 80, 40), level="object", score=0.9, source="test")

    save(scene(), [region], tmp_path / "drawn.png")

    assert np.array_equal(read(tmp_path / "drawn.png"), draw(scene(), [region]))
    with pytest.raises(OverlayError, match=r"drawn\.pgn cannot be written: unknown file extension"):
        save(scene(), [region], tmp_path / "drawn.pgn")
