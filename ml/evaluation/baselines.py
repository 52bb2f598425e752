"""Plain regressions on the statistics that the network also reads: what the network has to beat, on the same regions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.evaluation.logistic import Logistic, fit_logistic
from ml.evaluation.predictions import Prediction
from ml.evaluation.ridge import Floats, Ridge, fit_ridge
from ml.evaluation.sets import CLASSES, types_of
from ml.records.region import RegionRecord
from ml.seagull.lowlevel import low_level
from ml.training.checking import image_of
from ml.vocabulary import DISTORTIONS

BEST = 4.0
ONE_OF_SEVEN = "ridge, one logistic of seven classes"
SIX_TIMES = "ridge, six logistics"


@dataclass(frozen=True)
class Baselines:
    """`one_of_seven` names the likeliest of the six types and clean; `six` ask for each type by itself."""

    quality: Ridge
    importance: Ridge
    one_of_seven: Logistic
    six: dict[str, Logistic]

    def judge(self, rgb: NDArray[np.uint8], masks: NDArray[np.bool_]) -> list[dict[str, Prediction]]:
        """A `report.Judge`."""
        return self.predict(low_level(rgb).statistics(masks).astype(np.float64))

    def predict(self, x: Floats) -> list[dict[str, Prediction]]:
        """For N x D statistics, N predictions for each way to find the types."""
        quality, importance = (
            np.clip(ridge.predict(x), 0.0, BEST).tolist() for ridge in (self.quality, self.importance)
        )
        likeliest = [CLASSES[index] for index in self.one_of_seven.probabilities(x).argmax(axis=1)]
        present = {name: regression.probabilities(x)[:, 1] > 0.5 for name, regression in self.six.items()}
        return [
            {
                ONE_OF_SEVEN: Prediction(quality[row], importance[row], frozenset({likeliest[row]}), None),
                SIX_TIMES: Prediction(
                    quality[row], importance[row], types_of(name for name in present if present[name][row]), None
                ),
            }
            for row in range(len(x))
        ]


def statistics_of(records: Sequence[RegionRecord]) -> NDArray[np.float32]:
    """N x STATISTICS in the order of the records, which should keep an image's regions together."""
    images = [list(group) for _, group in groupby(records, key=lambda record: record.image)]
    return np.concatenate([_of_image(regions) for regions in tqdm(images, desc="statistics")])


def fit_baselines(records: Sequence[RegionRecord], statistics: NDArray[np.float32]) -> Baselines:
    """Penalties are chosen by leaving photographs out. Of several types in one region the seven-class one learns each."""
    x, groups = statistics.astype(np.float64), [record.source for record in records]
    rows = [(row, CLASSES.index(label)) for row, record in enumerate(records) for label in types_of(record.distortions)]
    copies = np.array([row for row, _ in rows])
    return Baselines(
        quality=fit_ridge(x, np.array([record.quality for record in records]), groups),
        importance=fit_ridge(x, np.array([record.importance for record in records]), groups),
        one_of_seven=fit_logistic(
            x[copies], np.array([label for _, label in rows]), len(CLASSES), [groups[row] for row in copies]
        ),
        six={
            name: fit_logistic(x, np.array([int(name in record.distortions) for record in records]), 2, groups)
            for name in sorted(DISTORTIONS)
        },
    )


def _of_image(records: Sequence[RegionRecord]) -> NDArray[np.float32]:
    return low_level(image_of(records)).statistics(np.stack([record.mask() for record in records]))
