"""Who changes something of a study holds its row; people who rate do not wait for that."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from annotation.actions.exclusions import exclude
from annotation.actions.gate import approve as approve_run
from annotation.actions.members import pause_member
from annotation.actions.members_csv import invite_people
from annotation.actions.protocols import set_protocol
from annotation.actions.versions import promote
from annotation.actions.weights import drop_old_weights
from annotation.enums import Role
from annotation.errors import Conflict
from annotation.models import Membership, Study, Vote
from tests.annotation.actions.test_gate import waiting
from tests.annotation.actions.test_rule_races import Beside, vote_of
from tests.factories import make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db(transaction=True)


def promote_one(study: Study) -> None:
    promote(study=study, version=make_version(), reason="Better.")


def approve(study: Study) -> None:
    promote_one(study)
    approve_run(run=waiting(study), by=make_member(study, Role.MANAGER))


LONG: dict[str, Callable[[Study], object]] = {
    "a version is promoted": promote_one,
    "a candidate is approved": approve,
    "weights are dropped": lambda study: drop_old_weights(study=study, by=None),
    "a protocol is set": lambda study: set_protocol(study=study, settings={"warm_up": 0}),
    "people come from a table": lambda study: invite_people(study=study, text="username\nfinn\n"),
}


@pytest.mark.parametrize("name", LONG)
def test_a_vote_does_not_wait_until(name: str) -> None:
    study = make_study(votes_wanted=3)
    region, person, beside = make_region(study), make_member(study), Beside()

    def vote() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout TO '10s'")
        vote_of(person, region)

    with transaction.atomic():
        LONG[name](study)
        beside.run(vote)
        beside.join()

    assert Vote.objects.filter(study=study, annotator=person).count() == 1


def test_nobody_is_resumed_whose_exclusion_is_on_its_way() -> None:
    study = make_study()
    person, manager, beside = make_member(study), make_member(study, Role.MANAGER), Beside()
    membership = Membership.objects.get(study=study, user=person)

    with transaction.atomic():
        exclude(study=study, annotator=person, by=manager, reason="Always the same answer.")
        beside.run_until_it_waits(lambda: pause_member(membership=membership, paused=False))
    with pytest.raises(Conflict, match="are excluded; lift the exclusion first"):
        beside.join()

    membership.refresh_from_db()
    assert membership.paused
