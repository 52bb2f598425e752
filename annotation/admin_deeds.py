"""What administrators put right in the admin stands in the study's journal, too."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from annotation.actions.deeds import note
from annotation.admin_tables import ReadOnly
from annotation.enums import DeedKind
from annotation.models import Deed, Membership, Protocol, Study

_KINDS = {"status": DeedKind.STATUS_CHANGED, "role": DeedKind.ROLE_CHANGED}
_TURNED = {
    "active": (DeedKind.MEMBER_REMOVED, DeedKind.MEMBER_ADDED),
    "paused": (DeedKind.MEMBER_RESUMED, DeedKind.MEMBER_PAUSED),
}
"""What it is called when a column of a membership becomes false, and true."""
_MADE = {Membership: DeedKind.MEMBER_ADDED, Protocol: DeedKind.PROTOCOL_GIVEN}
_CHANGED = {
    Study: DeedKind.SETTING_CHANGED,
    Membership: DeedKind.LIMIT_CHANGED,
    Protocol: DeedKind.PROTOCOL_CHANGED,
}


class Noted(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """For studies, memberships and protocols."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change:
                self._note(request, obj, _MADE[type(obj)])
                return
            for name in form.changed_data:
                self._note_change(request, obj, name, form.initial.get(name))

    def _note_change(self, request: HttpRequest, obj: Any, name: str, before: object) -> None:
        if name in _TURNED:
            self._note(request, obj, _TURNED[name][bool(getattr(obj, name))])
        else:
            field = obj._meta.get_field(name)
            texts = {"subject": name, "before": before, "after": getattr(obj, field.attname)}
            self._note(request, obj, _KINDS.get(name, _CHANGED[type(obj)]), **texts)

    def _note(self, request: HttpRequest, obj: Any, kind: DeedKind, **texts: Any) -> None:
        study = obj.pk if isinstance(obj, Study) else obj.study_id
        whom = obj.user_id if isinstance(obj, Membership) else None
        note(study_id=study, kind=kind, by=person_of(request), whom_id=whom, **texts)


@admin.register(Deed)
class DeedAdmin(ReadOnly):
    list_display = ["study", "kind", "by", "whom", "subject", "before", "after", "created_at"]
    list_filter = ["kind"]


def person_of(request: HttpRequest) -> Any:
    return request.user
