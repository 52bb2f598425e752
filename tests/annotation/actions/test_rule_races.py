"""The study's rules change, or somebody is excluded, while others vote: labels and seats are those of the new rules."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, transaction

from annotation.actions.accepting import accept_all
from annotation.actions.exclusions import exclude, lift
from annotation.actions.leases import Answer, lease_next, renew
from annotation.actions.regions import Candidate, accept, draw, propose
from annotation.actions.settings import change_settings
from annotation.actions.votes import cast_vote, retract_vote
from annotation.enums import Role
from annotation.errors import Conflict
from annotation.masks import Mask
from annotation.models import Assignment, Exclusion, Label, Region, Study, User, Vote
from annotation.queries.hot_rows import lock_region
from annotation.queries.seat_verification import seat_differences
from annotation.queries.verification import replay_labels
from tests.factories import FACTS, cast, make_image, make_member, make_opinion, make_region, make_study
from tests.masks import rectangle_rle

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 60
MASK = Mask(rectangle_rle(64, 48, 0, 0, 40, 40), (0, 0, 40, 40), 1600)
OTHER_RULES = {"votes_wanted": 3, "severity_votes": "all", "severity_top": 5}


def differences(study: Study) -> list[str]:
    fresh = Study.objects.get(pk=study.pk)
    labels = [str(one) for found in replay_labels(fresh) for one in found]
    return labels + [str(one) for one in seat_differences(fresh)]


class Beside:
    """Work in threads, each on a connection of its own; the first error is raised by `join`."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.errors: list[BaseException] = []

    def run(self, work: Callable[[], object]) -> None:
        def really() -> None:
            try:
                work()
            except BaseException as error:
                self.errors.append(error)
            finally:
                connection.close()

        self.threads.append(threading.Thread(target=really))
        self.threads[-1].start()

    def run_until_it_waits(self, work: Callable[[], object]) -> None:
        before = waiting()
        self.run(work)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while waiting() == before and self.threads[-1].is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)

    def join(self) -> None:
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)
        if self.errors:
            raise self.errors[0]


def waiting() -> int:
    """How many wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see the first answer again
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def beside_another_rule(study: Study) -> Iterator[Beside]:
    """What is run beside comes while the study's rules are being changed."""
    beside = Beside()
    with transaction.atomic():
        change_settings(study=study, changes=OTHER_RULES)
        yield beside
    beside.join()


def vote_of(person: User, region: Region) -> Vote:
    key = uuid4()
    return cast_vote(
        annotator=person, region_id=region.pk, opinion=make_opinion(blur=2), idempotency_key=key, facts=FACTS
    ).vote


def make_voted() -> tuple[Study, Region, Vote, User]:
    """A settled region, one of its two votes, and the manager."""
    study = make_study(votes_wanted=2)
    region = make_region(study)
    vote = cast(region, make_member(study), blur=1)
    cast(region, make_member(study), blur=2)
    return study, region, vote, make_member(study, Role.MANAGER)


def test_a_vote_is_counted_by_the_rules_that_came_while_it_waited() -> None:
    study = make_study(votes_wanted=1)
    region, ben = make_region(study), make_member(study)

    with beside_another_rule(study) as beside:
        beside.run_until_it_waits(lambda: vote_of(ben, region))

    label = Label.objects.get(region=region)
    assert (label.votes, label.status, label.rule) == (1, "open", "gullery-1 severity=all M=5")
    assert differences(study) == []


def test_a_retraction_an_exclusion_and_its_end_follow_the_rules_that_came_while_they_waited() -> None:
    study, _, vote, ada = make_voted()
    with beside_another_rule(study) as beside:
        beside.run_until_it_waits(lambda: retract_vote(vote=vote, annotator=vote.annotator))
    assert differences(study) == []

    study, _, vote, ada = make_voted()
    with beside_another_rule(study) as beside:
        beside.run_until_it_waits(lambda: exclude(study=study, annotator=vote.annotator, by=ada, reason="Asleep."))
    assert differences(study) == []

    change_settings(study=study, changes={"votes_wanted": 2, "severity_votes": "affected"})
    made = Exclusion.objects.select_related("study").get(study=study)
    with beside_another_rule(study) as beside:
        beside.run_until_it_waits(lambda: lift(exclusion=made, by=ada, reason="Awake."))
    assert differences(study) == []


