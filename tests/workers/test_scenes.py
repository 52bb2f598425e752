from collections.abc import Callable, Iterator

import pytest

from ml.images import ImageError
from ml.seagull.manifest import VersionError
from tests.pictures import picture_bytes
from tests.workers.predictors import FakePredictor
from tests.workers.proposers import FakeProposer
from workers import scenes
from workers.scenes import forget_all, scene


@pytest.fixture(autouse=True)
def resident(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scenes, "proposer", FakeProposer)
    monkeypatch.setattr(scenes, "predictor", lambda version: FakePredictor())
    forget_all()
    yield
    forget_all()


def reader(read: list[int], number: int = 0, size: tuple[int, int] = (64, 48)) -> Callable[[], bytes]:
    def data() -> bytes:
        read.append(number)
        return picture_bytes("PNG", *size, seed=number)

    return data


def test_a_picture_is_read_and_looked_at_once() -> None:
    read: list[int] = []
    first = scene(("Image", 1), reader(read))
    again = scene(("Image", 1), reader(read))

    assert (again is first, read) == (True, [0])
    assert again.segmenter() is first.segmenter()
    assert again.judge(5) is first.judge(5)


def test_two_people_who_alternate_do_not_push_each_other_out() -> None:
    read: list[int] = []
    for _ in range(3):
        for number in (1, 2):
            scene(("Image", number), reader(read, number))

    assert read == [1, 2]


def test_the_picture_longest_unused_goes_first() -> None:
    read: list[int] = []
    for number in (1, 2, 3, 4, 1, 5, 1, 2):
        scene(("Image", number), reader(read, number))

    assert read == [1, 2, 3, 4, 5, 2]


def test_large_pictures_are_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "MOST_PIXELS", 64 * 48)
    read: list[int] = []
    for number in (1, 2, 3, 1):
        scene(("Image", number), reader(read, number))

    assert read == [1, 2, 3, 1]


def test_each_keeps_its_own_look() -> None:
    small, large = scene(("Image", 1), reader([])), scene(("Picture", 1), reader([], size=(80, 60)))

    assert (small.segmenter().segment([(20, 20, True)]).mask.shape, large.segmenter().shape) == ((48, 64), (60, 80))  # type: ignore[attr-defined]


def test_another_version_is_loaded_and_the_former_let_go() -> None:
    first, second = scene(("Image", 1), reader([])), scene(("Image", 2), reader([]))
    old = first.judge(5)
    second.judge(5)

    new = second.judge(6)

    assert (new is old, first.predictor, second.version) == (False, None, 6)


def test_what_cannot_be_read_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError):
        scene(("Image", 1), lambda: b"no picture")
    assert scene(("Image", 1), reader([])).rgb.shape == (48, 64, 3)

    def broken(version: int) -> FakePredictor:
        raise VersionError("its weights are missing")

    monkeypatch.setattr(scenes, "predictor", broken)
    with pytest.raises(VersionError):
        scene(("Image", 1), reader([])).judge(5)
