"""A study: images, the regions in them, the people who rate, and the rules their votes follow."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from annotation.enums import PrelabelPolicy, PromotionPolicy, SeverityVotes, StudyStatus

LEAST_RANDOM = 0.3
"""Of the seats, those that no model may choose."""


def make_seed() -> int:
    return secrets.randbelow(2**31)


class Study(models.Model):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    guidelines = models.TextField(blank=True, help_text="Markdown, shown to annotators.")
    status = models.CharField(max_length=10, choices=StudyStatus, default=StudyStatus.OPEN)
    votes_wanted = models.PositiveSmallIntegerField(
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text="Votes before a label is settled.",
    )
    regions_per_image = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    min_region_area = models.PositiveIntegerField(
        default=1024, help_text="Smaller regions are dropped; the paper has 32×32."
    )
    lease_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    severity_votes = models.CharField(max_length=10, choices=SeverityVotes, default=SeverityVotes.AFFECTED)
    severity_top = models.PositiveSmallIntegerField(
        default=4, choices=[(4, "4, clamped"), (5, "5, literal")], help_text="M of Eq. 1 for severity."
    )
    prelabel_policy = models.CharField(max_length=12, choices=PrelabelPolicy, default=PrelabelPolicy.NEVER)
    active_version = models.ForeignKey(
        "annotation.ModelVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="active_in",
        help_text="The model that pre-labels; none until one is promoted.",
    )
    arm_share = models.FloatField(
        default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)], help_text="Shown, in a random-arm study."
    )
    random_share = models.FloatField(
        default=0.5,
        validators=[MinValueValidator(LEAST_RANDOM), MaxValueValidator(1)],
        help_text="Of the seats, those in random order; the others go first to what the model is least sure of.",
    )
    retrain_after = models.PositiveIntegerField(
        null=True,
        blank=True,
        default=200,
        validators=[MinValueValidator(1)],
        help_text="Newly settled labels after which the model is trained again; empty for never.",
    )
    promotion_policy = models.CharField(max_length=10, choices=PromotionPolicy, default=PromotionPolicy.APPROVAL)
    codebook = models.PositiveSmallIntegerField(
        default=1, db_default=1, editable=False, help_text="The number of the guidelines that are followed now."
    )
    seed = models.PositiveIntegerField(default=make_seed, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(votes_wanted__range=(1, 99)), name="study_votes_wanted_range"),
            models.CheckConstraint(
                condition=models.Q(regions_per_image__range=(1, 50)), name="study_regions_per_image_range"
            ),
            models.CheckConstraint(condition=models.Q(lease_minutes__range=(1, 240)), name="study_lease_minutes_range"),
            models.CheckConstraint(condition=models.Q(severity_top__in=(4, 5)), name="study_severity_top_known"),
            models.CheckConstraint(condition=models.Q(status__in=StudyStatus.values), name="study_status_known"),
            models.CheckConstraint(
                condition=models.Q(severity_votes__in=SeverityVotes.values), name="study_severity_votes_known"
            ),
            models.CheckConstraint(
                condition=models.Q(prelabel_policy__in=PrelabelPolicy.values), name="study_prelabel_policy_known"
            ),
            models.CheckConstraint(
                condition=models.Q(promotion_policy__in=PromotionPolicy.values), name="study_promotion_policy_known"
            ),
            models.CheckConstraint(condition=models.Q(arm_share__range=(0, 1)), name="study_arm_share_range"),
            models.CheckConstraint(
                condition=models.Q(random_share__range=(LEAST_RANDOM, 1)), name="study_random_share_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name
