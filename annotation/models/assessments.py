"""Click anywhere: a person points at something in a picture and the model says what it thinks of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.jobs import Job
from annotation.models.prelabels import CHOICES
from annotation.scales import DISTORTIONS


class Picture(models.Model):
    """A file that somebody brought to try the model on; it belongs to no study's images and is removed after a while."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="pictures")
    owner = models.ForeignKey("annotation.User", models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="pictures", max_length=200)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "owner", "sha256"], name="picture_once"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="picture_has_pixels"),
        ]

    def __str__(self) -> str:
        return self.name


class Assessment(Job):
    """Clicks, or a box (x, y, width, height), on an image of the study or on a picture; the answer is a mask and what
    the model says of it: probabilities of each level as in Prelabel, and its sentences, one a line."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="assessments")
    version = models.ForeignKey("annotation.ModelVersion", models.PROTECT, related_name="assessments")
    image = models.ForeignKey("annotation.Image", models.CASCADE, null=True, blank=True, related_name="assessments")
    picture = models.ForeignKey(Picture, models.CASCADE, null=True, blank=True, related_name="assessments")
    clicks = models.TextField(blank=True, help_text="x,y,+ or x,y,- per line, in image pixels.")
    box = ArrayField(models.PositiveIntegerField(), size=4, null=True, blank=True)
    rle = models.TextField(blank=True)
    quality = ArrayField(models.FloatField(), size=5, null=True, blank=True)
    importance = ArrayField(models.FloatField(), size=5, null=True, blank=True)
    distortions = ArrayField(models.FloatField(), size=len(DISTORTIONS) * CHOICES, null=True, blank=True)
    undistorted = models.FloatField(null=True, blank=True)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    sentences = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(image=None, picture__isnull=False) | Q(image__isnull=False, picture=None),
                name="assessment_of_one_picture",
            ),
            models.CheckConstraint(
                condition=Q(clicks="", box__isnull=False, box__len=4) | (~Q(clicks="") & Q(box=None)),
                name="assessment_clicks_or_box",
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment {self.pk} in {self.study}"
