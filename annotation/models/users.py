"""People, what they may do in a study, and the tokens their programs use."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from annotation.enums import Role, TokenScope


class People(UserManager["User"]):
    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> "User":
        """Whom somebody means who signs in: a telephone begins a name with a capital."""
        return self.get(username__iexact=User.normalize_username(username or ""))


class User(AbstractUser):
    """A person who can sign in. Staff may create studies and use the admin. No two names differ in capitals alone."""

    keys = models.TextField(blank=True, max_length=2000, help_text="Own keys while rating: one `action = key` a line.")

    objects: ClassVar[People] = People()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Upper("username"),
                name="user_name_whatever_case",
                violation_error_message="Somebody has this user name already.",
            ),
        ]


def make_pseudonym() -> str:
    """A name for exports that says nothing about the person; long enough that nobody in a study gets that of another."""
    return f"a{secrets.token_hex(6)}"


class Membership(models.Model):
    """What a person is in one study. Locking this row serialises what one person does in the study."""

    study = models.ForeignKey("annotation.Study", models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    pseudonym = models.CharField(max_length=16, default=make_pseudonym)
    active = models.BooleanField(default=True)
    paused = models.BooleanField(default=False, db_default=False, help_text="Gets no regions for now.")
    votes_at_most = models.PositiveIntegerField(null=True, blank=True, help_text="In the study; empty for no limit.")
    votes_per_day = models.PositiveIntegerField(null=True, blank=True, help_text="At most; empty for no limit.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "user"], name="membership_one_per_study"),
            models.UniqueConstraint(fields=["study", "pseudonym"], name="membership_pseudonym_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} in {self.study}"


class TokenQuerySet(models.QuerySet["AccessToken"]):
    def usable(self, at: datetime) -> "TokenQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=at)


class AccessToken(models.Model):
    """A personal token for programs. Only its hash is kept; the text is shown once."""

    PREFIX = "gull_"

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=TokenScope))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    @staticmethod
    def digest_of(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def issue(cls, *, user: User, name: str, scopes: list[str], days: int) -> tuple["AccessToken", str]:
        """The new row and the token's text, which cannot be had again."""
        text = cls.PREFIX + secrets.token_urlsafe(32)
        expires_at = timezone.now() + timedelta(days=days)
        token = cls.objects.create(
            user=user, name=name, digest=cls.digest_of(text), scopes=scopes, expires_at=expires_at
        )
        return token, text
