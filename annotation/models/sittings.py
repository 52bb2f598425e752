"""A sitting: one person's stretch of rating between two breaks; and the viewing check it rests on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class ViewingCheck(models.Model):
    """What the screen and the eyes were like, as far as a page can tell. Nothing here is a medical test."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="viewing_checks")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="viewing_checks")
    passed = models.BooleanField()
    failings = ArrayField(models.CharField(max_length=24), default=list, blank=True, help_text="What was not passed.")
    screen_width = models.PositiveIntegerField(help_text="CSS pixels.")
    screen_height = models.PositiveIntegerField(help_text="CSS pixels.")
    window_width = models.PositiveIntegerField(help_text="CSS pixels.")
    window_height = models.PositiveIntegerField(help_text="CSS pixels.")
    device_pixel_ratio = models.FloatField()
    pixel_pitch_um = models.FloatField(
        null=True, blank=True, help_text="Of a device pixel, from a card held to the screen."
    )
    distance_cm = models.PositiveSmallIntegerField(null=True, blank=True, help_text="From the eyes to the screen.")
    brightness_right = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Shapes found in the matrix.")
    brightness_shown = models.PositiveSmallIntegerField(null=True, blank=True)
    colours_right = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Colour plates read.")
    colours_shown = models.PositiveSmallIntegerField(null=True, blank=True)
    colour_gamut = models.CharField(max_length=8, blank=True)
    high_dynamic_range = models.BooleanField(null=True, blank=True)
    dark_mode = models.BooleanField(null=True, blank=True)
    night_mode_off = models.BooleanField(null=True, blank=True, help_text="As the person says.")
    time_zone = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(passed=False) | Q(failings=[]), name="check_passed_without_failings"),
            models.CheckConstraint(
                condition=Q(brightness_right=None) | Q(brightness_right__lte=F("brightness_shown")),
                name="check_brightness_at_most_all",
            ),
            models.CheckConstraint(
                condition=Q(colours_right=None) | Q(colours_right__lte=F("colours_shown")),
                name="check_colours_at_most_all",
            ),
        ]
        indexes = [models.Index(fields=["study", "annotator", "-created_at"], name="check_of_annotator")]

    def __str__(self) -> str:
        return f"Viewing check of {self.annotator_id}"


class Sitting(models.Model):
    """`seats` counts what was handed out in it, of whatever purpose; a vote's position is counted in the same way."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="sittings")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="sittings")
    number = models.PositiveIntegerField(help_text="Of the person's in the study: 1, 2, ...")
    viewing_check = models.ForeignKey(ViewingCheck, models.SET_NULL, null=True, blank=True, related_name="sittings")
    started_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now(), help_text="The last lease or vote.")
    ended_at = models.DateTimeField(null=True, blank=True)
    seats = models.PositiveIntegerField(default=0, db_default=0)
    votes = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "annotator", "number"], name="sitting_number_once"),
            models.UniqueConstraint(
                fields=["study", "annotator"], condition=Q(ended_at=None), name="sitting_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Sitting {self.number} of {self.annotator_id}"
