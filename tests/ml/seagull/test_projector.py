import torch
from torch import nn

from ml.seagull.presets import SEVEN_B, TINY
from ml.seagull.projector import build_projector, cells_as_tokens


def test_the_published_projector_has_two_layers_from_the_third_level() -> None:
    with torch.device("meta"):
        shapes = {name: tuple(tensor.shape) for name, tensor in build_projector(SEVEN_B).state_dict().items()}

    assert shapes == {"0.weight": (4096, 768), "0.bias": (4096,), "2.weight": (4096, 4096), "2.bias": (4096,)}


def test_the_projector_of_the_paper_is_one_linear_layer_from_the_last_level() -> None:
    (layer,) = build_projector(TINY)

    assert isinstance(layer, nn.Linear)
    assert (layer.in_features, layer.out_features) == (TINY.encoder.dims[3], TINY.language.hidden)


def test_cells_become_tokens_row_by_row() -> None:
    level = torch.arange(12.0).reshape(1, 2, 2, 3)

    assert cells_as_tokens(level).tolist() == [[[0, 6], [1, 7], [2, 8], [3, 9], [4, 10], [5, 11]]]
