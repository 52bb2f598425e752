"""The admin's users and groups."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from annotation.actions.closing import close_account
from annotation.admin_deeds import person_of
from annotation.errors import Conflict
from annotation.models import User
from annotation.queries.accounts import is_kept


class Rights(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The names of rights are kept in English; here they are said in the reader's language."""

    def formfield_for_manytomany(self, *args: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(*args, **kwargs)
        if field is not None and field.queryset.model is Permission:
            field.label_from_instance = _right
        return field


def _right(permission: Permission) -> str:
    verb = permission.codename.partition("_")[0]
    return f"{permission.content_type} | {pgettext('right', verb)}"


@admin.register(User)
class PersonAdmin(Rights, UserAdmin):  # type: ignore[type-arg]
    """Who was ever in a study cannot be deleted: then closing the account is offered."""

    actions = ["close_accounts"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: found for name, found in super().get_actions(request).items() if name != "delete_selected"}

    def get_urls(self) -> list[Any]:
        close = path("<int:pk>/close/", self.admin_site.admin_view(self.close_view), name="annotation_user_close")
        return [close, *super().get_urls()]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        user = self.get_object(request, unquote(object_id))
        if user is None or not self.has_delete_permission(request, user) or not is_kept(user):
            return super().delete_view(request, object_id, extra_context)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cannot delete {name}").format(name=user),
            "object": user,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/close_account.html", context)

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        if request.method != "POST" or not self.has_delete_permission(request, user):
            raise PermissionDenied
        self._close(request, user)
        return redirect("admin:annotation_user_change", user.pk)

    @admin.action(description=gettext_lazy("Close the chosen accounts"), permissions=["delete"])
    def close_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen.order_by("pk"):
            self._close(request, user)

    def _close(self, request: HttpRequest, user: User) -> None:
        try:
            close_account(user=user, by=person_of(request))
        except Conflict as error:
            self.message_user(request, f"{user}: {_(error.message)}", messages.ERROR)
            return
        self.log_change(request, user, [{"changed": {"fields": ["is_active"]}}])
        self.message_user(request, _("{name} cannot sign in any more.").format(name=user), messages.SUCCESS)


admin.site.unregister(Group)


@admin.register(Group)
class PeopleAdmin(Rights, GroupAdmin):
    pass
