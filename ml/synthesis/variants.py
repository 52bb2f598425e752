"""The distorted pictures of one view, and the labels of its regions in each."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from ml.synthesis.distortions import KINDS, STRENGTHS, Kind, seed_of
from ml.synthesis.fidelity import Masks
from ml.synthesis.labels import RegionLabels, label
from ml.synthesis.light import Rgb, to_code
from ml.synthesis.masks import masks_of, soft_area
from ml.synthesis.order import Order, source_of
from ml.synthesis.references import Source, view_of

GREY = 2.0
"""Mean distance of the channels, in codes, below which there is no colour to distort."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One distorted variant of a view with its regions; `partial` when one place of it was distorted."""

    name: str
    source: Source
    rgb: Rgb
    kind: Kind
    strength: int
    partial: bool
    masks: Masks
    labels: list[RegionLabels]


def pictures_of(order: Order, view: int) -> Iterator[Picture]:
    """Each kind in turn at strengths drawn by chance, none of a kind twice; all variants share the view's masks."""
    rng = np.random.default_rng([order.seed, 0, view])
    source = source_of(order, view, rng)
    seen = view_of(source, order.side, rng)
    reference = seen.rgb
    masks = masks_of(reference, order.regions, rng)
    digest = sha256(reference.tobytes()).hexdigest()
    for number, (kind, strength) in enumerate(_steps(reference, order.variants_of(view), rng)):
        partial = bool(rng.random() < order.partial)
        distorted = seen.distorted(kind, strength, seed_of(digest, kind, strength))
        if partial:
            distorted = _blended(reference, distorted, soft_area(reference.shape[0], reference.shape[1], rng))
        labels = label(reference, distorted, masks, kind, order.yardstick)
        yield Picture(f"{view:06d}-{number}", source, distorted, kind, strength, partial, masks, labels)


def _steps(reference: Rgb, count: int, rng: np.random.Generator) -> list[tuple[Kind, int]]:
    kinds = [
        KINDS[index]
        for index in rng.permutation(len(KINDS))
        if not (KINDS[index] == "colorfulness" and _grey(reference))
    ]
    strengths = {kind: rng.permutation(STRENGTHS) for kind in kinds}
    turns = [divmod(number, len(kinds)) for number in range(count)]
    return [(kinds[place], int(strengths[kinds[place]][turn % len(STRENGTHS)])) for turn, place in turns]


def _grey(rgb: Rgb) -> bool:
    return float(np.ptp(rgb.astype(np.int16), axis=2).mean()) < GREY


def _blended(clean: Rgb, distorted: Rgb, weight: np.ndarray) -> Rgb:
    return to_code(clean + (distorted.astype(np.float32) - clean) * weight[..., None])
