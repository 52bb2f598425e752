import io

import numpy as np
import pytest
from PIL import Image as Picture

from annotation.actions.anchors import missing_anchors, put_anchor
from annotation.anchor_notes import SLOTS
from annotation.models import Anchor, Protocol, Study
from tests.factories import make_image, make_member, make_study
from tests.pictures import picture_bytes
from workers.tasks.anchors import make_anchors_task

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def study_with_protocol() -> Study:
    study = make_study()
    Protocol.objects.create(study=study)
    return study


def pixels(anchor: Anchor) -> np.ndarray:
    with anchor.file.open("rb") as file:
        return np.asarray(Picture.open(io.BytesIO(file.read())).convert("RGB"))


def test_a_study_without_images_gets_all_anchors_from_sample_photographs() -> None:
    study = study_with_protocol()
    make_study()

    assert make_anchors_task() == len(SLOTS) == 46

    rows = {(row.scale, row.level): row for row in Anchor.objects.all()}
    assert sorted(rows) == sorted(SLOTS)
    assert {row.study_id for row in rows.values()} == {study.pk}
    assert {(row.made_from, row.added_by, row.replaced_at) for row in rows.values()} == {(None, None, None)}
    assert all(row.note for row in rows.values())
    for scale in ("blur", "noise", "compression", "exposure", "contrast", "colorfulness"):
        clean = pixels(rows[scale, 5]).astype(int)
        far = [float(np.abs(pixels(rows[scale, level]).astype(int) - clean).mean()) for level in range(6)]
        assert far == sorted(far, reverse=True), scale
        assert far[4] > 0
    assert make_anchors_task() == 0


def test_its_own_large_photographs_come_first() -> None:
    from skimage import data

    study = study_with_protocol()
    out = io.BytesIO()
    Picture.fromarray(data.astronaut()).resize((1024, 1024)).save(out, "PNG")
    image = make_image(study, out.getvalue(), width=1024, height=1024)
    make_image(study, picture_bytes("PNG", 300, 300), width=300, height=300)
    make_image(study, b"broken", width=2000, height=2000)

    make_anchors_task()

    assert set(Anchor.objects.values_list("made_from", flat=True)) == {image.pk}


def test_only_what_is_missing_is_made() -> None:
    study = study_with_protocol()
    ada = make_member(study, "manager")
    own = put_anchor(study=study, scale="blur", level=2, name="a.png", data=picture_bytes("PNG", 64, 48), by=ada)

    assert make_anchors_task() == 45

    own.refresh_from_db()
    assert (own.replaced_at, missing_anchors(study)) == (None, [])
