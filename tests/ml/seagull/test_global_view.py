from dataclasses import replace

import torch

from ml.seagull.global_view import GlobalView
from ml.seagull.presets import SEVEN_B

SMALL = replace(
    SEVEN_B,
    encoder=replace(SEVEN_B.encoder, side=64, dims=(4, 6, 8, 10)),
    extractor=replace(SEVEN_B.extractor, width=32, heads=4, mlp=40),
    language=replace(SEVEN_B.language, hidden=24),
)


def levels(images: int = 1) -> list[torch.Tensor]:
    return [torch.randn(images, channels, 16 >> j, 16 >> j) for j, channels in enumerate(SMALL.encoder.dims)]


def test_an_images_tokens_are_its_channels() -> None:
    view = GlobalView(SMALL)

    pairs = view.keys_values(levels(images=2))

    assert [(tuple(key.shape), tuple(value.shape)) for key, value in pairs] == [
        ((2, 4, channels, 4), (2, 4, channels, 4)) for channels in SMALL.encoder.dims
    ]


def test_keys_and_values_of_a_level_come_from_its_own_map_of_cells() -> None:
    view, features = GlobalView(SMALL), levels()

    key, value = view.keys_values(features)[2]

    tokens = view.keys[2](features[2][0].reshape(8, 16))
    torch.testing.assert_close(key[0].transpose(0, 1).reshape(8, 16), view.block.cross_attention.key(tokens))
    torch.testing.assert_close(value[0].transpose(0, 1).reshape(8, 16), view.block.cross_attention.value(tokens))


def test_the_global_tokens_come_before_the_basic_tokens() -> None:
    view, features, masks = GlobalView(SMALL), levels(), torch.ones(1, 64, 64)
    with torch.no_grad():
        view.fuse.weight[:, 24:] = 0  # blind to the second half
        view.fuse.bias.zero_()
        view.fuse_global.weight.zero_()

    token = view(features, view.keys_values(features), masks)

    torch.testing.assert_close(token[0], view.fuse.weight[:, :24] @ view.fuse_global.bias)


def test_a_region_without_any_cell_still_attends_to_the_image() -> None:
    view, nothing = GlobalView(SMALL), torch.zeros(1, 64, 64)
    first, second = levels(), levels()

    tokens = [view(image, view.keys_values(image), nothing) for image in (first, second)]

    assert torch.isfinite(torch.cat(tokens)).all()
    assert (tokens[0] - tokens[1]).abs().max() > 1e-4
