"""A photograph: its original bytes, untouched, and where they came from."""

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Left
from django.utils import timezone

from annotation.enums import Split


class ImageQuerySet(models.QuerySet["Image"]):
    def awaiting_proposals(self) -> "ImageQuerySet":
        return self.filter(proposed_at=None, proposal_error="")


def _replaced(text: models.Expression | F, pattern: str, by: str) -> Func:
    return Func(text, *map(Value, (pattern, by, "g")), function="regexp_replace", output_field=models.TextField())


_PADDED = _replaced(_replaced(F("name"), "([0-9]+)", "0" * 20 + r"\1"), "0*([0-9]{20,})", r"\1")
"""A name whose numbers all have twenty digits, so that 2 comes before 10; what is longer stays whole."""


class Image(models.Model):
    """Width and height are those on screen, after the EXIF orientation; masks live in that frame."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="images")
    name = models.CharField(max_length=400, help_text="The path it was imported from.")
    sort_name = models.GeneratedField(
        expression=Left(_PADDED, 600),
        output_field=models.CharField(max_length=600),
        db_persist=True,
        help_text="Lists of images go by it, then by id. An index takes no more than this of it.",
    )
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="images", max_length=200)
    media_type = models.CharField(max_length=40)
    byte_size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1, help_text="The EXIF orientation, 1 to 8.")
    outside_mos = models.FloatField(null=True, blank=True, help_text="A score somebody else gave, as it came.")
    split = models.CharField(max_length=5, choices=Split)
    created_at = models.DateTimeField(default=timezone.now)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposal_claimed_at = models.DateTimeField(null=True, blank=True)
    proposal_attempts = models.PositiveSmallIntegerField(default=0)
    proposal_error = models.TextField(blank=True)
    prelabel_due = models.BooleanField(default=True, help_text="A region may lack the active version's prelabel.")
    prelabel_claimed_at = models.DateTimeField(null=True, blank=True)
    prelabel_attempts = models.PositiveSmallIntegerField(default=0)
    prelabel_error = models.TextField(blank=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "sha256"], name="image_once_per_study"),
            models.CheckConstraint(condition=models.Q(width__gt=0, height__gt=0), name="image_has_pixels"),
            models.CheckConstraint(condition=models.Q(orientation__range=(1, 8)), name="image_orientation_known"),
            models.CheckConstraint(condition=models.Q(split__in=Split.values), name="image_split_known"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="image_sha256_shape"),
        ]
        indexes = [
            models.Index(fields=["study", "sort_name", "id"], name="image_by_sort_name"),
            models.Index(
                fields=["id"], condition=models.Q(proposed_at=None, proposal_error=""), name="image_awaiting_proposals"
            ),
            models.Index(fields=["study", "id"], condition=models.Q(prelabel_due=True), name="image_prelabel_due"),
        ]

    def __str__(self) -> str:
        return self.name
