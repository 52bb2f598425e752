import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from annotation.models import Assignment, Label, Snapshot, Study, Vote
from tests.factories import make_user
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
