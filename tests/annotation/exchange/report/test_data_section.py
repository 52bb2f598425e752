"""The report has everything that the data section of a paper needs, and all of it follows from the snapshot alone."""

import re
from datetime import timedelta
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from annotation.actions.snapshots import take_snapshot
from annotation.enums import Purpose
from annotation.models import Image, Label, Membership, Study, User, ViewingCheck, Vote
from annotation.scales import SCALES
from tests.annotation.exchange.report.test_study import make_whole_study, write
from tests.annotation.queries.test_verification import run_sql

pytestmark = pytest.mark.django_db
ROWS = ("vote", "assignment", "label", "adjudication", "gold", "region", "image")
ROWS += ("exclusion", "protocol", "viewingcheck", "membership")


def see(study: Study, person: User, *, passed: bool) -> None:
    screen = dict.fromkeys(("screen_width", "window_width"), 1920) | dict.fromkeys(
        ("screen_height", "window_height"), 1080
    )
    ViewingCheck.objects.create(
        study=study, annotator=person, passed=passed, device_pixel_ratio=1.0,
        expires_at=timezone.now() + timedelta(hours=1), **screen,
    )  # fmt: skip


def make_told_study() -> tuple[Study, list[User]]:
    """Four people, one of them excluded, six regions; three viewing checks, one of them failed; two votes that saw a guess."""
    study, raters = make_whole_study()
    for person, passed in ((raters[0], True), (raters[1], False), (raters[1], True)):
        see(study, person, passed=passed)
    swayed = Vote.objects.filter(annotator=raters[0], purpose=Purpose.LABEL).order_by("pk").values_list("pk", flat=True)
    run_sql("UPDATE annotation_vote SET prelabel_seen = 'before_vote' WHERE id = ANY(%s)", list(swayed[:2]))
    return study, raters


def lines_of(page: str) -> list[str]:
    """What a reader sees, a line for each paragraph, cell row and heading."""
    body = re.sub(r"<(style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    parts = re.split(r"</(?:p|tr|h\d|div|figcaption|li|dl|thead)>", body)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in parts]


def test_every_part_of_a_data_section_is_told(tmp_path: Path) -> None:
    study, raters = make_told_study()
    snapshot = take_snapshot(study=study)
    out = Membership.objects.get(user=raters[3])
    rule = Label.objects.filter(study=study)[0].rule
    day = out.study.exclusions.get().created_at.date().isoformat()

    write(snapshot, tmp_path)

    lines = lines_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    expected = {
        "hash of the snapshot": f"Methods and results of an annotation study of image regions. Snapshot {snapshot.sha256}",
        "number of annotators": "Annotators 4",
        "votes": "Votes that count 18",
        "protocol": "Sitting 25 minutes",
        "viewing checks": "3 viewing checks were made, 2 passed; 0 sittings; 0 exams taken, 0 passed.",
        "votes that count": "Counted 18 make the labels",
        "votes of the excluded": "Of excluded annotators 6 kept, not counted",
        "prelabel exposure": "Saw a model’s guess first 2 11 % of those that count",
        "screening count": "1 annotator was excluded. Exclusions are decided by a person, never by a rule.",
        "exclusion with its day": f"{out.pseudonym} Always the same. {day}",
        "screening rule": "Unlike the others 0.50 0 4",
        "version of the rule": f"Rule {rule} . Train and test are split by photograph, 80 to 20, by hash.",
    }  # fmt: skip
    assert {name: text for name, text in expected.items() if text not in lines} == {}
    assert next(line for line in lines if line.startswith("All distortions")).split()[-1] == "108"


def test_its_figures_are_svg_and_say_their_numbers(tmp_path: Path) -> None:
    study, _ = make_told_study()

    write(take_snapshot(study=study), tmp_path)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    figures = re.findall(
        r"<figure>\s*<svg [^>]*aria-label=\"([^\"]*)\".*?</svg>\s*<figcaption>(.*?)</figcaption>", page, re.S
    )
    captions = [caption for _, caption in figures]
    assert captions[:2] == ["Votes per region", "Votes per annotator"]
    assert captions[-8:] == [scale.capitalize() for scale in SCALES]
    assert len(captions) == 2 + 2 * 2 + 8  # and for each scale people are judged by: everybody as a dot, scores
    assert figures[0][0] == "Votes per region: 3 6"
    assert page.count("<img") == 0
    lines = re.findall(r'<svg class="interval-line"', page)
    assert len(lines) == len(SCALES) + 1
    assert page.count("@media print") == 1


def test_a_command_makes_it_again_from_the_snapshot_alone(tmp_path: Path) -> None:
    """The same bytes when the study has another name and no vote, label, region, photograph, exclusion or member any more."""
    study, _ = make_told_study()
    snapshot = take_snapshot(study=study)
    write(snapshot, tmp_path / "first")
    for image in Image.objects.filter(study=study):
        image.file.delete(save=False)
    for table in ROWS:
        run_sql(f"DELETE FROM annotation_{table}")
    Study.objects.filter(pk=study.pk).update(name="Another name", severity_votes="all", votes_wanted=9)

    out = {"format": "report", "snapshot": snapshot.sha256[:12], "out": tmp_path / "again"}
    call_command("export_labels", study.slug, **out, stdout=StringIO(), stderr=StringIO())

    folders = (tmp_path / "first", tmp_path / "again" / "report")
    first, again = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert sorted(first) == ["README.md", "agreement.csv", "annotators.csv", "report.html", "scores.csv"]
    assert again == first
