"""A seat: one row per wanted opinion. Leasing updates that very row, voting closes it."""

from django.db import models

from annotation.enums import Purpose, SeatReason

_CHECKS = [purpose.value for purpose in Purpose if purpose != Purpose.LABEL]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        """Seats for the label that nobody has voted from."""
        return self.filter(vote=None, purpose=Purpose.LABEL)

    def checks(self) -> "AssignmentQuerySet":
        """Seats that are about the person who rates, not about the label."""
        return self.exclude(purpose=Purpose.LABEL)


class Assignment(models.Model):
    """Seat `number` (1, 2, ...) of a region. `place` is its random position among the seats of that number.

    A seat for something else than the label is made for one person, has number 0 and is never given to another.
    """

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="assignments")
    region = models.ForeignKey("annotation.Region", models.CASCADE, related_name="assignments", db_index=False)
    number = models.SmallIntegerField()
    place = models.PositiveIntegerField()
    annotator = models.ForeignKey(
        "annotation.User", models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )
    leased_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    vote = models.OneToOneField("annotation.Vote", models.PROTECT, null=True, blank=True, related_name="assignment")
    turn = models.PositiveIntegerField(null=True, blank=True, help_text="Seats with a turn go first, lowest first.")
    reason = models.CharField(max_length=8, choices=SeatReason, db_default=SeatReason.RANDOM)
    probability = models.FloatField(
        null=True, blank=True, help_text="Of being drawn when its turn was dealt; none was dealt to the others."
    )

    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.LABEL, db_default=Purpose.LABEL)
    exam = models.ForeignKey(
        "annotation.Exam", models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "number"], condition=models.Q(purpose=Purpose.LABEL), name="seat_number_once"
            ),
            models.UniqueConstraint(
                fields=["region", "annotator"],
                condition=models.Q(annotator__isnull=False, purpose=Purpose.LABEL),
                name="seat_one_per_annotator",
            ),
            models.UniqueConstraint(
                fields=["region", "annotator"],
                condition=models.Q(vote=None) & ~models.Q(purpose=Purpose.LABEL),
                name="seat_one_check_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose=Purpose.LABEL, number__gt=0)
                | models.Q(purpose__in=_CHECKS, number=0, annotator__isnull=False),
                name="seat_number_fits_purpose",
            ),
            models.CheckConstraint(
                condition=models.Q(exam=None) | models.Q(purpose__in=[Purpose.TRAINING, Purpose.EXAM]),
                name="seat_exam_fits_purpose",
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
            models.Index(
                fields=["study", "number", "place", "id"],
                condition=models.Q(vote=None, purpose=Purpose.LABEL),
                name="seat_open",
            ),
            models.Index(fields=["study", "annotator", "leased_at"], name="seat_of_annotator"),
            models.Index(fields=["region", "annotator"], name="seat_of_region"),
            models.Index(fields=["exam"], condition=models.Q(exam__isnull=False), name="seat_of_exam"),
            models.Index(
                fields=["study", "turn", "id"], condition=models.Q(vote=None, turn__isnull=False), name="seat_next_turn"
            ),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number} of region {self.region_id}"
