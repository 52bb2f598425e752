"""Photographs of a demonstration go into a study of their own, and come back to it."""

from pathlib import Path

import pytest

from annotation.actions.imports import request_import
from annotation.models import Study
from tests.factories import make_image, make_study, make_user
from webapp.demo.steps import DemoError, Photographs
from webapp.demo.studies import open_study
from webapp.demo.truth import ImageTruth

pytestmark = pytest.mark.django_db

SAMPLES = Photographs(Path("/var/data/demo-photographs/manifest.csv"), None, {"cat.png": ImageTruth({}, 2.0)})
OWN = Photographs(Path("/home/ada/My photographs (raw)"), None, None)


def opened(photographs: Photographs, slug: str | None = None) -> Study:
    """With its import asked for, as a demonstration has it at once."""
    study = open_study(slug, photographs, make_user())
    scores = str(photographs.scores or "")
    request_import(study=study, source=str(photographs.source), by=None, scores=scores)
    return study


def test_samples_and_a_folder_of_ones_own_are_two_studies_and_each_goes_on() -> None:
    samples, own = opened(SAMPLES), opened(OWN)

    assert [(study.slug, study.name) for study in (samples, own)] == [
        ("demo", "Demonstration"),
        ("demo-my-photographs-raw", "Demonstration: My photographs (raw)"),
    ]
    assert (opened(SAMPLES), opened(OWN)) == (samples, own)


def test_another_folder_of_the_same_name_and_other_scores_are_studies_of_their_own() -> None:
    elsewhere = Photographs(Path("/home/ben/My photographs (raw)"), None, None)
    scored = Photographs(OWN.source, Path("/home/ada/mos.csv"), None)

    slugs = [opened(photographs).slug for photographs in (OWN, elsewhere, scored)]

    assert slugs == ["demo-my-photographs-raw", "demo-my-photographs-raw-2", "demo-my-photographs-raw-3"]
    assert [opened(photographs).slug for photographs in (scored, elsewhere, OWN)] == slugs[::-1]


def test_samples_are_known_again_when_the_data_folder_has_moved() -> None:
    moved = Photographs(Path("/srv/data/demo-photographs/manifest.csv"), None, SAMPLES.truths)

    assert opened(SAMPLES) == opened(moved)


def test_a_study_of_other_photographs_is_not_touched() -> None:
    theirs = make_study(slug="demo")
    make_image(theirs)
    opened(OWN, "first")

    assert opened(SAMPLES).slug == "demo-2"
    with pytest.raises(DemoError) as caught:
        opened(SAMPLES, "first")
    assert str(caught.value) == (
        "The study first did not begin with these photographs and scores. Say a --study that is not there yet, "
        "or leave it out: they get one of their own."
    )
    assert opened(OWN, "first").slug == "first"


@pytest.mark.parametrize(
    "folder, slug",
    [("/", "demo-photographs"), ("/照片", "demo-photographs"), ("/" + "x" * 90, "demo-" + "x" * 50)],
)
def test_a_folder_whose_name_is_no_short_name(folder: str, slug: str) -> None:
    assert opened(Photographs(Path(folder), None, None)).slug == slug


def test_a_demonstration_that_was_stopped_at_once_goes_on() -> None:
    stopped = open_study(None, OWN, make_user())

    assert opened(OWN) == stopped
