"""What the study's own export writes is what training reads."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.records import read_records
from tests.annotation.exchange.snapshots import make_nest, write

pytestmark = pytest.mark.django_db


def test_the_settled_regions_of_a_seagull_export_are_read_with_their_labels(tmp_path: Path) -> None:
    nest = make_nest()
    write(nest.study, "seagull", tmp_path, include_images=True)
    for path in (tmp_path / "images").iterdir():
        Image.fromarray(np.zeros((48, 64, 3), dtype=np.uint8)).save(path, "PNG")

    full, clean = read_records(tmp_path)

    assert (full.id, full.source, full.split) == (str(nest.full.pk), nest.full.image.sha256, "train")
    assert (clean.id, clean.source, clean.split) == (str(nest.clean.pk), nest.clean.image.sha256, "test")
    assert full.image.read_bytes().startswith(b"\x89PNG")
    assert full.distortions == {"blur": 0.5, "noise": 3.0}
    assert clean.distortions == {}
    assert full.quality == pytest.approx(2 / 3, abs=1e-6)
    assert full.mask()[8:40, 10:50].all()
    assert full.mask().sum() == nest.full.area
