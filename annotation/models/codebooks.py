"""What annotators were told: numbered versions of the guidelines, and anchors, one example for each level."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.scales import SCALES


class Codebook(models.Model):
    """The guidelines as published under a number; votes carry the number. Immutable."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="codebooks")
    number = models.PositiveSmallIntegerField()
    guidelines = models.TextField(blank=True)
    published_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="codebooks"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="codebook_number_once")]

    def __str__(self) -> str:
        return f"Codebook {self.number} of {self.study_id}"


class Anchor(models.Model):
    """What a level looks like. Replaced, never changed: the old one is kept with `replaced_at`."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="anchors")
    scale = models.CharField(max_length=12, choices=[(scale, scale) for scale in SCALES])
    level = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to="anchors", max_length=200)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True, help_text="What to look at.")
    made_from = models.ForeignKey(
        "annotation.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="anchors",
        help_text="When it was made.",
    )
    added_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="anchors", help_text="Empty when made."
    )
    created_at = models.DateTimeField(db_default=Now())
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "scale", "level"], condition=Q(replaced_at=None), name="anchor_one_per_level"
            ),
            models.CheckConstraint(condition=Q(scale__in=SCALES), name="anchor_scale_known"),
            models.CheckConstraint(
                condition=Q(level__lte=4) | (Q(level=5) & ~Q(scale__in=["quality", "importance"])),
                name="anchor_level_range",
            ),
        ]

    def __str__(self) -> str:
        return f"Anchor {self.scale} {self.level} of {self.study_id}"


class AnchorOpening(models.Model):
    """Somebody looked at the anchors of a scale while rating."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="anchor_openings")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="anchor_openings")
    scale = models.CharField(max_length=12)
    region = models.ForeignKey(
        "annotation.Region", models.PROTECT, null=True, blank=True, related_name="anchor_openings"
    )
    shown_ms = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(scale__in=SCALES), name="opening_scale_known")]
        indexes = [models.Index(fields=["study", "annotator"], name="opening_of_annotator")]

    def __str__(self) -> str:
        return f"{self.annotator_id} looked at {self.scale}"
