"""Training runs: what a model learnt from, how it went, and what the gate said of it number by number."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotation.enums import Decision, JobStatus, TrainingStage, TrainingTrigger
from annotation.models.jobs import Job


class TrainingRun(Job):
    """One at a time in a study. `champion` is the active version it starts from and is compared with."""

    study = models.ForeignKey("annotation.Study", models.PROTECT, related_name="training_runs")
    trigger = models.CharField(max_length=10, choices=TrainingTrigger)
    stage = models.CharField(max_length=10, choices=TrainingStage, default=TrainingStage.WAITING)
    snapshot = models.ForeignKey(
        "annotation.Snapshot", models.PROTECT, null=True, blank=True, related_name="training_runs"
    )
    champion = models.ForeignKey(
        "annotation.ModelVersion", models.PROTECT, null=True, blank=True, related_name="challenged_in"
    )
    candidate = models.ForeignKey(
        "annotation.ModelVersion", models.PROTECT, null=True, blank=True, related_name="trained_in"
    )
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.NONE, blank=True)
    decided_by = models.ForeignKey("annotation.User", models.SET_NULL, null=True, blank=True, related_name="decisions")
    train_regions = models.PositiveIntegerField(default=0)
    test_regions = models.PositiveIntegerField(default=0)
    test_images = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(
        default=1,
        help_text="Candidates measured on this hold-out so far; the error that each may make shrinks with it.",
    )
    losses = ArrayField(models.FloatField(), default=list, blank=True, help_text="Evenly spaced over the run so far.")
    cpu_seconds = models.FloatField(default=0)
    gpu_seconds = models.FloatField(
        default=0, db_default=0, help_text="For which its processes held an accelerator; 0 where there was none."
    )
    regions_per_second = models.FloatField(default=0)
    log = models.TextField(blank=True, help_text="The end of what training wrote.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]),
                name="training_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="training_decision_known"),
            models.CheckConstraint(condition=Q(trigger__in=TrainingTrigger.values), name="training_trigger_known"),
            models.CheckConstraint(condition=Q(stage__in=TrainingStage.values), name="training_stage_known"),
        ]

    def __str__(self) -> str:
        return f"Training run {self.pk} of {self.study}"


class GateCheck(models.Model):
    """One line of the gate: both models on the same hold-out, their difference, and what it had to be. Immutable.

    `low` and `high` are the ends of the difference's interval; `bound` is what `low` had to be above (order of quality and
    importance) or the difference itself (all others). A check that does not decide is there to be compared with those
    that do.
    """

    run = models.ForeignKey(TrainingRun, models.PROTECT, related_name="checks")
    measure = models.CharField(max_length=40)
    champion = models.FloatField(null=True)
    candidate = models.FloatField(null=True)
    difference = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    p_value = models.FloatField(null=True)
    decides = models.BooleanField(default=True)
    passed = models.BooleanField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "measure"], name="gate_check_once")]

    def __str__(self) -> str:
        return f"{self.measure} of run {self.run_id}: {'passed' if self.passed else 'not passed'}"


class Evaluation(Job):
    """A version measured on the test split of a snapshot. `report` is what `ml.compare` writes, as JSON."""

    study = models.ForeignKey("annotation.Study", models.PROTECT, related_name="evaluations")
    version = models.ForeignKey("annotation.ModelVersion", models.PROTECT, related_name="evaluations")
    snapshot = models.ForeignKey("annotation.Snapshot", models.PROTECT, related_name="evaluations")
    report = models.FileField(upload_to="evaluations", max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "snapshot"], name="evaluation_once")]

    def __str__(self) -> str:
        return f"{self.version} on {self.snapshot}"
