"""Against a real S3-compatible server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile, File

from annotation.object_store import IN_MEMORY, ObjectStore
from annotation.store_errors import StoreAwayError
from tests.buckets import bucket, keys_in
from webapp.files_url import bucket_of


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with bucket() as address:
        yield address


@pytest.fixture
def store(address: str) -> ObjectStore:
    return ObjectStore(**bucket_of(address))


def test_a_file_comes_back_as_it_was_saved(store: ObjectStore) -> None:
    name = store.save("images/ab/gull [1].png", ContentFile(b"feathers"))

    with store.open(name) as file:
        assert (name, file.read()) == ("images/ab/gull [1].png", b"feathers")
    assert (store.exists(name), store.size(name)) == (True, 8)
    assert abs(store.get_modified_time(name) - datetime.now(UTC)) < timedelta(minutes=5)
    assert keys_in(store.bucket_name).count("gulls/images/ab/gull [1].png") == 1


def test_a_file_saved_anew_is_the_new_one(store: ObjectStore) -> None:
    names = [store.save("versions/7/manifest.json", ContentFile(data)) for data in (b"half", b"whole")]

    with store.open(names[1]) as file:
        assert (names, file.read()) == (["versions/7/manifest.json"] * 2, b"whole")


def test_folders_and_files_are_listed(store: ObjectStore) -> None:
    for name in ("anchors/1/x/a.png", "anchors/2/b.png", "anchors/c.png"):
        store.save(name, ContentFile(b"."))

    assert (*store.listdir("anchors"), store.listdir("nowhere")) == (["1", "2"], ["c.png"], ([], []))


def test_what_is_deleted_is_gone_and_twice_is_no_error(store: ObjectStore) -> None:
    store.save("exports/a.zip", ContentFile(b"."))

    store.delete("exports/a.zip")
    store.delete("exports/a.zip")

    assert not store.exists("exports/a.zip")


MISSING: dict[str, Callable[[ObjectStore], object]] = {
    "open": lambda store: store.open("images/none.png"),
    "size": lambda store: store.size("images/none.png"),
    "get_modified_time": lambda store: store.get_modified_time("images/none.png"),
}


@pytest.mark.parametrize("verb", MISSING)
def test_what_is_not_there_is_said_as_a_disk_says_it(store: ObjectStore, verb: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"images/none\.png"):
        MISSING[verb](store)


def test_a_large_file_is_not_kept_in_memory(store: ObjectStore, tmp_path: Path) -> None:
    data = bytes(range(256)) * (IN_MEMORY // 256 + 1)
    (tmp_path / "large").write_bytes(data)
    with (tmp_path / "large").open("rb") as large:
        store.save("exports/large.zip", File(large))
    store.save("exports/small.zip", ContentFile(b"small"))

    with store.open("exports/large.zip") as large, store.open("exports/small.zip") as small:
        assert (large.file._rolled, small.file._rolled) == (True, False)
        assert (large.size, large.read() == data, large.seek(-1, 2), large.read()) == (
            len(data),
            True,
            len(data) - 1,
            data[-1:],
        )


def test_nothing_has_a_path_or_an_address_that_goes_past_us(store: ObjectStore) -> None:
    for asked in (store.path, store.url):
        with pytest.raises(NotImplementedError):
            asked("images/ab/gull.png")


def test_no_name_leads_out_of_the_folder(store: ObjectStore) -> None:
    with pytest.raises(SuspiciousOperation):
        store.open("../others/secret.png")


AWAY: dict[str, Callable[[ObjectStore], object]] = {
    "check": lambda store: store.check(),
    "delete": lambda store: store.delete("a.png"),
    "exists": lambda store: store.exists("a.png"),
    "listdir": lambda store: store.listdir("images"),
    "open": lambda store: store.open("a.png"),
    "save": lambda store: store.save("a.png", ContentFile(b"feathers")),
    "size": lambda store: store.size("a.png"),
}


@pytest.mark.parametrize("verb", AWAY)
def test_a_store_that_does_not_answer_is_told_from_a_file_that_is_not_there(verb: str) -> None:
    nobody = ObjectStore(**bucket_of("s3://key:secret@birds?endpoint=http://127.0.0.1:1&region=us-east-1"))
    nobody.client_config.retries = {"total_max_attempts": 1}

    with pytest.raises(StoreAwayError, match="does not answer"):
        AWAY[verb](nobody)


def test_a_bucket_that_is_not_there_is_no_missing_file(address: str) -> None:
    store = ObjectStore(**bucket_of(address) | {"bucket_name": "nobodys"})

    with pytest.raises(StoreAwayError, match="answered NoSuchBucket"):
        store.save("a.png", ContentFile(BytesIO(b"feathers").read()))
    with pytest.raises(StoreAwayError, match="the bucket answered 404"):
        store.check()


def test_a_bucket_of_ours_is_fine(store: ObjectStore) -> None:
    store.check()


def test_a_file_that_was_closed_can_be_opened_again(store: ObjectStore) -> None:
    store.save("snapshots/a.gz", ContentFile(b"frozen"))
    file = store.open("snapshots/a.gz")

    with file:
        first = file.read()
    with file.open("rb") as again:
        assert (first, again.read(), again.open().read()) == (b"frozen",) * 3
