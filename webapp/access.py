"""The only way to get a row on behalf of a person. What they may not see does not exist for them (404)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404

from annotation.actions.leases import MAY_RATE, Proof
from annotation.actions.seat_numbers import pk_of
from annotation.actions.votes import stored_once
from annotation.enums import Purpose, Role
from annotation.errors import Forbidden
from annotation.models import (
    AccessToken,
    Assessment,
    Assignment,
    Evaluation,
    Export,
    Image,
    Import,
    Invitation,
    Membership,
    Message,
    ModelVersion,
    Picture,
    Region,
    Remark,
    Sketch,
    Study,
    TrainingRun,
    User,
    Vote,
)
from annotation.models.users import TokenQuerySet
from annotation.queries.hot_rows import Leased, Rater, lock_leased, lock_rater
from annotation.queries.messages import messages_for
from annotation.queries.statements import Statement, commit

Row = TypeVar("Row", Image, Region, Import, Evaluation, Export, TrainingRun)

EVERYBODY = frozenset(Role)
OVERSEERS = frozenset({Role.MANAGER, Role.REVIEWER})
MANAGERS = frozenset({Role.MANAGER})
RATERS = MAY_RATE


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


@contextmanager
def rater_in(user: User, slug: str) -> Iterator[Rater]:
    """The person as a rater of the study, locked to the end of the block, which is one transaction. For every lease.

    Raises as `study_for` does.
    """
    with transaction.atomic():
        rater = lock_rater(slug, user.pk)
        if rater is None:
            raise Http404("There is no such study for you.")
        if rater.member.role not in RATERS:
            raise Forbidden(f"This needs the role {' or '.join(sorted(RATERS))}; yours is {rater.member.role}.")
        yield rater
        commit()


def membership_for(user: User, slug: str) -> Membership:
    found = Membership.objects.select_related("study").filter(user_id=user.pk, active=True, study__slug=slug).first()
    if found is None:
        raise Http404("There is no such study for you.")
    return found


def memberships_of(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user_id=user.pk, active=True).select_related("study").order_by("study__name", "pk")


def member_of(study: Study, pk: int) -> Membership:
    """For the study's managers."""
    found = Membership.objects.select_related("user").filter(study=study, pk=pk).first()
    if found is None:
        raise Http404("There is no such member of this study.")
    return found


def invitation_in(study: Study, pk: int) -> Invitation:
    """For the study's managers."""
    found = Invitation.objects.filter(study=study, pk=pk).first()
    if found is None:
        raise Http404("There is no such invitation to this study.")
    return found


def invitation_for(user: User, pk: int) -> Invitation:
    """One to a study the person manages."""
    found = Invitation.objects.filter(pk=pk, study__in=studies_for(user, MANAGERS)).select_related("study").first()
    if found is None:
        raise Http404("There is no such invitation for you.")
    return found


def invitation_by(token: str) -> Invitation | None:
    """For whoever holds the link."""
    whole = Invitation.objects.select_related("study", "made_by")
    return whole.filter(digest=Invitation.digest_of(token)).first()


def message_for(user: User, pk: int) -> Message:
    """One the person was sent."""
    found = messages_for(user).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such message to you.")
    return found


def remark_in(study: Study, pk: int) -> Remark:
    """For the study's overseers."""
    found = Remark.objects.filter(study=study, pk=pk).first()
    if found is None:
        raise Http404("There is no such remark in this study.")
    return found


def remark_for(user: User, pk: int) -> Remark:
    """One made in a study the person oversees."""
    whole = Remark.objects.select_related("study", "region__image", "annotator")
    found = whole.filter(pk=pk, study__in=studies_for(user, OVERSEERS)).first()
    if found is None:
        raise Http404("There is no such remark for you.")
    return found


def tokens_of(user: User) -> TokenQuerySet:
    return AccessToken.objects.filter(user_id=user.pk)


def token_for(user: User, pk: int) -> AccessToken:
    found = tokens_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such token of yours.")
    return found


