"""Model versions: a directory of weights named by its hash, and the record of which one a study uses."""

from django.db import models
from django.utils import timezone

from annotation.enums import ModelKind


class ModelVersion(models.Model):
    """Append-only. The directory lies in the store of versions under the first digits of its manifest's SHA-256."""

    study = models.ForeignKey(
        "annotation.Study",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
        help_text="The study it was trained in; empty for one that came with the platform.",
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=ModelKind, default=ModelKind.SEAGULL)
    sha256 = models.CharField(max_length=64, unique=True, help_text="Of manifest.json, which names all other files.")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    preset = models.CharField(max_length=40)
    byte_size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="version_sha256_shape"),
            models.CheckConstraint(condition=models.Q(kind__in=ModelKind.values), name="version_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]})"

    @property
    def folder(self) -> str:
        """Its directory's name in the store."""
        return self.sha256[:16]


class DroppedWeights(models.Model):
    """The version keeps its row, its configuration and what was measured, but has no weights any more: it cannot speak,
    be measured or be trained from. Registering the same version again brings them back and removes this row. Triggers see
    to it that no active version is one of these, and that none of these becomes active.
    """

    version = models.OneToOneField(ModelVersion, models.PROTECT, related_name="dropped")
    dropped_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="dropped_weights"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "dropped weights"

    def __str__(self) -> str:
        return str(self.version)


class Promotion(models.Model):
    """From this moment the study's regions are pre-labelled by this version. Immutable; rolling back is another row."""

    study = models.ForeignKey("annotation.Study", models.PROTECT, related_name="promotions")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="promotions")
    promoted_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="promotions"
    )
    reason = models.CharField(max_length=400)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version} in {self.study}"
