import re

import pytest

from annotation.models import ImportedFile
from tests.webapp.pages.cast import client_of, make_cast
from tests.webapp.pages.test_studies import queries_of
from webapp.pages import imports

pytestmark = pytest.mark.django_db


def test_the_report_is_filtered_by_verdict() -> None:
    scene = make_cast()
    client, path = client_of(scene.people["manager"]), f"/studies/gulls/imports/{scene.job.pk}"

    everything, refused = (client.get(path + query).content.decode() for query in ("", "?verdict=refused"))

    assert [word in everything for word in ("herring gull.png", "notes.txt", "This is no image.")] == [True] * 3
    assert ["herring gull.png" in refused, "notes.txt" in refused] == [False, True]
    assert re.findall(r"(All|Imported|Duplicate|Refused) (\d+)<", refused) == [
        ("All", "2"), ("Imported", "1"), ("Duplicate", "0"), ("Refused", "1"),
    ]  # fmt: skip


def test_htmx_gets_the_part_that_changes_until_the_end() -> None:
    scene = make_cast()
    client, path = client_of(scene.people["manager"]), f"/studies/gulls/imports/{scene.job.pk}"
    ended = client.get(path, headers={"hx-request": "true"}).content.decode()
    scene.job.status = "running"
    scene.job.save()

    running = client.get(path, headers={"hx-request": "true"}).content.decode()

    assert ["<html" in part for part in (ended, running)] == [False, False]
    assert ["hx-get" in part for part in (ended, running)] == [False, True]


def test_a_long_report_has_pages_and_costs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_cast()
    client, path = client_of(scene.people["manager"]), f"/studies/gulls/imports/{scene.job.pk}"
    before = queries_of(client, path)
    ImportedFile.objects.bulk_create(
        ImportedFile(job=scene.job, path=f"{n}.txt", verdict="refused", message="No.") for n in range(6)
    )
    assert queries_of(client, path) == before

    monkeypatch.setattr(imports, "PER_PAGE", 3)

    second = client.get(f"{path}?verdict=refused&page=2").content.decode()
    assert "Page 2 of 3" in second
    assert 'href="?verdict=refused&amp;page=3"' in second


def test_refused_files_are_told_where_the_import_is_mentioned() -> None:
    scene = make_cast()
    client = client_of(scene.people["manager"])
    link = f'<a class="tag bad" href="/studies/gulls/imports/{scene.job.pk}?verdict=refused">1 file refused</a>'

    pages = [client.get(f"/studies/gulls/{path}").content.decode() for path in ("images", "setup/images")]

    assert [page.count(link) for page in pages] == [1, 1]


def test_an_ended_import_is_not_stopped_and_a_stopped_one_goes_on() -> None:
    scene = make_cast()
    client, path = client_of(scene.people["manager"]), f"/studies/gulls/imports/{scene.job.pk}"

    told = []
    for status, verb in (("done", "cancel"), ("running", "cancel"), ("cancelled", "resume")):
        scene.job.status = status
        scene.job.save()
        client.post(f"{path}/{verb}")
        scene.job.refresh_from_db()
        told.append(scene.job.status)

    assert told == ["done", "cancelled", "queued"]
