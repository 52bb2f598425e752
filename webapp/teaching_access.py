"""The rows of teaching on behalf of a person, as `webapp.access` has the others: what they may not see does not exist."""

from collections.abc import Iterable

from django.http import Http404

from annotation.enums import Role
from annotation.models import Anchor, Exam, Gold, Study, User
from webapp.access import EVERYBODY, RATERS, studies_for


def exam_for(user: User, pk: int) -> Exam:
    """The person's own training or exam, in a study they still rate in."""
    own = Exam.objects.select_related("study").filter(pk=pk, annotator_id=user.pk)
    found = own.filter(study__in=studies_for(user, RATERS)).first()
    if found is None:
        raise Http404("There is no such exam of yours.")
    return found


def anchor_for(user: User, pk: int, roles: Iterable[Role] = EVERYBODY) -> Anchor:
    found = Anchor.objects.filter(pk=pk, study__in=studies_for(user, roles)).first()
    if found is None:
        raise Http404("There is no such anchor for you.")
    return found


def gold_in(study: Study, pk: int) -> Gold:
    """The known answer of a region of this study; for its overseers."""
    found = Gold.objects.select_related("region__image").filter(study=study, pk=pk).first()
    if found is None:
        raise Http404("This region has no known answer.")
    return found
