import pytest
from django.test import Client

from annotation.keys import ACTIONS
from annotation.models import User
from tests.factories import make_user
from tests.webapp.pages.cast import client_of, make_cast
from webapp.pages.keys import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben() -> User:
    return make_user("ben")


@pytest.fixture
def client(ben: User) -> Client:
    return client_of(ben)


def test_every_action_has_its_words() -> None:
    assert list(WORDS) == list(ACTIONS)


def test_keys_are_kept_as_plain_text_and_shown_again(client: Client, ben: User) -> None:
    answer = client.post("/account/keys", {"text": "blink = b\r\nflag ="})

    ben.refresh_from_db()
    page = client.get("/account").content.decode()
    assert (answer["Location"], ben.keys) == ("/account", "blink = B\nflag = ")
    assert "\nblink = B\ncentre = C\n" in page
    assert "Your keys are kept." in page


@pytest.mark.parametrize("given", [{"text": ""}, {"text": "blink = q", "reset": ""}, {}])
def test_the_first_keys_come_back(client: Client, ben: User, given: dict[str, str]) -> None:
    client.post("/account/keys", {"text": "blink = b"})

    client.post("/account/keys", given)

    ben.refresh_from_db()
    assert ben.keys == ""


def test_keys_that_make_no_sense_change_nothing(client: Client, ben: User) -> None:
    client.post("/account/keys", {"text": "blink = b"})

    client.post("/account/keys", {"text": "blink = <script>"})
    answer = client.post("/account/keys", {"text": "blink = c"}, headers={"Accept": "application/json"})

    ben.refresh_from_db()
    assert (answer.status_code, answer.json()["error"]["code"], ben.keys) == (400, "invalid", "blink = B")
    assert "Line 1: a key is one letter" in client.get("/account").content.decode()


def test_a_script_gets_all_lines(client: Client) -> None:
    lines = client.post("/account/keys", {"text": "blink = b"}, headers={"Accept": "application/json"}).json()["keys"]

    assert lines.splitlines() == [f"{action} = {'B' if action == 'blink' else key}" for action, key in ACTIONS.items()]


def test_a_text_that_no_longer_makes_sense_is_the_first_keys(client: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(keys="gone = g")

    assert client.get("/account").status_code == 200


def test_the_rating_screen_has_the_person_s_keys() -> None:
    scene = make_cast()
    User.objects.filter(pk=scene.people["annotator"].pk).update(keys="blink = B")

    page = client_of(scene.people["annotator"]).get("/studies/gulls/rate").content.decode()

    assert "\nblink = B\n" in page


def test_the_worker_is_a_script_at_the_root() -> None:
    answer = Client().get("/rate-worker.js")

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "text/javascript; charset=utf-8",
        "no-cache",
    )
