import pytest

from annotation.actions.exclusions import exclude
from annotation.actions.gold import mark_gold, opinion_of, retire_gold
from annotation.actions.regions import discard
from annotation.actions.seats import add_seat, make_seats
from annotation.actions.studies import reweigh
from annotation.enums import GoldUse
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Gold, Label
from annotation.queries.seat_verification import seat_differences
from tests.factories import cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db


def test_a_region_with_a_known_answer_has_no_seats_any_more() -> None:
    study = make_study(votes_wanted=3)
    ada, region = make_member(study, "manager"), make_region(study)

    gold = mark_gold(region=region, by=ada, use=GoldUse.TRAINING, opinion=make_opinion(blur=2), explanation=" Soft. ")

    assert (gold.opinion, gold.use, gold.explanation, gold.added_by) == (make_opinion(blur=2), "training", "Soft.", ada)
    assert Assignment.objects.count() == 0


def test_gold_gets_no_seats_later_either() -> None:
    study = make_study(votes_wanted=3)
    region = make_region(study)
    gold = mark_gold(region=region, by=make_member(study, "manager"), use="exam", opinion=make_opinion())

    make_seats(region_ids=[region.pk])
    add_seat(region=region)
    reweigh(study=study, votes_wanted=5)
    retire_gold(gold=gold)
    make_seats(region_ids=[region.pk])

    assert Assignment.objects.count() == 0


def test_what_was_said_before_stays() -> None:
    study = make_study(votes_wanted=3)
    region, ben = make_region(study), make_member(study)
    vote = cast(region, ben)

    mark_gold(region=region, by=make_member(study, "manager"), use="hidden", opinion=make_opinion())

    assert [seat.vote for seat in Assignment.objects.all()] == [vote]
    assert Label.objects.get(region=region).votes == 1


def test_marking_again_replaces_the_answer_and_ends_a_retirement() -> None:
    study = make_study()
    region, ada = make_region(study), make_member(study, "manager")
    first = mark_gold(region=region, by=ada, use="exam", opinion=make_opinion(blur=2))
    retired = retire_gold(gold=first)

    second = mark_gold(region=region, by=ada, use="hidden", opinion=make_opinion(blur=4))

    assert (retired.retired_at is None, second.retired_at, second.use, second.blur) == (False, None, "hidden", 4)
    assert Gold.objects.count() == 1


def test_a_settled_label_of_seven_votes_is_an_expert_answer() -> None:
    study = make_study(votes_wanted=7)
    region = make_region(study)
    for _ in range(7):
        cast(region, make_member(study), blur=2, quality=1)

    answer = opinion_of(Label.objects.get(region=region))

    assert answer == make_opinion(blur=2, quality=1)


@pytest.mark.parametrize(("wanted", "votes"), [(7, 6), (3, 3)])
def test_fewer_votes_are_none(wanted: int, votes: int) -> None:
    study = make_study(votes_wanted=wanted)
    region = make_region(study)
    for _ in range(votes):
        cast(region, make_member(study))

    assert opinion_of(Label.objects.get(region=region)) is None


def test_what_makes_no_sense_changes_nothing() -> None:
    study = make_study(votes_wanted=2)
    ada, candidate, region = make_member(study, "manager"), make_region(study, accepted=False), make_region(study)

    with pytest.raises(Conflict):
        mark_gold(region=candidate, by=ada, use="exam", opinion=make_opinion())
    with pytest.raises(InvalidInput):
        mark_gold(region=region, by=ada, use="secret", opinion=make_opinion())
    with pytest.raises(InvalidInput):
        mark_gold(region=region, by=ada, use="exam", opinion=make_opinion(), explanation="x" * 501)

    assert (Gold.objects.count(), Assignment.objects.count()) == (0, 2)


def test_a_region_with_a_known_answer_is_not_discarded_while_it_is_in_use() -> None:
    study = make_study()
    region, ada = make_region(study), make_member(study, "manager")
    gold = mark_gold(region=region, by=ada, use="exam", opinion=make_opinion())

    with pytest.raises(Conflict) as refused:
        discard(region=region, by=ada)
    retire_gold(gold=gold)

    assert (refused.value.code, discard(region=region, by=ada).status) == ("region_gold", "discarded")


def test_labels_and_seats_agree_where_there_is_gold() -> None:
    study = make_study(votes_wanted=2)
    region, ben = make_region(study), make_member(study)
    cast(region, ben)
    mark_gold(region=region, by=make_member(study, "manager"), use="hidden", opinion=make_opinion())
    exclude(study=study, annotator=ben, by=make_member(study, "manager"), reason="A test.")

    assert list(seat_differences(study)) == []
    assert Assignment.objects.open().count() == 0
