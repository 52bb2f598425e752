import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.enums import Role, StudyStatus
from annotation.models import Membership, Study, User
from tests.factories import cast, make_member, make_region, make_study, make_user
from tests.webapp.pages.cast import client_of
from webapp.pages.studies import cards_of

pytestmark = pytest.mark.django_db


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def join(user: User, role: Role = Role.ANNOTATOR, **fields: object) -> Study:
    study = make_study(votes_wanted=2, **fields)
    Membership.objects.create(study=study, user=user, role=role)
    return study


def test_a_card_tells_the_own_progress_and_whether_there_is_more() -> None:
    ben = make_user("ben")
    rated, paused = join(ben, name="A"), join(ben, name="B", status=StudyStatus.PAUSED)
    region = make_region(rated)
    make_region(paused)
    cast(region, ben)
    cast(region, make_member(rated))
    more, _ = join(ben, name="C"), join(ben, Role.REVIEWER, name="D")
    make_region(more)

    cards = cards_of(ben)

    assert [(card.membership.study.name, card.votes, card.today, card.can_rate) for card in cards] == [
        ("A", 1, 1, False),
        ("B", 0, 0, False),
        ("C", 0, 0, True),
        ("D", 0, 0, False),
    ]


def test_a_study_without_regions_is_not_called_done() -> None:
    ben = make_user("ben")
    empty, rated = join(ben, name="Empty"), join(ben, name="Rated")
    region = make_region(rated)
    for person in (ben, make_member(rated)):
        cast(region, person)

    page = client_of(ben).get("/").content.decode()

    assert [card.begun for card in cards_of(ben)] == [False, True]
    assert page.count("Nothing to rate yet.") == page.count("All done for now.") == 1
    assert client_of(ben).get(f"/studies/{empty.slug}/rate").status_code == 200


def test_the_list_costs_the_same_with_one_study_and_with_three() -> None:
    ben = make_user()
    client = client_of(ben)
    cast(make_region(join(ben)), ben)
    one = queries_of(client, "/")
    for _ in range(2):
        cast(make_region(join(ben)), ben)

    assert queries_of(client, "/") == one == 5


def test_an_annotator_gets_no_link_to_overviews() -> None:
    ben = make_user()
    study = join(ben)
    make_region(study)

    page = client_of(ben).get("/").content.decode()

    assert f'href="/studies/{study.slug}/rate"' in page
    assert f'href="/studies/{study.slug}"' not in page


def test_staff_begin_a_study_and_manage_it() -> None:
    ada = make_user("ada", is_staff=True)
    fields = {"name": "Gulls", "slug": "gulls", "votes_wanted": 5, "regions_per_image": 2}

    answer = client_of(ada).post("/studies/new", fields)

    assert answer["Location"] == "/studies/gulls/setup/images"
    study = Study.objects.get()
    assert (study.name, study.votes_wanted, study.regions_per_image) == ("Gulls", 5, 2)
    assert study.memberships.get().role == Role.MANAGER
    again = client_of(ada).post("/studies/new", fields)
    assert (again.status_code, Study.objects.count()) == (400, 1)
    reserved = client_of(ada).post("/studies/new", fields | {"slug": "new"})
    assert b"This word is part of our own addresses" in reserved.content


@pytest.mark.parametrize(("name", "slug"), [("Gulls of 2026!", "gulls-of-2026-2"), ("New", "new-2"), ("海鸥", "study")])
def test_a_short_name_is_made_of_the_name(name: str, slug: str) -> None:
    make_study(slug="gulls-of-2026")
    fields = {"name": name, "slug": "", "votes_wanted": 5, "regions_per_image": 2}

    answer = client_of(make_user(is_staff=True)).post("/studies/new", fields)

    assert answer["Location"] == f"/studies/{slug}/setup/images"


def test_staff_begin_a_study_like_one_they_manage() -> None:
    ada = make_user("ada", is_staff=True)
    pattern = join(ada, Role.MANAGER, slug="pilot", guidelines="# Look", regions_per_image=4)
    ben = make_member(pattern, name="ben")
    fields = {"name": "Main", "slug": "main", "votes_wanted": 9, "regions_per_image": 3, "like": "pilot"}

    answer = client_of(ada).post("/studies/new", fields | {"with_people": "on"})

    assert answer["Location"] == "/studies/main/setup/images"
    study = Study.objects.get(slug="main")
    assert (study.guidelines, study.regions_per_image, study.votes_wanted) == ("# Look", 4, 9)
    assert {one.user for one in study.memberships.all()} == {ada, ben}


def test_a_pattern_is_a_study_that_one_manages() -> None:
    ada = make_user("ada", is_staff=True)
    rated = join(ada, slug="rated")
    assert b"Like another study" not in client_of(ada).get("/studies/new").content
    join(ada, Role.MANAGER, slug="managed")
    fields = {"name": "Main", "slug": "main", "votes_wanted": 7, "regions_per_image": 3}

    foreign, nobodys = (
        client_of(ada).post("/studies/new", fields | more) for more in ({"like": rated.slug}, {"with_people": "on"})
    )

    assert [foreign.status_code, nobodys.status_code, Study.objects.count()] == [400, 400, 2]
    assert b"Whose people? Choose the study above." in nobodys.content


def test_only_staff_begin_studies() -> None:
    client = client_of(make_user())

    assert [client.get("/studies/new").status_code, client.post("/studies/new").status_code] == [403, 403]


def test_who_may_make_studies_is_asked_to_begin_with_one_and_others_to_wait() -> None:
    staff, ben = (client_of(make_user(is_staff=may)).get("/").content.decode() for may in (True, False))

    assert [page.count('href="/studies/new"') for page in (staff, ben)] == [1, 0]
    assert ["You are in no study yet" in page for page in (staff, ben)] == [False, True]


def test_an_overseer_s_card_says_how_far_the_study_is_and_no_noughts_of_their_own() -> None:
    ada = make_user()
    rated, empty = join(ada, Role.MANAGER, name="A"), join(ada, Role.REVIEWER, name="B")
    cast(make_region(rated), make_member(rated))
    client = client_of(ada)

    page = client.get("/").content.decode()
    lines = [client.get(f"/studies/{study.slug}/card").content.decode() for study in (rated, empty)]

    assert [page.count(f'hx-get="/studies/{study.slug}/card"') for study in (rated, empty)] == [1, 1]
    assert page.count("My votes") == 0
    assert ["1 of 2 opinions" in lines[0], "No regions yet" in lines[1]] == [True, True]


def test_a_manager_who_rates_sees_their_own_votes_too() -> None:
    ada = make_user()
    study = join(ada, Role.MANAGER)
    cast(make_region(study), ada)

    assert client_of(ada).get("/").content.decode().count("My votes") == 1


def test_an_annotator_s_card_says_nothing_of_the_whole_study() -> None:
    ben = make_user()
    join(ben)

    page = client_of(ben).get("/").content.decode()

    assert [page.count("hx-get"), page.count("My votes")] == [0, 1]


def test_closed_studies_stand_behind_those_that_go_on() -> None:
    ben = make_user()
    for name, status in (("A", StudyStatus.CLOSED), ("B", StudyStatus.PAUSED), ("C", StudyStatus.OPEN)):
        join(ben, name=name, status=status)

    assert [card.membership.study.name for card in cards_of(ben)] == ["B", "C", "A"]
