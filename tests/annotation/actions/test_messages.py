import pytest

from annotation.actions.messages import mark_read, send_message
from annotation.actions.studies import add_member, remove_member
from annotation.enums import Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Membership, Message, Study, User
from annotation.queries.messages import messages_for, receipts_of, sent_in, unread_by
from tests.factories import make_member, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER)


def test_a_message_to_all_reaches_those_who_rate_then(study: Study, ada: User) -> None:
    ben, dora = make_member(study, name="ben"), make_member(study, Role.REVIEWER)
    Membership.objects.update(created_at="2020-01-01T00:00Z")
    send_message(study=study, by=ada, text="Closed tomorrow.")
    late = make_user()
    add_member(study=study, user=late, role=Role.ANNOTATOR)
    Membership.objects.filter(user=late).update(created_at="2100-01-01T00:00Z")

    assert [messages_for(user).count() for user in (ben, dora, ada, late, make_user())] == [1, 0, 0, 0, 0]


def test_a_message_to_one_is_nobody_elses(study: Study, ada: User) -> None:
    ben, finn = make_member(study), make_member(study)
    message = send_message(study=study, by=ada, text="  Look at blur again.\r\nPlease. ", to=ben)

    assert message.text == "Look at blur again.\nPlease."
    assert [messages_for(user).count() for user in (ben, finn)] == [1, 0]
    send_message(study=study, by=ada, text="And this is yours.", to=finn)
    with pytest.raises(Conflict, match="not for you"):
        mark_read(message=message, by=finn)


def test_what_was_read_is_not_shown_again_and_the_sender_sees_it(study: Study, ada: User) -> None:
    ben, finn = make_member(study, name="ben"), make_member(study, name="finn")
    Membership.objects.update(created_at="2020-01-01T00:00Z")
    message = send_message(study=study, by=ada, text="Hello.")

    mark_read(message=message, by=ben)
    mark_read(message=message, by=ben)

    assert (unread_by(ben).count(), unread_by(finn, study).count()) == (0, 1)
    (sent,) = receipts_of(list(sent_in(study)))
    assert (sent.read, sent.of, sent.unread_names) == (1, 2, ("finn",))


def test_who_left_the_study_hears_no_more_of_it(study: Study, ada: User) -> None:
    ben = make_member(study)
    send_message(study=study, by=ada, text="Hello.", to=ben)
    remove_member(membership=Membership.objects.get(user=ben), by=ada)

    assert unread_by(ben).count() == 0


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2001, "a\0b"])
def test_no_words_are_no_message(study: Study, ada: User, text: str) -> None:
    with pytest.raises(InvalidInput):
        send_message(study=study, by=ada, text=text)

    assert Message.objects.count() == 0


def test_a_stranger_gets_no_message(study: Study, ada: User) -> None:
    with pytest.raises(Conflict, match="not in the study"):
        send_message(study=study, by=ada, text="Hello.", to=make_user())
