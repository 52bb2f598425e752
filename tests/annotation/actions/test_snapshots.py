import pytest

from annotation.actions.snapshots import take_snapshot
from annotation.actions.votes import retract_vote
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def test_the_same_content_gives_the_same_snapshot() -> None:
    study = make_study(votes_wanted=1)
    cast(make_region(study), make_member(study), blur=1)

    one = take_snapshot(study=study)

    assert take_snapshot(study=study) == one
