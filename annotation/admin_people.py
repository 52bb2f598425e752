"""The admin's users and groups."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.utils.translation import pgettext

from annotation.models import User


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
    pass


admin.site.unregister(Group)


@admin.register(Group)
class PeopleAdmin(Rights, GroupAdmin):
    pass
