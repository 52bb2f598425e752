"""The only way to get a row on behalf of a person. What they may not see does not exist for them (404)."""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from annotation.enums import Role
from annotation.errors import Forbidden
from annotation.models import Assignment, Export, Image, Import, Membership, Region, Sketch, Study, User, Vote

Row = TypeVar("Row", Image, Region, Import, Export)

EVERYBODY = frozenset(Role)
OVERSEERS = frozenset({Role.MANAGER, Role.REVIEWER})
MANAGERS = frozenset({Role.MANAGER})
RATERS = frozenset({Role.ANNOTATOR, Role.MANAGER})


def studies_for(user: User | AnonymousUser, roles: Iterable[Role] = EVERYBODY) -> QuerySet[Study]:
    """The studies in which the person has one of the roles."""
    if not user.is_authenticated:
        return Study.objects.none()
    member = Membership.objects.filter(user=user, active=True, role__in=list(roles))
    return Study.objects.filter(pk__in=member.values("study"))


def study_for(user: User, slug: str, roles: Iterable[Role] = EVERYBODY) -> Study:
    """Raises Http404 for a study the person is not in, Forbidden when they are in it with another role."""
    membership = membership_for(user, slug)
    if membership.role not in set(roles):
        raise Forbidden(f"This needs the role {' or '.join(sorted(roles))}; yours is {membership.role}.")
    return membership.study


def membership_for(user: User, slug: str) -> Membership:
    found = Membership.objects.select_related("study").filter(user_id=user.pk, active=True, study__slug=slug).first()
    if found is None:
        raise Http404("There is no such study for you.")
    return found


def assignment_for(user: User, pk: int) -> Assignment:
    """A seat the person holds or has voted from, in a study they are still in."""
    mine = Assignment.objects.select_related("study", "region__image")
    found = mine.filter(pk=pk, annotator_id=user.pk, study__in=studies_for(user, RATERS)).first()
    if found is None:
        raise Http404("There is no such assignment of yours.")
    return found


def vote_for(user: User, pk: int) -> Vote:
    """One of the person's own votes."""
    found = Vote.objects.filter(pk=pk, annotator_id=user.pk, study__in=studies_for(user, RATERS)).first()
    if found is None:
        raise Http404("There is no such vote of yours.")
    return found


def image_for(user: User, pk: int, roles: Iterable[Role] = OVERSEERS) -> Image:
    return _one(Image.objects.select_related("study").filter(pk=pk), user, roles, "image")


def region_for(user: User, pk: int, roles: Iterable[Role] = OVERSEERS) -> Region:
    return _one(Region.objects.select_related("study", "image").filter(pk=pk), user, roles, "region")


def import_for(user: User, pk: int) -> Import:
    return _one(Import.objects.select_related("study").filter(pk=pk), user, MANAGERS, "import")


def export_for(user: User, pk: int) -> Export:
    return _one(Export.objects.select_related("study", "snapshot").filter(pk=pk), user, OVERSEERS, "export")


def sketch_for(user: User, pk: int) -> Sketch:
    allowed = Sketch.objects.select_related("image").filter(pk=pk, image__study__in=studies_for(user, MANAGERS))
    found = allowed.first()
    if found is None:
        raise Http404("There is no such sketch for you.")
    return found


def _one(rows: QuerySet[Row], user: User, roles: Iterable[Role], word: str) -> Row:
    found = rows.filter(study__in=studies_for(user, roles)).first()
    if found is None:
        raise Http404(f"There is no such {word} for you.")
    return found
