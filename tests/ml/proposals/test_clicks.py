import numpy as np
import pytest

from ml.proposals import saliency, scoring
from ml.proposals.clicks import PatchPrompt, meant, obeying, on_patches
from ml.proposals.hierarchy import merge_tree
from ml.proposals.superpixels import PatchGraph, patch_graph
from tests.ml.pictures import ball_on_grass


@pytest.fixture(scope="module")
def graph() -> PatchGraph:
    return patch_graph(ball_on_grass()[0])


def answer(graph: PatchGraph, prompt: PatchPrompt) -> np.ndarray:
    way = geodesic = saliency.geodesic(graph)
    tree = merge_tree(graph)
    seen = scoring.looks(graph, tree, saliency.saliency(graph, saliency.background(graph, geodesic)))
    return meant(graph, way, tree, seen, prompt)


def test_clicks_find_their_patches_at_full_size(graph: PatchGraph) -> None:
    prompt = on_patches(graph, [(0, 0, True), (1023, 767, False)], None, (768, 1024))
    assert prompt.wanted == [graph.labels[0, 0]]
    assert prompt.refused == [graph.labels[-1, -1]]
    assert prompt.boxed is None


def test_a_patch_clicked_both_ways_is_wanted(graph: PatchGraph) -> None:
    prompt = on_patches(graph, [(4, 4, True), (5, 4, False)], None, (768, 1024))
    assert (prompt.wanted, prompt.refused) == ([graph.labels[1, 1]], [])


def test_a_box_holds_the_patches_that_lie_mostly_in_it(graph: PatchGraph) -> None:
    boxed = on_patches(graph, [], (0, 0, 512, 768), (768, 1024)).boxed
    assert boxed is not None
    assert np.array_equal(boxed, np.bincount(graph.labels[:, :128].ravel(), minlength=graph.count) >= graph.area / 2)


def test_a_box_smaller_than_a_patch_means_the_patch_under_it(graph: PatchGraph) -> None:
    boxed = on_patches(graph, [], (8, 8, 2, 2), (768, 1024)).boxed
    assert boxed is not None
    assert np.flatnonzero(boxed).tolist() == [graph.labels[2, 2]]


def test_wanted_patches_far_apart_give_their_regions_not_the_whole_image(graph: PatchGraph) -> None:
    inside, outside = int(graph.labels[96, 100]), int(graph.labels[2, 2])
    both = answer(graph, PatchPrompt([inside, outside], [], None))
    assert both[[inside, outside]].all()


def test_what_is_refused_is_never_in_the_answer(graph: PatchGraph) -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        wanted, *refused = (int(patch) for patch in rng.choice(graph.count, 4, replace=False))
        members = answer(graph, PatchPrompt([wanted], refused, None))
        assert members[wanted]
        assert not members[refused].any()


def test_a_click_that_the_mask_missed_brings_its_patch(graph: PatchGraph) -> None:
    nothing = np.zeros((192, 256), dtype=np.bool_)
    found = obeying(nothing, graph, [(10, 10, True)], None)
    assert np.array_equal(found, graph.labels == graph.labels[10, 10])


def test_a_mask_that_obeys_already_is_not_copied(graph: PatchGraph) -> None:
    mask = np.zeros((192, 256), dtype=np.bool_)
    mask[5:20, 5:20] = True
    assert obeying(mask, graph, [(10, 10, True), (100, 100, False)], None) is mask


def test_nothing_outside_the_box_is_ever_in_the_mask(graph: PatchGraph) -> None:
    everything = np.ones((192, 256), dtype=np.bool_)
    found = obeying(everything, graph, [(50, 60, True)], (40, 50, 30, 20))
    assert found[50:70, 40:70].all()
    assert found.sum() == 30 * 20
