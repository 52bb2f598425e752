"""How people come into a study, and what its manager tells them."""

import hashlib

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from annotation.enums import Role


class Invitation(models.Model):
    """A link that lets people in. Only the hash of its token is kept; the text is shown once."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role, default=Role.ANNOTATOR)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(max_length=120, blank=True, help_text="For the manager: whom it is meant for.")
    uses_at_most = models.PositiveSmallIntegerField(default=1)
    uses = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey("annotation.User", models.SET_NULL, null=True, related_name="invitations")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[Role.ANNOTATOR, Role.REVIEWER]), name="invitation_role_known"),
            models.CheckConstraint(condition=Q(uses__lte=F("uses_at_most")), name="invitation_uses_at_most"),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk} to {self.study_id}"

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class Message(models.Model):
    """From a study's managers to one annotator, or to all of them."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="messages")
    sender = models.ForeignKey("annotation.User", models.PROTECT, related_name="messages_sent")
    recipient = models.ForeignKey(
        "annotation.User", models.CASCADE, null=True, blank=True, related_name="messages", help_text="Empty for all."
    )
    text = models.CharField(max_length=2000)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["study", "-created_at"], name="message_of_study")]

    def __str__(self) -> str:
        return f"Message {self.pk} in {self.study_id}"


class MessageReading(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="readings")
    reader = models.ForeignKey("annotation.User", models.CASCADE, related_name="message_readings")
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "reader"], name="message_read_once")]

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.message_id}"
