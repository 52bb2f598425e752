"""A snapshot: regions, labels and votes of a study as they were, in one file named by its hash. Immutable."""

from django.db import models
from django.utils import timezone


class Snapshot(models.Model):
    study = models.ForeignKey("annotation.Study", models.PROTECT, related_name="snapshots")
    sha256 = models.CharField(max_length=64, help_text="Of the file's content before compression.")
    file = models.FileField(upload_to="snapshots", max_length=200)
    rule = models.CharField(max_length=40)
    images = models.PositiveIntegerField()
    regions = models.PositiveIntegerField()
    settled = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    taken_by = models.ForeignKey("annotation.User", models.SET_NULL, null=True, blank=True, related_name="snapshots")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "sha256"], name="snapshot_same_hash_once")]

    def __str__(self) -> str:
        return f"Snapshot {self.sha256[:12]} of {self.study}"
