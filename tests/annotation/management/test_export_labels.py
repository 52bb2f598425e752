import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.enums import DATA_FORMATS
from annotation.models import Snapshot
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import cast

pytestmark = pytest.mark.django_db


def export(slug: str, **options: object) -> list[str]:
    out = StringIO()
    call_command("export_labels", slug, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def test_it_writes_plain_files_and_names_the_snapshot(tmp_path: Path) -> None:
    study = make_nest().study

    lines = export(study.slug, format="csv", out=str(tmp_path))

    files = [tmp_path / "csv" / name for name in ("README.md", "labels.csv", "votes.csv")]
    assert lines == [
        *(f"{file}  {file.stat().st_size} bytes" for file in files),
        "3 regions, 2 settled, 9 votes",
        f"snapshot {Snapshot.objects.get().sha256}",
    ]


def test_all_writes_every_data_format_of_the_same_snapshot(tmp_path: Path) -> None:
    export(make_nest().study.slug, format="all", out=tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(DATA_FORMATS)
    assert Snapshot.objects.count() == 1


def test_an_earlier_snapshot_is_shown_as_it_was(tmp_path: Path) -> None:
    nest = make_nest()
    export(nest.study.slug, format="csv", out=tmp_path / "before")
    snapshot = Snapshot.objects.get()
    cast(nest.study.regions.exclude(pk__in=[nest.full.pk, nest.clean.pk]).first(), nest.people[3])

    export(nest.study.slug, format="csv", out=tmp_path / "again", snapshot=snapshot.sha256[:10].upper())
    export(nest.study.slug, format="csv", out=tmp_path / "after")

    def votes(folder: str) -> list[list[str]]:
        with (tmp_path / folder / "csv" / "votes.csv").open(newline="") as file:
            return list(csv.reader(file))

    assert votes("again") == votes("before")
    assert len(votes("after")) == len(votes("before")) + 1


def test_images_lie_beside_the_labels(tmp_path: Path) -> None:
    nest = make_nest()

    export(nest.study.slug, format="seagull", out=tmp_path, images=True)

    names = {f"{region.image.sha256}.png" for region in (nest.full, nest.clean)}
    assert {path.name for path in (tmp_path / "seagull" / "images").iterdir()} == names


@pytest.mark.parametrize(
    "slug, options, reason",
    [
        ("swans", {}, "There is no study 'swans'; there is gulls."),
        ("gulls", {"snapshot": "0000"}, "gulls has no snapshot whose hash begins with '0000'."),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, slug: str, options: dict[str, str], reason: str) -> None:
    study = make_nest().study
    study.slug = "gulls"
    study.save()

    with pytest.raises(CommandError) as error:
        export(slug, format="csv", out=tmp_path, **options)

    assert (str(error.value), list(tmp_path.iterdir())) == (reason, [])


def test_files_that_are_there_are_not_mixed_with_new_ones(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "old.csv").write_text("old")

    with pytest.raises(CommandError, match="csv is not empty"):
        export(make_nest().study.slug, format="all", out=tmp_path)

    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["csv", "csv/old.csv"]
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize("place", ["", "csv"])
def test_a_file_where_a_folder_should_be_is_named(place: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "csv").write_text("old")

    with pytest.raises(CommandError, match=r"csv will not do as a folder: Not a directory\.$"):
        export(make_nest().study.slug, format="csv", out=tmp_path / "out" / place)

    assert not Snapshot.objects.exists()


def test_an_empty_hash_is_none_not_the_only_snapshot_there_is(tmp_path: Path) -> None:
    study = make_nest().study
    export(study.slug, format="csv", out=tmp_path / "before")

    with pytest.raises(CommandError, match="has no snapshot whose hash begins with ''"):
        export(study.slug, format="csv", out=tmp_path / "again", snapshot="")


def test_a_lost_original_ends_with_its_name(tmp_path: Path) -> None:
    nest = make_nest()
    nest.full.image.file.delete(save=False)

    with pytest.raises(CommandError, match="is not in the store any more"):
        export(nest.study.slug, format="csv", out=tmp_path, images=True)
