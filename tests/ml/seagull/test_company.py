"""A region's numbers do not depend on the others: both layouts, every precision."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.seagull.network import Seagull
from ml.seagull.predictor import Predictor
from ml.seagull.tokens import SentencePieceTokens
from tests.ml.seagull.networks import numbers_of, picture_and_masks, small_network
from tests.ml.weights.published import SMALL as SMALL_7B
from tests.ml.weights.published import pieces

SAME = {torch.float32: 1e-4, torch.float16: 0.005, torch.bfloat16: 0.06}
"""What `Predictor` promises, with weights louder than trained ones; the numbers are shares, entropies and 0..5."""
Make = Callable[[], Seagull]


@pytest.fixture(scope="module", params=["tiny", "7b"])
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Make:
    if request.param == "tiny":
        return small_network
    file = tmp_path_factory.mktemp("tokens") / "tokenizer.model"
    file.write_bytes(pieces())
    return lambda: small_network(1, SMALL_7B, SentencePieceTokens(file))


@pytest.mark.parametrize("dtype", SAME)
def test_a_region_scores_the_same_alone_beside_others_and_in_any_order(make: Make, dtype: torch.dtype) -> None:
    rgb, masks = picture_and_masks()
    predictor = Predictor(make(), "cpu", dtype)
    predictor.set_image(rgb)

    def said(order: list[int]) -> NDArray[np.float64]:
        return np.array([numbers_of(one) for one in predictor.assess(masks[order])])

    together = said([0, 1, 2, 3, 4])
    for order in ([0], [3], [0, 3], [3, 1], [4, 3, 2, 1, 0]):
        np.testing.assert_allclose(said(order), together[order], atol=SAME[dtype], rtol=0)


@pytest.mark.parametrize("dtype", SAME)
def test_one_look_serves_any_number_of_questions(
    make: Make, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb, masks = picture_and_masks()
    predictor, done = Predictor(make(), "cpu", dtype, regions_per_pass=2), list[str]()
    prefix = predictor.seagull.prefix
    monkeypatch.setattr(predictor.seagull, "prefix", lambda seen: (done.append("prefix"), prefix(seen))[1])
    for name in ("encoder", "projector"):
        getattr(predictor.seagull, name).register_forward_hook(lambda *_, name=name: done.append(name))

    predictor.set_image(rgb)
    for part in (masks, masks[:1], masks[2:]):
        predictor.assess(part)

    assert done == ["encoder", "projector", "prefix"]
