"""A seat: one row per wanted opinion. Leasing updates that very row, voting closes it."""

from django.db import models

from annotation.enums import SeatReason


class Assignment(models.Model):
    """Seat `number` (1, 2, ...) of a region. `place` is its random position among the seats of that number."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="assignments")
    region = models.ForeignKey("annotation.Region", models.CASCADE, related_name="assignments")
    number = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    annotator = models.ForeignKey("annotation.User", models.PROTECT, null=True, blank=True, related_name="assignments")
    leased_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    vote = models.OneToOneField("annotation.Vote", models.PROTECT, null=True, blank=True, related_name="assignment")
    turn = models.PositiveIntegerField(null=True, blank=True, help_text="Seats with a turn go first, lowest first.")
    reason = models.CharField(max_length=8, choices=SeatReason, db_default=SeatReason.RANDOM)
    probability = models.FloatField(
        null=True, blank=True, help_text="Of being drawn when its turn was dealt; none was dealt to the others."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="seat_number_once"),
            models.UniqueConstraint(
                fields=["region", "annotator"],
                condition=models.Q(annotator__isnull=False),
                name="seat_one_per_annotator",
            ),
            models.CheckConstraint(
                condition=models.Q(annotator=None, leased_at=None, leased_until=None, vote=None)
                | models.Q(annotator__isnull=False, leased_at__isnull=False, leased_until__isnull=False),
                name="seat_lease_whole",
            ),
            models.CheckConstraint(condition=models.Q(reason__in=SeatReason.values), name="seat_reason_known"),
            models.CheckConstraint(
                condition=models.Q(turn=None, probability=None, reason=SeatReason.RANDOM)
                | models.Q(turn__isnull=False, probability__isnull=False, probability__gt=0, probability__lte=1),
                name="seat_turn_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["study", "number", "place", "id"], condition=models.Q(vote=None), name="seat_open"),
            models.Index(fields=["study", "annotator", "leased_at"], name="seat_of_annotator"),
            models.Index(
                fields=["study", "turn", "id"], condition=models.Q(vote=None, turn__isnull=False), name="seat_next_turn"
            ),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number} of region {self.region_id}"
