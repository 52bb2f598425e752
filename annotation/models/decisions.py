"""What people decide about votes and labels: dated rows with a reason, reversible, never a silent change."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.scales import SCALES, TOP_LEVEL


class Exclusion(models.Model):
    """While it stands, the person's votes in the study do not count. Lifted, they count again."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="exclusions")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="exclusions")
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey("annotation.User", models.PROTECT, related_name="exclusions_made")
    created_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "annotation.User", models.PROTECT, null=True, blank=True, related_name="exclusions_lifted"
    )
    lifted_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "annotator"], condition=Q(lifted_at=None), name="exclusion_one_standing"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="exclusion_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Exclusion of {self.annotator_id} from {self.study_id}"


class Adjudication(models.Model):
    """A reviewer's decision on a disputed label. Scales left empty keep what the votes say."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="adjudications")
    region = models.ForeignKey("annotation.Region", models.PROTECT, related_name="adjudications")
    made_by = models.ForeignKey("annotation.User", models.PROTECT, related_name="adjudications")
    exposure = models.PositiveSmallIntegerField(null=True, blank=True)
    noise = models.PositiveSmallIntegerField(null=True, blank=True)
    blur = models.PositiveSmallIntegerField(null=True, blank=True)
    contrast = models.PositiveSmallIntegerField(null=True, blank=True)
    colorfulness = models.PositiveSmallIntegerField(null=True, blank=True)
    compression = models.PositiveSmallIntegerField(null=True, blank=True)
    quality = models.PositiveSmallIntegerField(null=True, blank=True)
    importance = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "annotation.User", models.PROTECT, null=True, blank=True, related_name="adjudications_withdrawn"
    )

    class Meta:
        constraints = [
            *[
                models.CheckConstraint(
                    condition=Q(**{scale: None}) | Q(**{f"{scale}__lte": TOP_LEVEL[scale]}),
                    name=f"adjudication_{scale}_range",
                )
                for scale in SCALES
            ],
            models.CheckConstraint(condition=~Q(reason=""), name="adjudication_has_reason"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(withdrawn_at=None), name="adjudication_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"Adjudication of region {self.region_id}"

    def levels(self) -> dict[str, int | None]:
        return {scale: getattr(self, scale) for scale in SCALES}


class SeatRequest(models.Model):
    """Why a region got more seats than the study gives to all."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="seat_requests")
    region = models.ForeignKey("annotation.Region", models.CASCADE, related_name="seat_requests")
    seats = models.PositiveSmallIntegerField()
    votes = models.PositiveSmallIntegerField(help_text="Live votes at that time.")
    reasons = ArrayField(models.CharField(max_length=40), help_text="The rules that asked.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(seats__gt=0), name="request_asks_for_seats")]
        indexes = [models.Index(fields=["study", "region"], name="request_of_region")]

    def __str__(self) -> str:
        return f"{self.seats} more for region {self.region_id}"
