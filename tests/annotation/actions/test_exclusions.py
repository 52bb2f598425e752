import threading
import time
from uuid import uuid4

import pytest
from django.db import connection, transaction

from annotation.actions.exclusions import exclude, lift
from annotation.actions.leases import lease_next
from annotation.actions.studies import reweigh
from annotation.actions.votes import cast_vote, retract_vote
from annotation.enums import LabelStatus, Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Exclusion, Label, Membership, Region, Study, User, Vote
from annotation.queries.seat_verification import seat_differences
from annotation.queries.verification import replay_labels
from tests.factories import FACTS, cast, make_member, make_opinion, make_region, make_study

PATIENCE_SECONDS = 60


def differences(study: Study) -> list[str]:
    labels = [str(one) for found in replay_labels(study) for one in found]
    return labels + [str(one) for one in seat_differences(study)]


def make_voted(wanted: int = 2) -> tuple[Study, Region, User, User]:
    """A settled region, its manager, and the person who said blur 0 and quality 0 there."""
    study = make_study(votes_wanted=wanted)
    region = make_region(study)
    ben = make_member(study)
    cast(region, ben, blur=0, quality=0)
    for _ in range(wanted - 1):
        cast(region, make_member(study), quality=4)
    return study, region, make_member(study, Role.MANAGER), ben


@pytest.mark.django_db
def test_an_excluded_person_s_votes_do_not_count_and_another_is_asked() -> None:
    study, region, ada, ben = make_voted(wanted=3)

    exclude(study=study, annotator=ben, by=ada, reason="Half of the gold is wrong.")

    label = Label.objects.get(region=region)
    assert (label.votes, label.status, label.quality_votes) == (2, LabelStatus.OPEN, [0, 0, 0, 0, 2])
    assert Assignment.objects.open().filter(region=region).count() == 1
    assert Vote.objects.live().filter(region=region).count() == 2
    assert Vote.objects.filter(region=region, retracted_at=None).count() == 3
    assert Membership.objects.get(user=ben).paused is True
    assert differences(study) == []


@pytest.mark.django_db
def test_the_one_more_vote_settles_it_and_lifting_counts_all() -> None:
    study, region, ada, ben = make_voted()
    made = exclude(study=study, annotator=ben, by=ada, reason="Asleep.")
    cast(region, make_member(study), quality=4)
    assert Label.objects.get(region=region).status == LabelStatus.SETTLED

    lift(exclusion=made, by=ada, reason="He was awake after all.")

    label = Label.objects.get(region=region)
    assert (label.votes, label.quality_votes, label.status) == (3, [1, 0, 0, 0, 2], LabelStatus.SETTLED)
    assert Membership.objects.get(user=ben).paused is False
    assert differences(study) == []


@pytest.mark.django_db
def test_lifting_takes_the_seat_away_that_nobody_used() -> None:
    study, region, ada, ben = make_voted(wanted=3)
    made = exclude(study=study, annotator=ben, by=ada, reason="Asleep.")

    lift(exclusion=made, by=ada, reason="He was awake after all.")

    assert Assignment.objects.open().filter(region=region).count() == 0
    assert Label.objects.get(region=region).votes == 3
    assert differences(study) == []


@pytest.mark.django_db
@pytest.mark.parametrize("wanted, lacking", [(3, 1), (2, 0), (1, 0)])
def test_another_number_of_wanted_votes_asks_anew_for_an_excluded_one(wanted: int, lacking: int) -> None:
    study, region, ada, ben = make_voted()
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")
    cast(region, make_member(study), quality=4)

    changed = reweigh(study=study, votes_wanted=wanted)

    assert Assignment.objects.open().filter(region=region).count() == lacking
    assert differences(changed) == []


@pytest.mark.django_db
def test_fewer_wanted_votes_leave_a_seat_for_each_that_an_excluded_person_took() -> None:
    study = make_study(votes_wanted=4)
    region, ada, ben = make_region(study), make_member(study, Role.MANAGER), make_member(study)
    cast(region, ben)
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")

    changed = reweigh(study=study, votes_wanted=2)

    assert Assignment.objects.open().filter(region=region).count() == 2
    assert differences(changed) == []


@pytest.mark.django_db
def test_a_tie_that_an_exclusion_leaves_asks_for_one_more_vote() -> None:
    study = make_study(votes_wanted=2)
    region, ada = make_region(study), make_member(study, Role.MANAGER)
    people = [make_member(study) for _ in range(3)]
    for person, blur in zip(people, (0, 5, 0), strict=True):
        cast(region, person, blur=blur)

    exclude(study=study, annotator=people[0], by=ada, reason="Asleep.")

    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED
    assert Assignment.objects.open().filter(region=region).count() == 1
    assert differences(study) == []


