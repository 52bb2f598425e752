"""JPEG artefacts, by a JPEG encoder."""

import io

import numpy as np
from PIL import Image

from ml.synthesis.light import Rgb, between

QUALITY = (80.0, 3.0)


def apply(rgb: Rgb, strength: int, _rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same after a JPEG of quality 80 down to 3 with halved colour resolution."""
    coded = io.BytesIO()
    Image.fromarray(rgb).save(coded, "JPEG", quality=round(between(*QUALITY, strength)), subsampling="4:2:0")
    with Image.open(coded) as image:
        return np.array(image.convert("RGB"), dtype=np.uint8)
