import zipfile
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from annotation.models import Export, Image, Label
from annotation.queries.analyses import forget, recoveries_at, screenings_at
from tests.annotation.actions.test_exports import run
from tests.annotation.exchange.snapshots import make_nest
from tests.annotation.queries.test_panel import make_panel
from tests.annotation.queries.test_seat_verification import run_sql
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


PANEL = "screening and recovery of {} annotators verified"


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def verify(*slugs: str, files: bool = False, exports: bool = False, labels_only: bool = False) -> tuple[list[str], str]:
    """The lines it printed, and the error's words when it ended with one."""
    out, options = StringIO(), {"files": files, "exports": exports, "labels_only": labels_only}
    try:
        call_command("verify_labels", *slugs, **options, stdout=out, stderr=StringIO())
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def test_a_platform_without_studies_says_so() -> None:
    assert verify() == (["There is no study yet, so there is nothing to verify."], "")


def test_each_study_s_labels_are_counted() -> None:
    gulls, terns = make_study(slug="gulls"), make_study(slug="terns")
    ben = make_member(gulls)
    for _ in range(2):
        cast(make_region(gulls), ben)
    make_region(terns)

    assert verify() == (
        [f"gulls: {PANEL.format(1)}", "gulls: 2 labels verified", "terns: 0 labels verified"],
        "",
    )
    assert verify("gulls", files=True)[0][-1] == "gulls: 2 labels verified, 2 files read"
    assert verify("gulls", labels_only=True) == (["gulls: 2 labels verified"], "")


def test_screening_and_recovery_are_proved_from_the_raw_votes_without_any_export() -> None:
    """The pages' numbers stay in memory: votes that change behind their back make them wrong, the labels too."""
    study, people = make_panel(people=5, regions=8)
    recoveries_at(study)
    screenings_at(study)

    good = verify(study.slug)
    run_sql("UPDATE annotation_vote SET quality = 4 - quality WHERE annotator_id = %s", people[0].pk)
    lines, error = verify(study.slug)

    assert good == ([f"{study.slug}: {PANEL.format(5)}", f"{study.slug}: 8 labels verified"], "")
    wrong = [line for line in lines if line.startswith(f"{study.slug}: screening on quality: leave_one_out of person")]
    assert len(wrong) >= 1
    assert [line for line in lines if "recovery of quality: the bias of person" in line] != []
    assert (lines[-1], error) == (f"{study.slug}: {len(lines) - 1} differences", f"{len(lines) - 1} differences.")


def test_a_difference_is_printed_and_ends_the_command_with_an_error() -> None:
    study = make_study(slug="gulls")
    region = make_region(study)
    cast(region, make_member(study), blur=1)
    Label.objects.update(blur_level=2)

    assert verify(labels_only=True) == (
        [
            f"gulls: region {region.pk}, blur: stored [0, 1, 0, 0, 0, 0] level 2, "
            "by SQL [0, 1, 0, 0, 0, 0] level 1, by Python [0, 1, 0, 0, 0, 0] level 1.",
            "gulls: 1 differences",
        ],
        "1 differences.",
    )


def test_files_are_read_only_when_asked_for() -> None:
    study = make_study(slug="gulls")
    cast(make_region(study), make_member(study))
    image = Image.objects.get()
    default_storage.delete(image.file.name)

    assert verify(labels_only=True) == (["gulls: 1 labels verified"], "")
    lines, error = verify(files=True)
    assert (lines[-1], error) == ("gulls: 1 differences, 1 files read", "1 differences.")
    assert lines[-2].startswith(f"gulls: image {image.pk} ({image.name}): the file cannot be read: ")


def test_an_unknown_study_is_named_with_those_there_are() -> None:
    make_study(slug="gulls")

    assert verify("swans") == ([], "There is no study 'swans'; there is gulls.")


def test_a_vote_that_does_not_tell_what_it_saw_is_a_difference() -> None:
    study = make_study(slug="gulls")
    region = make_region(study)
    vote = cast(region, make_member(study))
    run_sql("UPDATE annotation_vote SET prelabel_seen = 'before_vote'")
    run_sql("UPDATE annotation_label SET exposed_votes = 1")

    assert verify(labels_only=True) == (
        [
            f"gulls: region {region.pk}, vote {vote.pk}: it saw a prelabel, but none was shown to this person before.",
            "gulls: 1 differences",
        ],
        "1 differences.",
    )


def test_exports_are_made_again_from_their_snapshots() -> None:
    study = make_study(votes_wanted=2)
    for quality in (1, 3):
        region = make_region(study)
        for _ in range(2):
            cast(region, make_member(study), quality=quality)
    for name in ("report", "csv"):
        run(study, name)

    good = verify(study.slug, exports=True, labels_only=True)
    spoil(Export.objects.get(format="report"), "scores.csv")
    lines, error = verify(study.slug, exports=True, labels_only=True)

    export = Export.objects.get(format="report")
    assert good == ([f"{study.slug}: 2 labels verified, 2 exports made again"], "")
    assert lines[0] == f"{study.slug}: export {export.pk} (report): scores.csv is not what the snapshot gives."
    assert error == "1 differences."


def spoil(export: Export, name: str) -> None:
    """One digit of a file inside the zip is another one."""
    with zipfile.ZipFile(export.file.path) as packed:
        files = {one: packed.read(one) for one in packed.namelist()}
    with zipfile.ZipFile(export.file.path, "w") as packed:
        for one, data in files.items():
            packed.writestr(one, data.replace(b"2", b"3", 1) if one == name else data)


def test_a_snapshot_s_labels_and_noise_follow_from_the_votes_in_it() -> None:
    """A label that was wrong when the snapshot was taken is wrong in it for ever."""
    nest = make_nest()
    Label.objects.filter(region=nest.full).update(quality_votes=[3, 0, 0, 0, 0])
    job = run(nest.study, "csv")

    lines, error = verify(nest.study.slug, exports=True)

    subject = f"region {nest.full.pk}, snapshot {job.snapshot.sha256[:12]}"
    assert lines[-2] == f"{nest.study.slug}: {subject}: its label does not follow from the votes in the snapshot."
    assert error.endswith("differences.")
