"""What the admin's lists and forms of our tables have in common."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class Large(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Tables that may have a million rows: no count of all, no select boxes with everything in them."""

    show_full_result_count = False
    list_per_page = 50

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """What the list names; a plain True would leave out what may be empty, and ask for it row by row."""
        return [
            field.name for field in self.model._meta.fields if field.is_relation and field.name in self.list_display
        ]

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    @property
    def raw_id_fields(self) -> list[str]:  # type: ignore[override]
        return [field.name for field in self.model._meta.fields if field.is_relation]


class ReadOnly(Large):
    """Looked at, never changed: the rules of the domain are not in this form."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
