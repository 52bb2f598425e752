"""How far from the weights before a run its result lies."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ml.records.region import RegionRecord
from ml.seagull.network import Seagull
from ml.training.checking import by_image
from ml.training.parts import open_parts, put, trained, weights_of
from ml.training.pictures import Pictures
from ml.training.pupil import Pupil
from ml.training.questions import Teacher
from ml.training.recipes import RECIPES
from ml.training.settling import loss_of, parted, settle
from tests.ml.training.pupils import photographs, small

RECIPE = RECIPES["tiny", 2]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[RegionRecord]:
    return photographs(tmp_path_factory.mktemp("photographs"), 10, 2)


def opened() -> Seagull:
    seagull = small()
    open_parts(seagull, RECIPE)
    return seagull


def moved(seagull: Seagull, by: float) -> dict[str, Tensor]:
    """The heads' answer for quality, and only that, further up."""
    return {name: one + by * (name == "heads.quality.bias") for name, one in weights_of(seagull).items()}


def test_a_fifth_of_the_photographs_is_kept_from_learning(records: list[RegionRecord]) -> None:
    learnt, kept = parted(records)

    assert sorted(record.id for record in [*learnt, *kept]) == sorted(record.id for record in records)
    assert len({record.source for record in kept}) == 2
    assert not {record.source for record in kept} & {record.source for record in learnt}
    assert {record.id for record in parted(records[::-1])[1]} == {record.id for record in kept}


def test_of_few_photographs_none_is_kept(records: list[RegionRecord]) -> None:
    assert parted(records[:8]) == (records[:8], [])


@pytest.mark.parametrize(("right", "way"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.25)])
def test_the_way_that_the_kept_photographs_like_best_is_taken(
    records: list[RegionRecord], right: float, way: float
) -> None:
    seagull = opened()
    loud = replace(RECIPE.weights, scores=1000.0)
    pupil, pictures = Pupil(seagull, loud), Pictures(by_image(records), seagull.config)
    teacher = Teacher(seagull.tokens, RECIPE.questions, loud)
    wanted = [replace(one, quality=quality_at(seagull, right)) for one in records]
    before, after = weights_of(seagull), moved(seagull, 4.0)
    put(seagull, after)

    found = settle(seagull, before, pupil, Pictures(by_image(wanted), seagull.config), teacher)

    assert found == way
    assert all(torch.equal(one, before[name].lerp(after[name], way)) for name, one in trained(seagull))
    assert loss_of(pupil, pictures, teacher) == loss_of(pupil, pictures, teacher)


def quality_at(seagull: Seagull, way: float) -> float:
    """About what the heads say with their bias moved that far, whatever the region."""
    assert seagull.heads is not None
    return 4.0 * float((seagull.heads.quality.bias.detach() + 4.0 * way).sigmoid())
