"""Long work as rows: an import, an export, a click to segment. A message to a worker is only a doorbell."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.enums import ExportFormat, ImportVerdict, JobStatus


class Job(models.Model):
    """What every kind of long work has. A running job whose heartbeat is old may be claimed again."""

    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    requested_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="%(class)ss"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def percent(self) -> int:
        if self.status == JobStatus.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def ended(self) -> bool:
        return self.status in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}


class Import(Job):
    """Files on their way into a study. `source` is a folder, zip or CSV on the server, or an uploaded file in the store."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="imports")
    source = models.CharField(max_length=1000)
    uploaded = models.BooleanField(default=False)
    scores = models.CharField(max_length=1000, blank=True, help_text="A CSV of outside scores beside the images.")

    def __str__(self) -> str:
        return f"Import of {self.source}"


class ImportedFile(models.Model):
    """The verdict on one file; its presence is what lets a stopped import go on where it was."""

    job = models.ForeignKey(Import, models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    verdict = models.CharField(max_length=10, choices=ImportVerdict)
    message = models.CharField(max_length=400, blank=True)
    image = models.ForeignKey("annotation.Image", models.SET_NULL, null=True, blank=True, related_name="imported_files")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "path"], name="imported_file_once"),
            models.CheckConstraint(condition=Q(verdict__in=ImportVerdict.values), name="imported_file_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.verdict}"


class Export(Job):
    """A snapshot on its way out in one format."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="exports")
    snapshot = models.ForeignKey("annotation.Snapshot", models.PROTECT, null=True, blank=True, related_name="exports")
    format = models.CharField(max_length=10, choices=ExportFormat)
    include_images = models.BooleanField(default=False)
    without_exposed = models.BooleanField(
        default=False, db_default=False, help_text="Leave out votes that saw a prelabel first."
    )
    with_excluded = models.BooleanField(
        default=False, db_default=False, help_text="Labels as if nobody had been excluded."
    )
    language = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Of the report, as zh-hans; empty for English."
    )
    file = models.FileField(upload_to="exports", max_length=200, blank=True)
    byte_size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(format__in=ExportFormat.values), name="export_format_known"),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__regex=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$"),
                name="export_language_shape",
            ),
            models.CheckConstraint(
                condition=Q(language="") | Q(format=ExportFormat.REPORT), name="export_language_of_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} export of {self.study}"


class Sketch(Job):
    """A manager's clicks on an image, waiting for a mask from the interactive queue."""

    image = models.ForeignKey("annotation.Image", models.CASCADE, related_name="sketches")
    clicks = models.TextField(help_text="x,y,+ or x,y,- per line, in image pixels.")
    rle = models.TextField(blank=True, help_text="The answer.")

    class Meta:
        verbose_name_plural = "sketches"

    def __str__(self) -> str:
        return f"Sketch on image {self.image_id}"

    @staticmethod
    def join_points(points: Iterable[tuple[int, int, bool]]) -> str:
        return "\n".join(f"{x},{y},{'+' if positive else '-'}" for x, y, positive in points)

    def points(self) -> list[tuple[int, int, bool]]:
        """The clicks as x, y, positive."""
        rows = [line.split(",") for line in self.clicks.splitlines()]
        return [(int(x), int(y), sign == "+") for x, y, sign in rows]
