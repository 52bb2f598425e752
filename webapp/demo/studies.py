"""Which study photographs go into: one of their own. Others have another hidden truth, and labels are judged by one."""

from collections.abc import Iterator
from itertools import count

from django.utils.text import slugify

from annotation.actions.studies import create_study
from annotation.models import Image, Import, Study, User
from webapp.demo.steps import GUIDELINES, SEED, DemoError, Photographs

OF_SAMPLES = "demo"
REGIONS_PER_IMAGE = 2
MOST_OF_NAME = 50


def open_study(slug: str | None, photographs: Photographs, manager: User) -> Study:
    """The study that began with these photographs, or a new one; without a `slug`, named after their folder.

    Raises DemoError where the study of this `slug` began with others.
    """
    for name in _names(photographs) if slug is None else [slug]:
        found = Study.objects.filter(slug=name).first()
        if found is None:
            return _new_study(name, photographs, manager)
        if _began_with(found, photographs):
            return found
    raise DemoError(
        f"The study {slug} did not begin with these photographs and scores. Say a --study that is not there yet, "
        "or leave it out: they get one of their own."
    )


def _names(photographs: Photographs) -> Iterator[str]:
    """What it may be called, best first: other studies may have taken any of them."""
    own = slugify(photographs.source.name)[:MOST_OF_NAME].strip("-_") or "photographs"
    stem = OF_SAMPLES if photographs.truths else f"{OF_SAMPLES}-{own}"
    yield stem
    for number in count(2):
        yield f"{stem}-{number}"


def _began_with(study: Study, photographs: Photographs) -> bool:
    first = Import.objects.filter(study=study).order_by("pk").first()
    if first is None:  # a demonstration was stopped at once
        return not Image.objects.filter(study=study).exists()
    if photographs.truths:  # the data folder may have moved, and the samples with it
        return first.source.endswith("/".join(photographs.source.parts[-2:]))
    scores = str(photographs.scores) if photographs.scores else ""
    return (first.source, first.scores) == (str(photographs.source), scores)


def _new_study(slug: str, photographs: Photographs, manager: User) -> Study:
    name = "Demonstration" if photographs.truths else f"Demonstration: {photographs.source.name}"
    return create_study(
        by=manager,
        name=name[:120],
        slug=slug,
        guidelines=GUIDELINES,
        seed=SEED,
        regions_per_image=REGIONS_PER_IMAGE,
    )
