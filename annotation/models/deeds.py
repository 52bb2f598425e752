"""What people did in a study where no other row remembers it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.enums import DeedKind


class Deed(models.Model):
    """A change as it was made: never edited, never deleted (a trigger sees to it).

    `by` is empty for what a command or the platform did. `target` is the number of the row that `subject` names.
    """

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="deeds")
    kind = models.CharField(max_length=24, choices=DeedKind)
    by = models.ForeignKey("annotation.User", models.PROTECT, null=True, blank=True, related_name="deeds")
    whom = models.ForeignKey(
        "annotation.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deeds_suffered",
        help_text="The person it was done to.",
    )
    subject = models.CharField(max_length=200, blank=True, help_text="The setting, file or row that it was about.")
    target = models.PositiveBigIntegerField(null=True, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=DeedKind.values), name="deed_kind_known")]
        indexes = [models.Index(fields=["study", "-created_at", "-id"], name="deed_of_study")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.study_id}"
