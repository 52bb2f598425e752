import pytest

from annotation.actions.first_passwords import choose_first_password, new_first_token, newcomer_of
from annotation.actions.members import limit_member, pause_member
from annotation.actions.members_csv import Verdict, invite_people, plan_people
from annotation.enums import Role
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Membership, Study, User
from tests.factories import make_member, make_study, make_user

pytestmark = pytest.mark.django_db
NEW = "a password nobody guesses"


@pytest.fixture
def study() -> Study:
    return make_study()


def test_a_good_file_makes_accounts_members_limits_and_links(study: Study) -> None:
    text = "username,email,role,votes_at_most,votes_per_day\nfinn,finn@example.org,,500,60\nmaud,,reviewer,,\n"

    invited = invite_people(study=study, text=text)

    finn, maud = (Membership.objects.get(user__username=name) for name in ("finn", "maud"))
    assert (finn.role, finn.votes_at_most, finn.votes_per_day, finn.user.email) == (
        Role.ANNOTATOR, 500, 60, "finn@example.org",
    )  # fmt: skip
    assert (maud.role, maud.votes_at_most, maud.votes_per_day) == (Role.REVIEWER, None, None)
    assert not finn.user.has_usable_password()
    assert [newcomer_of(one.token) for one in invited] == [finn.user, maud.user]


def test_a_first_link_works_once(study: Study) -> None:
    (invited,) = invite_people(study=study, text="username\nfinn\n")

    user = choose_first_password(token=invited.token, password=NEW)

    assert user.check_password(NEW)
    with pytest.raises(InvalidInput, match="used or is too old"):
        choose_first_password(token=invited.token, password="another one entirely")


@pytest.mark.parametrize("token", ["", "x", "5-", "99999999999999999999-x", "1-abc-def", "\u0661-x"])
def test_a_made_up_first_link_is_nobody_s(token: str) -> None:
    with pytest.raises(InvalidInput):
        newcomer_of(token)


def test_a_link_of_another_account_does_not_fit(study: Study) -> None:
    one, two = invite_people(study=study, text="username\nfinn\nmaud\n")
    number, rest = one.token.split("-")[0], two.token.split("-", 1)[1]

    with pytest.raises(InvalidInput):
        newcomer_of(f"{number}-{rest}")


def test_one_wrong_row_and_nobody_is_added(study: Study) -> None:
    with pytest.raises(InvalidInput, match="Nobody was added: something is wrong in line 3"):
        invite_people(study=study, text="username,email\nfinn,\nmaud,no address\n")

    assert User.objects.count() == 0


def test_each_row_says_what_would_become_of_it(study: Study) -> None:
    make_member(study, name="ben")
    make_user("Cleo")
    make_user("gone", is_active=False)
    text = "Username;Role\nben;\ncleo;reviewer\nfinn;\nFINN;\ngone;\nbad name;\nmaud;manager\n;\nnils;annotator;extra\n"

    rows = plan_people(study=study, text=text)

    assert [(row.line, row.username, row.verdict) for row in rows] == [
        (2, "ben", Verdict.STAYS),
        (3, "cleo", Verdict.JOINS),
        (4, "finn", Verdict.WRONG),
        (5, "FINN", Verdict.WRONG),
        (6, "gone", Verdict.WRONG),
        (7, "bad name", Verdict.WRONG),
        (8, "maud", Verdict.WRONG),
        (10, "nils", Verdict.WRONG),
    ]
    assert rows[2].problems == ["The name is in the file more than once."]
    assert User.objects.count() == 3


def test_wide_letters_are_the_letters_that_they_look_like(study: Study) -> None:
    ada = make_user("ada")

    rows = plan_people(study=study, text="username\n\uff41\uff44\uff41\n\uff46inn\nfinn\n")

    assert [(row.username, row.verdict) for row in rows] == [
        ("ada", Verdict.JOINS),
        ("finn", Verdict.WRONG),
        ("finn", Verdict.WRONG),
    ]
    invite_people(study=study, text="username\n\uff41\uff44\uff41\n")
    assert list(Membership.objects.values_list("user", flat=True)) == [ada.pk]


def test_capitals_make_no_other_person(study: Study) -> None:
    ada = make_user("Ada")

    invite_people(study=study, text="username\naDA\n")

    assert Membership.objects.get().user == ada


@pytest.mark.parametrize("limit", ["0", "-3", "1.5", "ten", "99999999999", "٣"])
def test_a_limit_is_a_whole_number(study: Study, limit: str) -> None:
    (row,) = plan_people(study=study, text=f"username,votes_per_day\nfinn,{limit}\n")

    assert row.problems == ["A limit must be a whole number above 0, or empty."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_spreadsheet_ends_them(study: Study, end: str) -> None:
    """With a carriage return alone in “CSV (Macintosh)”."""
    rows = plan_people(study=study, text=f"\ufeffusername;role{end}finn;annotator{end}maud,x;{end}")

    assert [(row.line, row.username, row.verdict) for row in rows] == [
        (2, "finn", Verdict.NEW),
        (3, "maud,x", Verdict.WRONG),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("", "finn\nmaud\n", "username,password\nfinn,x\n", "username,username\na,b\n", "username\n", "username\n\0"),
        *(f"username,{'x' * 140_000}", f"username\n{'x' * 140_000}", 'username,"role\nfinn,annotator'),
    ],
)
def test_a_file_of_something_else_says_what_is_wanted(study: Study, text: str) -> None:
    with pytest.raises(InvalidInput):
        plan_people(study=study, text=text)


def test_who_is_inside_keeps_role_and_limits(study: Study) -> None:
    make_member(study, Role.MANAGER, "ada")

    assert invite_people(study=study, text="username,role,votes_per_day\nada,annotator,5\n") == []
    assert Membership.objects.get().role == Role.MANAGER


def test_a_lost_link_is_made_again_only_while_there_is_no_password(study: Study) -> None:
    ada = make_member(study, Role.MANAGER)
    (invited,) = invite_people(study=study, text="username\nfinn\n")
    finn = Membership.objects.get(user__username="finn")

    token = new_first_token(membership=finn, by=ada)
    choose_first_password(token=token, password=NEW)

    finn.refresh_from_db()
    with pytest.raises(Conflict, match="has chosen a password"):
        new_first_token(membership=finn, by=ada)
    with pytest.raises(InvalidInput):
        newcomer_of(invited.token)


def test_a_manager_of_another_study_gets_no_link_to_somebody_s_account(study: Study) -> None:
    invite_people(study=study, text="username\nfinn\n")
    other = make_study()
    eve = make_member(other, Role.MANAGER)
    mine = Membership.objects.create(study=other, user=User.objects.get(username="finn"), role=Role.ANNOTATOR)

    with pytest.raises(Forbidden):
        new_first_token(membership=mine, by=eve)


def test_pause_and_limits(study: Study) -> None:
    member = Membership.objects.get(user=make_member(study))

    pause_member(membership=member, paused=True)
    limit_member(membership=member, votes_at_most=9, votes_per_day=None)

    member.refresh_from_db()
    assert (member.paused, member.votes_at_most, member.votes_per_day) == (True, 9, None)
    with pytest.raises(InvalidInput):
        limit_member(membership=member, votes_at_most=0, votes_per_day=None)
