import numpy as np
import pytest

from ml.proposals.saliency import background, geodesic, parts, saliency, salient_unions
from ml.proposals.superpixels import PatchGraph, patch_graph
from tests.ml.pictures import ball_on_grass


@pytest.fixture(scope="module")
def graph() -> PatchGraph:
    return patch_graph(ball_on_grass()[0])


def share_of_ball(graph: PatchGraph) -> np.ndarray:
    return np.bincount(graph.labels[ball_on_grass()[1]], minlength=graph.count) / graph.area


def test_the_ball_stands_out_and_the_grass_is_background(graph: PatchGraph) -> None:
    behind = background(graph, geodesic(graph))
    salient = saliency(graph, behind)
    ball = share_of_ball(graph)
    assert behind[ball < 0.1].min() > 0.8
    assert behind[ball > 0.9].max() < 0.3
    assert salient[ball > 0.9].min() > 2 * salient[ball < 0.1].max()
    assert salient.max() == 1.0


def test_ways_are_mutual_and_short_only_within_a_thing(graph: PatchGraph) -> None:
    way = geodesic(graph)
    ball = share_of_ball(graph)
    assert np.allclose(way, way.T, atol=1e-3)
    assert not np.diag(way).any()
    assert np.median(way[np.ix_(ball < 0.1, ball < 0.1)]) < 0.2 * way[np.ix_(ball < 0.1, ball > 0.9)].min()


def test_salient_unions_are_connected(graph: PatchGraph) -> None:
    salient = saliency(graph, background(graph, geodesic(graph)))
    unions = salient_unions(graph, salient)
    assert len(unions) >= 1
    assert {len(parts(graph, union)) for union in unions} == {1}


def test_parts_of_nothing_are_none_and_of_everything_one(graph: PatchGraph) -> None:
    assert parts(graph, np.zeros(graph.count, dtype=np.bool_)) == []
    [whole] = parts(graph, np.ones(graph.count, dtype=np.bool_))
    assert whole.all()


def test_far_corners_are_two_parts(graph: PatchGraph) -> None:
    members = np.zeros(graph.count, dtype=np.bool_)
    members[[graph.labels[0, 0], graph.labels[-1, -1]]] = True
    pieces = parts(graph, members)
    assert [int(piece.sum()) for piece in pieces] == [1, 1]
    assert np.array_equal(pieces[0] | pieces[1], members)
