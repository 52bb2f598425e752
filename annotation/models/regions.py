"""A region of interest (ROI): a mask in an image. Frozen by a database trigger once somebody voted on it."""

from django.db import models
from django.utils import timezone

from annotation.enums import RegionLevel, RegionSource, RegionStatus


class RegionQuerySet(models.QuerySet["Region"]):
    def accepted(self) -> "RegionQuerySet":
        return self.filter(status=RegionStatus.ACCEPTED)


class Region(models.Model):
    """The mask is COCO's compressed run-length encoding in the image's frame; the box is x, y, width, height in pixels."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="regions")
    image = models.ForeignKey("annotation.Image", models.CASCADE, related_name="regions")
    rle = models.TextField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    area = models.PositiveIntegerField(help_text="Pixels inside the mask.")
    level = models.CharField(max_length=10, choices=RegionLevel)
    source = models.CharField(max_length=10, choices=RegionSource)
    proposer = models.CharField(max_length=60, blank=True, help_text="Which proposer, when one did.")
    score = models.FloatField(default=0, help_text="The proposer's own confidence; orders candidates only.")
    status = models.CharField(max_length=10, choices=RegionStatus, default=RegionStatus.CANDIDATE)
    drawn_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="regions_drawn"
    )
    decided_by = models.ForeignKey(
        "annotation.User", models.SET_NULL, null=True, blank=True, related_name="regions_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = RegionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(area__gt=0, width__gt=0, height__gt=0), name="region_has_pixels"),
            models.CheckConstraint(
                condition=models.Q(area__lte=models.F("width") * models.F("height")), name="region_area_inside_box"
            ),
            models.CheckConstraint(condition=models.Q(level__in=RegionLevel.values), name="region_level_known"),
            models.CheckConstraint(condition=models.Q(source__in=RegionSource.values), name="region_source_known"),
            models.CheckConstraint(condition=models.Q(status__in=RegionStatus.values), name="region_status_known"),
        ]
        indexes = [
            models.Index(fields=["study", "id"], condition=models.Q(status="accepted"), name="region_accepted"),
            models.Index(fields=["image", "status"], name="region_of_image"),
        ]

    def __str__(self) -> str:
        return f"Region {self.pk}"
