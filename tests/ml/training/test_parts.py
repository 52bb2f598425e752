"""Which weights a recipe trains."""

from dataclasses import replace

import pytest
import torch

from ml.seagull.language import plain
from ml.training.parts import close_parts, groups, open_parts, put, spread, trained, weights_of
from ml.training.recipes import RECIPES, Recipe
from tests.ml.training.pupils import SMALL, small


def opened(recipe: Recipe, **switches: bool) -> set[str]:
    seagull = small(replace(SMALL, **switches))
    open_parts(seagull, recipe)
    return {name for name, _ in trained(seagull)}


def test_stage_1_trains_everything_but_the_encoder() -> None:
    assert {name.split(".")[0] for name in opened(RECIPES["tiny", 1])} == {
        "projector",
        "extractor",
        "language",
        "heads",
    }


def test_the_published_recipes_train_projector_extractor_and_additions() -> None:
    names = opened(RECIPES["7b", 1])

    assert {name.split(".")[0] for name in names} == {"projector", "extractor", "language"}
    assert all(".lora_" in name for name in names if name.startswith("language."))


@pytest.mark.parametrize("view", ["local_view", "global_view"])
def test_a_view_that_is_off_is_not_trained(view: str) -> None:
    names = opened(RECIPES["tiny", 1], **{view: False})

    assert not any(name.startswith(f"extractor.{view}.") for name in names)
    assert any(name.startswith("extractor.") for name in names)


def test_additions_are_put_on_anew_for_every_fine_tuning() -> None:
    seagull = small()
    open_parts(seagull, RECIPES["tiny", 2])

    open_parts(seagull, RECIPES["tiny", 2])

    layer = next(name for name, _ in seagull.named_parameters() if "layers.0.self_attn.q_proj.lora_A" in name)
    assert layer.count("base_layer") == 0


@pytest.mark.parametrize(("rank", "alpha"), [(4, 8), (128, 256), (8, 4)])
def test_an_addition_is_alpha_over_rank_times_its_two_matrices(rank: int, alpha: int) -> None:
    language = replace(SMALL.language, lora_rank=rank, lora_alpha=alpha, lora_dropout=0.0)
    seagull = small(replace(SMALL, language=language))
    open_parts(seagull, RECIPES["7b", 1])
    layer = plain(seagull.language).model.layers[1].mlp.up_proj
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    torch.nn.init.normal_(up)
    states = torch.randn(7, layer.in_features)

    said = layer(states)

    assert (tuple(down.shape), tuple(up.shape)) == ((rank, layer.in_features), (layer.out_features, rank))
    weight = layer.base_layer.weight + alpha / rank * up @ down
    torch.testing.assert_close(said, states @ weight.T, rtol=1e-4, atol=1e-4)


def test_closed_parts_are_one_precision_and_have_the_additions_inside() -> None:
    seagull = small().bfloat16()
    open_parts(seagull, RECIPES["7b", 1])
    layer = plain(seagull.language).model.layers[1].mlp.up_proj
    torch.nn.init.normal_(layer.lora_B["default"].weight)
    wanted = (layer.base_layer.weight.float() + layer.get_delta_weight("default")).bfloat16()

    close_parts(seagull)

    assert {parameter.dtype for parameter in seagull.parameters()} == {torch.bfloat16}
    assert [name for name, _ in seagull.named_parameters() if "lora" in name] == []
    assert torch.equal(seagull.language.model.layers[1].mlp.up_proj.weight, wanted)


def test_norms_and_biases_do_not_decay_and_each_weight_is_in_one_group() -> None:
    seagull = small()
    open_parts(seagull, RECIPES["tiny", 0])

    found = groups(seagull, RECIPES["tiny", 0])

    together = [parameter for group in found for parameter in group["params"]]
    assert len(together) == len(list(trained(seagull)))
    assert {parameter.ndim > 1 for group in found if group["weight_decay"] == 0.0 for parameter in group["params"]} == {
        False
    }
    assert sorted(group["weight_decay"] for group in found) == [0.0, 0.05]


def test_a_part_may_learn_at_its_own_pace() -> None:
    seagull = small()
    recipe = replace(RECIPES["tiny", 0], paces={"encoder": 0.1})
    open_parts(seagull, recipe)

    found = {group["pace"]: len(group["params"]) for group in groups(seagull, recipe) if group["weight_decay"]}

    matrices = [name for name, parameter in trained(seagull) if parameter.ndim > 1]
    of_encoder = [name for name in matrices if name.startswith("encoder.")]
    assert found == {0.1: len(of_encoder), 1.0: len(matrices) - len(of_encoder)}


def test_a_small_language_model_starts_with_signals_of_unit_size() -> None:
    seagull = small()

    spread(seagull)

    layer = seagull.language.model.layers[0].mlp.down_proj
    out = layer(torch.randn(1000, layer.in_features))
    assert float(out.detach().std()) == pytest.approx(1.0, abs=0.1)


def test_weights_are_put_back_and_frozen_ones_stay() -> None:
    seagull = small()
    open_parts(seagull, RECIPES["tiny", 2])
    before, everything = weights_of(seagull), {name: one.clone() for name, one in seagull.state_dict().items()}
    with torch.no_grad():
        for _, parameter in trained(seagull):
            parameter.add_(1.0)

    put(seagull, before)

    assert all(torch.equal(one, everything[name]) for name, one in seagull.state_dict().items())
