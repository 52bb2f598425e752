"""What an administrator writes into memberships and protocols keeps the rules of the study's own pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from annotation.actions.exclusions import exclude
from annotation.actions.leases import lease_next
from annotation.enums import DeedKind, Role
from annotation.models import Assignment, Deed, Membership, Protocol, Study, User
from tests.factories import make_member, make_region, make_study, make_user
from tests.webapp.pages.cast import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(make_user("root", is_staff=True, is_superuser=True))


def change(client: Client, person: User, **fields: object) -> list[str]:
    """What the form says against it; nothing if it was saved."""
    member = Membership.objects.get(user=person)
    kept = {"role": member.role, "active": member.active, "paused": member.paused}
    sent = {name: value for name, value in {**kept, **fields}.items() if value is not False}
    response = client.post(reverse("admin:annotation_membership_change", args=[member.pk]), sent)
    return [] if response.status_code == 302 else wrong(response.content.decode())


def wrong(page: str) -> list[str]:
    lists = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', page, re.DOTALL)
    return [re.sub("<[^>]*>", "", one) for one in lists]


def test_a_study_keeps_a_manager(client: Client) -> None:
    study = make_study()
    ada = make_member(study, Role.MANAGER)
    refusal = ["A study needs a manager; make somebody else one first."]

    assert change(client, ada, role=Role.ANNOTATOR) == refusal
    assert change(client, ada, active=False) == refusal
    assert Membership.objects.filter(user=ada, role=Role.MANAGER, active=True).exists()

    make_member(study, Role.MANAGER)
    assert change(client, ada, role=Role.ANNOTATOR) == []


def test_an_excluded_person_stays_paused(client: Client) -> None:
    study = make_study()
    ada, ben = make_member(study, Role.MANAGER), make_member(study, name="ben")
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")

    assert change(client, ben, paused=False) == ["The votes of ben are excluded; lift the exclusion first."]
    assert change(client, ben, votes_at_most=5) == []
    assert Membership.objects.get(user=ben).paused is True


def test_a_limit_of_nothing_is_a_pause(client: Client) -> None:
    ben = make_member(make_study())
    refusal = "A limit must be at least 1; leave it empty for none, or pause the person."

    assert change(client, ben, votes_at_most=0, votes_per_day=0) == [refusal, refusal]


def test_whose_votes_they_are_and_under_which_name_they_were_published_stays(client: Client) -> None:
    study, other = make_study(), make_study()
    ben = make_member(study)
    before = Membership.objects.values().get(user=ben)

    changed = {"user": make_user().pk, "study": other.pk, "pseudonym": "benny", "created_at_0": "2020-01-01"}
    assert change(client, ben, **changed) == []

    assert Membership.objects.values().get(user=ben) == before
    assert not Deed.objects.exists()


def test_who_is_taken_out_gives_their_seats_back(client: Client) -> None:
    study = make_study()
    make_region(study)
    ben = make_member(study)
    lease_next(study=study, annotator=ben)

    assert change(client, ben, active=False) == []

    assert not Assignment.objects.filter(annotator=ben).exists()
    assert Deed.objects.get().kind == DeedKind.MEMBER_REMOVED


def test_somebody_is_put_into_a_study(client: Client) -> None:
    study, eve = make_study(), make_user()

    client.post(
        reverse("admin:annotation_membership_add"),
        {"study": study.pk, "user": eve.pk, "role": "manager", "active": "on"},
    )

    member = Membership.objects.get()
    assert (member.study, member.user, member.role, len(member.pseudonym)) == (study, eve, "manager", 13)


def protocol_form(client: Client, study: Study) -> dict[str, object]:
    form = client.get(reverse("admin:annotation_protocol_add")).context["adminform"].form
    first = {name: field.initial for name, field in form.fields.items()}
    return {name: value for name, value in first.items() if value not in {None, False}} | {"study": study.pk}


def test_a_protocol_that_contradicts_its_study_is_refused(client: Client) -> None:
    study = make_study(votes_wanted=20)
    sent = protocol_form(client, study)
    refusal = ["The study asks for 20 votes on every region, so the most cannot be fewer."]

    url = reverse("admin:annotation_protocol_add")
    assert wrong(client.post(url, {**sent, "adaptive": "on"}).content.decode()) == refusal
    assert client.post(url, sent).status_code == 302

    url = reverse("admin:annotation_protocol_change", args=[study.pk])
    assert wrong(client.post(url, {**sent, "adaptive": "on"}).content.decode()) == refusal
    assert client.post(url, {**sent, "study": make_study().pk, "check_minutes": 45}).status_code == 302
    assert list(Protocol.objects.values_list("study", "check_minutes")) == [(study.pk, 45)]
