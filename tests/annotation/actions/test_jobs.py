import threading
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.jobs import ATTEMPTS, JobStopped, beat, cancel, claim, fail, finish, put_back, resume
from annotation.enums import JobStatus
from annotation.errors import Conflict
from annotation.models import Import
from tests.factories import make_study


def queued() -> Import:
    return Import.objects.create(study=make_study(), source="somewhere")


@pytest.mark.django_db
def test_a_job_goes_from_queued_to_done() -> None:
    job = queued()

    mine = claim(Import)
    beat(mine, done=3, total=4)
    percent = Import.objects.get().percent
    finish(mine)

    job.refresh_from_db()
    assert (mine, percent) == (job, 75)
    assert (job.status, job.done, job.percent, job.attempts) == (JobStatus.DONE, 4, 100, 1)
    assert claim(Import) is None


@pytest.mark.django_db
def test_a_dead_worker_s_job_is_taken_over_and_the_dead_may_not_write_any_more() -> None:
    queued()
    dead = claim(Import)
    assert claim(Import) is None

    Import.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    alive = claim(Import)

    assert alive == dead
    for write in (lambda: beat(dead, done=1, total=2), lambda: finish(dead)):
        with pytest.raises(JobStopped):
            write()
    fail(dead, "late")
    assert Import.objects.get().status == JobStatus.RUNNING


@pytest.mark.django_db
def test_a_machine_whose_clock_is_ahead_takes_nobody_s_job(monkeypatch: pytest.MonkeyPatch) -> None:
    queued()
    mine = claim(Import)
    beat(mine, done=1, total=2)
    ahead = timezone.now() + timedelta(minutes=10)
    monkeypatch.setattr(timezone, "now", lambda: ahead)

    assert claim(Import) is None


@pytest.mark.django_db
def test_what_is_put_back_waits_for_the_next_who_asks() -> None:
    queued()
    first = claim(Import)
    beat(first, done=1, total=2)
    put_back(first)
    second = claim(Import)

    put_back(first)  # which is no longer its own

    second.refresh_from_db()
    assert (second, second.status, second.done, second.attempts) == (first, JobStatus.RUNNING, 1, 1)


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_fails_in_the_end() -> None:
    queued()
    for _ in range(ATTEMPTS):
        assert claim(Import) is not None
        Import.objects.update(heartbeat_at=None)

    assert claim(Import) is None
    assert Import.objects.values_list("status", "error").get() == (
        JobStatus.FAILED,
        "The worker died each time this was tried; see its log.",
    )


@pytest.mark.django_db
def test_a_cancelled_job_tells_its_worker_and_can_be_resumed() -> None:
    job = queued()
    mine = claim(Import)
    cancel(job=job)

    with pytest.raises(JobStopped):
        beat(mine, done=1, total=2)
    with pytest.raises(Conflict, match="ended already"):
        cancel(job=job)
    resume(job=job)
    with pytest.raises(Conflict, match="Only stopped or failed"):
        resume(job=job)
    assert claim(Import) == job


@pytest.mark.django_db
def test_a_worker_that_missed_a_stop_and_a_new_start_may_not_go_on() -> None:
    job = queued()
    old = claim(Import)
    cancel(job=job)
    resume(job=job)
    new = claim(Import)

    with pytest.raises(JobStopped):
        beat(old, done=1, total=2)
    beat(new, done=1, total=2)
    assert (old.attempts, new.attempts) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_row_that_another_worker_holds() -> None:
    """One that seems dead for the last time, while its worker writes a chunk of it."""
    held, other = queued(), queued()
    Import.objects.filter(pk=held.pk).update(status=JobStatus.RUNNING, attempts=ATTEMPTS, heartbeat_at=None)
    with closing(connection.copy()) as elsewhere, elsewhere.cursor() as cursor, connection.cursor() as here:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM annotation_import WHERE id = %s FOR NO KEY UPDATE", [held.pk])
        here.execute("SET lock_timeout TO '5s'")

        claimed = claim(Import)

        here.execute("SET lock_timeout TO DEFAULT")
        cursor.execute("ROLLBACK")
    assert (claimed, claim(Import)) == (other, None)
    held.refresh_from_db()
    assert held.status == JobStatus.FAILED  # with the next look, since nobody held it then


@pytest.mark.django_db(transaction=True)
def test_many_workers_claim_each_job_once() -> None:
    jobs = {queued().pk for _ in range(5)}
    claimed: list[int] = []

    def work() -> None:
        while (job := claim(Import)) is not None:
            claimed.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == sorted(jobs)
