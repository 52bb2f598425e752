"""The hyper-parameters in numbers: those of the paper, and those that the page says."""

from collections.abc import Mapping
from pathlib import Path

from ml.seagull.presets import PRESETS, SEVEN_B, TINY
from ml.training.recipes import RECIPES

PAGE = (Path(__file__).parents[3] / "docs" / "training.md").read_text(encoding="utf-8")
ORDER = (("7b", 1), ("7b", 2), ("tiny", 0), ("tiny", 1), ("tiny", 2))


def said() -> Mapping[str, list[str]]:
    """The page's table of recipes: cells by the name of their row."""
    _, table = PAGE.split("| | `7b` 1 | `7b` 2 | `tiny` 0 | `tiny` 1 | `tiny` 2 |\n", 1)
    rows = [line.strip("|").split("|") for line in table.split("\n\n")[0].splitlines()]
    return {name.strip(): [cell.strip() for cell in cells] for name, *cells in rows}


def test_the_published_recipes_are_those_of_the_paper() -> None:
    """Section 5.1: learning rate, epochs and batch of both stages."""
    first, second = RECIPES["7b", 1], RECIPES["7b", 2]

    assert (first.rate, first.epochs, first.batch) == (4e-5, 1, 32)
    assert (second.rate, second.epochs, second.batch) == (1e-5, 5, 32)
    assert {(one.language, one.trained) for one in (first, second)} == {
        ("lora", frozenset({"projector", "extractor", "language"}))
    }
    assert (first.questions.drawn, second.questions.drawn) == (True, False)


def test_the_additions_are_those_of_the_paper() -> None:
    assert (SEVEN_B.language.lora_rank, SEVEN_B.language.lora_alpha) == (128, 256)
    assert (TINY.language.lora_rank, TINY.language.lora_alpha) == (16, 32)


def test_the_page_says_what_the_recipes_are() -> None:
    recipes, cells = [RECIPES[name] for name in ORDER], said()
    rates = [float(cell.split(";")[0]) for cell in cells["learning rate"]]

    assert set(RECIPES) == set(ORDER)
    assert rates == [recipe.rate for recipe in recipes]
    assert [float(cell) for cell in cells["epochs"]] == [recipe.epochs for recipe in recipes]
    assert [int(cell) for cell in cells["regions in a step"]] == [recipe.batch for recipe in recipes]
    assert [float(cell) for cell in cells["warm-up, share of the run"]] == [recipe.warmup for recipe in recipes]
    assert [float(cell) for cell in cells["weight decay (matrices only)"]] == [recipe.decay for recipe in recipes]
    assert [float(cell) for cell in cells["largest gradient norm"]] == [recipe.clip for recipe in recipes]
    for (preset, _), recipe, cell in zip(ORDER, recipes, cells["LoRA rank, alpha"], strict=True):
        language = PRESETS[preset].language
        assert cell.startswith(f"{language.lora_rank}, {language.lora_alpha}") == (recipe.language == "lora")
