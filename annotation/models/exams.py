"""Regions with a known answer, and how people did on them before they were let in."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.enums import ExamKind, GoldUse
from annotation.opinion import Opinion
from annotation.scales import SCALES, TOP_LEVEL


class Gold(models.Model):
    """The answer experts agreed on. Such a region has no seats of its own any more: nobody's label depends on it."""

    region = models.OneToOneField("annotation.Region", models.CASCADE, primary_key=True, related_name="gold")
    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="gold")
    use = models.CharField(max_length=8, choices=GoldUse)
    exposure = models.PositiveSmallIntegerField()
    noise = models.PositiveSmallIntegerField()
    blur = models.PositiveSmallIntegerField()
    contrast = models.PositiveSmallIntegerField()
    colorfulness = models.PositiveSmallIntegerField()
    compression = models.PositiveSmallIntegerField()
    quality = models.PositiveSmallIntegerField()
    importance = models.PositiveSmallIntegerField()
    explanation = models.CharField(max_length=500, blank=True, help_text="Shown as feedback in training.")
    added_by = models.ForeignKey("annotation.User", models.SET_NULL, null=True, blank=True, related_name="gold")
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "gold"
        constraints = [
            *[
                models.CheckConstraint(condition=Q(**{f"{scale}__lte": TOP_LEVEL[scale]}), name=f"gold_{scale}_range")
                for scale in SCALES
            ],
            models.CheckConstraint(condition=Q(use__in=GoldUse.values), name="gold_use_known"),
        ]
        indexes = [models.Index(fields=["study", "use"], condition=Q(retired_at=None), name="gold_in_use")]

    def __str__(self) -> str:
        return f"Gold on region {self.region_id}"

    @property
    def opinion(self) -> Opinion:
        return Opinion(**{scale: getattr(self, scale) for scale in SCALES})


class Exam(models.Model):
    """One person's training or exam; its seats name it. Passed is empty while it runs, and for training."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="exams")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="exams")
    kind = models.CharField(max_length=8, choices=ExamKind)
    codebook = models.PositiveSmallIntegerField(help_text="The codebook's number at its start.")
    regions = models.PositiveSmallIntegerField()
    answered = models.PositiveSmallIntegerField(default=0)
    within = models.FloatField(null=True, blank=True, help_text="Of the ordinal answers, those at most one level off.")
    balanced = models.FloatField(null=True, blank=True, help_text="Balanced accuracy of with and without.")
    passed = models.BooleanField(null=True, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Of a passed exam.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ExamKind.values), name="exam_kind_known"),
            models.UniqueConstraint(
                fields=["study", "annotator", "kind"], condition=Q(ended_at=None), name="exam_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(answered__lte=models.F("regions")), name="exam_answers_at_most_all"),
        ]
        indexes = [models.Index(fields=["study", "annotator", "kind"], name="exam_of_annotator")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.annotator_id}"
