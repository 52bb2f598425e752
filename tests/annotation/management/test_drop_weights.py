from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.models import DroppedWeights
from tests.annotation.actions.test_versions import store
from tests.annotation.actions.test_weights import registered
from tests.factories import make_study

__all__ = ["store"]

pytestmark = pytest.mark.django_db


def drop(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("drop_weights", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_it_says_first_and_does_then(tmp_path: Path, store: Path) -> None:
    study = make_study(slug="gulls")
    old, *_ = registered(study, tmp_path, 4)
    lines = [f"{old.name}  {old.byte_size:,} bytes  {old.sha256}", f"1 of them, {old.byte_size:,} bytes."]

    assert drop("gulls", "--dry-run") == lines
    assert not DroppedWeights.objects.exists()
    assert (store / old.folder / "weights.safetensors").exists()

    assert drop("gulls") == lines
    assert not (store / old.folder / "weights.safetensors").exists()
    assert drop("gulls") == ["0 of them, 0 bytes."]


def test_a_study_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="terns"):
        drop("terns")
