"""A seat: one row per wanted opinion. Leasing updates that very row, voting closes it."""

from django.db import models


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
        ]
        indexes = [
            models.Index(fields=["study", "number", "place", "id"], condition=models.Q(vote=None), name="seat_open"),
            models.Index(fields=["study", "annotator", "leased_at"], name="seat_of_annotator"),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number} of region {self.region_id}"
