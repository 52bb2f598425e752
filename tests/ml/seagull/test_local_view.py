from dataclasses import replace

import pytest
import torch
from torch import nn

from ml.seagull.local_view import CROPS_AT_ONCE, LocalView
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


def test_a_lively_crop_moves_the_token_while_a_flat_one_stays_flat() -> None:
    torch.manual_seed(1)
    lively, published = (
        LocalView(replace(MEASURED, extractor=replace(MEASURED.extractor, lively_crop=on))).eval()
        for on in (True, False)
    )
    published.load_state_dict(lively.state_dict(), strict=False)
    grey = torch.zeros(1, 3, 64, 64)
    crops = torch.cat(
        [
            grey,
            grey + 0.001 * torch.randn_like(grey),
            torch.randn(4, 3, 4, 4).repeat_interleave(16, 2).repeat_interleave(16, 3),
        ]
    )

    with torch.inference_mode():
        moved, once = (view(crops, torch.zeros(6, 5)) for view in (lively, published))

    apart = [float((tokens - tokens[0]).norm(dim=1)[2:].min()) for tokens in (moved, once)]
    assert apart[0] > 3 * apart[1]
    assert float((moved[1] - moved[0]).norm()) < 0.02 * apart[0]


def test_statistics_are_added_to_the_token() -> None:
    view, crops, numbers = LocalView(MEASURED).eval(), torch.randn(2, 3, 64, 64), torch.randn(2, 5)
    assert view.statistics is not None

    token = view(crops, numbers)

    added = view.statistics(numbers)
    view.statistics = None
    torch.testing.assert_close(token, view(crops, numbers) + added)


def test_several_readers_of_the_statistics_say_their_mean() -> None:
    several = replace(MEASURED, extractor=replace(MEASURED.extractor, readers=3))
    view, numbers = LocalView(several).eval(), torch.randn(2, 5)
    assert view.statistics is not None

    said = [reader(view.statistics[0](numbers)) for reader in view.readers()]

    torch.testing.assert_close(view.statistics(numbers), (said[0] + said[1] + said[2]) / 3)


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
