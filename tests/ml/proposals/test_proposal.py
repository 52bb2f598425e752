import numpy as np
import pytest

from ml.proposals.proposal import EmptyMaskError, NoRegionError, check_prompt, proposal_of


def mask_with(*pixels: tuple[int, int]) -> np.ndarray:
    mask = np.zeros((20, 30), dtype=np.bool_)
    for x, y in pixels:
        mask[y, x] = True
    return mask


def test_box_and_area_are_measured_from_the_mask() -> None:
    proposal = proposal_of(mask_with((3, 5), (9, 5), (4, 11)), level="object", score=0.5, source="test")
    assert proposal.box == (3, 5, 7, 7)
    assert proposal.area == 3


def test_a_single_pixel_has_a_box_of_one_by_one() -> None:
    assert proposal_of(mask_with((29, 19)), level="object", score=1, source="test").box == (29, 19, 1, 1)


def test_an_empty_mask_is_no_proposal() -> None:
    with pytest.raises(EmptyMaskError):
        proposal_of(mask_with(), level="object", score=1, source="test")


def test_the_mask_is_a_copy_that_nobody_can_change() -> None:
    mask = mask_with((1, 1))
    proposal = proposal_of(mask, level="component", score=1, source="test")
    mask[5, 5] = True
    assert not proposal.mask[5, 5]
    with pytest.raises(ValueError, match="read-only"):
        proposal.mask[1, 1] = False


def test_a_mask_that_nobody_can_change_is_not_copied() -> None:
    mask = mask_with((1, 1))
    mask.flags.writeable = False
    assert proposal_of(mask, level="component", score=1, source="test").mask is mask


def test_scores_are_kept_within_0_and_1() -> None:
    scores = [proposal_of(mask_with((1, 1)), level="object", score=s, source="t").score for s in (-1.0, 0.3, 7.0)]
    assert scores == [0.0, 0.3, 1.0]


@pytest.mark.parametrize(
    "points, box, words",
    [
        ([], None, "box or at least one point"),
        ([(1, 1, False)], None, "box or at least one point"),
        ([(30, 0, True)], None, "outside the image of 30 x 20"),
        ([(0, -1, True)], None, "outside"),
        ([(4, 4, True), (4, 4, False)], None, "at once"),
        ([], (0, 0, 0, 5), "does not lie in the image"),
        ([], (25, 0, 6, 5), "does not lie in the image"),
        ([(20, 10, True)], (0, 0, 20, 20), "lies outside the box"),
    ],
)
def test_a_prompt_that_no_region_can_satisfy_is_refused(
    points: list[tuple[int, int, bool]], box: tuple[int, int, int, int] | None, words: str
) -> None:
    with pytest.raises(NoRegionError, match=words):
        check_prompt(points, box, 20, 30)


def test_a_prompt_that_touches_the_last_pixel_is_fine() -> None:
    check_prompt([(29, 19, True), (0, 0, False)], (29, 19, 1, 1), 20, 30)
