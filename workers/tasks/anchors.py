"""An example for every level of every scale, for studies that have a protocol and lack some."""

import io
import logging
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from celery import shared_task

from annotation.actions.anchors import claim_anchorless, missing_anchors, put_anchor
from annotation.enums import Split
from annotation.errors import Conflict
from annotation.models import Image, Study
from annotation.scales import DISTORTIONS, SCALES

if TYPE_CHECKING:
    from ml.synthesis.light import Rgb

log = logging.getLogger(__name__)

LOOKED_AT = 12
"""Of a study's own images for training, by chance."""
REDUCED_AT_LEAST = 2.0
"""A photograph made half as large has lost most of its noise, blur and blocks: only then it can stand for a clean one."""
SHORT_SIDES = (260, 340, 420)
SAMPLES = ("china", "chelsea", "motorcycle_left", "coffee", "flower", "astronaut")
"""Photographs in installed packages that are clean and show edges, even surfaces and colour."""

Piece = tuple["Rgb", "Rgb", Image | None]
"""A cut for all scales but importance, the whole picture for that, and where they come from."""


@shared_task(soft_time_limit=280, time_limit=300)
def make_anchors_task() -> int:
    """Makes what is missing for one study after the other; how many anchors."""
    made = 0
    while (done := make_for_next()) is not None:
        made += done
    return made


def make_for_next() -> int | None:
    """None when no study lacks anchors, or what it lacks cannot be made."""
    with claim_anchorless() as study:
        if study is None:
            return None
        pieces = pieces_for(study)
        if not pieces:
            log.warning("There is no photograph to make anchors of for study %s.", study.slug)
            return None
        return sum(_make(study, scale, pieces[number % len(pieces)]) for number, scale in enumerate(SCALES)) or None


def pieces_for(study: Study) -> list[Piece]:
    """The liveliest of the study's own photographs that are large enough; else those in installed packages."""
    from ml.synthesis.anchors import liveliness  # slow import

    own = sorted(_own_pieces(study), key=lambda piece: -liveliness(piece[0]))
    return own[:4] if own else list(_sample_pieces())


def _make(study: Study, scale: str, piece: Piece) -> int:
    wanted = [level for name, level in missing_anchors(study) if name == scale]
    made = 0
    for level, rgb in _levels(scale, piece) if wanted else ():
        if level in wanted:
            made += _put(study, scale, level, rgb, piece[2])
    return made


def _levels(scale: str, piece: Piece) -> "Iterator[tuple[int, Rgb]]":
    from ml.synthesis import anchors  # slow import
    from ml.synthesis.distortions import KINDS  # slow import

    cut, whole, _ = piece
    if scale in DISTORTIONS:
        return anchors.of_distortion(cut, next(kind for kind in KINDS if kind == scale))
    return anchors.of_quality(cut) if scale == "quality" else anchors.of_importance(whole)


def _put(study: Study, scale: str, level: int, rgb: "Rgb", made_from: Image | None) -> int:
    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.fromarray(rgb).save(out, "PNG", optimize=True)
    try:
        put_anchor(
            study=study, scale=scale, level=level, name="made.png", data=out.getvalue(), by=None, made_from=made_from
        )
    except Conflict:  # a manager was quicker
        return 0
    return 1


def _own_pieces(study: Study) -> Iterator[Piece]:
    from ml.images import ImageError, decode  # slow import

    ids = list(Image.objects.filter(study=study, split=Split.TRAIN).order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(study.seed).sample(ids, min(LOOKED_AT, len(ids)))  # noqa: S311  an order, not a secret
    for image in Image.objects.filter(pk__in=chosen):
        if min(image.width, image.height) < REDUCED_AT_LEAST * SHORT_SIDES[0]:
            continue
        try:
            with image.file.open("rb") as file:
                piece = _piece(decode(file.read()), REDUCED_AT_LEAST)
        except (ImageError, OSError, MemoryError) as error:
            log.warning("No anchors from image %s: %s", image.pk, error)
            continue
        if piece is not None:
            yield (*piece, image)


def _sample_pieces() -> Iterator[Piece]:
    from ml.images import read  # slow import
    from ml.synthesis.references import dependency_photographs  # slow import

    paths = {source.name: source.path for source in dependency_photographs()}
    for name in SAMPLES:
        path = paths.get(name)
        piece = _piece(read(path), 1.0) if path is not None else None
        if piece is not None:
            yield (*piece, None)


def _piece(rgb: "Rgb", reduced: float) -> "tuple[Rgb, Rgb] | None":
    """The liveliest cut at a few sizes, and the whole picture as wide as a cut. None when all is dull."""
    from ml.synthesis.anchors import SIZE, cut, liveliness  # slow import

    short = min(rgb.shape[:2])
    cuts = [cut(smaller(rgb, side / short)) for side in SHORT_SIDES if side * reduced <= short]
    lively = [one for one in cuts if one is not None]
    if not lively:
        return None
    return max(lively, key=liveliness), smaller(rgb, min(SIZE[0] / rgb.shape[1], 2 * SIZE[1] / rgb.shape[0]))


def smaller(rgb: "Rgb", factor: float) -> "Rgb":
    import numpy as np
    from PIL import Image as Picture

    size = (round(rgb.shape[1] * factor), round(rgb.shape[0] * factor))
    return np.asarray(Picture.fromarray(rgb).resize(size, Picture.Resampling.LANCZOS))
