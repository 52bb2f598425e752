"""The guidelines come up by themselves: before the first region, and before the first that newer ones are for."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.codebooks import publish_codebook
from annotation.actions.exams import start_exam
from annotation.actions.gold import mark_gold
from annotation.models import Exam, Protocol, Study, User, Vote
from tests.browser.conftest import SignIn, Watch
from tests.browser.rating_browser import open_screen, study_with
from tests.browser.waiting import until, until_next_is_held
from tests.factories import cast, make_member, make_opinion

pytestmark = pytest.mark.django_db(transaction=True)


def rate_one(page: Page, votes: int) -> None:
    expect(page.locator("#answers input:checked")).to_have_count(0)  # the region that was rated before has gone
    for _ in range(8):
        page.keyboard.press("3")
    page.keyboard.press("Enter")
    until(page, lambda: Vote.objects.count() == votes)


def publish(study: Study, text: str) -> None:
    ada = make_member(study, "manager")
    publish_codebook(study=study, guidelines=text, by=ada, correction=False, number=study.codebook)


def one_training(study: Study, annotator: User) -> Exam:
    Protocol.objects.create(study=study, viewing_check="off", least_view_ms=0, training_regions=1)
    region = study.regions.last()
    assert region is not None
    mark_gold(region=region, by=make_member(study, "manager"), use="training", opinion=make_opinion())
    return start_exam(study=study, annotator=annotator, kind="training")


def look(page: Page, live_server: LiveServer, study: Study) -> None:
    page.goto(f"{live_server.url}/studies/{study.slug}/rate")


def test_who_begins_reads_them_first_and_nobody_twice(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(3, guidelines="Look **closely**.")
    page = open_as(make_member(study))
    look(page, live_server, study)

    expect(page.locator("#guidelines .message:visible")).to_have_text(
        "Please read them before your first region. You can open them again at any time."
    )
    page.keyboard.press("Enter")  # whoever sent a vote a moment ago may still be on that key
    expect(page.locator("#guidelines")).to_be_visible()
    page.get_by_role("button", name="On to the region").click()
    expect(page.locator("#answers")).to_be_visible()
    rate_one(page, 1)
    expect(page.locator("#guidelines")).to_be_hidden()
    page.keyboard.press("g")
    expect(page.locator("#guidelines .message:visible, #guidelines [data-why]:visible")).to_have_count(0)
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("#answers")).to_be_visible()
    expect(page.locator("#guidelines")).to_be_hidden()


def test_the_time_they_are_read_is_no_time_of_a_vote(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1, guidelines="Look.")
    page = open_as(make_member(study))
    look(page, live_server, study)
    expect(page.locator("#guidelines")).to_be_visible()
    page.wait_for_timeout(3000)

    page.keyboard.press("Escape")
    expect(page.locator("#answers")).to_be_visible()
    rate_one(page, 1)

    assert Vote.objects.get().duration_ms < 3000


def test_newer_ones_come_up_in_a_page_that_was_open_and_votes_say_which_was_followed(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = study_with(5, guidelines="Look.")
    page = open_as(make_member(study))
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    publish(study, "Look *twice*.")

    rate_one(page, 1)
    rate_one(page, 2)  # it was held before the new ones were there

    expect(page.locator("#guidelines")).to_be_visible()
    expect(page.locator("#guidelines .prose")).to_have_text("Look twice.")
    expect(page.locator("#guidelines .message:visible")).to_have_text(
        "These are new: number 2 is in force from your next region on."
    )
    page.keyboard.press("Escape")
    expect(page.locator("#answers input:checked")).to_have_count(0)
    rate_one(page, 3)
    rate_one(page, 4)
    assert list(Vote.objects.order_by("pk").values_list("codebook", flat=True)) == [1, 1, 2, 2]


def test_a_vote_taken_back_after_they_came_is_given_anew_by_the_newer_ones(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = study_with(3, guidelines="Look.")
    page = open_as(make_member(study))
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    rate_one(page, 1)
    publish(study, "Look *twice*.")

    page.keyboard.press("z")

    expect(page.locator("#guidelines .prose")).to_have_text("Look twice.")
    page.keyboard.press("Escape")
    expect(page.locator("#say")).to_have_text("Your vote is taken back. Change it and submit again.")
    page.keyboard.press("Enter")
    until(page, lambda: Vote.objects.count() == 2)
    assert list(Vote.objects.order_by("pk").values_list("codebook", flat=True)) == [1, 2]


def test_who_voted_by_older_ones_reads_the_newer_ones_on_coming_back(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2, guidelines="Look.")
    ben = make_member(study)
    region = study.regions.first()
    assert region is not None
    cast(region, ben)
    publish(study, "Look twice.")
    page = open_as(ben)
    look(page, live_server, study)

    expect(page.locator("#guidelines .message:visible")).to_have_text(
        "These are new: number 2 is in force from your next region on."
    )


def test_a_region_waits_while_the_new_ones_do_not_come(open_as: SignIn, live_server: LiveServer, watch: Watch) -> None:
    watch.expected.append("ERR_FAILED")
    study = study_with(4, guidelines="Look.")
    page = open_as(make_member(study))
    with until_next_is_held(page):
        open_screen(page, live_server, study)
    publish(study, "Look twice.")
    page.route("**/guidelines", lambda route: route.abort())

    rate_one(page, 1)
    rate_one(page, 2)
    expect(page.locator("[data-screen=away]")).to_be_visible()
    page.unroute("**/guidelines")

    expect(page.locator("#guidelines .prose")).to_have_text("Look twice.")


def test_a_study_without_guidelines_begins_at_once(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1)
    page = open_as(make_member(study))

    open_screen(page, live_server, study)

    expect(page.locator("#guidelines")).to_be_hidden()


@pytest.mark.parametrize("way", ["Start rating", "Rate"])
def test_who_comes_from_reading_them_begins_at_once(open_as: SignIn, live_server: LiveServer, way: str) -> None:
    study = study_with(1, guidelines="Look.")
    page = open_as(make_member(study))
    page.goto(f"{live_server.url}/studies/{study.slug}/guidelines", wait_until="networkidle")

    page.get_by_role("link", name=way, exact=True).click()

    expect(page.locator("#answers")).to_be_visible()
    expect(page.locator("#guidelines")).to_be_hidden()
    assert page.url == f"{live_server.url}/studies/{study.slug}/rate"


def test_who_has_read_them_and_said_nothing_yet_reads_them_once(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(1, guidelines="Look.")
    page = open_as(make_member(study))
    look(page, live_server, study)
    page.get_by_role("button", name="On to the region").click()
    expect(page.locator("#answers")).to_be_visible()

    page.reload()

    expect(page.locator("#answers")).to_be_visible()
    expect(page.locator("#guidelines")).to_be_hidden()


def test_what_one_person_reads_another_in_the_same_browser_has_not_read(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = study_with(1, guidelines="Look.")
    open_as(make_member(study, "manager")).goto(f"{live_server.url}/studies/{study.slug}/guidelines")
    page = open_as(make_member(study))

    look(page, live_server, study)

    expect(page.locator("#guidelines [data-why=first]").first).to_be_visible()


def test_training_begins_with_those_in_force(open_as: SignIn, live_server: LiveServer) -> None:
    study = study_with(2, guidelines="Look.")
    ben = make_member(study)
    region = study.regions.first()
    assert region is not None
    cast(region, ben)
    publish(study, "Look twice.")
    training = one_training(study, ben)
    page = open_as(ben)

    page.goto(f"{live_server.url}/studies/{study.slug}/exams/{training.pk}")

    expect(page.locator("#guidelines .prose")).to_have_text("Look twice.")
    expect(page.locator("#guidelines [data-why=changed]")).to_be_visible()
    page.get_by_role("button", name="On to the region").click()
    expect(page.locator("#answers")).to_be_visible()