@pytest.mark.django_db
def test_a_tie_that_fewer_wanted_votes_leave_asks_for_one_more_vote() -> None:
    study = make_study(votes_wanted=5)
    region = make_region(study)
    for blur in (0, 5):
        cast(region, make_member(study), blur=blur)

    reweigh(study=study, votes_wanted=2)

    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED
    assert Assignment.objects.open().filter(region=region).count() == 1


@pytest.mark.django_db
def test_what_comes_late_from_an_excluded_person_is_kept_as_surplus() -> None:
    study, _, ada, ben = make_voted()
    other = make_region(study)
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")

    vote = cast(other, ben)

    assert vote.surplus is True
    assert not Label.objects.filter(region=other, votes__gt=0).exists()
    assert differences(study) == []


@pytest.mark.django_db
def test_a_vote_that_an_excluded_person_takes_back_leaves_no_seat_too_many() -> None:
    study, region, ada, ben = make_voted()
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")

    retract_vote(vote=Vote.objects.get(annotator=ben), annotator=ben)

    assert list(Assignment.objects.open().filter(region=region).values_list("annotator", flat=True)) == [None]
    cast(region, make_member(study))
    assert Assignment.objects.open().filter(region=region).count() == 0
    assert Label.objects.get(region=region).votes == 2
    assert differences(study) == []


@pytest.mark.django_db
def test_an_exclusion_has_a_reason_and_stands_once() -> None:
    study, _, ada, ben = make_voted()

    with pytest.raises(InvalidInput, match="This needs a reason"):
        exclude(study=study, annotator=ben, by=ada, reason="")
    with pytest.raises(InvalidInput, match="not in this study"):
        exclude(study=study, annotator=make_member(make_study()), by=ada, reason="Who?")
    made = exclude(study=study, annotator=ben, by=ada, reason="Asleep.")
    with pytest.raises(Conflict, match="excluded already"):
        exclude(study=study, annotator=ben, by=ada, reason="Again.")
    lift(exclusion=made, by=ada, reason="Awake.")
    with pytest.raises(Conflict, match="lifted before"):
        lift(exclusion=made, by=ada, reason="Awake.")

    assert Exclusion.objects.get().lifted_reason == "Awake."


@pytest.mark.django_db(transaction=True)
def test_votes_on_their_way_while_somebody_is_excluded_leave_exact_labels() -> None:
    study = make_study(votes_wanted=2)
    regions = [make_region(study) for _ in range(20)]
    ada, ben = make_member(study, Role.MANAGER), make_member(study)
    lease_next(study=study, annotator=ben)
    started = threading.Event()

    def vote() -> None:
        for number, region in enumerate(regions):
            cast_vote(annotator=ben, region_id=region.pk, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS)
            if number == 3:
                started.set()
        connection.close()

    voter = threading.Thread(target=vote)
    voter.start()
    started.wait(PATIENCE_SECONDS)
    exclude(study=study, annotator=ben, by=ada, reason="In full flight.")
    voter.join()

    assert Vote.objects.filter(annotator=ben).count() == 20
    assert Vote.objects.live().count() == 0
    assert sum(Label.objects.values_list("votes", flat=True)) == 0
    assert differences(study) == []


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_stored_but_not_committed_when_its_person_is_excluded_gives_its_seat_back() -> None:
    """The exclusion cannot see the vote, and when the vote was stored there was no exclusion."""
    study = make_study(votes_wanted=2)
    region = make_region(study)
    ada, ben = make_member(study, Role.MANAGER), make_member(study)
    stored, decided = threading.Event(), threading.Event()

    def vote() -> None:
        with transaction.atomic():
            cast_vote(annotator=ben, region_id=region.pk, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS)
            stored.set()
            decided.wait(PATIENCE_SECONDS)
            time.sleep(0.3)  # whoever does not wait for this vote has looked and gone by then
        connection.close()

    def decide() -> None:
        exclude(study=study, annotator=ben, by=ada, reason="In full flight.")
        connection.close()

    voter, decider = threading.Thread(target=vote), threading.Thread(target=decide)
    voter.start()
    stored.wait(PATIENCE_SECONDS)
    decider.start()
    while not Exclusion.objects.exists():
        time.sleep(0.01)
    decided.set()
    voter.join(PATIENCE_SECONDS)
    decider.join(PATIENCE_SECONDS)

    assert Vote.objects.get().surplus is False
    assert Vote.objects.live().count() == 0
    assert Label.objects.get(region=region).votes == 0
    assert Assignment.objects.open().filter(region=region).count() == 2
    assert differences(study) == []
