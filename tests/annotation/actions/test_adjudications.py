import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from annotation.actions.adjudications import adjudicate, withdraw
from annotation.actions.exclusions import exclude
from annotation.actions.votes import retract_vote
from annotation.enums import LabelStatus, Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Adjudication, Assignment, Label, Region, User, Vote
from annotation.queries.verification import replay_labels
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def make_tie() -> tuple[Region, User]:
    """A region with two votes, tied on blur, and a reviewer."""
    study = make_study(votes_wanted=2)
    region = make_region(study)
    cast(region, make_member(study), blur=1, quality=1)
    cast(region, make_member(study), blur=5, quality=3)
    return region, make_member(study, Role.REVIEWER)


def differences(region: Region) -> list[str]:
    return [str(one) for found in replay_labels(region.study) for one in found]


def test_a_decision_settles_a_disputed_label_and_the_label_says_so() -> None:
    region, dora = make_tie()
    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED

    made = adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")

    label = Label.objects.get(region=region)
    assert (label.status, label.blur_level, label.quality_level, label.adjudication) == (
        LabelStatus.SETTLED,
        3,
        2,
        made,
    )
    assert label.blur_votes == [0, 1, 0, 0, 0, 1]
    assert differences(region) == []


def test_level_five_of_a_distortion_means_without() -> None:
    region, dora = make_tie()

    adjudicate(region=region, by=dora, levels={"blur": 5, "quality": 4}, reason="It is the motif that is soft.")

    label = Label.objects.get(region=region)
    assert (label.blur_level, label.quality_level) == (None, 4)
    assert differences(region) == []


def test_a_withdrawn_decision_leaves_the_votes() -> None:
    region, dora = make_tie()
    made = adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")

    withdraw(adjudication=made, by=dora)

    label = Label.objects.get(region=region)
    made.refresh_from_db()
    assert (label.status, label.blur_level, label.adjudication, made.withdrawn_by) == (
        LabelStatus.DISPUTED,
        1,
        None,
        dora,
    )
    assert differences(region) == []
    with pytest.raises(Conflict, match="withdrawn before"):
        withdraw(adjudication=made, by=dora)


def test_a_tie_that_a_withdrawn_decision_leaves_asks_for_one_more() -> None:
    region, dora = make_tie()
    eve = make_member(region.study)
    cast(region, eve, blur=1)
    made = adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")
    exclude(study=region.study, annotator=eve, by=dora, reason="Votes at random.")
    assert not Assignment.objects.open().filter(region=region).exists()

    withdraw(adjudication=made, by=dora)

    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED
    assert Assignment.objects.open().filter(region=region).count() == 1


def test_a_decision_stays_while_votes_come_and_go() -> None:
    region, dora = make_tie()
    adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")
    vote = Vote.objects.filter(region=region).first()
    assert vote is not None

    retract_vote(vote=vote, annotator=vote.annotator)

    label = Label.objects.get(region=region)
    assert (label.status, label.votes, label.blur_level) == (LabelStatus.OPEN, 1, 3)
    assert differences(region) == []


@pytest.mark.parametrize(
    ("levels", "reason", "message"),
    [
        ({"blur": 3}, " ", "A decision needs a reason of 1 to 500 characters."),
        ({}, "why", "Decide at least one scale."),
        ({"blur": 6}, "why", "blur must be a whole number from 0 to 5, not 6."),
        ({"sharpness": 1}, "why", "Unknown scales: sharpness."),
        ({"quality": 1}, "why", "The votes are tied on blur; decide that too."),
    ],
)
def test_a_decision_without_sense_changes_nothing(levels: dict[str, int], reason: str, message: str) -> None:
    region, dora = make_tie()

    with pytest.raises(InvalidInput) as error:
        adjudicate(region=region, by=dora, levels=levels, reason=reason)

    assert error.value.message[: len(message)] == message
    assert Adjudication.objects.count() == 0
    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED


def test_only_one_decision_stands() -> None:
    region, dora = make_tie()
    adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")

    with pytest.raises(Conflict, match="withdraw it first"):
        adjudicate(region=region, by=dora, levels={"blur": 2}, reason="No, more.")


def test_who_voted_does_not_decide_and_nobody_decides_too_early() -> None:
    study = make_study(votes_wanted=2)
    region = make_region(study)
    ada = make_member(study, Role.MANAGER)
    cast(region, ada, blur=1)

    with pytest.raises(Conflict, match="still being voted on"):
        adjudicate(region=region, by=make_member(study, Role.REVIEWER), levels={"blur": 1}, reason="Early.")
    cast(region, make_member(study))
    with pytest.raises(Conflict, match="You voted on this region"):
        adjudicate(region=region, by=ada, levels={"blur": 1}, reason="My own.")


def test_verify_labels_notices_a_label_without_its_decision(capsys: pytest.CaptureFixture[str]) -> None:
    region, dora = make_tie()
    adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")
    Label.objects.filter(region=region).update(adjudication=None)

    found = differences(region)

    assert found == [f"region {region.pk}, adjudication: the label rests on another decision than the one that stands."]
    Label.objects.filter(region=region).update(adjudication=Adjudication.objects.get())
    call_command("verify_labels", region.study.slug)


def test_a_decision_is_kept_as_it_was_said() -> None:
    region, dora = make_tie()
    made = adjudicate(region=region, by=dora, levels={"blur": 3}, reason="A slight shake.")

    for change in ({"blur": 2}, {"reason": "Another."}):
        with pytest.raises(IntegrityError, match="are kept as they are"), transaction.atomic():
            Adjudication.objects.filter(pk=made.pk).update(**change)
    with (
        pytest.raises(IntegrityError, match="are kept as they are"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM annotation_adjudication")
