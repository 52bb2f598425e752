"""One region of the image that a judge looks at: its numbers first, its sentences when somebody wants them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from ml.judges.judge import RegionJudge, TalkingJudge

if TYPE_CHECKING:
    from ml.seagull.scoring import Assessment


@dataclass(frozen=True)
class Interview:
    """`sentences` asks the model; by what it is asked about, and nothing of a model that only scores."""

    assessment: "Assessment"
    sentences: Callable[[], Mapping[str, str]]


def interview(judge: RegionJudge, mask: NDArray[np.bool_]) -> Interview:
    """HxW. Raises ValueError for a mask of another size than the image's."""
    if not hasattr(judge, "answers"):
        [assessment] = judge.assess(mask[None])
        return Interview(assessment, dict)
    talking = cast("TalkingJudge", judge)
    views = talking.views(mask[None])
    said = talking.score(views)

    def sentences() -> dict[str, str]:
        from ml.seagull import prompts  # slow import of the package

        asked = prompts.ANALYSES
        [answers] = talking.answers(views, said, [*asked.values()])
        return dict(zip(asked, answers, strict=True))

    return Interview(said[0], sentences)
