"""Studies with pictures a browser can show."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

from annotation.actions.seats import make_seats
from annotation.enums import RegionStatus
from annotation.masks import encode_mask
from annotation.models import Image, Region, Study
from tests.factories import make_image


def noise(width: int = 300, height: int = 200, seed: int = 1) -> NDArray[np.uint8]:
    """Pixels that any smoothing, shift or conversion would change."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(pixels: NDArray[np.uint8]) -> bytes:
    out = BytesIO()
    Picture.fromarray(pixels).save(out, "PNG", compress_level=0)  # noise does not get smaller, and trying takes long
    return out.getvalue()


def ellipse(width: int = 300, height: int = 200) -> NDArray[np.bool_]:
    """A mask with round sides, well inside."""
    y, x = np.mgrid[:height, :width]
    return ((x - 0.45 * width) / (0.22 * width)) ** 2 + ((y - 0.5 * height) / (0.3 * height)) ** 2 <= 1


def add_picture(study: Study, *, width: int = 300, height: int = 200, seed: int = 1) -> Image:
    return make_image(study, png(noise(width, height, seed)), width=width, height=height)


def add_region(image: Image, mask: NDArray[np.bool_], status: RegionStatus = RegionStatus.ACCEPTED) -> Region:
    coded = encode_mask(mask)
    x, y, width, height = coded.box
    region = Region.objects.create(
        study=image.study, image=image, rle=coded.rle, x=x, y=y, width=width, height=height, area=coded.area,
        level="object", source="proposed", status=status,
    )  # fmt: skip
    make_seats(region_ids=[region.pk])
    return region


def rated_picture(study: Study, seed: int = 1, *, width: int = 300, height: int = 200) -> Region:
    return add_region(add_picture(study, width=width, height=height, seed=seed), ellipse(width, height))
