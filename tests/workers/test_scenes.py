from collections.abc import Callable, Iterator
from threading import Event

import pytest

from ml.images import ImageError
from ml.proposals.proposal import Rgb
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

    assert (new is old, first.looking, second.version) == (False, None, 6)


def test_what_cannot_be_read_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError):
        scene(("Image", 1), lambda: b"no picture")
    assert scene(("Image", 1), reader([])).rgb.shape == (48, 64, 3)

    def broken(version: int) -> FakePredictor:
        raise VersionError("its weights are missing")

    monkeypatch.setattr(scenes, "predictor", broken)
    with pytest.raises(VersionError):
        scene(("Image", 1), reader([])).judge(5)


class SlowPredictor(FakePredictor):
    """Looks until it may stop."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.may_stop = Event(), Event()

    def __copy__(self) -> "SlowPredictor":
        return self

    def set_image(self, rgb: Rgb) -> None:
        self.looks.set()
        assert self.may_stop.wait(60)
        super().set_image(rgb)


def test_masks_are_drawn_while_the_model_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowPredictor()
    monkeypatch.setattr(scenes, "predictor", lambda version: slow)
    seen = scene(("Image", 1), reader([]))

    looking = seen.look(5)
    drawn = seen.segmenter().segment([(20, 20, True)]).mask.shape
    waited = looking.done()
    slow.may_stop.set()

    assert (drawn, waited, seen.judge(5) is slow, slow.looked) == ((48, 64), False, True, 1)


def test_who_leafs_through_pictures_waits_for_one_look_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowPredictor()
    monkeypatch.setattr(scenes, "predictor", lambda version: slow)
    first, second, third = (scene(("Image", number), reader([])) for number in (1, 2, 3))

    first.look(5)
    assert slow.looks.wait(60)
    second.look(5)
    third.look(5)
    slow.may_stop.set()
    third.judge(5)

    assert (slow.looked, second.looking) == (2, None)


def test_a_look_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(FakePredictor):
        def set_image(self, rgb: Rgb) -> None:
            raise MemoryError

    monkeypatch.setattr(scenes, "predictor", lambda version: Broken())
    seen = scene(("Image", 1), reader([]))
    with pytest.raises(MemoryError):
        seen.judge(5)

    monkeypatch.setattr(scenes, "predictor", lambda version: FakePredictor())
    assert seen.judge(5).looked == 1  # type: ignore[attr-defined]
