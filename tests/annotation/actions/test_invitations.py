from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.invitations import accept_invitation, join_as_new, make_invitation, revoke_invitation
from annotation.actions.studies import remove_member
from annotation.enums import Role
from annotation.errors import Conflict, DomainError, InvalidInput
from annotation.models import Invitation, Membership, Study, User
from tests.factories import make_member, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER)


def test_only_the_hash_of_a_token_is_kept(study: Study, ada: User) -> None:
    invitation, token = make_invitation(study=study, by=ada)

    assert len(token) == 43
    assert [token in str(value) for value in Invitation.objects.values_list().get()] == [False] * 11
    assert invitation.digest == Invitation.digest_of(token)


def test_a_link_lets_somebody_in_with_its_role_and_counts(study: Study, ada: User) -> None:
    _, token = make_invitation(study=study, by=ada, role=Role.REVIEWER, uses_at_most=2)

    member = accept_invitation(token=token, user=make_user())

    assert (member.role, member.active, Invitation.objects.get().uses) == (Role.REVIEWER, True, 1)


def test_who_is_in_keeps_their_role_and_uses_nothing_up(study: Study, ada: User) -> None:
    _, token = make_invitation(study=study, by=ada)

    assert accept_invitation(token=token, user=ada).role == Role.MANAGER
    assert Invitation.objects.get().uses == 0


def test_who_was_taken_out_does_not_come_back_by_an_old_link(study: Study, ada: User) -> None:
    _, token = make_invitation(study=study, by=ada, uses_at_most=5)
    finn = make_user()
    remove_member(membership=accept_invitation(token=token, user=finn), by=ada)

    with pytest.raises(Conflict, match="taken you out"):
        accept_invitation(token=token, user=finn)


@pytest.mark.parametrize("how", ["revoked", "expired", "used_up"])
def test_a_closed_link_says_why_and_changes_nothing(study: Study, ada: User, how: str) -> None:
    invitation, token = make_invitation(study=study, by=ada)
    if how == "revoked":
        revoke_invitation(invitation=invitation)
    elif how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        accept_invitation(token=token, user=make_user())
    before = (User.objects.count(), Membership.objects.count())

    with pytest.raises(Conflict) as refused:
        join_as_new(token=token, username="finn", password="correct horse battery")

    assert refused.value.code == how
    assert (User.objects.count(), Membership.objects.count()) == before


def test_each_link_leads_to_its_own_study(study: Study, ada: User) -> None:
    other = make_study()
    tokens = [make_invitation(study=one, by=ada)[1] for one in (study, other)]
    newcomer = make_user()

    assert [accept_invitation(token=token, user=newcomer).study for token in reversed(tokens)] == [other, study]


def test_an_unknown_token_makes_no_account(study: Study, ada: User) -> None:
    make_invitation(study=study, by=ada)

    with pytest.raises(InvalidInput, match="no such invitation"):
        join_as_new(token="x" * 43, username="finn", password="correct horse battery")

    assert (list(User.objects.all()), Invitation.objects.get().uses) == ([ada], 0)


def test_a_taken_name_uses_nothing_up(study: Study, ada: User) -> None:
    _, token = make_invitation(study=study, by=ada)

    with pytest.raises(Conflict, match="user name already"):
        join_as_new(token=token, username=ada.username, password="correct horse battery")

    assert Invitation.objects.get().uses == 0


@pytest.mark.parametrize("wrong", [{"role": Role.MANAGER}, {"uses_at_most": 0}, {"days": 0}, {"days": 400}])
def test_links_that_make_no_sense_are_not_made(study: Study, ada: User, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        make_invitation(study=study, by=ada, **wrong)

    assert Invitation.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_in_by_a_link_for_three(study: Study, ada: User) -> None:
    _, token = make_invitation(study=study, by=ada, uses_at_most=3)
    people = [make_user() for _ in range(10)]

    def join(user: User) -> bool:
        try:
            accept_invitation(token=token, user=user)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(5) as pool:
        got_in = list(pool.map(join, people))

    assert (sum(got_in), Invitation.objects.get().uses) == (3, 3)
    assert Membership.objects.filter(user__in=people).count() == 3
