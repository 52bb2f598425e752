import pytest

from annotation.actions.messages import send_message
from annotation.models import Membership, Message, MessageReading
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/people/messages"


@pytest.fixture
def scene() -> Cast:
    scene = make_cast()
    Membership.objects.update(created_at="2020-01-01T00:00Z")
    return scene


def test_a_message_is_on_the_list_of_studies_until_it_was_read(scene: Cast) -> None:
    client_of(scene.people["manager"]).post(PATH, {"to": "", "text": "Closed <b>tomorrow</b>.\nSorry."})
    ben = client_of(scene.people["annotator"])
    before = ben.get("/").content.decode()

    ben.post(f"/notices/{Message.objects.get().pk}/read", {"next": "/"})

    assert "Closed &lt;b&gt;tomorrow&lt;/b&gt;.<br>Sorry." in before
    assert "Sorry." not in ben.get("/").content.decode()
    assert "read by 1 of 1" in client_of(scene.people["manager"]).get(PATH).content.decode()


def test_the_rating_screen_asks_for_what_is_unread(scene: Cast) -> None:
    ben = scene.people["annotator"]
    send_message(study=scene.study, by=scene.people["manager"], text="Look at blur.", to=ben)

    shown = [client_of(scene.people[who]).get("/studies/gulls/notices").content for who in ("annotator", "reviewer")]

    assert [b"Look at blur." in one for one in shown] == [True, False]


def test_nobody_reads_what_was_sent_to_another(scene: Cast) -> None:
    message = send_message(study=scene.study, by=scene.people["manager"], text="A.", to=scene.people["annotator"])

    got = [
        client_of(scene.people[who]).post(f"/notices/{message.pk}/read").status_code for who in ("reviewer", "outsider")
    ]

    assert (got, MessageReading.objects.count()) == ([404, 404], 0)


def test_a_message_to_one_person_names_them(scene: Cast) -> None:
    ben = Membership.objects.get(user=scene.people["annotator"])

    answer = client_of(scene.people["manager"]).post(PATH, {"to": str(ben.pk), "text": "Hello."}, follow=True)

    assert "The message is on ben’s screen." in answer.content.decode()
    assert Message.objects.get().recipient == ben.user


@pytest.mark.parametrize(
    "given", [{"text": ""}, {"text": "x" * 2001}, {"text": "x", "to": "999999"}, {"text": "x", "to": "me"}]
)
def test_what_makes_no_sense_is_not_sent(scene: Cast, given: dict[str, str]) -> None:
    answer = client_of(scene.people["manager"]).post(PATH, given)

    assert (answer.status_code, Message.objects.count()) == (400, 0)


def test_the_list_costs_the_same_with_more_messages(scene: Cast) -> None:
    manager = client_of(scene.people["manager"])
    send_message(study=scene.study, by=scene.people["manager"], text="One.")
    before = queries_of(manager, PATH)
    for text in ("Two.", "Three."):
        send_message(study=scene.study, by=scene.people["manager"], text=text, to=scene.people["annotator"])

    assert queries_of(manager, PATH) == before
