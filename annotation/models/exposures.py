"""Who may have seen which prelabel, and in which arm: written before it is shown, kept for good."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.enums import Arm, PrelabelPolicy


class Exposure(models.Model):
    """A person's look at a region under a policy that may show prelabels. `hidden` is the other arm of the experiment."""

    region = models.ForeignKey("annotation.Region", models.PROTECT, related_name="exposures")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="exposures")
    prelabel = models.ForeignKey("annotation.Prelabel", models.PROTECT, related_name="exposures")
    policy = models.CharField(max_length=12, choices=PrelabelPolicy)
    arm = models.CharField(max_length=6, choices=Arm)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "annotator", "prelabel", "policy"], name="exposure_once"),
            models.CheckConstraint(condition=Q(policy__in=PrelabelPolicy.values), name="exposure_policy_known"),
            models.CheckConstraint(condition=Q(arm__in=Arm.values), name="exposure_arm_known"),
        ]

    def __str__(self) -> str:
        return f"{self.arm} to {self.annotator_id} on region {self.region_id}"
