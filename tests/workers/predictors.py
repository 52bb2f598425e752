"""A predictor for tests: the same small interface, known numbers."""

from collections.abc import Sequence

import numpy as np

from ml.proposals.proposal import Rgb
from ml.seagull.scoring import Assessment, Distribution
from ml.vocabulary import DISTORTIONS

Masks = np.ndarray[tuple[int, int, int], np.dtype[np.bool_]]


class FakePredictor:
    """Quality is the share of the image that a region covers, in words; everything else is certain and the best."""

    def __init__(self) -> None:
        self.looked = 0
        self.asked: list[int] = []
        self.shape = (0, 0)

    def set_image(self, rgb: Rgb) -> None:
        self.looked += 1
        self.shape = rgb.shape[:2]

    def assess(self, masks: Masks) -> list[Assessment]:
        assert masks.shape[1:] == self.shape
        self.asked.append(len(masks))
        return [self._said(float(mask.mean())) for mask in masks]

    def views(self, masks: Masks) -> Masks:
        return masks

    def score(self, views: Masks) -> list[Assessment]:
        return self.assess(views)

    def answers(self, views: Masks, said: Sequence[Assessment], questions: Sequence[str]) -> list[list[str]]:
        return [[f"An answer about {int(mask.sum())} pixels."] * len(questions) for mask in views]

    def _said(self, share: float) -> Assessment:
        quality = certain(5, round(4 * share))
        none = dict.fromkeys(DISTORTIONS, certain(6, 5))
        return Assessment(quality, certain(5, 4), none, clean=1.0, flags=frozenset({"tiny"} if share < 0.1 else ()))


def certain(levels: int, level: int) -> Distribution:
    return Distribution(tuple(float(number == level) for number in range(levels)), float(level), 0.0)
