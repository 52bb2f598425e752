"""A second, small study that nobody has rated: for whoever opens the demonstration and wants to rate a little."""

import zipfile
from pathlib import Path

from django.conf import settings

from annotation.actions.imports import request_import
from annotation.actions.studies import create_study
from annotation.models import Image, Import, Study, User
from webapp.demo.logins import add_shown_people
from webapp.demo.steps import GUIDELINES, SEED

SLUG = "try-it"
IMAGES = 8


def open_tryout(study: Study, manager: User) -> Import | None:
    """Some images of the study once more, as a study of its own; None when it is there already."""
    if Study.objects.filter(slug=SLUG).exists():
        return None
    tryout = create_study(
        by=manager, name="Try it yourself", slug=SLUG, guidelines=GUIDELINES, seed=SEED, votes_wanted=7
    )
    add_shown_people(tryout)
    return request_import(study=tryout, source=str(_pack(study)), by=manager)


def _pack(study: Study) -> Path:
    """Images spread over the study's names, in a zip."""
    images = list(Image.objects.filter(study=study).order_by("name"))
    chosen = images[:: max(1, len(images) // IMAGES)][:IMAGES]
    path = Path(settings.DATA_DIR) / "demo-try-it.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for image in chosen:
            with image.file.open("rb") as file:
                archive.writestr(image.name, file.read())
    return path
