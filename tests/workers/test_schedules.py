"""A schedule that somebody makes in the admin, from its form to the training run."""

import pytest
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from annotation.actions.versions import promote
from annotation.enums import TrainingTrigger
from annotation.models import Study, TrainingRun, User
from tests.factories import make_study, make_version
from webapp.pages.models import SCHEDULED
from workers.app import app

pytestmark = pytest.mark.django_db(transaction=True)  # the scheduler closes its connection


@pytest.fixture
def study() -> Study:
    study = make_study(slug="gulls")
    promote(study=study, version=make_version(), reason="The first.")
    return study


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def fill_in(admin: Client, **fields: str) -> int:
    interval = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.DAYS)
    form = {"name": "every week", "task": SCHEDULED, "interval": str(interval.pk), "enabled": "on"} | fields
    return admin.post("/admin/django_celery_beat/periodictask/add/", form).status_code


def test_what_the_admin_saves_strikes_and_begins_one_run(study: Study, admin: Client) -> None:
    assert fill_in(admin, args='["gulls"]', kwargs="{}") == 302

    entry = DatabaseScheduler(app=app, lazy=True).schedule["every week"]
    app.loader.import_default_modules()
    begun = [app.tasks[entry.task].apply(entry.args, entry.kwargs).get() for _ in range(2)]

    run = TrainingRun.objects.get()
    assert (begun, run.study, run.trigger) == ([True, False], study, TrainingTrigger.SCHEDULE)


def test_what_is_switched_off_does_not_strike(study: Study, admin: Client) -> None:
    fill_in(admin, args='["gulls"]', kwargs="{}")
    PeriodicTask.objects.update(enabled=False)

    assert "every week" not in DatabaseScheduler(app=app, lazy=True).schedule


def test_a_form_that_makes_no_sense_is_not_saved(study: Study, admin: Client) -> None:
    assert fill_in(admin, args="gulls", kwargs="{}") == 200
    assert not PeriodicTask.objects.filter(task=SCHEDULED).exists()