def assignment_for(user: User, number: int) -> Assignment:
    """A seat the person holds or has voted from, in a study they are still in."""
    mine = Assignment.objects.select_related("study", "region__image")
    mine = mine.exclude(~Q(purpose=Purpose.LABEL), vote=None, leased_until=F("leased_at"))  # given back
    found = mine.filter(pk=pk_of(number), annotator_id=user.pk, study__in=studies_for(user, RATERS)).first()
    if found is None:
        raise Http404("There is no such assignment of yours.")
    return found


def seat_for(user: User, number: int) -> Assignment:
    """Any seat of a study the person rates in, theirs or not: good only for saying that it is no longer theirs."""
    found = Assignment.objects.filter(pk=pk_of(number), study__in=studies_for(user, RATERS)).first()
    if found is None:
        raise Http404("There is no such assignment for you.")
    return found


@contextmanager
def voter_in(user: User, lease: Proof) -> Iterator[Leased]:
    """The region of a lease, for somebody who still rates in its study: locked to the end of the block, which is one
    transaction that stores a vote. For every vote.
    """
    with stored_once():
        leased = lock_leased(lease.seat_id, lease.region_id, user.pk)
        if leased is None or leased.role not in RATERS:
            raise Http404("The study of this lease is no longer one you rate in.")
        yield leased


# By hand, as for a vote.
_RATING = ", ".join(f"'{role}'" for role in sorted(RATERS))
_STILL_RATES = Statement(f"""
SELECT FROM annotation_region region JOIN annotation_membership member ON member.study_id = region.study_id
WHERE region.id = %(region)s AND member.user_id = %(user)s AND member.active AND member.role IN ({_RATING})
""")


def leased_region_for(user: User, lease: Proof) -> int:
    """The region of a lease, for somebody who is still in its study."""
    if _STILL_RATES.row({"region": lease.region_id, "user": user.pk}) is None:
        raise Http404("The study of this lease is no longer one you rate in.")
    return lease.region_id


def votes_of(user: User, study: Study) -> QuerySet[Vote]:
    """The person's own votes, with the seat each closed."""
    return Vote.objects.filter(annotator_id=user.pk, study=study).select_related("assignment")


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


def training_run_for(user: User, pk: int, roles: Iterable[Role] = OVERSEERS) -> TrainingRun:
    return _one(TrainingRun.objects.select_related("study").filter(pk=pk), user, roles, "training run")


def evaluation_for(user: User, pk: int) -> Evaluation:
    return _one(Evaluation.objects.select_related("study").filter(pk=pk), user, OVERSEERS, "measurement")


def version_for(study: Study, pk: int) -> ModelVersion:
    """One that the study may use."""
    found = ModelVersion.objects.filter(Q(study=None) | Q(study=study), pk=pk).first()
    if found is None:
        raise Http404("There is no such version for this study.")
    return found


def sketch_for(user: User, pk: int) -> Sketch:
    allowed = Sketch.objects.select_related("image").filter(pk=pk, image__study__in=studies_for(user, MANAGERS))
    found = allowed.first()
    if found is None:
        raise Http404("There is no such sketch for you.")
    return found


def pictures_of(user: User, study: Study) -> QuerySet[Picture]:
    """Those the person has brought, newest first."""
    return Picture.objects.filter(owner_id=user.pk, study=study).order_by("-created_at", "-pk")


def image_in(user: User, study: Study, pk: int) -> Image:
    """An image of this study, for its overseers."""
    return _one(Image.objects.filter(pk=pk, study=study), user, OVERSEERS, "image")


def picture_in(user: User, study: Study, pk: int) -> Picture:
    """One that the person has brought to this study, which they still oversee."""
    found = pictures_of(user, study).filter(pk=pk, study__in=studies_for(user, OVERSEERS)).first()
    if found is None:
        raise Http404("There is no such picture of yours.")
    return found


def assessment_for(user: User, pk: int) -> Assessment:
    """An answer to the person's own question."""
    mine = Assessment.objects.select_related("version")
    found = mine.filter(pk=pk, requested_by_id=user.pk, study__in=studies_for(user, OVERSEERS)).first()
    if found is None:
        raise Http404("There is no such assessment of yours.")
    return found


def _one(rows: QuerySet[Row], user: User, roles: Iterable[Role], word: str) -> Row:
    found = rows.filter(study__in=studies_for(user, roles)).first()
    if found is None:
        raise Http404(f"There is no such {word} for you.")
    return found
