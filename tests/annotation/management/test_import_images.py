import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.actions.imports import request_import
from annotation.actions.jobs import claim
from annotation.enums import JobStatus
from annotation.models import Image, Import, Study
from tests.factories import make_study
from tests.pictures import write_pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(slug="gulls")


def told(source: Path | str, **options: object) -> list[str]:
    out = StringIO()
    call_command("import_images", "gulls", str(source), stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def test_it_says_of_each_file_that_was_not_taken_why(tmp_path: Path, study: Study) -> None:
    write_pictures(tmp_path / "in", 2)
    for name in (".DS_Store", "._photo (0).png", ".hidden.png", "red \x1b[31m.txt", "same.png"):
        (tmp_path / "in" / name).write_bytes(b"#")
    (tmp_path / "in" / "same.png").write_bytes((tmp_path / "in" / "photo (1).png").read_bytes())
    (tmp_path / "scores.csv").write_text("path;score\nphoto (0).png;3.5\nghost.png;1\n")

    lines = told(tmp_path / "in", scores=tmp_path / "scores.csv")

    left_out = "Hidden, or what a system keeps for itself; files left out: 1."
    hidden = "The name begins with a dot, as those of hidden files do; rename the file if it is meant."
    no_image = "This is not an image, whatever its name says. Save it as an 8-bit RGB or grey JPEG, PNG or WebP."
    assert sorted(lines[:-1]) == sorted([
        f"refused   .DS_Store: {left_out}",
        f"refused   ._*: {left_out}",
        f"refused   .hidden.png: {hidden}",
        f"refused   red \\x1b[31m.txt: {no_image}",
        "refused   score of ghost.png: The scores name an image that is not here.",
    ])  # fmt: skip
    assert lines[-1] == "2 imported, 1 duplicate, 5 refused"
    assert dict(Image.objects.values_list("name", "outside_mos")) == {"photo (0).png": 3.5, "photo (1).png": None}


def test_a_source_that_will_not_do_ends_with_the_reason_and_goes_on_once_it_is_mended(
    tmp_path: Path, study: Study
) -> None:
    write_pictures(tmp_path, 2)
    table = tmp_path / "list.CSV"
    table.write_text("path,score\nphoto (0).png,high\nphoto (1).png,2\n")
    with pytest.raises(CommandError, match="Line 2 of the CSV: the score 'high' is not a number"):
        told(table)
    table.write_text("path,score\nphoto (0).png,4\nphoto (1).png,2\n")

    assert told(table) == ["2 imported, 0 duplicate, 0 refused"]

    assert (Import.objects.get().status, Import.objects.get().error) == (JobStatus.DONE, "")


def test_a_folder_of_which_nothing_came_in_ends_as_a_failure(tmp_path: Path, study: Study) -> None:
    (tmp_path / "notes.txt").write_text("no photograph")
    out = StringIO()

    with pytest.raises(CommandError, match=r"None of these files came in\."):
        call_command("import_images", "gulls", str(tmp_path), stdout=out)

    assert out.getvalue().splitlines()[-1] == "0 imported, 0 duplicate, 1 refused"


def test_an_import_that_was_killed_goes_on(tmp_path: Path, study: Study) -> None:
    write_pictures(tmp_path / "in", 2)
    job = request_import(study=study, source=str(tmp_path / "in"), by=None)
    claim(Import, pk=job.pk)

    assert told(tmp_path / "in") == ["2 imported, 0 duplicate, 0 refused"]

    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.DONE, 2)


def test_a_folder_whose_name_no_row_can_hold_is_refused_with_the_reason(tmp_path: Path, study: Study) -> None:
    (tmp_path / "circle").symlink_to("circle")
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")

    with pytest.raises(CommandError, match="caf� is not UTF-8, or longer than 1000 characters"):
        told(odd)
    with pytest.raises(CommandError, match="is not UTF-8, or longer than 1000 characters"):
        told(tmp_path.joinpath(*["d" * 200] * 6))
    with pytest.raises(CommandError, match="circle is not a folder"):
        told(tmp_path / "circle")
