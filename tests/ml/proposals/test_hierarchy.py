import numpy as np

from ml.proposals.hierarchy import merge_tree
from ml.proposals.superpixels import patch_graph
from tests.ml.pictures import ball_on_grass


def test_the_tree_has_every_patch_and_every_merge() -> None:
    graph = patch_graph(ball_on_grass()[0])
    tree = merge_tree(graph)
    assert tree.shape == (2 * graph.count - 1, graph.count)
    assert np.array_equal(tree[: graph.count], np.eye(graph.count, dtype=np.bool_))
    assert tree[-1].all()


def test_regions_are_nested_or_apart() -> None:
    tree = merge_tree(patch_graph(ball_on_grass()[0])).astype(int)
    shared = tree @ tree.T
    sizes = np.diag(shared)
    assert ((shared == 0) | (shared == np.minimum.outer(sizes, sizes))).all()


def test_the_ball_is_a_region_of_the_tree() -> None:
    rgb, ball = ball_on_grass()
    graph = patch_graph(rgb)
    inside = np.bincount(graph.labels[ball], minlength=graph.count)
    shared = merge_tree(graph) @ inside
    union = merge_tree(graph) @ graph.area + ball.sum() - shared
    assert (shared / union).max() > 0.95
