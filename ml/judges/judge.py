"""What a model has to offer to pre-label, and which directory becomes which one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.judges.folders import METRIC, SEAGULL, VLM, kind_of
from ml.seagull.manifest import VersionError

if TYPE_CHECKING:
    from ml.seagull.predictor import Views
    from ml.seagull.scoring import Assessment


class RegionJudge(Protocol):
    """Looks at one image at a time. A region's numbers must not depend on the regions that are asked about with it."""

    def set_image(self, rgb: NDArray[np.uint8]) -> None:
        """HxWx3 of 0..255. Raises ValueError for an image that it cannot look at; that is then the image's fault."""

    def assess(self, masks: NDArray[np.bool_]) -> "list[Assessment]":
        """RxHxW of the image's own size, answered in their order. Raises ValueError for masks of another one."""


class TalkingJudge(RegionJudge, Protocol):
    """One that also writes sentences; only a SEAGULL network does. What it sees of regions is computed once for both."""

    def views(self, masks: NDArray[np.bool_]) -> "Views":
        """Of RxHxW masks of the image; they stay good when another image is set."""

    def score(self, views: "Views") -> "list[Assessment]":
        """As `assess` of the masks."""

    def answers(self, views: "Views", said: "Sequence[Assessment]", questions: Sequence[str]) -> list[list[str]]:
        """For each region; `said` is what `score` said of them."""


def load_judge(directory: Path, device: str | None = None) -> RegionJudge:
    """The model of a version's directory, on CUDA where there is one unless `device` says otherwise.

    Every hash is checked first. Raises VersionError for a directory that is no intact version of a known kind.
    """
    kind = kind_of(directory)
    if kind not in LOADERS:
        raise VersionError(f"{directory} is of the kind {kind!r}; known are {', '.join(LOADERS)}")
    return LOADERS[kind](directory, device)


def _seagull(directory: Path, device: str | None) -> RegionJudge:
    from ml.seagull import load_predictor  # slow import

    return load_predictor(directory, device)


def _vlm(directory: Path, device: str | None) -> RegionJudge:
    from ml.judges.vlm.loading import load_vlm  # slow import

    return load_vlm(directory, device)


def _metric(directory: Path, device: str | None) -> RegionJudge:
    """It has no use for a device: what it computes is over before a GPU is awake."""
    from ml.judges.metric.judge import load_metric  # slow import

    return load_metric(directory)


LOADERS: Final[dict[str, Callable[[Path, str | None], RegionJudge]]] = {SEAGULL: _seagull, VLM: _vlm, METRIC: _metric}
