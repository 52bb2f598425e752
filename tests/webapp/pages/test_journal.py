"""The page of a study's journal, and the same lines as a file."""

import csv
import io
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.actions.messages import send_message
from annotation.actions.settings import change_settings
from annotation.enums import DeedKind
from annotation.models import Deed, Import, Membership, Study
from tests.factories import make_user
from tests.webapp.pages.cast import Cast, client_of

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/journal"


def lines_on(scene: Cast, query: str = "") -> list[tuple[str, str, str, str, str]]:
    """Who, what, whom, before, after."""
    answer = client_of(scene.people["manager"]).get(PATH + query)
    return [(line.who, line.what, line.whom, line.before, line.after) for line in answer.context["lines"]]


def test_settings_are_said_in_the_words_of_their_form(scene: Cast) -> None:
    ada = scene.people["manager"]
    changes = {"prelabel_policy": "after_vote", "retrain_after": None, "votes_wanted": 3, "random_share": 0.325}
    change_settings(study=scene.study, changes=changes, by=ada)

    assert lines_on(scene, "?what=setting_changed") == [
        ("ada", "Setting changed", "", "50 %", "32.5 %"),
        ("ada", "Setting changed", "", "1", "3"),
        ("ada", "Setting changed", "", "200", "–"),
        ("ada", "Setting changed", "", "Never shown", "Shown after the vote"),
    ]
    answer = client_of(ada).get(PATH)
    said = ["Share of random order", "Votes wanted", "Train again after", "The model’s guess is"]
    assert [line.about for line in answer.context["lines"]][:4] == said


def test_what_came_by_browser_has_no_made_up_name(scene: Cast) -> None:
    times = {"requested_at": timezone.now(), "finished_at": timezone.now()}
    for source in (f"uploads/{uuid4().hex}.zip", "photos/spring.zip"):
        Import.objects.create(study=scene.study, source=source, status="done", done=2, **times)

    answer = client_of(scene.people["manager"]).get(f"{PATH}?what=import_ended")

    said = sorted(line.about for line in answer.context["lines"])
    assert said == ["Brought in by browser, 2 files", "spring.zip, 2 files"]


def test_every_kind_of_deed_can_be_shown(scene: Cast) -> None:
    """Also a setting that is no longer one, and a row that is gone."""
    Deed.objects.bulk_create(
        Deed(study=scene.study, kind=kind, subject="gone", target=999_999, before="a", after="b") for kind in DeedKind
    )

    answer = client_of(scene.people["manager"]).get(PATH)

    assert answer.status_code == 200
    assert len(answer.context["lines"]) == 50


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("?what=message_sent", {"Message sent"}),
        ("?what=exports", {"Export asked for", "Snapshot taken"}),
        ("?what=model&since=2020-01-01", {"Training run asked for"}),
        ("?until=2020-01-01", set()),
    ],
)
def test_filters(scene: Cast, query: str, kinds: set[str]) -> None:
    send_message(study=scene.study, by=scene.people["manager"], text="Hello.")

    assert {line[1] for line in lines_on(scene, query)} - {"Snapshot taken"} == kinds - {"Snapshot taken"}


def test_one_person_s_lines(scene: Cast) -> None:
    ben = Membership.objects.get(user=scene.people["annotator"])

    assert {line[2] for line in lines_on(scene, f"?person={ben.pk}")} == {"ben"}


@pytest.mark.parametrize(
    "query",
    ["?what=x&person=x&since=x&until=2026-99-99", "?until=9999-12-31", "?older=x", "?newer=1.2.x", "?person=9"],
)
def test_what_nobody_knows_filters_nothing(scene: Cast, query: str) -> None:
    assert lines_on(scene, query) == lines_on(scene)
    chosen = client_of(scene.people["manager"]).get(PATH + query).context["chosen"]
    assert set(chosen.values()) == {""}


def test_older_and_newer_pages(scene: Cast) -> None:
    ada = scene.people["manager"]
    for _ in range(60):
        note(study_id=scene.study.pk, kind=DeedKind.MEMBER_PAUSED, by=ada, whom_id=ada.pk)
    client = client_of(ada)

    first = client.get(f"{PATH}?what=member_paused").context
    second = client.get(f"{PATH}?what=member_paused&older={first['older']}").context
    back = client.get(f"{PATH}?what=member_paused&newer={second['newer']}").context

    assert [len(page["lines"]) for page in (first, second, back)] == [50, 10, 50]
    assert (first["newer"], second["older"], back["newer"]) == (None, None, None)
    assert back["lines"] == first["lines"]


def test_the_file_has_all_lines_and_is_harmless_in_a_spreadsheet(scene: Cast) -> None:
    send_message(study=scene.study, by=scene.people["manager"], text="=1+1")

    answer = client_of(scene.people["manager"]).get(reverse("journal-file", args=["gulls"]) + "?what=people")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))

    assert answer["Content-Disposition"] == 'attachment; filename="gulls-journal.csv"'
    assert {row["topic"] for row in rows} == {"people"}
    (sent,) = [row for row in rows if row["kind"] == "message_sent"]
    assert (sent["by"], sent["whom"], sent["after"]) == ("ada", "", "'=1+1")
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)


def test_what_an_administrator_puts_right_is_in_the_journal(scene: Cast) -> None:
    root = make_user("root", is_staff=True, is_superuser=True)
    study = scene.study
    ben = Membership.objects.get(user=scene.people["annotator"])
    values = {
        "name": study.name,
        "status": "paused",
        "regions_per_image": 5,
        "min_region_area": 1024,
        "lease_minutes": 10,
    }
    client_of(root).post(reverse("admin:annotation_study_change", args=[study.pk]), values)
    member = {"study": study.pk, "user": ben.user_id, "role": "annotator", "pseudonym": ben.pseudonym, "paused": "on"}
    moment = {"created_at_0": "2026-01-01", "created_at_1": "00:00:00"}
    client_of(root).post(reverse("admin:annotation_membership_change", args=[ben.pk]), member | moment)

    kinds = ("status_changed", "setting_changed", "member_paused", "member_removed")
    found = Deed.objects.filter(by=root, kind__in=kinds).order_by("kind").values_list("kind", "subject", "after")

    assert list(found) == [
        ("member_paused", "", ""),
        ("member_removed", "", ""),
        ("setting_changed", "regions_per_image", "5"),
        ("status_changed", "status", "paused"),
    ]
    assert Study.objects.get(pk=study.pk).status == "paused"


def test_a_name_with_markup_stays_text(scene: Cast) -> None:
    send_message(study=scene.study, by=scene.people["manager"], text="<img src=x onerror=alert(1)>")

    page = client_of(scene.people["manager"]).get(PATH).content.decode()

    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
