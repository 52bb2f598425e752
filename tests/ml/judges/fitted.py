"""A metric with made-up numbers, small enough to see what it must say."""

from pathlib import Path

import numpy as np

from ml.judges.metric.features import NAMES
from ml.judges.metric.judge import ASKED, SCALES, Fit, save_metric


def made_fit() -> Fit:
    """Quality grows with the crop's brightness, importance with the region's area; each distortion is even odds."""
    slopes = np.zeros((len(NAMES), len(ASKED)))
    slopes[NAMES.index("mean"), ASKED.index("quality")] = 4.0
    slopes[NAMES.index("area_root"), ASKED.index("importance")] = 4.0
    return Fit(
        low=np.full(len(NAMES), -50.0),
        high=np.full(len(NAMES), 50.0),
        slopes=slopes,
        offsets=np.zeros(len(ASKED)),
        spreads=np.full(len(SCALES), 0.5),
    )


def save_fitted(folder: Path) -> Path:
    save_metric(folder, made_fit(), {})
    return folder
