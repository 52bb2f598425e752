"""Where training computes."""

import pytest
import torch

from ml.seagull.predictor import choose_device
from ml.training.company import accelerator_on, device_of


def test_auto_is_what_is_chosen_everywhere() -> None:
    assert device_of("auto") == choose_device()


def test_a_cpu_that_is_asked_for_is_taken_beside_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    accelerator = accelerator_on("cpu")

    assert (device_of("cpu").type, device_of("auto").type) == ("cpu", "cuda")
    assert (accelerator.device.type, accelerator.mixed_precision) == ("cpu", "no")
