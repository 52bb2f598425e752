import numpy as np
import pytest

from ml.proposals.superpixels import PatchGraph, boundary_map, patch_graph, reduced
from tests.ml.pictures import ball_on_grass, scene


@pytest.fixture(scope="module")
def graph() -> PatchGraph:
    return patch_graph(ball_on_grass()[0])


def test_every_pixel_belongs_to_one_patch(graph: PatchGraph) -> None:
    assert graph.labels.shape == (192, 256)
    assert graph.area.sum() == 192 * 256
    assert np.unique(graph.labels).tolist() == list(range(graph.count))
    assert graph.area.min() > 0


def test_the_frame_is_counted_side_by_side(graph: PatchGraph) -> None:
    assert graph.sides.sum(axis=0).tolist() == [256, 256, 192, 192]


def test_neighbourhood_is_mutual_and_nobody_neighbours_himself(graph: PatchGraph) -> None:
    for matrix in (graph.shared, graph.distance, graph.unlike, graph.divide):
        assert np.allclose(matrix, matrix.T)
    assert not np.diag(graph.shared).any()


def test_shared_lengths_count_each_pair_of_pixels_once(graph: PatchGraph) -> None:
    labels = graph.labels
    pairs = np.count_nonzero(labels[1:] != labels[:-1]) + np.count_nonzero(labels[:, 1:] != labels[:, :-1])
    assert graph.shared.sum() / 2 == pairs


def test_patches_follow_the_outline_of_the_ball(graph: PatchGraph) -> None:
    ball = ball_on_grass()[1]
    inside = np.bincount(graph.labels[ball], minlength=graph.count) / graph.area
    mixed = (inside > 0.15) & (inside < 0.85)
    assert graph.area[mixed].sum() < 0.02 * graph.area.sum()


def test_the_line_around_the_ball_divides_and_the_grass_does_not(graph: PatchGraph) -> None:
    ball = ball_on_grass()[1]
    inside = np.bincount(graph.labels[ball], minlength=graph.count) / graph.area
    across = (inside[:, None] > 0.9) & (inside[None, :] < 0.1) & (graph.shared > 3)
    grass = (inside[:, None] < 0.1) & (inside[None, :] < 0.1) & (graph.shared > 3)
    assert graph.divide[across].min() > 0.8
    assert np.median(graph.divide[grass]) < 0.4


def test_only_larger_images_are_reduced() -> None:
    assert np.array_equal(reduced(scene()), scene())
    assert reduced(scene(600, 1000)).shape == (154, 256, 3)
    assert reduced(scene(600, 1000), 500).shape == (300, 500, 3)


def test_a_flat_image_has_no_boundaries() -> None:
    assert boundary_map(np.full((40, 50, 3), 30, dtype=np.float32)).max() == 0.0
