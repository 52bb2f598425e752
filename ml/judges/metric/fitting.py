"""The metric from labelled regions: ridge regressions for the scales, logistic ones for what is there."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np
from tqdm import tqdm

from ml.evaluation.logistic import fit_logistic
from ml.evaluation.ridge import Standard, fit_ridge, folds
from ml.images import read
from ml.judges.metric.features import features_of
from ml.judges.metric.judge import ASKED, CHANCES, SCALES, Fit, Floats
from ml.records.region import RegionRecord
from ml.vocabulary import CLEAN

Affine = tuple[Floats, float]
"""Slopes on the features as they are, and an offset."""
LEAST_PHOTOGRAPHS: Final = 3
"""With one left out there are two to choose a penalty by."""
NARROWEST: Final = 0.3
WIDEST: Final = 1.4
"""Levels; the deviation of knowing nothing."""
MIDDLE: Final = 2.0


def features_of_records(records: Sequence[RegionRecord]) -> Floats:
    """N x features, in the order of the records, which must keep an image's regions together."""
    images = [list(group) for _, group in groupby(records, key=lambda record: record.image)]
    return np.concatenate([_of_image(regions) for regions in tqdm(images, desc="features")])


def fit_metric(records: Sequence[RegionRecord], x: Floats) -> Fit:
    """Penalties and spreads by photographs left out. Raises ValueError for fewer than three photographs."""
    sources = [record.source for record in records]
    if len(set(sources)) < LEAST_PHOTOGRAPHS:
        raise ValueError(f"fitting takes regions of at least {LEAST_PHOTOGRAPHS} photographs, not {len(set(sources))}")
    fitted = {name: _scale(x, _values(name, records), sources) for name in SCALES}
    affine = {name: found for name, (found, _) in fitted.items()}
    affine |= {name: _chance(x, _present(name, records), sources) for name in CHANCES}
    return Fit(
        low=x.min(axis=0),
        high=x.max(axis=0),
        slopes=np.stack([affine[name][0] for name in ASKED], axis=1),
        offsets=np.array([affine[name][1] for name in ASKED]),
        spreads=np.array([spread for _, spread in fitted.values()]),
    )


def _scale(x: Floats, values: Floats, sources: Sequence[str]) -> tuple[Affine, float]:
    """Of the rows whose value is known; of too few photographs only the mean is learnt."""
    known = np.flatnonzero(~np.isnan(values))
    x, y, groups = x[known], values[known], [sources[int(row)] for row in known]
    if len(set(groups)) < LEAST_PHOTOGRAPHS:
        return (np.zeros(x.shape[1]), float(y.mean()) if len(y) else MIDDLE), WIDEST
    ridge = fit_ridge(x, y, groups)
    missed = [y[out] - fit_ridge(x[into], y[into], [groups[int(row)] for row in into], (ridge.alpha,)).predict(x[out])
              for into, out in folds(groups)]  # fmt: skip
    spread = float(np.sqrt((np.concatenate(missed) ** 2).mean()))
    return _plain(ridge.standard, ridge.weights, ridge.offset), float(np.clip(spread, NARROWEST, WIDEST))


def _chance(x: Floats, present: Floats, sources: Sequence[str]) -> Affine:
    """Log odds. What is in all regions or in none keeps the odds of one more region of each kind."""
    there = int(present.sum())
    if there in (0, len(present)):
        return np.zeros(x.shape[1]), float(np.log((there + 1) / (len(present) - there + 1)))
    logistic = fit_logistic(x, present.astype(np.intp), 2, sources)
    difference = logistic.weights[:, 1] - logistic.weights[:, 0]
    return _plain(logistic.standard, difference[:-1], float(difference[-1]))


def _plain(standard: Standard, weights: Floats, offset: float) -> Affine:
    """The same on features that are not brought to a standard; a constant one has the scale infinity."""
    slopes = weights / standard.scale
    return slopes, offset - float(standard.mean @ slopes)


def _values(name: str, records: Sequence[RegionRecord]) -> Floats:
    """NaN where it is not known, as the severity of what is not there."""
    if name in ("quality", "importance"):
        return np.array([getattr(record, name) for record in records])
    kind = name.removeprefix("severity ")
    found = [record.distortions.get(kind) for record in records]
    return np.array([np.nan if value is None else value for value in found])


def _present(name: str, records: Sequence[RegionRecord]) -> Floats:
    return np.array([not record.distortions if name == CLEAN else name in record.distortions for record in records])


def _of_image(records: Sequence[RegionRecord]) -> Floats:
    return features_of(read(records[0].image), np.stack([record.mask() for record in records]))
