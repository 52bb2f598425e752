"""Studies and who is in them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotation.actions.codebooks import check_guidelines
from annotation.actions.deeds import note
from annotation.actions.labels import refresh_label
from annotation.actions.seats import add_seats_for_ties, drop_open_seats, fill_seats, give_back_seats, make_seats
from annotation.actions.versions import promote
from annotation.enums import DeedKind, Role, StudyStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Label, Membership, ModelVersion, Region, Study, User

OUR_WORDS = frozenset({"new"})
"""Short names that no study can have."""
CHUNK = 1_000
"""Regions that are held in memory at a time."""


def create_study(*, by: User, name: str, slug: str, **settings: object) -> Study:
    """A new study; its maker manages it, and the newest model that came with the platform pre-labels it.

    Raises Conflict when the short name is taken, InvalidInput for bad settings.
    """
    if slug in OUR_WORDS:
        raise InvalidInput("This word is part of our own addresses; choose another.")
    study = Study(name=name, slug=slug, **settings)
    check_fields(study)
    check_guidelines(study.guidelines)
    came_with_us = ModelVersion.objects.filter(study=None).order_by("pk").last()
    try:
        with transaction.atomic():
            study.save()
            Membership.objects.create(study=study, user=by, role=Role.MANAGER)
            note(study_id=study.pk, kind=DeedKind.STUDY_MADE, by=by, whom_id=by.pk, subject=slug)
            if came_with_us is not None:
                promote(study=study, version=came_with_us, reason="It came with the platform.")
    except IntegrityError as error:
        if "annotation_study_slug" not in str(error):
            raise
        raise Conflict(f"The short name {slug!r} is taken; choose another.", code="slug_taken") from error
    return study


def check_fields(study: Study) -> None:
    """Raises InvalidInput naming the first field that makes no sense."""
    try:
        study.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(f"{field}: {' '.join(messages)}") from error


def reweigh(*, study: Study, votes_wanted: int) -> Study:
    """Another number of wanted votes: adds seats, or takes unused ones away, and looks at every label again.

    Raises InvalidInput outside 1..99. Votes that are there stay and count, also above the new number.
    """
    if not 1 <= votes_wanted <= 99:
        raise InvalidInput(f"The number of votes must be 1 to 99, not {votes_wanted}.")
    with transaction.atomic():
        fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)  # a vote that is stored takes a share
        fresh.votes_wanted = votes_wanted
        fresh.save(update_fields=["votes_wanted"])
        last = 0
        while regions := _locked_after(fresh, last):
            _reweigh(fresh, regions)
            last = regions[-1].pk
        return fresh


def _locked_after(study: Study, last: int) -> list[Region]:
    rows = Region.objects.accepted().filter(study=study, pk__gt=last).select_for_update(no_key=True)
    return list(rows.order_by("pk")[:CHUNK])


def _reweigh(study: Study, regions: Sequence[Region]) -> None:
    ids = [region.pk for region in regions]
    make_seats(region_ids=ids)
    surplus = Assignment.objects.open().filter(region__in=ids, number__gt=study.votes_wanted)
    crowded = set(surplus.values_list("region_id", flat=True))
    labelled = set(Label.objects.filter(region__in=ids).values_list("region_id", flat=True))
    for region in regions:
        region.study = study
        if region.pk in crowded:
            drop_open_seats(region=region, above=study.votes_wanted)
        if region.pk in labelled:
            refresh_label(region=region)
    fill_seats(region_ids=ids)  # a seat may be closed by a vote that does not count
    add_seats_for_ties(regions=regions)


def set_status(*, study: Study, status: str, by: User | None = None) -> Study:
    """Opens, pauses or closes; seats and leases stay as they are, and votes under way are still kept."""
    if status not in StudyStatus.values:
        raise InvalidInput(f"The status must be one of {', '.join(StudyStatus.values)}, not {status!r}.")
    with transaction.atomic():
        before = Study.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=study.pk)
        if before != status:
            Study.objects.filter(pk=study.pk).update(status=status)
            kind = DeedKind.STATUS_CHANGED
            note(study_id=study.pk, kind=kind, by=by, subject="status", before=before, after=status)
    study.status = status
    return study


def add_member(*, study: Study, user: User, role: str, by: User | None = None) -> Membership:
    """Puts a person into the study, or gives them another role. Who does it `by` themselves came by an invitation.

    Raises Conflict for the last manager's own step down.
    """
    if role not in Role.values:
        raise InvalidInput(f"The role must be one of {', '.join(Role.values)}, not {role!r}.")
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        membership, created = Membership.objects.get_or_create(study=study, user=user, defaults={"role": role})
        if created or not membership.active:
            kind = DeedKind.MEMBER_JOINED if by == user else DeedKind.MEMBER_ADDED
            note(study_id=study.pk, kind=kind, by=by, whom_id=user.pk, after=role)
        elif membership.role != role:
            kind, before = DeedKind.ROLE_CHANGED, membership.role
            note(study_id=study.pk, kind=kind, by=by, whom_id=user.pk, subject="role", before=before, after=role)
        if not created:
            if role != Role.MANAGER:
                keep_a_manager(membership)
            membership.role, membership.active = role, True
            membership.save(update_fields=["role", "active"])
        return membership


def remove_member(*, membership: Membership, by: User) -> None:
    """Ends a person's part; their votes stay, their unused seats go back.

    Raises Conflict for the last manager, and for one who would shut themselves out.
    """
    if membership.user_id == by.pk:
        raise Conflict("You cannot remove yourself; ask another manager.", code="own_membership")
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=membership.study_id)
        keep_a_manager(membership)
        if Membership.objects.filter(pk=membership.pk, active=True).update(active=False):
            kind, role = DeedKind.MEMBER_REMOVED, membership.role
            note(study_id=membership.study_id, kind=kind, by=by, whom_id=membership.user_id, before=role)
        give_back_seats(study_id=membership.study_id, annotator_id=membership.user_id)


def keep_a_manager(membership: Membership) -> None:
    """Raises Conflict for the last one."""
    managers = Membership.objects.filter(study=membership.study_id, role=Role.MANAGER, active=True)
    if membership.role == Role.MANAGER and not managers.exclude(pk=membership.pk).exists():
        raise Conflict("A study needs a manager; make somebody else one first.", code="last_manager")