def make_two_seats() -> tuple[Study, User, Assignment]:
    """A region that two hold; who has the second seat."""
    study = make_study(votes_wanted=2)
    make_region(study)
    lease_next(study=study, annotator=make_member(study))
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    assert seat is not None
    return study, ben, seat


def test_who_asks_while_their_seat_is_taken_away_is_told_what_there_is_then() -> None:
    study, ben, _ = make_two_seats()
    answers: list[Answer] = []

    beside = Beside()
    with transaction.atomic():
        change_settings(study=study, changes={"votes_wanted": 1})
        beside.run_until_it_waits(lambda: answers.append(lease_next(study=study, annotator=ben).answer))
    beside.join()

    assert answers == [Answer.NOTHING_NOW]


def test_a_sign_of_life_for_a_seat_that_is_taken_away_is_refused() -> None:
    study, ben, seat = make_two_seats()

    beside = Beside()
    with transaction.atomic():
        change_settings(study=study, changes={"votes_wanted": 1})
        beside.run_until_it_waits(lambda: renew(assignment=seat, annotator=ben))
    with pytest.raises(Conflict, match="your vote will still be kept"):
        beside.join()


def test_a_vote_on_its_way_and_another_rule_do_not_wait_for_each_other() -> None:
    """The vote has locked its region and will look at the study; the other has locked the study and wants the region."""
    study = make_study(votes_wanted=1)
    region, ben, beside = make_region(study), make_member(study), Beside()

    with transaction.atomic():
        vote_of(ben, region)
        beside.run_until_it_waits(lambda: change_settings(study=study, changes=OTHER_RULES))
    beside.join()

    assert Label.objects.get(region=region).rule == "gullery-1 severity=all M=5"
    assert differences(study) == []


def test_an_exclusion_and_a_retraction_do_not_wait_for_each_other() -> None:
    """The exclusion has looked at the seat of a vote that was on its way; its person takes that vote back."""
    study = make_study(votes_wanted=2)
    first, second = make_region(study), make_region(study)
    ada, ben, beside = make_member(study, Role.MANAGER), make_member(study), Beside()
    cast(first, ben)
    lease_next(study=study, annotator=ben)
    stored, go_on = threading.Event(), threading.Event()

    def vote() -> None:
        with transaction.atomic():
            vote_of(ben, second)
            stored.set()
            go_on.wait(PATIENCE_SECONDS)

    beside.run(vote)
    stored.wait(PATIENCE_SECONDS)
    with transaction.atomic():
        lock_region(first.pk)
        beside.run_until_it_waits(lambda: exclude(study=study, annotator=ben, by=ada, reason="In full flight."))
        go_on.set()
        beside.threads[0].join(PATIENCE_SECONDS)
        late = Vote.objects.get(region=second)
        beside.run_until_it_waits(lambda: retract_vote(vote=late, annotator=ben))
    beside.join()

    assert Vote.objects.live().count() == 0
    assert differences(study) == []


def _accept(study: Study, ada: User) -> None:
    accept(region=Region.objects.get(study=study, status="candidate"), by=ada)


def _accept_all(study: Study, ada: User) -> None:
    accept_all(study=study, by=ada)


def _draw(study: Study, ada: User) -> None:
    draw(image=study.images.get(), mask=MASK, level="object", by=ada)


def _propose(study: Study, _: User) -> None:
    found = Candidate(mask=MASK, level="object", score=0.9, chosen=True)
    propose(image=study.images.get(), candidates=[found], proposer="test")


@pytest.mark.parametrize("come_in", [_accept, _accept_all, _draw, _propose])
def test_a_region_that_comes_in_meanwhile_has_the_new_number_of_seats(come_in: Callable[[Study, User], None]) -> None:
    study = make_study(votes_wanted=1)
    region = make_region(study, make_image(study), accepted=False)
    ada = make_member(study, Role.MANAGER)
    if come_in in {_draw, _propose}:
        region.delete()

    with beside_another_rule(study) as beside:
        beside.run_until_it_waits(lambda: come_in(study, ada))

    assert Assignment.objects.filter(study=study).count() == 3
    assert differences(study) == []
