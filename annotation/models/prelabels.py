"""What a model version says about a region, with its doubts. Immutable, and never a vote."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from annotation.scales import DISTORTIONS, SCALES, TOP_LEVEL

CHOICES = TOP_LEVEL["blur"] + 1


class Prelabel(models.Model):
    """Probabilities of each level, lowest first. `distortions` holds six of them after each other, in DISTORTIONS' order."""

    region = models.ForeignKey("annotation.Region", models.PROTECT, related_name="prelabels")
    version = models.ForeignKey("annotation.ModelVersion", models.PROTECT, related_name="prelabels")
    quality = ArrayField(models.FloatField(), size=5)
    importance = ArrayField(models.FloatField(), size=5)
    distortions = ArrayField(models.FloatField(), size=len(DISTORTIONS) * CHOICES)
    undistorted = models.FloatField(help_text="The probability that there is no distortion at all.")
    uncertainty = models.FloatField(
        help_text="0 sure of everything, 1 of nothing: the mean entropy of the eight scales."
    )
    flags = ArrayField(models.CharField(max_length=30), default=list, help_text="What is unusual about the mask.")
    votes_before = models.PositiveSmallIntegerField(help_text="Votes the region had when this was said.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "version"], name="prelabel_once"),
            models.CheckConstraint(
                condition=models.Q(quality__len=5, importance__len=5, distortions__len=len(DISTORTIONS) * CHOICES),
                name="prelabel_whole",
            ),
            models.CheckConstraint(condition=models.Q(uncertainty__range=(0, 1)), name="prelabel_uncertainty_range"),
        ]

    def __str__(self) -> str:
        return f"Prelabel of region {self.region_id}"

    def probabilities(self, scale: str) -> list[float]:
        """Of the levels of one of SCALES."""
        if scale in DISTORTIONS:
            begin = DISTORTIONS.index(scale) * CHOICES
            return self.distortions[begin : begin + CHOICES]
        return self.quality if scale == "quality" else self.importance

    def expectations(self) -> dict[str, float]:
        """The mean level of each scale."""
        return {scale: sum(level * share for level, share in enumerate(self.probabilities(scale))) for scale in SCALES}
