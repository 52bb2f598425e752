from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from ml.proposals import load_proposer
from ml.proposals.embedded import EmbeddedProposer
from ml.proposals.proposal import NoRegionError, Point, Proposal
from ml.proposals.selection import MIN_AREA
from ml.synthesis.sources import VIEWS, pixels
from tests.ml.pictures import Rgb, ball_on_grass, disc, iou

NAMES = {view.name: view for view in VIEWS}


@pytest.fixture(scope="module")
def ball() -> tuple[EmbeddedProposer, Rgb, np.ndarray]:
    rgb, mask = ball_on_grass()
    proposer = EmbeddedProposer()
    proposer.set_image(rgb)
    return proposer, rgb, mask


@pytest.fixture(scope="module")
def coffee() -> EmbeddedProposer:
    proposer = EmbeddedProposer()
    proposer.set_image(pixels(NAMES["coffee"]))
    return proposer


def parts_and_pinholes(proposal: Proposal) -> tuple[int, int]:
    """Connected parts, and holes of fewer than 30 pixels."""
    _, parts = ndimage.label(proposal.mask)
    holes, _ = ndimage.label(ndimage.binary_fill_holes(proposal.mask) & ~proposal.mask)
    return parts, int(np.count_nonzero(np.bincount(holes.ravel())[1:] < 30))


def test_without_a_checkpoint_the_proposer_is_the_embedded_one() -> None:
    assert isinstance(load_proposer(None), EmbeddedProposer)


def test_questions_before_an_image_are_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="set_image"):
        EmbeddedProposer().propose()


def test_the_ball_is_the_best_object_and_its_spot_a_component(
    ball: tuple[EmbeddedProposer, Rgb, np.ndarray],
) -> None:
    proposer, rgb, mask = ball
    proposals = proposer.propose()
    best = max((p for p in proposals if p.level == "object"), key=lambda p: p.score)
    assert iou(best.mask, mask) > 0.93
    spot = disc(*rgb.shape[:2], rgb.shape[1] * 0.55, rgb.shape[0] * 0.45, rgb.shape[0] * 0.11)
    assert max(iou(p.mask, spot) for p in proposals if p.level == "component") > 0.8


def test_proposals_of_a_photograph_are_clean_and_of_its_size(coffee: EmbeddedProposer) -> None:
    proposals = coffee.propose()
    assert len(proposals) >= 5
    assert {p.level for p in proposals} == {"object", "component"}
    assert {p.mask.shape for p in proposals} == {(400, 600)}
    assert min(p.area for p in proposals) >= MIN_AREA
    assert {parts_and_pinholes(p) for p in proposals} == {(1, 0)}
    assert {p.source for p in proposals} == {"embedded"}


def test_the_same_image_gives_the_same_proposals(coffee: EmbeddedProposer) -> None:
    again = EmbeddedProposer()
    again.set_image(pixels(NAMES["coffee"]))
    first, second = coffee.propose(), again.propose()
    assert [(p.box, p.area, p.level, p.score) for p in first] == [(p.box, p.area, p.level, p.score) for p in second]
    assert all(np.array_equal(a.mask, b.mask) for a, b in zip(first, second, strict=True))


def test_outlines_are_smooth_at_full_size() -> None:
    """A disc of a big image is segmented small: steps of the reduced image must not show in the outline."""
    rgb, mask = ball_on_grass(768, 1024)
    proposer = EmbeddedProposer()
    proposer.set_image(rgb)
    best = proposer.propose()[0]
    assert iou(best.mask, mask) > 0.95
    perimeter = np.count_nonzero(best.mask & ~ndimage.binary_erosion(best.mask))
    assert perimeter < 1.15 * np.count_nonzero(mask & ~ndimage.binary_erosion(mask))


def test_a_click_on_the_ball_gives_the_ball(ball: tuple[EmbeddedProposer, Rgb, np.ndarray]) -> None:
    proposer, _, mask = ball
    assert iou(proposer.segment([(100, 110, True)]).mask, mask) > 0.85


def test_a_refused_spot_is_left_out(ball: tuple[EmbeddedProposer, Rgb, np.ndarray]) -> None:
    proposer, rgb, mask = ball
    height, width = rgb.shape[:2]
    spot = disc(height, width, width * 0.55, height * 0.45, height * 0.11)
    x, y = int(width * 0.55), int(height * 0.45)
    found = proposer.segment([(100, 110, True), (x, y, False)])
    assert not found.mask[y, x]
    assert iou(found.mask, mask & ~spot) > 0.8


def test_a_box_around_the_ball_gives_the_ball(ball: tuple[EmbeddedProposer, Rgb, np.ndarray]) -> None:
    proposer, _, mask = ball
    box = (70, 38, 116, 116)
    found = proposer.segment([], box)
    assert iou(found.mask, mask) > 0.85
    left, top, width, height = found.box
    assert left >= 70
    assert top >= 38
    assert left + width <= 186
    assert top + height <= 154


def test_every_positive_click_is_inside_and_every_negative_one_outside(coffee: EmbeddedProposer) -> None:
    rng = np.random.default_rng(3)
    for _ in range(25):
        places = rng.choice(400 * 600, size=rng.integers(1, 6), replace=False)
        points: list[Point] = [(int(p % 600), int(p // 600), bool(rng.random() < 0.6)) for p in places]
        points[0] = (*points[0][:2], True)
        mask = coffee.segment(points).mask
        assert [bool(mask[y, x]) for x, y, _ in points] == [positive for _, _, positive in points]


def test_neighbouring_pixels_can_be_asked_for_and_refused(coffee: EmbeddedProposer) -> None:
    mask = coffee.segment([(300, 120, True), (301, 120, False)]).mask
    assert mask[120, 300]
    assert not mask[120, 301]


def test_clicks_in_the_corners_of_the_image_work(coffee: EmbeddedProposer) -> None:
    corners: list[Point] = [(0, 0, True), (599, 0, True), (0, 399, True), (599, 399, True)]
    mask = coffee.segment(corners).mask
    assert all(mask[y, x] for x, y, _ in corners)


def test_a_click_outside_the_image_is_refused(coffee: EmbeddedProposer) -> None:
    with pytest.raises(NoRegionError, match="outside the image of 600 x 400"):
        coffee.segment([(600, 10, True)])


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (40, 3), (33, 33), (20, 2000), (3, 5000)])
def test_images_of_odd_shapes_do_not_break_it(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    proposer = EmbeddedProposer()
    proposer.set_image(rgb)
    assert all(p.mask.shape == shape for p in proposer.propose())
    assert proposer.segment([(shape[1] - 1, 0, True)]).mask[0, shape[1] - 1]


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_image_has_no_proposals_worth_keeping_but_can_be_clicked(value: int) -> None:
    proposer = EmbeddedProposer()
    proposer.set_image(np.full((120, 160, 3), value, dtype=np.uint8))
    assert all(p.score < 0.3 for p in proposer.propose())
    assert proposer.segment([(80, 60, True)]).mask[60, 80]


def test_importing_the_package_loads_no_slow_module() -> None:
    import subprocess
    import sys

    code = (
        "import sys, ml.proposals\n"
        "print(sorted({'torch', 'skimage', 'scipy.ndimage', 'django', 'segment_anything'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "[]\n"
