"""`python -m ml.synthesis.calibration`: from a metric's raw numbers to quality 0..1 and importance 0..4.

The paper's rule "above 0.92 nothing is to be seen" (section 3.1.3) is for its own metric, TOPIQ. Quality here is
exp(-(raw / SCALE) ^ POWER): 1 for an identical region and falling with damage. Two conditions fix the two constants:
over six kinds of distortion on the photographs that come with scikit-image, the just noticeable strength 2 of 20 has
0.92 on average and strength 20 has 0.075.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from tqdm import tqdm

from ml.synthesis.distortions import KINDS, STRENGTHS, Kind, distort, seed_of
from ml.synthesis.fidelity import Floats, Metric, fidelity
from ml.synthesis.light import Rgb
from ml.synthesis.measures import DEFAULT, metric_called
from ml.synthesis.sources import VIEWS, View, pixels

SCALE: Final = 0.219
POWER: Final = 1.353
CLEAN_ABOVE: Final = 0.92
NOTICED, WORST = (2, CLEAN_ABOVE), (20, 0.075)
"""A strength and the mean quality that it has."""
SIDE = 320
Curves = Mapping[Kind, Floats]
"""For each kind raw numbers, photographs x strengths."""


def quality_of(raw: Floats, scale: float = SCALE, power: float = POWER) -> NDArray[np.float64]:
    """Raw numbers of the metric (0 identical) -> 1 identical .. 0."""
    return np.asarray(np.exp(-np.power(raw.astype(np.float64) / scale, power)))


def measure(metric: Metric = fidelity) -> Curves:
    """Raw numbers of whole 320-pixel cuts, for the strengths in order; grey photographs have no colour to lose."""
    return {kind: np.stack([_curve(view, kind, metric) for view in _with(kind)]) for kind in tqdm(KINDS, desc="kinds")}


def fit(curves: Curves) -> tuple[float, float]:
    """SCALE and POWER with which the two conditions hold."""

    def missed(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        scale, power = np.exp(logs)
        return np.array(
            [mean_quality(curves, strength, scale, power) - wanted for strength, wanted in (NOTICED, WORST)]
        )

    found = np.exp(optimize.least_squares(missed, np.log([SCALE, POWER])).x)
    return float(found[0]), float(found[1])


def mean_quality(curves: Curves, strength: int, scale: float = SCALE, power: float = POWER) -> float:
    """Each kind counts the same."""
    return float(np.mean([quality_of(raw[:, strength - 1], scale, power).mean() for raw in curves.values()]))


def _with(kind: Kind) -> list[View]:
    return [view for view in VIEWS if not (view.grey and kind == "colorfulness")]


def _curve(view: View, kind: Kind, metric: Metric) -> Floats:
    reference = _middle(pixels(view))
    everywhere = np.ones((1, *reference.shape[:2]), dtype=np.bool_)
    digest = sha256(reference.tobytes()).hexdigest()
    variants = (distort(reference, kind, strength, seed_of(digest, kind, strength)) for strength in STRENGTHS)
    return np.concatenate([metric(reference, variant, everywhere) for variant in variants])


def _middle(rgb: Rgb) -> Rgb:
    top, left = (max(0, (side - SIDE) // 2) for side in rgb.shape[:2])
    return np.ascontiguousarray(rgb[top : top + SIDE, left : left + SIDE])


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the constants as the beginning of a yardstick, then for each kind its mean quality at every strength."""
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.calibration", description=__doc__)
    parser.add_argument("--metric", default=DEFAULT, metavar="MODULE:FUNCTION", help="another metric, 0 for identical")
    name = parser.parse_args(arguments).metric
    curves = measure(metric_called(name))
    scale, power = fit(curves)
    print(json.dumps({"metric": name, "scale": round(scale, 4), "power": round(power, 4)}))
    for kind, raw in curves.items():
        print(json.dumps({"kind": kind, "quality": quality_of(raw, scale, power).mean(axis=0).round(3).tolist()}))


if __name__ == "__main__":
    main()
