"""The scheduler's table in the admin, in words."""

import pytest
from django.contrib.admin import site
from django.test import Client
from django.utils.timezone import localtime
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tests.factories import make_study, make_user
from tests.webapp.pages.cast import client_of
from webapp.admin import TASKS, TRAIN, ScheduleAdmin
from webapp.pages.models import SCHEDULED, schedules_of
from webapp.templatetags.gullery import day
from workers.app import app

pytestmark = pytest.mark.django_db
PATH = "/admin/django_celery_beat/periodictask/"


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("root", is_staff=True, is_superuser=True))


def fill_in(admin: Client, where: str = "add/", **fields: str) -> list[str]:
    """What is wrong with it; nothing when it was saved."""
    interval = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.DAYS)
    form = {
        "name": "weekly",
        "task": TRAIN,
        "interval": str(interval.pk),
        "enabled": "on",
        "args": "[]",
        "kwargs": "{}",
    }
    answer = admin.post(f"{PATH}{where}", form | fields)
    return [] if answer.status_code == 302 else sorted(answer.context["adminform"].form.errors)


def test_every_task_that_can_be_scheduled_has_words() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("workers.")}

    assert TRAIN == SCHEDULED
    assert ours - set(TASKS) == {"workers.tasks.ahead.look_ahead_task"}  # it is rung with what somebody looks at
    assert {name for name in TASKS if name.startswith("workers.")} - ours == set()


def test_a_training_run_is_scheduled_for_a_study_without_a_path_or_json(admin: Client) -> None:
    study = make_study(name="Gulls", slug="gulls")

    assert fill_in(admin, study=study.slug) == []

    row = PeriodicTask.objects.get()
    assert (row.task, row.args) == (TRAIN, '["gulls"]')
    page = admin.get(PATH).content.decode()
    assert ("Ask for a training run" in page, TRAIN in page) == (True, False)
    form = admin.get(f"{PATH}{row.pk}/change/").content.decode()
    assert '<option value="gulls" selected>Gulls</option>' in form
    other = make_study(name="Terns", slug="terns")
    assert fill_in(admin, f"{row.pk}/change/", study=other.slug, args=row.args) == []
    assert PeriodicTask.objects.get().args == '["terns"]'


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ["study"]),
        ({"study": "none"}, ["study"]),
        ({"task": ""}, ["task"]),
        ({"task": "os.system"}, ["task"]),
        ({"args": "gulls"}, ["args"]),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(admin: Client, fields: dict[str, str], wrong: list[str]) -> None:
    assert fill_in(admin, **fields) == wrong
    assert not PeriodicTask.objects.exists()


def test_a_task_that_we_do_not_know_keeps_its_name(admin: Client) -> None:
    every = IntervalSchedule.objects.create(every=10, period="seconds")
    row = PeriodicTask.objects.create(name="another", task="their.own", interval=every)

    assert fill_in(admin, f"{row.pk}/change/", name="renamed", task="their.own") == []

    assert PeriodicTask.objects.values_list("name", "task").get() == ("renamed", "their.own")


def test_a_schedule_that_has_struck_once_is_over_and_no_fault(admin: Client) -> None:
    every = IntervalSchedule.objects.create(every=1, period="seconds")
    for name, fields in {"over": {"enabled": False}, "once": {}, "weekly": {"one_off": False}}.items():
        PeriodicTask.objects.create(
            name=name, task=TRAIN, interval=every, **{"one_off": True, "args": '["gulls"]'} | fields
        )

    rows = admin.get(PATH).context["cl"].queryset.order_by("name")
    table = ScheduleAdmin(PeriodicTask, site)
    said = {row.name: (table.state(row), table.rhythm(row)) for row in rows}

    since = day(localtime(PeriodicTask.objects.get(name="over").date_changed))
    assert said == {"over": (f"over since {since}", "once"), "once": ("on", "once"), "weekly": ("on", "every second")}
    assert [row.name for row in schedules_of(make_study(slug="gulls"))] == ["once", "weekly"]
