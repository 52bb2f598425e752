"""Whether children find an accelerator, without torch in the worker."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers import accelerator


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    accelerator.has_accelerator.cache_clear()
    yield
    accelerator.has_accelerator.cache_clear()


@pytest.mark.parametrize(
    ("answer", "there"), [("sys.exit(0)", True), ("sys.exit(1)", False), ("import no_torch", False)]
)
def test_where_there_is_a_device_a_child_asks_torch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str, there: bool
) -> None:
    monkeypatch.setattr(accelerator, "DEVICES", (tmp_path / "none", tmp_path))
    monkeypatch.setattr(accelerator, "ASK_TORCH", f"import sys; {answer}")

    assert accelerator.has_accelerator() is there


def test_where_there_is_no_device_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(accelerator, "DEVICES", (tmp_path / "none",))
    monkeypatch.setattr(accelerator, "ASK_TORCH", "")  # would say yes

    assert accelerator.has_accelerator() is False


def test_a_child_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(accelerator, "DEVICES", (tmp_path,))
    monkeypatch.setattr(accelerator, "ASK_TORCH", "import time; time.sleep(600)")
    monkeypatch.setattr(accelerator, "ASK_SECONDS", 0.05)

    assert accelerator.has_accelerator() is False
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_worker_itself_does_not_load_torch_to_count_a_cost() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
        "from pathlib import Path; from annotation.models import TrainingRun;"
        "from workers import accelerator, training; from workers.child import Spent;"
        "accelerator.DEVICES, accelerator.ASK_TORCH = (Path('/'),), '';"
        "cost = training._cost(TrainingRun(), Spent(1.0, 2.0));"
        "sys.exit(cost['gpu_seconds'] != 2.0 or 'torch' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
