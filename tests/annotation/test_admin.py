import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.actions.members import pause_member
from annotation.enums import Role
from annotation.models import Assignment, GateCheck, Import, Label, Membership, Snapshot, Study, TrainingRun, Vote
from tests.factories import cast, make_member, make_region, make_study, make_user, make_version
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(make_user("root", is_staff=True, is_superuser=True))


def test_every_list_and_form_of_ours_opens(client: Client) -> None:
    make_cast()

    for model in admin.site._registry:
        if model._meta.app_label != "annotation":
            continue
        assert client.get(reverse(f"admin:annotation_{model._meta.model_name}_changelist")).status_code == 200
        row = model._default_manager.first()
        if row is not None:
            assert (
                client.get(reverse(f"admin:annotation_{model._meta.model_name}_change", args=[row.pk])).status_code
                == 200
            )


@pytest.mark.parametrize("model", [Vote, Label, Assignment, Snapshot])
def test_what_was_said_can_only_be_looked_at(client: Client, model: type[Vote]) -> None:
    make_cast()
    name, row = f"admin:annotation_{model._meta.model_name}", model._default_manager.first()

    assert client.get(reverse(f"{name}_add")).status_code == 403
    if row is not None:
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        assert model._default_manager.filter(pk=row.pk).exists()


def test_a_study_s_short_name_and_guidelines_stay(client: Client) -> None:
    study = make_cast().study
    fields = {
        "name": "Terns",
        "slug": "terns",
        "guidelines": "Votes followed another text.",
        "status": "paused",
        "regions_per_image": 3,
        "min_region_area": 9,
        "lease_minutes": 5,
    }

    client.post(reverse("admin:annotation_study_change", args=[study.pk]), fields)

    fresh = Study.objects.get()
    assert (fresh.name, fresh.slug, fresh.status) == ("Terns", "gulls", "paused")
    assert fresh.guidelines == study.guidelines


def test_a_long_list_asks_no_more_than_a_short_one(client: Client) -> None:
    """Also of what may be empty: who has a seat, the vote on it, who asked for an import, a version's study, a run's study."""
    names = ["assignment", "import", "modelversion", "gatecheck", "deed", "vote", "label"]

    def questions(name: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"admin:annotation_{name}_changelist"))
        return len(asked.captured_queries)

    def one_more_each() -> None:
        study = make_study()
        ada = make_member(study, Role.MANAGER)
        cast(make_region(study), ada)
        Import.objects.create(study=study, source="photos.zip", requested_by=ada)
        run = TrainingRun.objects.create(study=study, trigger="person", candidate=make_version(study))
        GateCheck.objects.create(run=run, measure="quality", champion=0.5, candidate=0.6, decides=True, passed=True)
        pause_member(membership=Membership.objects.get(user=ada), paused=True, by=ada)

    one_more_each()
    before = {name: questions(name) for name in names}
    for _ in range(3):
        one_more_each()
    assert {name: questions(name) for name in names} == before
