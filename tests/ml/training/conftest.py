from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ml.records.region import RegionRecord
from ml.training.loop import Run
from tests.ml.training.pupils import photographs


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[RegionRecord]:
    return photographs(tmp_path_factory.mktemp("photographs"), 9, 2)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "run", device="cpu", cache=tmp_path / "cache", fresh=True)
