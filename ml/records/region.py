"""One region of one image with its labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "test"]


class RecordError(ValueError):
    """A record that cannot be learnt from; the message names it and says what is wrong."""


@dataclass(frozen=True, slots=True)
class RegionRecord:
    """`image` is the file; `source` names the photograph it came from, which is on one side of the split only.

    `size` is (height, width) of the file's upright pixels and `counts` the mask in COCO's compressed run-length code.
    `quality` and `importance` are means of 0..4. `distortions` holds the present ones with their mean severity of
    0 (extreme) .. 4 (trivial), or None where only the type is known; empty is clean.
    """

    id: str
    image: Path
    source: str
    split: Split
    size: tuple[int, int]
    counts: str
    quality: float
    importance: float
    distortions: Mapping[str, float | None]

    def mask(self) -> NDArray[np.bool_]:
        """HxW. Raises RecordError when the code does not fit the size."""
        from pycocotools import mask as coco  # slow import

        try:
            pixels = coco.decode({"size": list(self.size), "counts": self.counts.encode("ascii")})
        except Exception as error:  # the C code raises whatever it likes
            raise RecordError(f"record {self.id}: the mask cannot be decoded: {error}") from error
        return np.asarray(pixels, dtype=np.bool_)
