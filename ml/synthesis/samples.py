"""`python -m ml.synthesis.samples OUT`: a folder of real photographs, as they are and distorted by known amounts."""

import argparse
import csv
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from tqdm import tqdm

from ml.synthesis.distortions import KINDS, NON_EXISTENT, STRENGTHS, Kind, distort, level_of, seed_of
from ml.synthesis.light import Rgb
from ml.synthesis.sources import VIEWS, View, pixels

LONGEST_SIDE = 1024
MANIFEST = "manifest.csv"
COLUMNS = ("path", "source", *KINDS, "quality", "area")
QUALITY_KEPT = {5: 1.0, 4: 0.93, 3: 0.78, 2: 0.55, 1: 0.30, 0: 0.10}
"""Share of the quality that is left after one distortion of a level over the whole picture."""
MINDED: Mapping[Kind, float] = {
    "exposure": 0.1, "noise": 2.0, "blur": 1.0, "contrast": 0.1, "colorfulness": 0.1, "compression": 2.0
}  # fmt: skip
"""The taste of those who judge these pictures, as powers of that share: they forgive a picture that is dark, flat or garish
before one that has grain, blocks or a soft focus. No full-reference metric does, so a model can learn from them."""
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Plan:
    """One picture to write: a view and what is done to it, everywhere or (`partly`) in one place."""

    view: View
    number: int
    steps: tuple[tuple[Kind, int], ...]
    partly: bool

    @property
    def filename(self) -> str:
        """Says nothing about the distortions: annotators may see it."""
        return f"{self.view.name}-{self.number}.jpg" if self.steps else f"{self.view.name}.png"


def plans(*, seed: int, variants: int, limit: int | None) -> list[Plan]:
    """What `write_samples` writes, in order of name; a `limit` takes a mixed part of it."""
    chance = random.Random(seed)  # noqa: S311 - pictures, not secrets
    wanted = [Plan(view, 0, (), False) for view in VIEWS]
    wanted += [_variant(view, number, chance) for number in range(1, variants + 1) for view in VIEWS]
    if limit is not None:
        chance.shuffle(wanted)
        wanted = wanted[:limit]
    return sorted(wanted, key=lambda plan: plan.filename)


def write_samples(out: Path, *, seed: int = 1, variants: int = 2, limit: int | None = None) -> Path:
    """Fills folder `out` and returns its manifest: a CSV file with a row for each picture.

    Columns: path (in `out`), source, a level 0 extreme .. 5 non-existent for each distortion, quality (0..4 of the
    whole picture), area ("x y w h" in pixels where the distortions are, empty for everywhere).
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = [
        write_picture(out, plan) for plan in tqdm(plans(seed=seed, variants=variants, limit=limit), desc="photographs")
    ]
    manifest = out / MANIFEST
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return manifest


def _variant(view: View, number: int, chance: random.Random) -> Plan:
    possible = [kind for kind in KINDS if not (view.grey and kind == "colorfulness")]
    kinds = chance.sample(possible, chance.choice((1, 1, 2)))
    return Plan(view, number, tuple((kind, chance.choice(STRENGTHS)) for kind in sorted(kinds)), chance.random() < 0.3)


def write_picture(out: Path, plan: Plan) -> list[str | int]:
    """Writes one picture into folder `out` and returns its row of the manifest."""
    clean = _fitting(pixels(plan.view))
    rgb, area = _distorted(clean, plan)
    image = Image.fromarray(rgb)
    if plan.steps:
        image.save(out / plan.filename, quality=95, subsampling="4:4:4")
    else:
        image.save(out / plan.filename, compress_level=3)
    levels = {kind: level_of(strength) for kind, strength in plan.steps}
    share = 1.0 if area is None else area[2] * area[3] / (rgb.shape[0] * rgb.shape[1])
    quality = _quality(plan.view, levels, share)
    where = "" if area is None else " ".join(str(number) for number in area)
    of_kinds = [levels.get(kind, NON_EXISTENT) for kind in KINDS]
    return [plan.filename, plan.view.source, *of_kinds, f"{quality:.3f}", where]


def _quality(view: View, levels: Mapping[Kind, int], share: float) -> float:
    """0..4. Damage in a part counts more than its share of the pixels: people judge by the worst place."""
    kept = math.prod(math.pow(QUALITY_KEPT[level], MINDED[kind]) for kind, level in levels.items())
    return view.quality * (1.0 - (1.0 - kept) * math.sqrt(share))


def _fitting(rgb: Rgb) -> Rgb:
    scale = LONGEST_SIDE / max(rgb.shape[:2])
    if scale >= 1.0:
        return rgb
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


def _distorted(clean: Rgb, plan: Plan) -> tuple[Rgb, Area | None]:
    digest = sha256(clean.tobytes()).hexdigest()
    result = clean
    for kind, strength in plan.steps:
        result = distort(result, kind, strength, seed_of(f"{digest}{plan.number}", kind, strength))
    if not plan.partly or not plan.steps:
        return result, None
    area = _place(clean, np.random.default_rng(seed_of(digest, "blur", plan.number)))
    return _blended(clean, result, area), area


def _place(rgb: Rgb, rng: np.random.Generator) -> Area:
    """A box over 40 to 65 % of each side."""
    height, width = rgb.shape[:2]
    w, h = (int(side * rng.uniform(0.4, 0.65)) for side in (width, height))
    return int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1)), w, h


def _blended(clean: Rgb, distorted: Rgb, area: Area) -> Rgb:
    """`distorted` inside the ellipse of `area`, `clean` elsewhere, with a soft transition."""
    x, y, w, h = area
    rows, columns = np.ogrid[: clean.shape[0], : clean.shape[1]]
    radius = ((columns - x - w / 2) / (w / 2)) ** 2 + ((rows - y - h / 2) / (h / 2)) ** 2
    weight = ndimage.gaussian_filter((radius < 0.9).astype(np.float32), 0.03 * min(w, h))[..., None]
    return np.rint(clean + (distorted.astype(np.float32) - clean) * weight).astype(np.uint8)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.samples", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to fill")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variants", type=int, default=2, help="distorted pictures of each view (default 2)")
    parser.add_argument("--limit", type=int, default=None, help="write at most so many pictures")
    options = parser.parse_args(arguments)
    manifest = write_samples(options.out, seed=options.seed, variants=options.variants, limit=options.limit)
    print(manifest)


if __name__ == "__main__":
    main()
