import numpy as np
import pytest
from scipy import stats

from ml.synthesis import KINDS, Kind, distort
from ml.synthesis.fidelity import difference, fidelity, pooled, seen
from tests.ml.pictures import Mask, Rgb, disc, scene

EVERYWHERE = np.ones((1, 160, 200), dtype=np.bool_)


def unlike(distorted: np.ndarray) -> float:
    return float(fidelity(scene(), distorted, EVERYWHERE)[0])


def test_identical_pictures_are_not_unlike_at_all() -> None:
    assert unlike(scene()) == 0.0


@pytest.mark.parametrize("kind", KINDS)
def test_more_of_any_distortion_is_more_unlike(kind: Kind) -> None:
    means = [
        np.mean([unlike(distort(scene(), kind, strength, seed)) for seed in range(6)]) for strength in (2, 8, 14, 20)
    ]

    assert means == sorted(means)
    assert means[-1] > 0.2


def test_the_map_stays_between_0_and_1_for_the_worst() -> None:
    black, white = np.zeros((32, 32, 3), dtype=np.uint8), np.full((32, 32, 3), 255, dtype=np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)

    for one, other in ((black, white), (white, noise), (noise, noise[::-1])):
        worst = difference(seen(one), seen(other))
        assert worst.dtype == np.float32
        assert worst.min() >= 0.0
        assert worst.max() <= 1.0


def test_a_darker_picture_with_the_same_outlines_is_not_perfect() -> None:
    assert unlike((scene() * 0.7).astype(np.uint8)) > 0.1


def test_lost_colour_counts_although_luminance_stays() -> None:
    grey = np.repeat(np.rint(scene() @ np.array([0.2989, 0.5870, 0.1140]))[..., None], 3, axis=2).astype(np.uint8)

    assert unlike(grey) > 0.1


def test_the_similarity_of_gradients_is_that_of_the_published_formula() -> None:
    """A slope of 2 codes a column against flat grey: gradients 4, 0 and fused 2; C1 is 140, C2 is 55.

    In column 5 both have the code 90, also on average around it: light and colour are the same there.
    """
    slope = np.tile((80 + 2 * np.arange(12, dtype=np.uint8))[None, :, None], (12, 1, 3))
    flat = np.full_like(slope, 90)

    alike = 1 - difference(seen(slope), seen(flat))[6, 5]

    plain, of_flat, of_slope = 140 / (16 + 140), 55 / (4 + 55), (2 * 4 * 2 + 55) / (16 + 4 + 55)
    assert alike == pytest.approx(plain + of_flat - of_slope, abs=1e-4)


def test_pooling_is_the_root_of_mean_square_inside_the_mask_only() -> None:
    values = np.array([[0.0, 0.6], [0.8, 1.0]], dtype=np.float32)
    masks = np.array([[[1, 1], [1, 0]], [[0, 0], [0, 1]], [[0, 0], [0, 0]]], dtype=np.bool_)

    assert pooled(values, masks).tolist() == pytest.approx([(1 / 3) ** 0.5, 1.0, 0.0], abs=1e-6)


def test_a_region_far_from_the_damage_is_not_touched_by_it() -> None:
    damaged = scene()
    damaged[:, 120:] = distort(scene(), "noise", 18, 1)[:, 120:]
    near, far = disc(160, 200, 160, 80, 20), disc(160, 200, 40, 80, 20)

    here, there = fidelity(scene(), damaged, np.stack([near, far]))

    assert here > 0.3
    assert there == 0.0


def test_a_regions_number_does_not_depend_on_the_others_asked_for() -> None:
    distorted = distort(scene(), "blur", 9, 1)
    masks = np.stack([disc(160, 200, x, 80, 30) for x in (40, 100, 160)])

    together = fidelity(scene(), distorted, masks)

    assert [fidelity(scene(), distorted, masks[[index]])[0] for index in range(3)] == together.tolist()


def test_regions_are_ranked_as_by_really_cut_and_padded_patches() -> None:
    """On five photographs of scikit-image (400 x 400, 270 regions) it was 0.9999, and 0.7 % between the numbers."""
    places = np.stack([disc(160, 200, x, y, radius) for x, y, radius in ((50, 40, 20), (140, 120, 30), (100, 80, 60))])
    pairs = []
    for kind in KINDS:
        for strength in (4, 8, 12, 16, 19):
            distorted = distort(scene(), kind, strength, strength)
            ours = fidelity(scene(), distorted, places)
            pairs.extend((float(one), by_patch(distorted, mask)) for one, mask in zip(ours, places, strict=True))

    pooled_map, patches = np.array(pairs).T

    assert stats.spearmanr(pooled_map, patches).statistic > 0.98
    assert np.median(np.abs(pooled_map - patches) / patches) < 0.02


def by_patch(distorted: Rgb, mask: Mask) -> float:
    """What the mask cuts out of both pictures, padded with black to its bounding box, compared by itself."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    reference, other = (np.where(mask[..., None], picture, 0)[box].astype(np.uint8) for picture in (scene(), distorted))
    return float(fidelity(reference, other, mask[box][None])[0])
