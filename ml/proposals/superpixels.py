"""A photograph as a few hundred patches and what lies between them.

Everything classical that follows (hierarchy, saliency, scores) works on unions of patches, so that a question about
any region is a few sums over a small graph instead of a pass over pixels.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from skimage import color, segmentation

from ml.proposals.proposal import Rgb

Floats = NDArray[np.floating]
WORK_SIDE = 256
"""Longest side, in pixels, of the reduced image that is segmented."""
PATCHES = 320
CLEARLY_OTHER = 14.0
COMPACTNESS = 8.0
"""Lab units that weigh as much as the distance between two patches (`slic` scales its input to 0..1 first)."""


@dataclass(frozen=True, eq=False)
class PatchGraph:
    """`N` patches of a reduced image of h x w pixels.

    labels  int32 hxw, the patch 0..N-1 of each pixel
    rgb     uint8 hxwx3, the reduced image
    area    N, pixels      centre  Nx2, (x, y) in 0..1
    shared  NxN, length of the common boundary      distance  NxN, difference of colour and texture, Lab units
    unlike  NxN, 0..1, the same, saturating: 0.5 where two patches are clearly of another colour
    divide  NxN, 0..1, how sure it is that neighbours belong to different things: an edge, another colour, or both
    sides   Nx4, pixels on the top, bottom, left and right side of the frame
    """

    labels: NDArray[np.int32]
    rgb: Rgb
    area: Floats
    sides: Floats
    centre: Floats
    shared: Floats
    distance: Floats
    unlike: Floats
    divide: Floats

    @property
    def count(self) -> int:
        return len(self.area)

    @cached_property
    def divided(self) -> Floats:
        """NxN, how sure it is along the common boundary."""
        return self.shared * self.divide

    @cached_property
    def undivided(self) -> Floats:
        """NxN, length of the common boundary where nothing divides."""
        return self.shared * (self.divide < 0.3)

    @cached_property
    def touching(self) -> Floats:
        """NxN, 1 for neighbours."""
        return (self.shared > 0).astype(np.float32)

    @cached_property
    def boxes(self) -> Floats:
        """Nx4, top, left, bottom and right of each patch, pixels."""
        found = ndimage.find_objects(self.labels + 1)
        return np.array([(b[0].start, b[1].start, b[0].stop, b[1].stop) for b in found], dtype=np.float32)

    @property
    def border(self) -> Floats:
        """N, pixels on the image's frame."""
        return np.asarray(self.sides.sum(axis=1), dtype=np.float32)


def patch_graph(rgb: Rgb) -> PatchGraph:
    """The patches of `rgb` (uint8 HxWx3)."""
    small = reduced(rgb)
    lab = _smooth_lab(small)
    labels = segmentation.slic(
        lab,
        n_segments=PATCHES,
        compactness=COMPACTNESS / max(float(np.ptp(lab)), 1.0),
        max_num_iter=6,
        convert2lab=False,
        start_label=0,
        channel_axis=-1,
    ).astype(np.int32)
    count = int(labels.max()) + 1
    edges = boundary_map(lab)
    area = np.bincount(labels.ravel(), minlength=count).astype(np.float32)
    shared, strength = _between(labels, edges, count)
    means = _means(labels, np.dstack([lab, _texture(lab)]), area)
    distance = _distance(means)
    unlike = (1.0 - np.exp(-(distance**2) / (2 * CLEARLY_OTHER**2))).astype(np.float32)
    divide = _divide(strength / np.maximum(shared, 1.0), unlike) * (shared > 0)
    return PatchGraph(
        labels, small, area, _sides(labels, count), _centres(labels, area), shared, distance, unlike, divide
    )


def reduced(rgb: Rgb, side: int = WORK_SIDE) -> Rgb:
    """`rgb` (uint8 HxWx3) averaged down so that its longest side has at most `side` pixels."""
    [found] = reduced_to(rgb, side)
    return found


