"""A label: what the live votes on a region say, by which version of the rules."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.enums import LabelStatus
from annotation.models.ranges import none_above, none_below
from annotation.opinion import SCALES

_LEVELS = tuple(f"{scale}_level" for scale in SCALES)


class LabelQuerySet(models.QuerySet["Label"]):
    def settled(self) -> "LabelQuerySet":
        return self.exclude(status=LabelStatus.OPEN)


def _histogram() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.PositiveSmallIntegerField(), help_text="Votes per level, lowest level first.")


def _level() -> "models.SmallIntegerField[int | None, int | None]":
    return models.SmallIntegerField(null=True, help_text="Eq. 1; empty means without the distortion, or no vote yet.")


class Label(models.Model):
    """Histograms are the stored form; means, intervals and words are functions of them (`aggregation.labels`)."""

    region = models.OneToOneField("annotation.Region", models.CASCADE, primary_key=True, related_name="label")
    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="labels")
    status = models.CharField(max_length=10, choices=LabelStatus, default=LabelStatus.OPEN)
    votes = models.SmallIntegerField(help_text="Live votes.")
    exposed_votes = models.SmallIntegerField(default=0, help_text="Live votes that saw a prelabel first.")
    adjudication = models.ForeignKey(
        "annotation.Adjudication", models.PROTECT, null=True, blank=True, related_name="labels", db_index=False
    )
    rule = models.CharField(max_length=40, help_text="The rules' version and choices.")
    updated_at = models.DateTimeField(db_default=Now())

    exposure_votes = _histogram()
    noise_votes = _histogram()
    blur_votes = _histogram()
    contrast_votes = _histogram()
    colorfulness_votes = _histogram()
    compression_votes = _histogram()
    quality_votes = _histogram()
    importance_votes = _histogram()

    exposure_level = _level()
    noise_level = _level()
    blur_level = _level()
    contrast_level = _level()
    colorfulness_level = _level()
    compression_level = _level()
    quality_level = _level()
    importance_level = _level()

    objects = LabelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=none_below(0, _LEVELS) & none_above(4, _LEVELS), name="label_levels_in_range"
            ),
            models.CheckConstraint(
                condition=Q(exposed_votes__gte=0, exposed_votes__lte=models.F("votes")),
                name="label_exposed_at_most_all",
            ),
            models.CheckConstraint(condition=Q(status__in=LabelStatus.values), name="label_status_known"),
        ]
        indexes = [models.Index(fields=["study", "status"], name="label_by_status")]

    def __str__(self) -> str:
        return f"Label of region {self.region_id}"

    def histograms(self) -> dict[str, list[int]]:
        return {scale: getattr(self, f"{scale}_votes") for scale in SCALES}
