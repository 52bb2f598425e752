"""The manager's side while people rate: the board that renews itself, messages on the rating screen, files of people."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.invitations import make_invitation
from annotation.actions.members_csv import invite_people
from annotation.actions.messages import send_message
from annotation.enums import Role
from annotation.models import Membership, MessageReading, Remark, Study, User
from tests.browser.axe import bring_axe, in_both_schemes
from tests.browser.conftest import SignIn, Watch
from tests.browser.scenes import rated_picture
from tests.browser.waiting import follow, until_drawn
from tests.factories import cast, make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    return make_study(name="Gulls", slug="gulls", votes_wanted=2)


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


@pytest.fixture
def ben(study: Study) -> User:
    ben = make_member(study, name="ben")
    Membership.objects.update(created_at="2020-01-01T00:00Z")
    return ben


def test_the_board_renews_itself_without_jumping(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User, ben: User
) -> None:
    regions = [rated_picture(study, seed) for seed in (1, 2)]
    for _ in range(20):
        make_member(study)
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/gulls/board")
    expect(page.locator(".tile-now.rating b")).to_have_text("0")
    page.locator(f"#pause-{Membership.objects.get(user=ben).pk}").focus()
    page.evaluate("scrollTo(0, 300)")

    cast(regions[0], ben)

    expect(page.locator(".tile-now.rating b")).to_have_text("1")
    assert page.evaluate("scrollY") == 300
    assert page.evaluate("document.activeElement.id") == f"pause-{Membership.objects.get(user=ben).pk}"


def test_a_person_is_paused_from_the_board(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User, ben: User
) -> None:
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/gulls/board?sort=name")

    page.get_by_role("button", name="Pause ben").click()

    expect(page.get_by_role("button", name="Resume ben")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("ben gets no regions for now.")
    assert Membership.objects.get(user=ben).paused


def rating_with_a_message(open_as: SignIn, live_server: LiveServer, study: Study, ada: User, ben: User) -> Page:
    """Ben's rating screen, with words of Ada's above it."""
    rated_picture(study)
    send_message(study=study, by=ada, text="Soft fur is no blur. <b>", to=ben)
    page = open_as(ben)
    page.goto(f"{live_server.url}/studies/gulls/rate")
    page.locator("#answers").wait_for()
    return page


def test_a_message_comes_to_the_rating_screen_and_goes_when_it_was_read(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User, ben: User
) -> None:
    page = rating_with_a_message(open_as, live_server, study, ada, ben)
    expect(page.locator(".notices")).to_contain_text("Soft fur is no blur. <b>")

    page.get_by_role("button", name="I have read it").click()

    expect(page.locator("[data-notice]")).to_have_count(0)
    expect(page.locator("#answers")).to_be_visible()
    assert MessageReading.objects.get().reader == ben
    page.reload()
    page.locator("#answers").wait_for()
    expect(page.locator("[data-notice]")).to_have_count(0)


def test_a_message_stays_when_the_session_is_over(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User, ben: User
) -> None:
    page = rating_with_a_message(open_as, live_server, study, ada, ben)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    with page.expect_response(lambda answer: "/sign-in" in answer.url):  # where the server leads to
        page.get_by_role("button", name="I have read it").click()

    until_drawn(page)
    expect(page.locator("[data-notice]")).to_have_count(1)
    assert not MessageReading.objects.exists()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (820, 1180), (390, 844)])
def test_a_message_covers_no_answer(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User, ben: User, width: int, height: int
) -> None:
    rated_picture(study)
    send_message(study=study, by=ada, text="Soft fur is no blur.", to=ben)
    page = open_as(ben)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_server.url}/studies/gulls/rate")
    page.locator("#answers").wait_for()

    message, answers = (page.locator(name).bounding_box() for name in (".notices .message", "#answers"))

    assert message
    assert answers
    beside = message["x"] + message["width"] <= answers["x"]
    assert beside or message["y"] + message["height"] <= answers["y"]


def test_people_from_a_file_get_links_that_can_be_saved(
    open_as: SignIn, live_server: LiveServer, study: Study, ada: User, tmp_path: Path
) -> None:
    page = open_as(ada)
    page.goto(f"{live_server.url}/studies/gulls/people/file")
    page.get_by_label("or paste it here").fill("username\nfinn\n+maud\n")
    page.get_by_role("button", name="Look at it").click()
    follow(page.get_by_role("button", name="Add 2 people"))

    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as CSV").click()

    saving.value.save_as(tmp_path / "links.csv")
    lines = (tmp_path / "links.csv").read_text(encoding="utf-8-sig").splitlines()
    assert saving.value.suggested_filename == "gulls-links.csv"
    assert [line.split(",")[0] for line in lines] == ["username", "finn", "'+maud"]
    choose_password(page, lines[1].split(",")[1])


def choose_password(page: Page, link: str) -> None:
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("Password", exact=True).fill("a password nobody guesses")
    page.get_by_label("The password again").fill("a password nobody guesses")
    page.get_by_role("button", name="Go in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My studies")


def test_axe_finds_nothing_on_full_pages_and_at_the_door(
    open_as: SignIn, live_server: LiveServer, watch: Watch, study: Study, ada: User, ben: User
) -> None:
    watch.expected.append("404")
    region = rated_picture(study)
    cast(region, ben)
    Remark.objects.create(
        study=study, region=region, annotator=ben, kind="flag", reason="small", idempotency_key=uuid4()
    )
    send_message(study=study, by=ada, text="Hello.")
    (invited,) = invite_people(study=study, text="username\nmaud\n")
    _, token = make_invitation(study=study, by=ada, note="Class")
    page = open_as(ada)
    inside = [
        "board",
        f"board/{Membership.objects.get(user=ben).pk}",
        "remarks",
        "people/messages",
        "people/invitations",
    ]

    bring_axe(page)
    problems = []
    for path in [*(f"/studies/gulls/{end}" for end in inside), ""]:
        page.goto(live_server.url + path)
        problems += in_both_schemes(page, path)
    page.context.clear_cookies()
    for path in (f"/invitations/{token}", "/invitations/wrong", f"/welcome/{invited.token}"):
        page.goto(live_server.url + path)
        problems += in_both_schemes(page, path)

    assert problems == []
