"""What changes in a study is written down by the action that changes it, and by nothing that changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.accounts import add_new_member
from annotation.actions.codebooks import publish_codebook
from annotation.actions.deeds import note
from annotation.actions.export_files import repeat_export
from annotation.actions.first_passwords import new_first_token
from annotation.actions.gate import decline
from annotation.actions.gold import mark_gold, retire_gold
from annotation.actions.invitations import accept_invitation, make_invitation, revoke_invitation
from annotation.actions.jobs import cancel, resume
from annotation.actions.likeness import create_like
from annotation.actions.members import limit_member, pause_member
from annotation.actions.members_csv import invite_people
from annotation.actions.proposals import retry_proposal
from annotation.actions.protocols import drop_protocol, set_protocol
from annotation.actions.regions import accept, discard
from annotation.actions.settings import change_settings
from annotation.actions.studies import add_member, create_study, remove_member, set_status
from annotation.enums import DeedKind, Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import (
    Deed,
    Export,
    Image,
    Import,
    Invitation,
    Membership,
    Sketch,
    Snapshot,
    Study,
    TrainingRun,
    User,
)
from tests.factories import make_image, make_member, make_opinion, make_region, make_study, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(slug="gulls", guidelines="Look.")


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study, name="ben")


def member(user: User) -> Membership:
    return Membership.objects.get(user=user)


Said = tuple[str, str, str, str, str, str]


def said() -> list[Said]:
    """Kind, by, whom, subject, before, after."""
    rows = Deed.objects.order_by("pk").select_related("by", "whom")
    return [(row.kind, str(row.by or ""), str(row.whom or ""), row.subject, row.before, row.after) for row in rows]


@contextmanager
def nothing_is_said() -> Iterator[None]:
    before = said()
    yield
    assert said() == before


def test_a_status_that_changes(study: Study, ada: User) -> None:
    set_status(study=study, status="paused", by=ada)
    with nothing_is_said():
        set_status(study=study, status="paused", by=ada)
    change_settings(study=study, changes={"status": "closed"}, by=ada)

    assert said() == [
        ("status_changed", "ada", "", "status", "open", "paused"),
        ("status_changed", "ada", "", "status", "paused", "closed"),
    ]


def test_settings_line_by_line(study: Study, ada: User) -> None:
    changes = {
        "lease_minutes": 12,
        "votes_wanted": 9,
        "retrain_after": None,
        "name": study.name,
        "guidelines": "Look twice.",
    }
    change_settings(study=study, changes=changes, by=ada)

    assert said() == [
        ("setting_changed", "ada", "", "lease_minutes", "10", "12"),
        ("setting_changed", "ada", "", "votes_wanted", "7", "9"),
        ("setting_changed", "ada", "", "retrain_after", "200", ""),
        ("guidelines_corrected", "ada", "", "1", "Look.", "Look twice."),
    ]


def test_a_refused_change_leaves_no_line(study: Study, ada: User) -> None:
    with nothing_is_said(), pytest.raises(InvalidInput):
        change_settings(study=study, changes={"lease_minutes": 12, "votes_wanted": 0}, by=ada)
    with nothing_is_said(), pytest.raises(Conflict):
        add_member(study=study, user=ada, role=Role.REVIEWER, by=ada)
    with nothing_is_said(), pytest.raises(Conflict):
        create_study(by=ada, name="Terns", slug=study.slug)


def test_a_protocol_comes_changes_and_goes(study: Study, ada: User) -> None:
    with nothing_is_said():
        drop_protocol(study=study, by=ada)
    set_protocol(study=study, settings={"warm_up": 1, "exam_wanted": True}, by=ada)
    with nothing_is_said():
        set_protocol(study=study, settings={"warm_up": 1, "exam_wanted": True}, by=ada)
    set_protocol(study=study, settings={"warm_up": 1}, by=ada)
    drop_protocol(study=study, by=ada)

    assert said() == [
        ("protocol_given", "ada", "", "", "", "warm_up = 1, exam_wanted = True"),
        ("protocol_changed", "ada", "", "exam_wanted", "True", "False"),
        ("protocol_dropped", "ada", "", "", "warm_up = 1", ""),
    ]


def test_people_come_change_and_go(study: Study, ada: User) -> None:
    cleo = make_user("cleo")
    add_member(study=study, user=cleo, role=Role.ANNOTATOR, by=ada)
    with nothing_is_said():
        add_member(study=study, user=cleo, role=Role.ANNOTATOR, by=ada)
    add_member(study=study, user=cleo, role=Role.REVIEWER, by=ada)
    remove_member(membership=member(cleo), by=ada)
    with nothing_is_said():
        remove_member(membership=member(cleo), by=ada)
    add_member(study=study, user=cleo, role=Role.ANNOTATOR, by=ada)
    add_new_member(study=study, username="dora", role=Role.REVIEWER, by=ada)

    assert said() == [
        ("member_added", "ada", "cleo", "", "", "annotator"),
        ("role_changed", "ada", "cleo", "role", "annotator", "reviewer"),
        ("member_removed", "ada", "cleo", "", "reviewer", ""),
        ("member_added", "ada", "cleo", "", "", "annotator"),
        ("member_added", "ada", "dora", "", "", "reviewer"),
    ]


def test_pause_and_limits(study: Study, ada: User, ben: User) -> None:
    pause_member(membership=member(ben), paused=True, by=ada)
    with nothing_is_said():
        pause_member(membership=member(ben), paused=True, by=ada)
    pause_member(membership=member(ben), paused=False, by=ada)
    limit_member(membership=member(ben), votes_at_most=50, votes_per_day=None, by=ada)
    limit_member(membership=member(ben), votes_at_most=None, votes_per_day=None, by=ada)

    assert said() == [
        ("member_paused", "ada", "ben", "", "", ""),
        ("member_resumed", "ada", "ben", "", "", ""),
        ("limit_changed", "ada", "ben", "votes_at_most", "", "50"),
        ("limit_changed", "ada", "ben", "votes_at_most", "50", ""),
    ]


def test_invitations(study: Study, ada: User) -> None:
    _, token = make_invitation(study=study, by=ada, note="the first")
    cleo = make_user("cleo")
    accept_invitation(token=token, user=cleo)
    invitation = Invitation.objects.get()
    revoke_invitation(invitation=invitation, by=ada)
    with nothing_is_said():
        revoke_invitation(invitation=invitation, by=ada)

    assert said() == [
        ("member_joined", "cleo", "cleo", "", "", "annotator"),
        ("invitation_revoked", "ada", "", "the first", "", ""),
    ]
    assert token not in str(list(Deed.objects.values_list()))


def test_people_from_a_file_and_their_first_links(study: Study, ada: User) -> None:
    invite_people(study=study, text="username,votes_per_day\nmaud,20\n", by=ada)
    new_first_token(membership=Membership.objects.get(user__username="maud"), by=ada)

    assert said() == [
        ("member_added", "ada", "maud", "", "", "annotator"),
        ("limit_changed", "ada", "maud", "votes_per_day", "", "20"),
        ("first_link_made", "ada", "maud", "", "", ""),
    ]


def test_a_study_and_one_like_it(ada: User, study: Study, ben: User) -> None:
    made = create_like(by=ada, pattern=study, name="Terns", slug="terns", with_people=True)

    assert said() == [
        ("study_made", "ada", "ada", "terns", "", ""),
        ("member_added", "ada", "ben", "", "", "annotator"),
    ]
    assert set(Deed.objects.values_list("study", flat=True)) == {made.pk}


def test_a_correction_keeps_the_text_before_it_and_a_new_number_is_a_codebook(study: Study, ada: User) -> None:
    publish_codebook(study=study, guidelines="Look twice.", by=ada, correction=True, number=1)
    with nothing_is_said():
        publish_codebook(study=study, guidelines="Look thrice.", by=ada, correction=False, number=1)

    assert said() == [("guidelines_corrected", "ada", "", "1", "Look.", "Look twice.")]


def test_gold_is_given_changed_and_retired(study: Study, ada: User) -> None:
    region = make_region(study)
    gold = mark_gold(region=region, by=ada, use="exam", opinion=make_opinion(blur=2))
    first = "exam: exposure 5, noise 5, blur 2, contrast 5, colorfulness 5, compression 5, quality 3, importance 2"
    mark_gold(region=region, by=ada, use="training", opinion=make_opinion(blur=2))
    gold.refresh_from_db()
    retire_gold(gold=gold, by=ada)
    with nothing_is_said():
        retire_gold(gold=gold, by=ada)

    named, second = str(region.pk), first.replace("exam", "training")
    assert [line[3:] for line in said()] == [(named, "", first), (named, first, second), (named, second, "")]
    assert [line[0] for line in said()] == ["gold_marked", "gold_marked", "gold_retired"]


def test_a_region_s_first_decision_is_its_own_row_and_the_next_ones_are_deeds(study: Study, ada: User) -> None:
    ben = make_member(study, Role.MANAGER, "ben")
    region = make_region(study, accepted=False)
    with nothing_is_said():
        accept(region=region, by=ben)
    discard(region=region, by=ada)
    with nothing_is_said():
        discard(region=region, by=ada)

    assert said() == [("region_redecided", "ada", "ben", str(region.pk), "accepted", "discarded")]
    assert Deed.objects.get().target == region.image_id


def test_work_is_stopped_and_goes_on(study: Study, ada: User) -> None:
    job = Import.objects.create(study=study, source="/srv/secret/photos.zip")
    export = Export.objects.create(study=study, format="csv")
    run = TrainingRun.objects.create(study=study, trigger="person")
    for one in (job, export, run):
        cancel(job=one, by=ada)
    resume(job=job, by=ada)
    resume(job=run, by=ada)
    with nothing_is_said(), pytest.raises(Conflict):
        resume(job=run, by=ada)
    with nothing_is_said():
        cancel(job=Sketch.objects.create(image=make_image(study), clicks="1,1,+"))

    assert [(line[0], line[3]) for line in said()] == [
        ("import_stopped", "photos.zip"),
        ("export_stopped", "csv"),
        ("training_stopped", str(run.pk)),
        ("import_resumed", "photos.zip"),
        ("training_resumed", str(run.pk)),
    ]


def test_what_is_asked_for_again_and_what_is_declined(study: Study, ada: User) -> None:
    facts = {"sha256": "a" * 64, "file": "x", "rule": "r", "images": 1, "regions": 1, "settled": 1, "votes": 1}
    snapshot = Snapshot.objects.create(study=study, **facts)
    export = Export.objects.create(study=study, format="csv", status="done", snapshot=snapshot)
    image = make_image(study, name="gull.png", proposal_error="It broke.")
    candidate = make_version(study, name="second")
    run = TrainingRun.objects.create(
        study=study, trigger="person", status="done", decision="waiting", candidate=candidate
    )
    repeat_export(job=export, by=ada)
    retry_proposal(image=image, by=ada)
    decline(run=run, by=ada)
    Image.objects.update(proposed_at=timezone.now() - timedelta(days=1))
    with nothing_is_said():
        retry_proposal(image=image, by=ada)

    assert [(line[0], line[1], line[3]) for line in said()] == [
        ("export_repeated", "ada", "csv"),
        ("proposed_again", "ada", "gull.png"),
        ("candidate_declined", "ada", "second"),
    ]


def test_the_database_keeps_deeds_as_they_are(study: Study, ada: User) -> None:
    note(study_id=study.pk, kind=DeedKind.STATUS_CHANGED, by=ada, before="open", after="closed")

    for attempt in (lambda: Deed.objects.update(after="paused"), lambda: Deed.objects.all().delete()):
        with pytest.raises(IntegrityError, match="annotation_deed"), transaction.atomic():
            attempt()
    assert said() == [("status_changed", "ada", "", "", "open", "closed")]
