from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions.own_votes import take_back
from annotation.errors import Conflict
from annotation.models import Protocol, Study, User, Vote
from annotation.queries.own_votes import last_votes
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def voted(study: Study, ben: User, times: int) -> list[Vote]:
    return [cast(make_region(study), ben) for _ in range(times)]


def test_without_a_protocol_the_last_one_is_offered_and_any_can_be_taken_back() -> None:
    study = make_study()
    ben = make_member(study)
    first, last = voted(study, ben, 2)

    assert last_votes(study, ben) == [last]
    assert take_back(vote=first, annotator=ben).retracted_at is not None


def test_with_one_only_the_last_so_many() -> None:
    study = make_study()
    Protocol.objects.create(study=study, undo_votes=2)
    ben = make_member(study)
    first, second, third = voted(study, ben, 3)
    cast(make_region(study), make_member(study))

    assert last_votes(study, ben) == [third, second]
    with pytest.raises(Conflict, match="Only your last 2 votes can be taken back, within 30 minutes") as error:
        take_back(vote=first, annotator=ben)
    take_back(vote=third, annotator=ben)
    take_back(vote=first, annotator=ben)  # it is one of the last two now

    assert error.value.code == "too_late"
    assert last_votes(study, ben) == [second]


def test_and_only_for_so_long() -> None:
    study = make_study()
    Protocol.objects.create(study=study, undo_minutes=0)
    ben = make_member(study)
    (vote,) = voted(study, ben, 1)
    assert vote.created_at < timezone.now() + timedelta(seconds=1)

    assert last_votes(study, ben) == []
    with pytest.raises(Conflict):
        take_back(vote=vote, annotator=ben)


def test_a_vote_of_an_earlier_retraction_says_so() -> None:
    study = make_study()
    Protocol.objects.create(study=study)
    ben = make_member(study)
    (vote,) = voted(study, ben, 1)
    take_back(vote=vote, annotator=ben)

    with pytest.raises(Conflict) as error:
        take_back(vote=Vote.objects.get(), annotator=ben)

    assert error.value.code == "retracted"
