from dataclasses import replace

import pytest
import torch
from torch import nn

from ml.seagull.local_view import CROPS_AT_ONCE, JITTER, LocalView, Standardise
from ml.seagull.presets import SEVEN_B, TINY

PUBLISHED = replace(
    SEVEN_B,
    encoder=replace(SEVEN_B.encoder, side=64),
    extractor=replace(SEVEN_B.extractor, local_hidden=20),
    language=replace(SEVEN_B.language, hidden=24),
)
MEASURED = replace(
    TINY, encoder=replace(TINY.encoder, side=64), extractor=replace(TINY.extractor, local_hidden=20, statistics=5)
)


def test_the_token_is_that_of_the_published_arithmetic() -> None:
    view, crop = LocalView(PUBLISHED), torch.randn(1, 3, 64, 64)

    token = view(crop, torch.zeros(1, 0))

    weights = view.state_dict()
    first = nn.functional.gelu(
        torch.einsum("oc,chw->ohw", weights["cnn.0.weight"][..., 0, 0], crop[0]) + bias("cnn.0", view)
    )
    coarse = first.reshape(5, 16, 4, 16, 4).mean(dim=(2, 4))
    second = nn.functional.gelu(
        torch.einsum("oc,chw->ohw", weights["cnn.3.weight"][..., 0, 0], coarse) + bias("cnn.3", view)
    )
    x = second.reshape(4, 4, 4, 4).mean(dim=(1, 3)).reshape(16)
    for name in ("attention.value", "attention.out"):
        x = weights[f"{name}.weight"] @ x + weights[f"{name}.bias"]
    for name in ("mlp.0", "mlp.2"):
        x = (weights[f"{name}.weight"] @ x + weights[f"{name}.bias"]).clamp(min=0)
    torch.testing.assert_close(token[0], weights["mlp.4.weight"] @ x + weights["mlp.4.bias"])


def bias(name: str, view: LocalView) -> torch.Tensor:
    values: torch.Tensor = view.state_dict()[f"{name}.bias"]
    return values[:, None, None]


def test_more_crops_than_fit_at_once_give_the_tokens_of_each() -> None:
    view, crops = LocalView(PUBLISHED), torch.randn(2 * CROPS_AT_ONCE + 1, 3, 64, 64)

    together = view(crops, torch.zeros(len(crops), 0))

    alone = torch.cat([view(crop[None], torch.zeros(1, 0)) for crop in crops])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-5)


def test_statistics_are_added_to_the_token() -> None:
    view, crops, numbers = LocalView(MEASURED).eval(), torch.randn(2, 3, 64, 64), torch.randn(2, 5)
    assert view.statistics is not None

    token = view(crops, numbers)

    added = view.statistics(numbers)
    view.statistics = None
    torch.testing.assert_close(token, view(crops, numbers) + added)


def test_fitted_statistics_are_centred_and_of_unit_spread() -> None:
    view = LocalView(MEASURED).eval()
    values = torch.randn(500, 5) * torch.tensor([1e-3, 1.0, 30.0, 1e4, 0.0]) + torch.tensor([1.0, 0.0, -5.0, 1e5, 7.0])

    view.fit_statistics(values)

    assert view.statistics is not None
    usual = view.statistics[0](values)
    torch.testing.assert_close(usual.mean(dim=0), torch.zeros(5), rtol=0, atol=1e-3)
    torch.testing.assert_close(usual.std(dim=0), torch.tensor([1.0, 1, 1, 1, 0]), rtol=0, atol=1e-2)


def test_an_unheard_of_statistic_is_cut_off() -> None:
    standardise = Standardise(2).eval()

    assert standardise(torch.tensor([[1e9, -1e9]])).tolist() == [[6.0, -6.0]]


def test_statistics_are_shaken_in_training_only() -> None:
    standardise, numbers = Standardise(2), torch.zeros(4000, 2)

    shaken = standardise.train()(numbers)

    assert float(shaken.std()) == pytest.approx(JITTER, rel=0.1)
    assert torch.equal(standardise.eval()(numbers), numbers)


def test_half_precision_keeps_the_exact_scale_of_statistics() -> None:
    view = LocalView(MEASURED)
    view.fit_statistics(torch.randn(500, 5) * 1e-3 + 1000.0)
    exact = {name: tensor.clone() for name, tensor in view.state_dict().items() if name.startswith("statistics.0")}

    half = view.to(torch.bfloat16)

    kept = {name: tensor for name, tensor in half.state_dict().items() if name in exact}
    torch.testing.assert_close(kept, exact, rtol=0, atol=0)
    token = half(torch.randn(2, 3, 64, 64), torch.full((2, 5), 1000.0))
    assert (token.dtype, bool(token.isfinite().all())) == (torch.bfloat16, True)


def test_a_network_that_reads_no_statistics_has_nothing_to_fit() -> None:
    with pytest.raises(ValueError, match="reads no statistics"):
        LocalView(PUBLISHED).fit_statistics(torch.zeros(3, 5))
