"""Lists cost the same number of queries however long they are, and page by cursor."""

import pytest
from pytest_django import DjangoAssertNumQueries

from annotation.enums import ExportFormat, Role
from annotation.models import AccessToken, Export, Import, ImportedFile, Region, Snapshot, Study, User
from annotation.queries.noise import noise_at
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db
SESSION = 2  # the session and its person

LISTS = {
    "tokens": 1,
    "studies": 1,
    "studies/birds/members": 2,
    "studies/birds/images": 2,
    "studies/birds/labels": 2,
    "studies/birds/snapshots": 2,
    "studies/birds/exports": 2,
    "studies/birds/imports": 2,
    "studies/birds/votes/mine": 2,
    "images/{image}/regions": 2,
    "imports/{job}/files": 2,
}


def add_one_of_each(study: Study, ada: User, image: object, job: Import) -> None:
    AccessToken.issue(user=ada, name="x", scopes=["read"], days=1)
    make_study().memberships.create(user=ada, role=Role.MANAGER)
    region = make_region(study)
    make_region(study, image)
    cast(region, ada)
    cast(region, make_member(study))
    sha256 = region.image.sha256
    Snapshot.objects.create(study=study, sha256=sha256, file="x", rule="r", images=1, regions=1, settled=0, votes=1)
    Export.objects.create(study=study, format=ExportFormat.CSV)
    Import.objects.create(study=study, source="x.zip")
    ImportedFile.objects.create(job=job, path=sha256, verdict="refused")


@pytest.mark.parametrize("path, queries", LISTS.items())
def test_one_row_and_three_cost_the_same(
    path: str, queries: int, study: Study, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    image, job = make_image(study), Import.objects.create(study=study, source="x.zip")
    path, api = path.format(image=image.pk, job=job.pk), Api(ada)
    noise_at(study)  # for the intervals of labels; looked up once a minute
    lengths = []

    for rows in (1, 2):
        for _ in range(rows):
            add_one_of_each(study, ada, image, job)
        with django_assert_num_queries(SESSION + queries):
            lengths.append(len(api.get(path).json()["results"]))

    assert lengths[1] - lengths[0] >= 2


def test_pages_go_forth_and_back_without_losing_a_row(study: Study, dora: User) -> None:
    images = [make_image(study).pk for _ in range(5)]
    api, path, seen = Api(dora), "studies/birds/images", []
    page = api.get(path, {"limit": "2"}).json()
    pages = [page]
    while page["next"]:
        page = api.get(page["next"]).json()
        pages.append(page)
    seen = [[row["id"] for row in page["results"]] for page in pages]
    back = [api.get(page["previous"]).json()["results"] for page in pages[1:]]

    assert seen == [images[:2], images[2:4], images[4:]]
    assert back == [pages[0]["results"], pages[1]["results"]]
    assert pages[0]["previous"] is None


def test_a_row_that_comes_meanwhile_moves_no_other(study: Study, dora: User) -> None:
    for _ in range(3):
        Export.objects.create(study=study, format=ExportFormat.CSV)
    first = Api(dora).get("studies/birds/exports", {"limit": "2"}).json()
    Export.objects.create(study=study, format=ExportFormat.COCO)

    second = Api(dora).get(first["next"]).json()

    assert [row["id"] for row in second["results"]] == [Export.objects.order_by("pk")[0].pk]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "two", "²", "1e2", "9" * 5000, "000500999"])
def test_a_limit_that_makes_no_sense_is_refused(ada: User, limit: str) -> None:
    assert error_of(Api(ada).get("studies/birds/images", {"limit": limit})) == (400, "bad_filter")


@pytest.mark.parametrize("cursor", ["", "after-", "after-x", "sideways-3", "after-" + "9" * 40, "cD0x"])
def test_a_cursor_nobody_gave_out_is_refused(ada: User, cursor: str) -> None:
    assert error_of(Api(ada).get("studies/birds/images", {"cursor": cursor})) == (400, "bad_filter")


def test_images_are_filtered_by_split_and_name(study: Study, dora: User) -> None:
    make_image(study, name="a/Robin.png", split="train")
    make_image(study, name="a/wren.png", split="test")
    api = Api(dora)

    def names(**query: str) -> list[str]:
        return [row["name"] for row in api.get("studies/birds/images", query).json()["results"]]

    assert names(split="test") == ["a/wren.png"]
    assert names(name="robin") == ["a/Robin.png"]
    assert names(name="robin", split="test") == []
    assert names(name="%") == []


@pytest.mark.parametrize(
    "query, code, message",
    [
        (
            {"sha256": "0"},
            "unknown_filter",
            "Unknown query parameter 'sha256'. Known here: split, name, limit, cursor.",
        ),
        ({"split": "half"}, "bad_filter", "split: It must be one of train, test, not 'half'."),
        ({"name": "a\x00b"}, "bad_filter", "name: It must be at most 200 printable characters."),
        ({"name": ["a", "b"]}, "bad_filter", "The query parameter name is given twice."),
    ],
)
def test_a_filter_that_is_not_allowed_is_refused_with_the_allowed_ones(
    dora: User, query: dict[str, str], code: str, message: str
) -> None:
    response = Api(dora).get("studies/birds/images", query)

    assert response.json() == {"error": {"code": code, "message": message}}


def test_regions_and_labels_are_filtered_by_status_and_level(study: Study, dora: User) -> None:
    image = make_image(study)
    make_region(study, image)
    part = make_region(study, image, level="component", accepted=False)
    cast(make_region(study, level="component"), make_member(study))
    api = Api(dora)

    assert [row["id"] for row in api.get(f"images/{image.pk}/regions", {"level": "component"}).json()["results"]] == [
        part.pk
    ]
    assert [row["id"] for row in api.get(f"images/{image.pk}/regions", {"status": "candidate"}).json()["results"]] == [
        part.pk
    ]
    assert len(api.get("studies/birds/labels", {"level": "component"}).json()["results"]) == 1
    assert api.get("studies/birds/labels", {"level": "object"}).json()["results"] == []
    assert api.get("studies/birds/labels", {"status": "settled"}).json()["results"] == []
    assert Region.objects.count() == 3
