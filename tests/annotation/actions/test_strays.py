import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from annotation.actions import snapshots, strays
from annotation.actions.anchors import put_anchor
from annotation.actions.jobs import claim
from annotation.actions.pictures import bring_picture
from annotation.actions.reports import keep_report, read_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.strays import forget_strays, our_mark, unique_name
from annotation.enums import Role
from annotation.exchange import archive
from annotation.models import Evaluation, Snapshot
from tests.annotation.actions.test_exports import run
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import make_member, make_study, make_version
from tests.pictures import picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(default_storage, "location", str(tmp_path))
    return tmp_path


def put(store: Path, name: str, *, hours: float) -> Path:
    path = store / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return made_old(path, hours=hours)


def made_old(path: Path, *, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_without_files_there_is_no_stray() -> None:
    assert forget_strays() == 0


@pytest.mark.parametrize("place", ["anchors", "evaluations", "exports", "pictures", "snapshots"])
def test_what_no_row_names_goes_after_a_day(store: Path, place: str) -> None:
    young = put(store, unique_name(place, 7, "a.zip"), hours=23)
    old = put(store, unique_name(place, 7, "a.zip"), hours=25)

    assert (forget_strays(), young.is_file(), old.exists()) == (1, True, False)


def test_what_a_row_names_stays_however_old(store: Path) -> None:
    study = make_nest().study
    snapshot = take_snapshot(study=study)
    evaluation = keep_report(study=study, version=make_version(), snapshot=snapshot, report='{"regions": 4}')
    ada, data = make_member(study, Role.MANAGER), picture_bytes("PNG", 64, 48)
    picture = bring_picture(study=study, name="a.png", data=data, by=ada)
    anchor = put_anchor(study=study, scale="blur", level=2, name="b.png", data=data, by=ada)
    rows = (run(study).file, evaluation.report, snapshot.file, picture.file, anchor.file)
    files = [made_old(Path(file.path), hours=10_000) for file in rows]

    assert (forget_strays(), [path.is_file() for path in files]) == (0, [True] * 5)


def test_the_picture_of_an_anchor_that_was_replaced_stays(store: Path) -> None:
    study = make_study()
    ada, data = make_member(study, Role.MANAGER), [picture_bytes("PNG", 64, 48, seed=seed) for seed in range(2)]
    anchors = [put_anchor(study=study, scale="blur", level=2, name="b.png", data=one, by=ada) for one in data]
    files = [made_old(Path(anchor.file.path), hours=10_000) for anchor in anchors]

    assert (forget_strays(), [path.is_file() for path in files]) == (0, [True, True])


def test_folders_that_are_empty_go_as_well(store: Path) -> None:
    """As those of exports whose files have expired."""
    old, young = (put(store, unique_name("exports", 7, "a.zip"), hours=0).parent for _ in range(2))
    for folder in (old, young):
        (folder / "a.zip").unlink()
    made_old(old, hours=25)

    assert (forget_strays(), old.exists(), young.exists()) == (1, False, True)


def test_another_platform_s_files_are_none_of_ours(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(strays, "our_mark", lambda: "0" * len(our_mark()))
        theirs = [put(store, unique_name(place, 7, "a"), hours=9_999) for place in ("exports", "evaluations")]

    assert (forget_strays(), [path.is_file() for path in theirs]) == (0, [True, True])


def test_a_database_is_known_by_its_server_and_its_name() -> None:
    assert len(our_mark()) == 8
    assert our_mark.__wrapped__() == our_mark()


def test_a_second_report_of_the_same_measurement_leaves_no_file(store: Path) -> None:
    study, version = make_nest().study, make_version()
    snapshot = take_snapshot(study=study)

    first, second = (
        keep_report(study=study, version=version, snapshot=snapshot, report=f'{{"regions": {n}}}') for n in (4, 5)
    )

    assert (first, first.report.name) == (second, second.report.name)
    assert read_report(second.report.name) == {"regions": 4}
    assert [path.relative_to(store).as_posix() for path in store.glob("evaluations/**/*.json")] == [first.report.name]


def test_a_worker_killed_before_the_row_of_a_snapshot_leaves_what_is_found_later(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_nest().study

    class KilledError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as killed:
        killed.setattr(type(Snapshot.objects), "get_or_create", die)
        with pytest.raises(KilledError):
            take_snapshot(study=study)
    [stray] = store.glob("snapshots/**/*.gz")
    made_old(stray, hours=25)

    snapshot = take_snapshot(study=study)

    assert (forget_strays(), stray.exists(), Path(snapshot.file.path).is_file()) == (1, False, True)


def test_of_two_who_take_the_same_snapshot_one_file_stays(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_nest().study

    def store_later(made: Path, name: str) -> str:
        monkeypatch.setattr(snapshots, "store", archive.store)
        take_snapshot(study=study)
        return archive.store(made, name)

    monkeypatch.setattr(snapshots, "store", store_later)
    late = take_snapshot(study=study)

    assert [str(path.relative_to(store)) for path in store.glob("snapshots/**/*.gz")] == [late.file.name]


def test_a_worker_killed_before_the_row_has_the_report_leaves_what_is_found_later(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, version = make_nest().study, make_version()
    snapshot = take_snapshot(study=study)

    class KilledError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as killed:
        killed.setattr(type(Evaluation.objects), "get_or_create", die)
        with pytest.raises(KilledError):
            keep_report(study=study, version=version, snapshot=snapshot, report='{"regions": 4}')
    [stray] = store.glob("evaluations/**/*.json")
    made_old(stray, hours=25)

    again = keep_report(study=study, version=version, snapshot=snapshot, report='{"regions": 4}')

    assert (forget_strays(), stray.exists(), read_report(again.report.name)) == (1, False, {"regions": 4})
    assert claim(Evaluation) is None
