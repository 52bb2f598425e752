import numpy as np
import pytest

from ml.proposals import saliency, scoring
from ml.proposals.superpixels import PatchGraph, patch_graph
from tests.ml.pictures import Mask, ball_on_grass, disc

HEIGHT, WIDTH = 192, 256


@pytest.fixture(scope="module")
def graph() -> PatchGraph:
    return patch_graph(ball_on_grass()[0])


def seen(graph: PatchGraph, *masks: Mask) -> scoring.Looks:
    unions = np.stack([np.bincount(graph.labels[mask], minlength=graph.count) > 0.5 * graph.area for mask in masks])
    salient = saliency.saliency(graph, saliency.background(graph, saliency.geodesic(graph)))
    return scoring.looks(graph, unions, salient)


def stripe() -> Mask:
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    mask[90:106] = True
    return mask


def left_half() -> Mask:
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    mask[:, : WIDTH // 2] = True
    return mask


def test_the_measures_are_those_of_the_regions(graph: PatchGraph) -> None:
    ball = ball_on_grass()[1]
    found = seen(graph, ball, left_half())
    assert found.share.tolist() == pytest.approx([ball.mean(), 0.5], abs=0.03)
    assert found.frame.tolist() == pytest.approx([0.0, 0.5], abs=0.05)
    assert found.sides.tolist() == [0.0, 3.0]
    assert found.filled.tolist() == pytest.approx([np.pi / 4, 1.0], abs=0.1)
    assert found.closed[0] > 0.8
    assert found.stands[0] > 0.5


def test_the_ball_is_a_better_object_than_anything_else(graph: PatchGraph) -> None:
    ball = ball_on_grass()[1]
    around = disc(HEIGHT, WIDTH, WIDTH / 2, HEIGHT / 2, 80)
    half = ball & left_half()
    grass = disc(HEIGHT, WIDTH, 40, 40, 30)
    scores = scoring.objectness(seen(graph, ball, around, half, grass, stripe(), left_half(), ~ball))
    assert int(scores.argmax()) == 0
    assert scores[0] > 0.9
    assert scores[3:].max() < 0.3


def test_the_spot_is_a_better_component_than_the_ball_or_grass(graph: PatchGraph) -> None:
    spot = disc(HEIGHT, WIDTH, WIDTH * 0.55, HEIGHT * 0.45, HEIGHT * 0.11)
    scores = scoring.partness(seen(graph, spot, ball_on_grass()[1], disc(HEIGHT, WIDTH, 40, 40, 20), stripe()))
    assert int(scores.argmax()) == 0
    assert scores[0] > 0.9
    assert scores[2:].max() < 0.3


def test_all_scores_are_between_0_and_1(graph: PatchGraph) -> None:
    rng = np.random.default_rng(4)
    salient = rng.random(graph.count).astype(np.float32)
    found = scoring.looks(graph, rng.random((50, graph.count)) < 0.4, salient)
    for scores in (scoring.objectness(found), scoring.partness(found), scoring.wholeness(found)):
        assert scores.min() >= 0.0
        assert scores.max() <= 1.0
