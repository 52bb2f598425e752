"""A cache that is filled by several processes before training begins."""

from pathlib import Path

import pytest
import torch

from ml.training.cache import Cache
from ml.training.order import Chunk
from ml.training.pictures import Pictures
from ml.training.preparing import fill_cache
from tests.ml.pictures import everything_under
from tests.ml.training.pupils import SMALL, photographs


def pictures_of(folder: Path, images: int) -> Pictures:
    records = photographs(folder / "photographs", images, 1, size=(40, 48))
    return Pictures([(record,) for record in records], SMALL, Cache(folder / "cache"))


def test_processes_write_what_training_would_have_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.training.preparing.FEW", 4)
    pictures = pictures_of(tmp_path, 5)

    fill_cache(pictures)

    assert all(pictures.is_filled(image) for image in range(5))
    alone = Pictures(pictures.images, SMALL)
    for image in range(5):
        kept, fresh = pictures.example(Chunk(image, (0,))), alone.example(Chunk(image, (0,)))
        assert torch.equal(kept.inputs.statistics, fresh.inputs.statistics)


def test_a_few_images_are_left_to_the_process_that_trains(tmp_path: Path) -> None:
    fill_cache(pictures_of(tmp_path, 3))

    assert everything_under(tmp_path / "cache") == []


def test_without_a_cache_nothing_is_prepared_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes once computed everything and threw it away."""
    monkeypatch.setattr("ml.training.preparing.FEW", 4)
    monkeypatch.setattr("ml.training.preparing.ProcessPoolExecutor", None)

    fill_cache(Pictures(pictures_of(tmp_path, 5).images, SMALL))
