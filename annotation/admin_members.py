"""The admin's memberships and protocols: what its forms write keeps the rules that people's own pages keep."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from annotation.actions.members import is_excluded
from annotation.actions.protocols import contradictions
from annotation.actions.seats import give_back_seats
from annotation.actions.studies import keep_a_manager
from annotation.admin_deeds import Noted
from annotation.admin_tables import Large
from annotation.enums import Role
from annotation.errors import Conflict
from annotation.models import Membership, Protocol

_LIMITS = ("votes_at_most", "votes_per_day")


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in _LIMITS:
            if given.get(name) == 0:
                self.add_error(name, _("A limit must be at least 1; leave it empty for none, or pause the person."))
        if self.instance.pk:
            self._check_change(self.instance, given)
        return given

    def _check_change(self, member: Membership, given: dict[str, Any]) -> None:
        if member.active and not (given.get("active") and given.get("role") == Role.MANAGER):
            try:
                keep_a_manager(member)
            except Conflict as error:
                raise ValidationError(_(error.message)) from error
        if member.paused and not given.get("paused") and is_excluded(member):
            words = _("The votes of {user} are excluded; lift the exclusion first.")
            self.add_error("paused", words.format(user=member.user))


@admin.register(Membership)
class MembershipAdmin(Noted, Large):
    form = MembershipForm
    list_display = ["user", "study", "role", "pseudonym", "active"]
    list_filter = ["role", "active"]
    search_fields = ["user__username", "study__slug", "pseudonym"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        kept = ["pseudonym", "created_at"] if obj else []
        return ["study", "user", "role", "active", "paused", *_LIMITS, *kept]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whose votes these are, and the name they were published under, stay."""
        return ["study", "user", "pseudonym", "created_at"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.active:
            give_back_seats(study_id=obj.study_id, annotator_id=obj.user_id)


class ProtocolForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            study = given.get("study") or self.instance.study
            for field, words in contradictions(Protocol(**{**given, "study": study})).items():
                self.add_error(field, _(words))
        return given


@admin.register(Protocol)
class ProtocolAdmin(Noted, Large):
    form = ProtocolForm
    list_display = [
        "study",
        "viewing_check",
        "sitting_minutes",
        "repeat_share",
        "gold_every",
        "exam_wanted",
        "adaptive",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["study"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
