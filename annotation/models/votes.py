"""A vote: eight explicit numbers one person said about one region. Never edited (a trigger sees to it), only retracted."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from annotation.enums import PrelabelSeen, Purpose
from annotation.models.decisions import Exclusion
from annotation.models.ranges import none_above, none_below
from annotation.opinion import DISTORTIONS, SCALES, TOP_LEVEL, Opinion


class VoteQuerySet(models.QuerySet["Vote"]):
    def live(self) -> "VoteQuerySet":
        """What counts for the label: not retracted, not surplus (as all that is said for another purpose), not excluded."""
        standing = Exclusion.objects.filter(study=OuterRef("study"), annotator=OuterRef("annotator"), lifted_at=None)
        return self.filter(~Exists(standing), retracted_at=None, surplus=False)


_MILLISECONDS = ("duration_ms", "outline_hidden_ms", "whole_view_ms", "region_view_ms", "away_ms")
_SIZES = ("viewport_width", "viewport_height", "screen_width", "screen_height")
_COUNTS = ("zoom_events", "edits", "codebook", "position", "row_order")


class Vote(models.Model):
    study = models.ForeignKey("annotation.Study", models.PROTECT, related_name="votes")
    region = models.ForeignKey("annotation.Region", models.PROTECT, related_name="votes")
    annotator = models.ForeignKey("annotation.User", models.PROTECT, related_name="votes", db_index=False)
    idempotency_key = models.UUIDField(help_text="Made by the client; the same key is the same vote.")

    exposure = models.SmallIntegerField()
    noise = models.SmallIntegerField()
    blur = models.SmallIntegerField()
    contrast = models.SmallIntegerField()
    colorfulness = models.SmallIntegerField()
    compression = models.SmallIntegerField()
    quality = models.SmallIntegerField()
    importance = models.SmallIntegerField()

    created_at = models.DateTimeField(db_default=Now(), help_text="When the server stored it.")
    duration_ms = models.IntegerField(help_text="From the region on screen to the answer, as the client says.")
    device_pixel_ratio = models.FloatField(null=True, blank=True)
    viewport_width = models.IntegerField(null=True, blank=True, help_text="CSS pixels.")
    viewport_height = models.IntegerField(null=True, blank=True, help_text="CSS pixels.")
    screen_width = models.IntegerField(null=True, blank=True, help_text="CSS pixels.")
    screen_height = models.IntegerField(null=True, blank=True, help_text="CSS pixels.")
    outline_hidden_ms = models.IntegerField(null=True, blank=True, help_text="How long the outline was hidden.")
    client = models.CharField(max_length=200, blank=True, help_text="The client's own name and version.")
    prelabel_seen = models.CharField(max_length=12, choices=PrelabelSeen, default=PrelabelSeen.NOTHING)

    prelabel = models.ForeignKey(
        "annotation.Prelabel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="votes",
        db_index=False,
        help_text="What was seen before the vote.",
    )

    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.LABEL, db_default=Purpose.LABEL)
    codebook = models.SmallIntegerField(null=True, blank=True, help_text="The number of the guidelines followed.")
    sitting = models.ForeignKey(
        "annotation.Sitting", models.PROTECT, null=True, blank=True, related_name="said", db_index=False
    )
    position = models.IntegerField(null=True, blank=True, help_text="In the sitting: 1, 2, ...")
    row_order = models.SmallIntegerField(
        null=True, blank=True, help_text="Which of the 720 orders of the distortions was on screen (annotation.orders)."
    )
    whole_view_ms = models.IntegerField(null=True, blank=True, help_text="That the whole image was shown.")
    region_view_ms = models.IntegerField(null=True, blank=True, help_text="That the region was shown pixel for pixel.")
    zoom_events = models.SmallIntegerField(null=True, blank=True, help_text="Changes of zoom or pixel ratio.")
    away_ms = models.IntegerField(null=True, blank=True, help_text="That the page was hidden or out of focus.")
    edits = models.SmallIntegerField(null=True, blank=True, help_text="Answers changed before the vote was sent.")
    full_window = models.BooleanField(null=True, blank=True, help_text="The window filled the screen.")
    page_build = models.CharField(max_length=40, blank=True, db_default="", help_text="Of the rating page.")

    late = models.BooleanField(default=False, help_text="The lease was lost before the vote came.")
    surplus = models.BooleanField(
        default=False, help_text="Kept, but not counted: all seats were taken, or it was not for the label."
    )
    retracted_at = models.DateTimeField(null=True, blank=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=none_below(0, SCALES)
                & none_above(TOP_LEVEL["blur"], DISTORTIONS)
                & none_above(TOP_LEVEL["quality"], ("quality", "importance")),
                name="vote_levels_in_range",
            ),
            models.CheckConstraint(
                condition=none_below(0, (*_MILLISECONDS, *_SIZES, *_COUNTS)), name="vote_facts_not_negative"
            ),
            models.UniqueConstraint(
                fields=["region", "annotator"],
                condition=Q(retracted_at=None, purpose=Purpose.LABEL),
                name="vote_one_per_annotator",
            ),
            models.UniqueConstraint(fields=["annotator", "idempotency_key"], name="vote_idempotency_key_once"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="vote_purpose_known"),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.LABEL) | Q(surplus=True), name="vote_only_for_the_label_counts"
            ),
            models.CheckConstraint(condition=Q(row_order__lt=720), name="vote_row_order_known"),
            models.CheckConstraint(
                condition=Q(prelabel=None, prelabel_seen=PrelabelSeen.NOTHING)
                | Q(prelabel_seen=PrelabelSeen.BEFORE_VOTE),
                name="vote_prelabel_was_seen",
            ),
        ]
        indexes = [
            models.Index(fields=["study", "annotator", "created_at"], name="vote_of_annotator"),
            models.Index(fields=["sitting", "position"], condition=Q(sitting__isnull=False), name="vote_in_sitting"),
        ]

    def __str__(self) -> str:
        return f"Vote {self.pk} on region {self.region_id}"

    @property
    def opinion(self) -> Opinion:
        return Opinion(**{scale: getattr(self, scale) for scale in SCALES})
