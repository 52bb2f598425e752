from collections.abc import Mapping

import pytest

from ml.seagull import prompts
from ml.seagull.drafts import draft, follow_up
from ml.seagull.scoring import Assessment, Distribution
from ml.vocabulary import DISTORTIONS


def certain(levels: int, level: int) -> Distribution:
    return Distribution(tuple(float(number == level) for number in range(levels)), float(level), 0.0)


def said(clean: float, **levels: tuple[float, ...]) -> Assessment:
    """Quality good, importance minor; distortions that are not named are surely not there."""
    found: Mapping[str, Distribution] = {
        name: Distribution(levels[name], 0.0, 0.0) if name in levels else certain(6, 5) for name in DISTORTIONS
    }
    return Assessment(certain(5, 3), certain(5, 1), found, clean, frozenset())


LIKELY, UNLIKELY = (0.1, 0.6, 0.1, 0.0, 0.0, 0.2), (0.0, 0.0, 0.0, 0.1, 0.3, 0.6)


def test_analyses_are_drafted_as_they_were_taught() -> None:
    assert draft(prompts.ASK_QUALITY, said(1.0)) == "The quality is good."
    assert draft(prompts.ASK_IMPORTANCE, said(1.0)) == "This region is minor to the overall quality."
    assert draft(prompts.judge_quality("good"), said(1.0)) == ""


@pytest.mark.parametrize(
    ("assessed", "expected"),
    [
        (said(0.9, blur=LIKELY), "Without distortions."),
        (said(0.1, noise=LIKELY, blur=LIKELY), "With severe blur and severe noise distortions."),
        (said(0.1, noise=UNLIKELY, blur=LIKELY), "With severe blur distortions."),
        (said(0.4, noise=UNLIKELY), "With trivial noise distortions."),
    ],
)
def test_distortions_are_drafted_that_are_likelier_there_than_not(assessed: Assessment, expected: str) -> None:
    assert draft(prompts.ASK_DISTORTION, assessed) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [(3, (4, 5)), (1, (2, 3, 4, 5)), (5, ()), (9, (2, 3, 4, 5))],
)
def test_a_draft_goes_on_behind_a_token_that_it_has_later_or_behind_its_own(
    token: int, expected: tuple[int, ...]
) -> None:
    assert follow_up((1, 2, 3, 4, 5), token) == expected


def test_after_the_last_word_of_a_draft_nothing_follows() -> None:
    assert follow_up((), 7) == ()
