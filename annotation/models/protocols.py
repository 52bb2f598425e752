"""How a study is run: viewing checks, sittings, hidden checks, the exam, extra votes. Without a protocol, none of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from annotation.enums import CheckPolicy


def _whole(default: int, lowest: int, highest: int, help_text: str) -> "models.PositiveSmallIntegerField[int, int]":
    between = [MinValueValidator(lowest), MaxValueValidator(highest)]
    return models.PositiveSmallIntegerField(default=default, validators=between, help_text=help_text)


def _share(default: float, highest: float, help_text: str) -> "models.FloatField[float, float]":
    between = [MinValueValidator(0), MaxValueValidator(highest)]
    return models.FloatField(default=default, validators=between, help_text=help_text)


class Protocol(models.Model):
    study = models.OneToOneField("annotation.Study", models.CASCADE, primary_key=True, related_name="protocol")

    viewing_check = models.CharField(max_length=5, choices=CheckPolicy, default=CheckPolicy.WARN)
    check_minutes = _whole(30, 5, 1440, "After which the viewing check is asked again.")
    least_width = _whole(1280, 320, 10_000, "Of the screen, CSS pixels.")
    least_height = _whole(720, 320, 10_000, "Of the screen, CSS pixels.")
    least_view_ms = _whole(2_000, 0, 10_000, "That a view is shown before the scales that need it unlock.")

    sitting_minutes = _whole(30, 0, 480, "Rating before a break; 0 for no limit.")
    break_minutes = _whole(5, 0, 240, "Of the break.")
    sittings_per_day = _whole(4, 0, 48, "At most; 0 for no limit.")
    warm_up = _whole(3, 0, 20, "Unscored regions at the start of a sitting.")

    repeat_share = _share(0.05, 0.5, "Of the regions, those shown a second time.")
    repeat_gap = _whole(50, 1, 10_000, "Regions of one person between the first look and the second.")
    gold_every = _whole(12, 0, 1000, "One hidden gold region among so many; 0 for none.")

    exam_wanted = models.BooleanField(default=False, help_text="Only people who passed the exam may rate.")
    training_regions = _whole(10, 0, 200, "With feedback, before the exam.")
    exam_regions = _whole(20, 1, 200, "Without feedback.")
    exam_within = _share(0.8, 1, "Of the answers, those at most one level off.")
    exam_balanced = _share(0.8, 1, "Balanced accuracy of with and without a distortion.")
    qualified_days = _whole(30, 1, 3650, "After which the exam is due again.")

    undo_votes = _whole(5, 0, 100, "Of one's own last votes that may be looked at and cast anew.")
    undo_minutes = _whole(30, 0, 1440, "After which a vote can no longer be cast anew.")

    adaptive = models.BooleanField(default=False, help_text="Ask for more votes where the label is in doubt.")
    votes_cap = _whole(15, 1, 99, "Votes on one region at most, when more are asked for.")
    votes_budget = models.PositiveIntegerField(
        null=True, blank=True, help_text="Extra votes in all; empty for no limit."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(viewing_check__in=CheckPolicy.values), name="protocol_check_known"),
            models.CheckConstraint(condition=Q(repeat_share__range=(0, 0.5)), name="protocol_repeat_share_range"),
            models.CheckConstraint(
                condition=Q(exam_within__range=(0, 1), exam_balanced__range=(0, 1)), name="protocol_exam_shares_range"
            ),
            models.CheckConstraint(condition=Q(votes_cap__range=(1, 99)), name="protocol_votes_cap_range"),
        ]

    def __str__(self) -> str:
        return f"Protocol of {self.study_id}"
