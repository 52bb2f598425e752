import pytest
from django.db.models import F
from django.utils import timezone

from annotation.actions.gold import mark_gold
from annotation.actions.invitations import make_invitation
from annotation.enums import CheckPolicy, GoldUse, Role
from annotation.models import Assignment, Codebook, Invitation, Membership, Protocol, Region, Study
from tests.factories import make_image, make_member, make_opinion, make_region, make_study
from tests.webapp.pages.cast import Cast, client_of
from webapp.pages.wizard import facts_of

pytestmark = pytest.mark.django_db
SETUP = "/studies/gulls/setup"


def test_a_link_that_lets_nobody_in_any_more_is_not_the_way_for_people(scene: Cast) -> None:
    Invitation.objects.all().delete()
    ada = scene.people["manager"]
    used, old, _ = (make_invitation(study=scene.study, by=ada)[0] for _ in range(3))

    Invitation.objects.filter(pk=used.pk).update(uses=F("uses_at_most"))
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now())

    assert facts_of(scene.study).links == 1


def test_a_study_is_ready_when_there_is_something_to_rate_and_somebody_who_may(scene: Cast) -> None:
    client = client_of(scene.people["manager"])
    assert "<h1>Gulls is ready</h1>" in client.get(f"{SETUP}/done").content.decode()

    Invitation.objects.all().delete()
    Membership.objects.filter(role=Role.ANNOTATOR).update(active=False)

    assert "<h1>Almost ready</h1>" in client.get(f"{SETUP}/done").content.decode()


def test_a_study_is_not_ready_while_its_exam_has_too_few_known_answers(scene: Cast) -> None:
    ada = scene.people["manager"]
    client = client_of(ada)
    protocol = Protocol.objects.create(study=scene.study, exam_wanted=True, exam_regions=1)

    short = client.get(f"{SETUP}/done").content.decode()
    assert "<h1>Almost ready</h1>" in short
    assert "0 of 1 known answers for the exam: nobody can rate before it has them," in short
    assert "The exam needs 1 region and has 0." in client.get(f"{SETUP}/people").content.decode()

    mark_gold(region=make_region(scene.study), by=ada, use=GoldUse.EXAM, opinion=make_opinion())
    enough = client.get(f"{SETUP}/done").content.decode()
    assert ("<h1>Gulls is ready</h1>" in enough, "for the exam" in enough) == (True, False)

    Protocol.objects.filter(pk=protocol.pk).update(exam_wanted=False, exam_regions=5)
    assert "<h1>Gulls is ready</h1>" in client.get(f"{SETUP}/done").content.decode()


def test_all_proposals_are_taken_by_one_click(scene: Cast) -> None:
    answer = client_of(scene.people["manager"]).post(f"{SETUP}/regions")

    assert answer["Location"] == f"{SETUP}/regions"
    assert Region.objects.accepted().count() == 2
    assert Assignment.objects.filter(region=scene.candidate).count() == 1


@pytest.mark.parametrize(
    ("way", "then", "protocols"),
    [("lab", "guidelines", 1), ("strict", "guidelines", 1), ("quick", "guidelines", 0), ("own", "protocol/own", 0)],
)
def test_the_ways_to_rate(scene: Cast, way: str, then: str, protocols: int) -> None:
    answer = client_of(scene.people["manager"]).post(f"{SETUP}/protocol", {"way": way})

    assert answer["Location"] == f"{SETUP}/{then}"
    assert Protocol.objects.count() == protocols
    assert [one.viewing_check for one in Protocol.objects.all()] == {
        "lab": [CheckPolicy.WARN], "strict": [CheckPolicy.BLOCK],
    }.get(way, [])  # fmt: skip


def test_guidelines_are_published_under_their_number(scene: Cast) -> None:
    client = client_of(scene.people["manager"])

    client.post(f"{SETUP}/guidelines", {"guidelines": "Look at the gull.", "number": 1})
    again = client.post(f"{SETUP}/guidelines", {"guidelines": "Look at the gull.", "number": 1})

    study = Study.objects.get()
    assert (study.guidelines, study.codebook, Codebook.objects.count()) == ("Look at the gull.", 1, 1)
    assert again["Location"] == f"{SETUP}/people"


def test_a_text_that_somebody_else_changed_meanwhile_is_not_written_over(scene: Cast) -> None:
    Study.objects.update(codebook=3)

    answer = client_of(scene.people["manager"]).post(f"{SETUP}/guidelines", {"guidelines": "Mine.", "number": 1})

    assert answer["Location"] == f"{SETUP}/guidelines"
    assert Study.objects.get().guidelines == "Look at the **region**."


def test_coming_back_leads_to_what_is_missing() -> None:
    study = make_study(slug="gulls")
    ada = client_of(make_member(study, "manager"))
    places = [ada.get(SETUP)["Location"]]
    image = make_image(study, proposed_at="2026-01-01T00:00Z")
    places.append(ada.get(SETUP)["Location"])
    make_region(study, image)
    places.append(ada.get(SETUP)["Location"])
    make_member(study)
    places.append(ada.get(SETUP)["Location"])

    assert places == [f"{SETUP}/{step}" for step in ("images", "regions", "protocol", "done")]


def test_htmx_gets_the_part_that_changes(scene: Cast) -> None:
    client = client_of(scene.people["manager"])

    parts = [client.get(f"{SETUP}/{step}", headers={"HX-Request": "true"}) for step in ("images", "regions")]

    assert [part.content.startswith(b'<div id="live"') for part in parts] == [True, True]
    assert b"</html>" in client.get(f"{SETUP}/people", headers={"HX-Request": "true"}).content  # it has no such part


def test_the_link_of_the_last_step_is_shown_once(scene: Cast) -> None:
    client = client_of(scene.people["manager"])

    made = client.post(f"{SETUP}/people", {"role": "annotator", "uses_at_most": 5, "days": 7, "note": ""})

    assert made.content.count(b"http://testserver/invitations/") == 1
    assert client.get(f"{SETUP}/people").content.count(b"http://testserver/invitations/") == 0
