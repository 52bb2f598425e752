"""From files on a person's disk to the report with a verdict on each."""

import pytest
from django.core.files.storage import default_storage
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions import jobs
from annotation.actions.imports import run_import
from annotation.enums import Role
from annotation.models import Image, Import
from tests.browser.conftest import SignIn
from tests.browser.scenes import noise, png
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db(transaction=True)


def test_chosen_files_are_uploaded_imported_and_reported(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study()
    page = open_as(make_member(study, Role.MANAGER))
    page.goto(f"{live_server.url}/studies/{study.slug}/images")
    good = png(noise())
    files = [("good (1).png", good), ("again.png", good), ("broken.png", good[:300])]

    page.locator("#files").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files]
    )

    page.wait_for_url("**/imports/*")
    expect(page.locator("#report")).to_contain_text("Queued")
    job = jobs.claim(Import)
    assert job is not None
    run_import(job=job)
    expect(page.locator("#state")).to_have_text("Done")  # htmx asks by itself
    verdicts = page.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(0, 2).map(c => c.innerText))"
    )
    assert sorted(verdicts) == [["again.png", "Imported"], ["broken.png", "Refused"], ["good (1).png", "Duplicate"]]
    page.get_by_role("link", name="Refused 1").click()
    expect(page.locator("tbody tr td:first-child")).to_have_text(["broken.png"])
    image = Image.objects.get()
    assert (image.name, image.file.read()) == ("again.png", good)
    assert default_storage.exists(job.source)


def test_a_running_import_is_stopped_and_goes_on(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study()
    page = open_as(make_member(study, Role.MANAGER))
    job = Import.objects.create(study=study, source="uploads/x.zip", uploaded=True, status="running", done=3, total=9)
    page.goto(f"{live_server.url}/studies/{study.slug}/imports/{job.pk}")

    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    place = stop.bounding_box()
    assert place
    for _ in range(2):  # the page puts a new one there each second
        renewed(page)
    expect(stop).to_be_focused()
    page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.mouse.down()
    for _ in range(2):  # but not while somebody presses it
        renewed(page)
    page.mouse.up()
    expect(page.locator("#state")).to_have_text("Cancelled")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#state")).to_have_text("Queued")


def renewed(page: Page) -> None:
    with page.expect_response(lambda answer: "verdict=" in answer.url):
        pass


HOLD_PACKING = """
const read = ReadableStreamDefaultReader.prototype.read;
const gate = new Promise((go) => { window.goOn = go; });
ReadableStreamDefaultReader.prototype.read = async function () { await gate; return read.call(this); };
"""


def test_an_upload_that_is_stopped_while_it_packs_is_never_sent(open_as: SignIn, live_server: LiveServer) -> None:
    study = make_study()
    page = open_as(make_member(study, Role.MANAGER))
    page.add_init_script(HOLD_PACKING)
    page.goto(f"{live_server.url}/studies/{study.slug}/images")

    def choose(name: str) -> None:
        page.locator("#files").set_input_files([{"name": name, "mimeType": "image/png", "buffer": png(noise())}])

    choose("first.png")
    page.locator("#upload-stop").click()
    choose("second.png")
    page.evaluate("window.goOn()")
    expect(page.locator("#upload-error")).to_have_text("Stopped. Nothing was imported.")
    assert Import.objects.count() == 0

    choose("third.png")
    page.wait_for_url("**/imports/*")
    assert Import.objects.count() == 1


DROP_UNREADABLE = """() => {
    const refuse = (_, fail) => fail(new DOMException('It may not be read.', 'NotReadableError'));
    const inside = [[{ isFile: true, name: 'a.png', file: refuse }], []];
    const reader = { readEntries: (tell) => tell(inside.shift()) };
    const folder = { isFile: false, name: 'photos', createReader: () => reader };
    const event = new Event('drop', { bubbles: true, cancelable: true });
    event.dataTransfer = { items: [{ webkitGetAsEntry: () => folder }], files: [] };
    document.getElementById('drop').dispatchEvent(event);
}"""


def test_a_dropped_folder_that_cannot_be_read_is_said_and_the_next_upload_goes(
    open_as: SignIn, live_server: LiveServer
) -> None:
    study = make_study()
    page = open_as(make_member(study, Role.MANAGER))
    page.goto(f"{live_server.url}/studies/{study.slug}/images")

    page.evaluate(DROP_UNREADABLE)

    expect(page.locator("#upload-error")).to_have_text("It may not be read.")
    expect(page.locator("#upload")).to_be_hidden()
    page.locator("#files").set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": png(noise())}])
    page.wait_for_url("**/imports/*")
    assert Import.objects.count() == 1
