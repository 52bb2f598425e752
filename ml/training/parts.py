"""Which weights a recipe trains, and how fast."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from ml.seagull.language import merge, with_lora
from ml.seagull.network import Seagull
from ml.training.recipes import Recipe


def spread(seagull: Seagull) -> None:
    """New random weights for the language model's linear layers, of variance 1 / inputs.

    transformers draws them with a deviation of 0.02 whatever the width: right for 2,500 inputs, but a small model's
    attention then starts so faint that it takes thousands of steps to notice the region's two tokens.
    """
    for layer in seagull.language.modules():
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5)


def open_parts(seagull: Seagull, recipe: Recipe) -> None:
    """Everything is frozen but the recipe's parts. Of a LoRA language model only the additions are trained.

    Views that the configuration switches off stay frozen: no gradient would reach them.
    """
    seagull.requires_grad_(False)
    for name in recipe.trained - {"language"}:
        part = getattr(seagull, name)
        if part is not None:
            part.requires_grad_(True)
    if "language" in recipe.trained:
        _open_language(seagull, recipe)
    seagull.extractor.global_view.requires_grad_("extractor" in recipe.trained and seagull.config.global_view)
    seagull.extractor.local_view.requires_grad_("extractor" in recipe.trained and seagull.config.local_view)
    for parameter in seagull.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()  # half-precision weights would swallow small steps


def _open_language(seagull: Seagull, recipe: Recipe) -> None:
    seagull.language = merge(seagull.language)
    if recipe.language == "lora":
        seagull.language = with_lora(seagull.language, seagull.config.language)
    else:
        seagull.language.requires_grad_(True)


def close_parts(seagull: Seagull) -> None:
    """As a version is kept and loaded: additions inside the weights they belong to, and all weights in the precision of
    the language model's, which are most of them.
    """
    seagull.language = merge(seagull.language)
    precision = seagull.language.model.embed_tokens.weight.dtype
    for parameter in seagull.parameters():
        parameter.data = parameter.data.to(precision)


def groups(seagull: Seagull, recipe: Recipe) -> list[dict[str, object]]:
    """For AdamW: no decay on biases, norms and layer scales; `pace` multiplies the schedule's rate."""
    kinds: dict[tuple[float, bool], list[nn.Parameter]] = defaultdict(list)
    for name, parameter in trained(seagull):
        pace = next((pace for part, pace in recipe.paces.items() if name.startswith(f"{part}.")), 1.0)
        kinds[pace, parameter.ndim > 1].append(parameter)
    return [
        {"params": parameters, "weight_decay": recipe.decay if matrix else 0.0, "pace": pace}
        for (pace, matrix), parameters in kinds.items()
    ]


def trained(seagull: Seagull) -> Iterator[tuple[str, nn.Parameter]]:
    return ((name, parameter) for name, parameter in seagull.named_parameters() if parameter.requires_grad)


def weights_of(seagull: Seagull) -> dict[str, Tensor]:
    """A copy of what is trained."""
    return {name: parameter.detach().clone() for name, parameter in trained(seagull)}


@torch.no_grad()
def put(seagull: Seagull, weights: Mapping[str, Tensor]) -> None:
    """One for everything that is trained."""
    for name, parameter in trained(seagull):
        parameter.copy_(weights[name])
