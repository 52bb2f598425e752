from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.models import ModelVersion
from tests.annotation.actions.test_kinds import metric
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def add(directory: Path, **options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("add_model", directory, stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue().strip()


def test_a_model_is_registered_for_every_study_and_named_after_its_directory(tmp_path: Path) -> None:
    said, warned = add(metric(tmp_path / "plain"))

    version = ModelVersion.objects.get()
    assert (version.kind, version.study, warned) == ("metric", None, "")
    assert said == f"plain  No-reference metric  for all studies  {version.sha256}"


def test_it_can_belong_to_one_study_under_another_name(tmp_path: Path) -> None:
    study = make_study(slug="gulls")

    said, _ = add(metric(tmp_path / "plain"), study="gulls", name="Crop metric")

    version = ModelVersion.objects.get()
    assert (version.study, version.name) == (study, "Crop metric")
    assert said.startswith("Crop metric  No-reference metric  for gulls  ")


def test_the_same_directory_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    make_study(slug="gulls")
    source = metric(tmp_path / "plain")
    add(source)

    _, warned = add(source, study="gulls")

    assert warned == "This version is registered already, as plain; it stays as it is."
    assert ModelVersion.objects.get().study is None


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no study 'swans'; there is none yet"):
        add(tmp_path, study="swans")
    with pytest.raises(CommandError, match=r"manifest\.json cannot be read"):
        add(tmp_path)
    assert not ModelVersion.objects.exists()
