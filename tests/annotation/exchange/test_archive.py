import os
import zipfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotation.exchange.archive import store, zip_folder


def fill(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "b.csv").write_text("x" * 5000)
    (folder / "data" / "a.parquet").write_bytes(b"\0" * 5000)


def test_a_zip_depends_on_names_and_content_alone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fill(tmp_path / name)
    os.utime(tmp_path / "two" / "b.csv", (1, 1))
    (tmp_path / "two" / "b.csv").chmod(0o600)

    for name in ("one", "two"):
        zip_folder(tmp_path / name, tmp_path / f"{name}.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_holds_the_files_in_order_and_packs_what_can_be_packed(tmp_path: Path) -> None:
    fill(tmp_path / "one")
    ticks: list[None] = []

    zip_folder(tmp_path / "one", tmp_path / "one.zip", lambda: ticks.append(None))

    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        entries = [(entry.filename, entry.file_size, entry.compress_type) for entry in archive.infolist()]
        assert archive.testzip() is None
    assert entries == [("b.csv", 5000, zipfile.ZIP_DEFLATED), ("data/a.parquet", 5000, zipfile.ZIP_STORED)]
    assert len(ticks) == 4


def test_a_stored_file_is_kept_and_leaves_no_part_behind(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.write_bytes(b"first")

    name = store(made, "archive-test/one.bin")
    made.write_bytes(b"other")

    assert store(made, "archive-test/one.bin") == name
    with default_storage.open(name) as file:
        assert file.read() == b"first"
    assert default_storage.listdir("archive-test") == ([], ["one.bin"])


def test_a_stored_file_that_is_not_whole_is_written_again(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.write_bytes(b"whole")
    name = default_storage.save("archive-half/half.bin", ContentFile(b"who"))

    assert store(made, name) == name
    with default_storage.open(name) as file:
        assert file.read() == b"whole"


def test_a_file_unpacked_over_an_older_one_has_another_date_if_it_is_another(tmp_path: Path) -> None:
    dates = []
    for text in ("open", "done", "open"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / "labels.csv").write_text(text)
        zip_folder(tmp_path / "in", tmp_path / "packed.zip")
        with zipfile.ZipFile(tmp_path / "packed.zip") as archive:
            dates.append(archive.getinfo("labels.csv").date_time)

    assert (dates[0] == dates[2], dates[0] == dates[1]) == (True, False)
    assert all(1980 <= year < 1998 for year, *_ in dates)
