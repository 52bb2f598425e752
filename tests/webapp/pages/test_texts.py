"""What a browser never sends: characters in a form that no text can keep."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.actions.anchors import put_anchor, standing_anchors
from annotation.actions.exclusions import exclude
from annotation.models import Adjudication, Exclusion, Membership
from tests.webapp.pages.cast import Cast, client_of, png

pytestmark = pytest.mark.django_db
UNKEPT = "The text has a character that cannot be kept."


@pytest.fixture
def ada(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def said(client: Client, path: str, **body: object) -> list[str]:
    answer = client.post(f"/studies/gulls/{path}", body, follow=True)
    return [str(one) for one in answer.context["messages"]]


def test_a_reason_for_an_exclusion(scene: Cast, ada: Client) -> None:
    ben = Membership.objects.get(user=scene.people["annotator"])
    person = f"labels/annotators/{ben.pk}"

    assert said(ada, f"{person}/exclude", reason="a\0b") == [UNKEPT]
    exclude(study=scene.study, annotator=ben.user, by=scene.people["manager"], reason="Asleep.")
    assert said(ada, f"{person}/lift", reason="a\0b") == [UNKEPT]
    assert Exclusion.objects.get().lifted_at is None


def test_a_reason_for_a_decision(scene: Cast, ada: Client) -> None:
    before = Adjudication.objects.count()

    assert said(ada, f"labels/disputes/{scene.region.pk}/decide", reason="a\0b", quality="2") == [UNKEPT]
    assert Adjudication.objects.count() == before


def test_guidelines(scene: Cast, ada: Client) -> None:
    body = {"guidelines": "a\0b", "how": "correction", "number": scene.study.codebook}

    answer = ada.post("/studies/gulls/guidelines/edit", body)

    assert (answer.status_code, UNKEPT in answer.content.decode()) == (400, True)


def test_a_note_beside_an_example(scene: Cast, ada: Client) -> None:
    file = SimpleUploadedFile("a.png", png(), "image/png")

    assert said(ada, "anchors/blur/2", note="a\0b", file=file) == [UNKEPT]
    put_anchor(study=scene.study, scale="blur", level=2, name="a.png", data=png(), by=None)
    assert said(ada, "anchors/blur/2", note="a\0b") == [UNKEPT]
    assert standing_anchors(scene.study).get().added_by is None
