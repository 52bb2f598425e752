import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.models import Membership, User
from tests.webapp.pages.cast import Cast, client_of

pytestmark = pytest.mark.django_db
TEXT = "username,votes_per_day\nfinn,40\nben,\n"


@pytest.fixture
def client(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def test_looking_at_a_file_changes_nothing(client: Client) -> None:
    file = SimpleUploadedFile("people.csv", "\ufeff".encode() + TEXT.encode(), "text/csv")

    answer = client.post("/studies/gulls/people/file", {"file": file})

    assert b"This would add 1 person" in answer.content
    assert User.objects.count() == 4


def test_a_file_that_is_much_too_large_is_not_read(client: Client) -> None:
    file = SimpleUploadedFile("people.csv", b"x" * (2**20 + 1), "text/csv")

    answer = client.post("/studies/gulls/people/file", {"file": file})

    assert (answer.status_code, b"The file has more than 1 MiB." in answer.content) == (400, True)


def test_a_file_with_the_line_ends_of_an_old_mac_is_read(client: Client) -> None:
    file = SimpleUploadedFile("people.csv", b"username,role\rfinn,annotator\r", "text/csv")

    answer = client.post("/studies/gulls/people/file", {"file": file})

    assert (answer.status_code, b"This would add 1 person" in answer.content) == (200, True)


def test_being_sure_adds_them_and_shows_each_link_once(client: Client) -> None:
    answer = client.post("/studies/gulls/people/file", {"text": TEXT, "sure": "1"})
    (link,) = set(re.findall(r"http://testserver(/welcome/[\w-]+)", answer.content.decode()))

    assert Membership.objects.get(user__username="finn").votes_per_day == 40
    assert Client().get(link).status_code == 200
    assert link not in client.get("/studies/gulls/people/file").content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_wrong_row_adds_nobody_even_when_somebody_is_sure(client: Client) -> None:
    wrong = TEXT + "a b,\n"
    looked = client.post("/studies/gulls/people/file", {"text": wrong}).content
    sure = client.post("/studies/gulls/people/file", {"text": wrong, "sure": "1"})

    assert b"1 line is wrong; nobody was added" in looked
    assert (sure.status_code, b"Nobody was added: something is wrong in line 4" in sure.content) == (400, True)
    assert User.objects.count() == 4


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"name;mail\nx;y\n"])
def test_what_is_no_file_of_people_is_refused(client: Client, data: bytes) -> None:
    answer = client.post("/studies/gulls/people/file", {"file": SimpleUploadedFile("x.csv", data, "text/csv")})

    assert (answer.status_code, answer.content.count(b'role="alert"')) == (400, 1)
