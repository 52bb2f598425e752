"""Real threads over real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from annotation.actions.leases import lease_next, lease_token
from annotation.actions.seat_numbers import number_of
from annotation.models import Assignment, Label, Vote
from tests.factories import make_member, make_region, make_study
from tests.webapp.api.client import ballot, program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 8


def test_many_threads_with_one_idempotency_key_make_one_vote() -> None:
    study = make_study()
    region = make_region(study)
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    same = ballot(lease_token(seat, ben))
    clients = [program(ben, "rate") for _ in range(THREADS)]
    together = Barrier(THREADS)

    def send(number: int) -> tuple[int, int]:
        together.wait()
        try:
            response = clients[number].post("votes", same)
            return response.status_code, response.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = sorted(pool.map(send, range(THREADS)))

    vote = Vote.objects.get()
    assert answers == [*[(200, vote.pk)] * (THREADS - 1), (201, vote.pk)]
    assert Label.objects.get(region=region).votes == 1
    assert Assignment.objects.filter(vote=vote).count() == 1


def test_many_people_asking_at_once_get_a_seat_each_and_no_seat_twice() -> None:
    study = make_study(votes_wanted=2)
    for _ in range(THREADS // 2):
        make_region(study)
    clients = [program(make_member(study), "rate") for _ in range(THREADS)]
    together = Barrier(THREADS)

    def ask(number: int) -> int:
        together.wait()
        try:
            return int(clients[number].post(f"studies/{study.slug}/assignments").json()["assignment"]["id"])
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        seats = list(pool.map(ask, range(THREADS)))

    assert sorted(seats) == sorted(number_of(pk) for pk in Assignment.objects.values_list("pk", flat=True))
