import pytest
from django.core.files.storage import default_storage

from annotation.models import Export, Snapshot
from tests.webapp.pages.cast import client_of, make_cast
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db


def test_an_export_is_asked_for() -> None:
    scene = make_cast()
    client = client_of(scene.people["reviewer"])

    client.post("/studies/gulls/downloads/request", {"format": "coco", "include_images": "on", "without_exposed": "on"})
    refused = client.post("/studies/gulls/downloads/request", {"format": "exe"}, follow=True)

    export = Export.objects.latest("pk")
    assert (export.format, export.include_images, export.without_exposed, export.status, export.requested_by) == (
        "coco", True, True, "queued", scene.people["reviewer"],
    )  # fmt: skip
    assert b"The format must be one of" in refused.content
    assert Export.objects.count() == 2


def test_an_export_under_way_is_not_made_twice_and_can_be_stopped() -> None:
    scene = make_cast()
    client = client_of(scene.people["manager"])
    client.post("/studies/gulls/downloads/request", {"format": "hf"})
    again = client.post("/studies/gulls/downloads/request", {"format": "hf"}, follow=True)
    export = Export.objects.get(format="hf")

    client.post(f"/studies/gulls/downloads/{export.pk}/stop")

    export.refresh_from_db()
    assert (b"under way already" in again.content, export.status) == (True, "cancelled")


def test_the_file_comes_under_a_name_that_says_what_it_is() -> None:
    scene = make_cast()
    scene.export.snapshot = Snapshot.objects.create(
        study=scene.study, sha256="ab" * 32, rule="r", images=1, regions=1, settled=1, votes=1
    )
    scene.export.save()

    answer = client_of(scene.people["manager"]).get(f"/studies/gulls/downloads/{scene.export.pk}/file")

    assert b"".join(answer.streaming_content) == b"zip"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="gulls-csv-abababababab.zip"'


def test_a_file_that_the_store_has_lost_is_not_there() -> None:
    scene = make_cast()
    default_storage.delete(scene.export.file.name)

    answer = client_of(scene.people["manager"]).get(f"/studies/gulls/downloads/{scene.export.pk}/file")

    assert answer.status_code == 404


def test_an_unfinished_export_has_no_file_and_is_asked_after_again() -> None:
    scene = make_cast()
    queued = Export.objects.create(study=scene.study, format="hf")
    client = client_of(scene.people["manager"])

    listing = client.get("/studies/gulls/downloads", headers={"hx-request": "true"}).content.decode()

    assert client.get(f"/studies/gulls/downloads/{queued.pk}/file").status_code == 404
    assert ('hx-trigger="every 2s"' in listing, "<html" in listing) == (True, False)


def test_the_list_says_what_was_left_out() -> None:
    scene = make_cast()
    Export.objects.create(study=scene.study, format="hf", without_exposed=True)

    page = client_of(scene.people["manager"]).get("/studies/gulls/downloads").content.decode()

    assert page.count("without votes that saw a prelabel</span>") == 1


def test_an_expired_export_can_be_made_again() -> None:
    scene = make_cast()
    snapshot = Snapshot.objects.create(
        study=scene.study, sha256="ab" * 32, rule="r", images=1, regions=1, settled=1, votes=1
    )
    Export.objects.filter(pk=scene.export.pk).update(file="", snapshot=snapshot)
    client = client_of(scene.people["reviewer"])

    page = client.get("/studies/gulls/downloads").content.decode()
    client.post(f"/studies/gulls/downloads/{scene.export.pk}/again")
    again = client.post(f"/studies/gulls/downloads/{scene.export.pk}/again", follow=True).content.decode()

    scene.export.refresh_from_db()
    assert (page.count("Expired"), page.count(">Download<"), page.count("Make it again")) == (1, 0, 1)
    assert (scene.export.status, scene.export.snapshot) == ("queued", snapshot)
    assert again.count("Only an export whose file has expired can be made again.") == 1


def test_the_page_shows_every_format_and_the_command_line() -> None:
    scene = make_cast()

    page = client_of(scene.people["manager"]).get("/studies/gulls/downloads").content.decode()

    assert page.count('name="format"') == 6
    assert "python manage.py export_labels gulls --format csv --out labels/" in page
    assert "hx-get" not in page


def test_the_list_costs_the_same_with_more_exports() -> None:
    scene = make_cast()
    client = client_of(scene.people["manager"])
    before = queries_of(client, "/studies/gulls/downloads")
    for _ in range(3):
        Export.objects.create(study=scene.study, format="csv", requested_by=scene.people["manager"])

    assert queries_of(client, "/studies/gulls/downloads") == before


def test_a_report_is_asked_for_in_a_language_that_is_the_reader_s_at_first() -> None:
    client = client_of(make_cast().people["manager"])
    chinese = {"Accept-Language": "zh-CN"}

    english, other = (client.get("/studies/gulls/downloads", headers=one).content.decode() for one in ({}, chinese))
    client.post("/studies/gulls/downloads/request", {"format": "report", "language": "en"}, headers=chinese)
    client.post("/studies/gulls/downloads/request", {"format": "report"}, headers=chinese)
    client.post("/studies/gulls/downloads/request", {"format": "coco", "language": "zh-hans"}, headers=chinese)
    listed = client.get("/studies/gulls/downloads").content.decode()

    assert ('value="en" lang="en" selected' in english, 'value="zh-hans" lang="zh-hans" selected' in other) == (
        True,
    ) * 2
    assert list(Export.objects.order_by("pk").values_list("format", "language")) == [
        ("csv", ""), ("report", ""), ("report", "zh-hans"), ("coco", ""),
    ]  # fmt: skip
    assert listed.count('<span class="muted" lang="zh-hans">简体中文</span>') == 1


def test_a_report_s_file_says_its_language() -> None:
    scene = make_cast()
    scene.export.format, scene.export.language = "report", "zh-hans"
    scene.export.save()

    answer = client_of(scene.people["manager"]).get(f"/studies/gulls/downloads/{scene.export.pk}/file")

    assert answer["Content-Disposition"] == 'attachment; filename="gulls-report-zh-hans.zip"'
