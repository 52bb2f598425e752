"""The fitted metric: one affine number for each thing that is asked, and the spread of what it does not know."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy.special import expit, ndtr
from torch import Tensor

from ml.judges.folders import METRIC, new_version, open_version
from ml.judges.inputs import Masks, Rgb, checked_image, checked_masks
from ml.judges.metric.features import NAMES, features_of
from ml.seagull.manifest import VersionError
from ml.seagull.predictor import NoImageError
from ml.seagull.regions import extent_of, flags_of
from ml.seagull.scoring import Assessment, Distribution
from ml.vocabulary import CLEAN, DISTORTIONS

Floats = NDArray[np.float64]
WEIGHTS: Final = "weights.safetensors"
PRESET: Final = "scene-statistics"
SCALES: Final = ("quality", "importance", *(f"severity {name}" for name in DISTORTIONS))
"""Means of 0..4, each with a spread."""
CHANCES: Final = (*DISTORTIONS, CLEAN)
"""Log odds."""
ASKED: Final = (*SCALES, *CHANCES)
BETWEEN: Final = np.arange(0.5, 4.0)
"""Where one level ends and the next begins."""


@dataclass(frozen=True)
class Fit:
    """`slopes` is features x ASKED, `offsets` of ASKED, `spreads` of SCALES; features are kept within `low`..`high`."""

    low: Floats
    high: Floats
    slopes: Floats
    offsets: Floats
    spreads: Floats

    def answers(self, features: Floats) -> dict[str, Floats]:
        """For N x features the N numbers of each of ASKED."""
        found = np.clip(features, self.low, self.high) @ self.slopes + self.offsets
        return dict(zip(ASKED, found.T, strict=True))


class MetricJudge:
    """Deterministic, on the CPU."""

    def __init__(self, fit: Fit) -> None:
        self.fit = fit
        self._rgb: Rgb | None = None

    def set_image(self, rgb: Rgb) -> None:
        """HxWx3 of 0..255. Raises InputError."""
        self._rgb = None
        self._rgb = checked_image(rgb)

    def assess(self, masks: Masks) -> list[Assessment]:
        """RxHxW of the image's own size. Raises InputError, and NoImageError before `set_image`."""
        if self._rgb is None:
            raise NoImageError("no image to look at: call set_image first")
        answers = self.fit.answers(features_of(self._rgb, checked_masks(masks, self._rgb)))
        scales = {name: levels_of(answers[name], spread) for name, spread in zip(SCALES, self.fit.spreads, strict=True)}
        chances = {name: expit(answers[name]) for name in CHANCES}
        return [_assessment(scales, chances, row, flags_of(extent_of(mask))) for row, mask in enumerate(masks)]


def levels_of(means: Floats, spread: float) -> Floats:
    """N x 5: what a normal distribution has within half a level of each; the ends take what lies beyond them."""
    below = ndtr((BETWEEN - means[:, None]) / spread)
    return np.asarray(np.diff(below, axis=1, prepend=0.0, append=1.0))


def save_metric(directory: Path, fit: Fit, metrics: Mapping[str, Any]) -> None:
    """Raises VersionError for a directory that exists and for numbers that are not finite."""
    if not all(np.isfinite(values).all() for values in asdict(fit).values()):
        raise VersionError("the fitted numbers are not finite: this is no metric to keep")
    with new_version(directory, METRIC, {"preset": PRESET, "features": list(NAMES)}, metrics) as part:
        save_file({name: np.ascontiguousarray(values) for name, values in asdict(fit).items()}, part / WEIGHTS)
        (part / WEIGHTS).chmod(
            (part / "config.json").stat().st_mode
        )  # safetensors lets nobody else read what it writes


def load_metric(directory: Path) -> MetricJudge:
    """Raises VersionError."""
    config = open_version(directory, METRIC)
    if tuple(config.get("features", ())) != NAMES:
        raise VersionError(f"{directory} was fitted on other features than this software computes; fit it again")
    try:
        fit = Fit(**load_file(directory / WEIGHTS))
        shapes = {field.name: getattr(fit, field.name).shape for field in fields(fit)}
    except (OSError, SafetensorError, TypeError) as error:
        raise VersionError(f"{directory / WEIGHTS} does not hold a metric: {error}") from error
    if shapes != _shapes():
        raise VersionError(f"{directory / WEIGHTS} holds {shapes} instead of {_shapes()}")
    return MetricJudge(fit)


def _shapes() -> dict[str, tuple[int, ...]]:
    size = len(NAMES)
    slopes = (size, len(ASKED))
    return {"low": (size,), "high": (size,), "slopes": slopes, "offsets": (len(ASKED),), "spreads": (len(SCALES),)}


def _assessment(
    scales: Mapping[str, Floats], chances: Mapping[str, Floats], row: int, flags: frozenset[str]
) -> Assessment:
    def distortion(name: str) -> Tensor:
        there = chances[name][row]
        return torch.from_numpy(np.append(there * scales[f"severity {name}"][row], 1.0 - there))

    return Assessment(
        quality=Distribution.of(torch.from_numpy(scales["quality"][row])),
        importance=Distribution.of(torch.from_numpy(scales["importance"][row])),
        distortions={name: Distribution.of(distortion(name)) for name in DISTORTIONS},
        clean=float(chances[CLEAN][row]),
        flags=flags,
    )
