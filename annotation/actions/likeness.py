"""A study like another: the same rules, guidelines, protocol and examples, for other photographs."""

from django.db import transaction

from annotation.actions.anchors import standing_anchors
from annotation.actions.deeds import note
from annotation.actions.protocols import SETTINGS, set_protocol
from annotation.actions.settings import LABEL_RULES, PLAIN
from annotation.actions.studies import create_study
from annotation.enums import DeedKind
from annotation.models import Anchor, Membership, Protocol, Study, User

TAKEN_OVER = (*[name for name in PLAIN if name != "name"], *LABEL_RULES, "votes_wanted")
_LIMITS = ("votes_at_most", "votes_per_day")


def create_like(
    *, by: User, pattern: Study, name: str, slug: str, with_people: bool = False, **changes: object
) -> Study:
    """Whatever `changes` do not name is as in the pattern. Photographs, votes, gold and trained models stay behind.

    `with_people`: who is active there is in the new study, too, in the same role and with the same limits, under a new
    pseudonym. Raises as `create_study` does, and InvalidInput when a change contradicts the pattern's protocol.
    """
    with transaction.atomic():
        taken_over = {name: getattr(pattern, name) for name in TAKEN_OVER}
        study = create_study(by=by, name=name, slug=slug, **taken_over | changes)
        protocol = Protocol.objects.filter(study=pattern).first()
        if protocol is not None:
            set_protocol(study=study, settings={name: getattr(protocol, name) for name in SETTINGS}, by=by)
        _take_anchors(pattern, study)
        if with_people:
            _take_people(pattern, study, by)
        return study


def _take_anchors(pattern: Study, study: Study) -> None:
    """The same files: no anchor's file is ever changed. What photograph it was made from is that study's to know."""
    anchors = list(standing_anchors(pattern))
    for anchor in anchors:
        anchor.pk, anchor.study, anchor.made_from = None, study, None
    Anchor.objects.bulk_create(anchors)


def _take_people(pattern: Study, study: Study, by: User) -> None:
    there = set(study.memberships.values_list("user", flat=True))
    others = list(pattern.memberships.filter(active=True).exclude(user__in=there).order_by("pk"))
    Membership.objects.bulk_create(
        Membership(study=study, user_id=one.user_id, role=one.role, **{name: getattr(one, name) for name in _LIMITS})
        for one in others
    )
    for one in others:
        note(study_id=study.pk, kind=DeedKind.MEMBER_ADDED, by=by, whom_id=one.user_id, after=one.role)