def reduced_to(rgb: Rgb, *sides: int) -> list[Rgb]:
    """`reduced` to each: a photograph takes longer to hand to PIL than PIL takes to average it."""
    longest = max(rgb.shape[:2])
    picture = Image.fromarray(rgb) if longest > min(sides) else None
    return [rgb if picture is None or longest <= side else _averaged(picture, side / longest) for side in sides]


def _averaged(picture: Image.Image, scale: float) -> Rgb:
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return np.asarray(picture.resize(size, Image.Resampling.BOX))


def boundary_map(lab: Floats) -> Floats:
    """hxw in 0..1: gradient of Lab at two scales, judged against its surroundings so that texture counts for less."""
    fine = sum(ndimage.gaussian_gradient_magnitude(lab[..., c], 1.0) for c in range(3))
    broad = sum(ndimage.gaussian_gradient_magnitude(lab[..., c], 2.5) for c in range(3))
    gradient = np.asarray(0.5 * fine + broad, dtype=np.float32)
    around = ndimage.uniform_filter(gradient, 31, mode="nearest")
    typical = float(np.percentile(gradient, 75))
    result = gradient / (gradient + 0.7 * around + 0.5 * typical + 1.0)
    return np.asarray(result, dtype=np.float32)


def _smooth_lab(rgb: Rgb) -> Floats:
    lab = color.rgb2lab(rgb.astype(np.float32) / np.float32(255.0))
    return np.dstack([ndimage.gaussian_filter(lab[..., c], 0.7) for c in range(3)])


def _texture(lab: Floats) -> Floats:
    """Local standard deviation of lightness, hxw, in Lab units."""
    light = lab[..., 0]
    mean = ndimage.uniform_filter(light, 9)
    return np.asarray(np.sqrt(np.maximum(ndimage.uniform_filter(light * light, 9) - mean * mean, 0.0)))


def _between(labels: NDArray[np.int32], edges: Floats, count: int) -> tuple[Floats, Floats]:
    shared = np.zeros(count * count)
    strength = np.zeros(count * count)
    for first, second in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ):
        a, b = labels[first].ravel(), labels[second].ravel()
        differ = a != b
        pair = a[differ].astype(np.int64) * count + b[differ]
        weight = np.maximum(edges[first].ravel()[differ], edges[second].ravel()[differ])
        shared += np.bincount(pair, minlength=count * count)
        strength += np.bincount(pair, weights=weight, minlength=count * count)
    length, total = shared.reshape(count, count), strength.reshape(count, count)
    return (length + length.T).astype(np.float32), (total + total.T).astype(np.float32)


def _divide(edge: Floats, unlike: Floats) -> Floats:
    sure = np.clip((edge - 0.15) / 0.45, 0.0, 1.0)
    return np.asarray(1.0 - (1.0 - sure) * (1.0 - unlike), dtype=np.float32)


def _sides(labels: NDArray[np.int32], count: int) -> Floats:
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    return np.stack([np.bincount(side, minlength=count) for side in sides], axis=1).astype(np.float32)


def _means(labels: NDArray[np.int32], values: Floats, area: Floats) -> Floats:
    flat = labels.ravel()
    sums = [np.bincount(flat, weights=values[..., c].ravel(), minlength=len(area)) for c in range(values.shape[2])]
    return np.asarray(np.stack(sums, axis=1) / area[:, None], dtype=np.float32)


def _centres(labels: NDArray[np.int32], area: Floats) -> Floats:
    rows, columns = np.indices(labels.shape, dtype=np.float32)
    height, width = labels.shape
    return _means(labels, np.dstack([(columns + 0.5) / width, (rows + 0.5) / height]), area)


def _distance(means: Floats) -> Floats:
    steps = (means[:, None, :] - means[None, :, :]) * np.array([0.8, 1.3, 1.3, 0.8], dtype=np.float32)
    return np.asarray(np.sqrt((steps**2).sum(axis=2)), dtype=np.float32)
