"""What an annotator says about a region instead of, or beside, a vote."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.enums import RemarkKind, RemarkReason


class Remark(models.Model):
    """Who cannot judge a region never gets it again; a flag only tells the manager."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="remarks")
    region = models.ForeignKey("annotation.Region", models.PROTECT, related_name="remarks")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=12, choices=RemarkKind)
    reason = models.CharField(max_length=8, choices=RemarkReason)
    text = models.CharField(max_length=500, blank=True)
    idempotency_key = models.UUIDField(help_text="Made by the client; the same key is the same remark.")
    created_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="remarks_handled"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RemarkKind.values), name="remark_kind_known"),
            models.CheckConstraint(condition=Q(reason__in=RemarkReason.values), name="remark_reason_known"),
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(text=""), name="remark_other_says_what"),
            models.UniqueConstraint(fields=["annotator", "idempotency_key"], name="remark_idempotency_key_once"),
            models.UniqueConstraint(
                fields=["region", "annotator"], condition=Q(kind="cannot_judge"), name="remark_cannot_judge_once"
            ),
        ]
        indexes = [models.Index(fields=["study", "-created_at"], name="remark_of_study")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.annotator_id} on region {self.region_id}"
