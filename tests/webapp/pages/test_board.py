import re
from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions.members_csv import invite_people
from annotation.enums import Role
from annotation.models import Exam, Membership, Sitting
from tests.annotation.actions.sitters import make_check
from tests.factories import make_member, make_study
from tests.webapp.pages.cast import Cast, client_of
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/board"


def test_the_board_shows_who_is_at_work(scene: Cast) -> None:
    Sitting.objects.create(study=scene.study, annotator=scene.people["annotator"], number=3, seats=12)

    page = client_of(scene.people["manager"]).get(PATH).content.decode()

    assert "Rating, sitting 3, region 12" in page
    assert '<b class="number">1</b> rating now' in page
    assert "1 of 1 opinions" in page


@pytest.mark.parametrize(
    ("passed", "check", "exam"),
    [
        (True, "viewing check passed", "exam passed"),
        (False, "viewing check not passed", "exam not passed"),
        (None, "viewing check passed", "exam 4 of 10"),
    ],
)
def test_the_board_shows_checks_exams_and_who_is_stuck(scene: Cast, passed: bool | None, check: str, exam: str) -> None:
    study, ben = scene.study, scene.people["annotator"]
    make_check(study, ben, passed=passed is not False)
    ended = None if passed is None else timezone.now()
    Exam.objects.create(
        study=study, annotator=ben, kind="exam", codebook=1, regions=10, answered=4, passed=passed, ended_at=ended
    )
    long_ago = timezone.now() - timedelta(minutes=90)
    Sitting.objects.create(study=study, annotator=make_member(study), number=1, started_at=long_ago, last_at=long_ago)

    page = client_of(scene.people["manager"]).get(PATH).content.decode()

    assert re.findall(r'<span class="tag \w+">([^<]*)</span>', page) == [check, exam]
    assert re.findall(r'dot stuck"></span>(\w+ for)', page) == ["Silent for"]


def test_htmx_gets_the_part_that_changes(scene: Cast) -> None:
    part = client_of(scene.people["manager"]).get(PATH, headers={"HX-Request": "true"}).content

    assert part.startswith(b'<div id="board"')


@pytest.mark.parametrize("sort", ["state", "name", "today", "votes", "pace", "seen", "nonsense"])
def test_people_are_sorted_and_paged(scene: Cast, sort: str) -> None:
    for _ in range(60):
        make_member(scene.study)
    client = client_of(scene.people["manager"])

    pages = [client.get(f"{PATH}?sort={sort}&page={number}").content.decode() for number in (1, 2)]

    assert [page.count('class="person"') for page in pages] == [50, 11]


def test_the_page_costs_the_same_with_more_people(scene: Cast) -> None:
    client = client_of(scene.people["manager"])
    before = queries_of(client, PATH)
    for _ in range(20):
        make_member(scene.study)

    assert queries_of(client, PATH) == before


def test_a_person_is_paused_and_resumed(scene: Cast) -> None:
    ben = Membership.objects.get(user=scene.people["annotator"])
    client = client_of(scene.people["manager"])

    paused = client.post(f"{PATH}/{ben.pk}/pause", {"paused": "1", "next": f"{PATH}?sort=name"})
    ben.refresh_from_db()
    was = ben.paused
    client.post(f"{PATH}/{ben.pk}/pause", {"paused": "0"})
    ben.refresh_from_db()

    assert (paused["Location"], was, ben.paused) == (f"{PATH}?sort=name", True, False)


def test_limits_are_saved_or_refused(scene: Cast) -> None:
    ben = Membership.objects.get(user=scene.people["annotator"])
    client = client_of(scene.people["manager"])

    client.post(f"{PATH}/{ben.pk}/limits", {"votes_at_most": "200", "votes_per_day": ""})
    wrong = client.post(f"{PATH}/{ben.pk}/limits", {"votes_at_most": "0", "votes_per_day": "5"})

    ben.refresh_from_db()
    assert (ben.votes_at_most, ben.votes_per_day, wrong.status_code) == (200, None, 400)


def test_a_person_of_another_study_is_not_there(scene: Cast) -> None:
    other = Membership.objects.create(study=make_study(), user=scene.people["outsider"], role=Role.ANNOTATOR)
    client = client_of(scene.people["manager"])

    got = [
        client.get(f"{PATH}/{other.pk}"),
        *(client.post(f"{PATH}/{other.pk}/{verb}") for verb in ("pause", "limits", "link")),
    ]

    assert [one.status_code for one in got] == [404] * 4


def test_another_first_link_for_somebody_without_a_password(scene: Cast) -> None:
    invite_people(study=scene.study, text="username\nmaud\n")
    maud = Membership.objects.get(user__username="maud")
    client = client_of(scene.people["manager"])

    page = client.get(f"{PATH}/{maud.pk}").content.decode()
    answer = client.post(f"{PATH}/{maud.pk}/link").content.decode()

    assert "maud has not chosen a password yet." in page
    assert answer.count("http://testserver/welcome/") == 1
    assert "http://testserver/welcome/" not in client.get(f"{PATH}/{maud.pk}").content.decode()
