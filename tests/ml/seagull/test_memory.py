"""Out of memory: fewer regions at once, and the same is said of them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from ml.seagull import prompts
from ml.seagull.network import Seagull, Seen
from ml.seagull.predictor import Predictor
from ml.seagull.preprocessing import RegionInputs
from ml.seagull.tokens import WordTokens
from tests.ml.seagull.networks import SMALL, assess, picture_and_masks, small_network

SAME = 1e-4


def of_a_gpu() -> None:
    raise torch.OutOfMemoryError("tried to allocate more than there is")


def of_a_cpu() -> None:
    torch.empty(1 << 62, dtype=torch.uint8)


def of_numpy() -> None:
    np.empty(1 << 62, dtype=np.uint8)


def of_cuda() -> None:
    raise RuntimeError("CUDA error: out of memory")


def of_cublas() -> None:
    raise RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")


FAILURES = pytest.mark.parametrize("fail", [of_a_gpu, of_a_cpu, of_numpy, of_cuda, of_cublas])


class Cramped(Seagull):
    """Runs out of memory beyond so many regions at once."""

    room = 2
    fail: Callable[[], None] = staticmethod(of_a_gpu)

    def region_tokens(self, seen: Seen, regions: RegionInputs) -> Tensor:
        if len(regions) > self.room:
            self.fail()
        return super().region_tokens(seen, regions)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(small_network(), "cpu")


@pytest.fixture
def cramped(predictor: Predictor) -> Predictor:
    seagull = Cramped(SMALL, WordTokens.of_this_project())
    seagull.load_state_dict(predictor.seagull.state_dict())
    return Predictor(seagull, "cpu", regions_per_pass=5)


@FAILURES
def test_fewer_regions_are_tried_at_once(
    predictor: Predictor, cramped: Predictor, monkeypatch: pytest.MonkeyPatch, fail: Callable[[], None]
) -> None:
    _, masks = picture_and_masks()
    monkeypatch.setattr(Cramped, "fail", staticmethod(fail))

    found = assess(cramped, masks)

    np.testing.assert_allclose(found, assess(predictor, masks), atol=SAME)
    assert cramped.regions_per_pass == 2


def test_the_heads_read_fewer_regions_at_once_too(predictor: Predictor, cramped: Predictor) -> None:
    rgb, masks = picture_and_masks()
    for one in (predictor, cramped):
        one.set_image(rgb)

    found, wanted = cramped.heads(masks), predictor.heads(masks)

    assert cramped.regions_per_pass == 2
    for ours, theirs in zip(found, wanted, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=SAME)


def test_the_heads_of_no_region_say_nothing(predictor: Predictor) -> None:
    predictor.set_image(picture_and_masks()[0])

    found = predictor.heads(np.zeros((0, 160, 200), dtype=np.bool_))

    assert [tuple(scores.shape) for scores in found] == [(0,), (0,), (0, 6, 6)]


@FAILURES
def test_when_one_region_is_too_much_it_is_one_error_wherever_it_came_from(
    cramped: Predictor, monkeypatch: pytest.MonkeyPatch, fail: Callable[[], None]
) -> None:
    monkeypatch.setattr(Cramped, "room", 0)
    monkeypatch.setattr(Cramped, "fail", staticmethod(fail))

    with pytest.raises(torch.OutOfMemoryError):
        assess(cramped, picture_and_masks()[1])


@FAILURES
def test_when_the_image_is_too_much_it_is_the_same_error(
    monkeypatch: pytest.MonkeyPatch, fail: Callable[[], None]
) -> None:
    predictor = Predictor(small_network(), "cpu")
    monkeypatch.setattr(predictor.seagull, "see", lambda pixels: fail())

    with pytest.raises(torch.OutOfMemoryError):
        predictor.set_image(picture_and_masks()[0])


def test_another_error_is_not_tried_again(cramped: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(Cramped, "fail", staticmethod(broken))

    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        assess(cramped, picture_and_masks()[1])
    assert cramped.regions_per_pass == 5


def test_interviews_get_smaller(predictor: Predictor, cramped: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    rgb, masks = picture_and_masks()
    monkeypatch.setattr("ml.seagull.predictor.LONGEST_ANSWER", 4)
    for one in (predictor, cramped):
        one.set_image(rgb)

    said, wanted = (one.interview(masks, [prompts.ASK_QUALITY]) for one in (cramped, predictor))

    assert [sentences for _, sentences in said] == [sentences for _, sentences in wanted]
    assert cramped.regions_per_pass == 2
