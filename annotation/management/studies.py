"""The study that a command is about."""

from django.core.management.base import CommandError

from annotation.models import Study


def study_named(slug: str) -> Study:
    """Raises CommandError naming the studies that there are."""
    return studies_named([slug])[0]


def studies_named(slugs: list[str]) -> list[Study]:
    """In the order given. Raises CommandError naming those that there are not, and those that there are."""
    found = {study.slug: study for study in Study.objects.filter(slug__in=slugs)}
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no study {', '.join(map(repr, missing))}; there is {known}.")
    return [found[slug] for slug in slugs]
