"""Which accounts are part of what never goes."""

from django.db.models import PROTECT, ForeignObjectRel

from annotation.models import User


def is_kept(user: User) -> bool:
    """Whether the person was in a study, or a row says something of them that is never deleted."""
    return user.memberships.exists() or any(_names(row, user) for row in User._meta.related_objects)


def _names(row: ForeignObjectRel, user: User) -> bool:
    if getattr(row, "on_delete", None) is not PROTECT:
        return False
    return row.related_model._default_manager.filter(**{row.field.name: user}).exists()
