"""Pictures that somebody clicks into: kept in memory with the models that have looked at them, so that a click is quick."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.models import Image, Picture
from workers.resident import predictor, proposer

if TYPE_CHECKING:
    from ml.judges import RegionJudge
    from ml.judges.interview import Interview
    from ml.proposals import Proposer
    from ml.proposals.proposal import Mask, Rgb

MOST = 4
MOST_PIXELS = 120_000_000
"""Of all kept pictures together, 360 MB; the one in use may have more."""

Name = tuple[str, int]
_eyes = ThreadPoolExecutor(1, thread_name_prefix="eyes")
"""A model takes seconds to look at a large photograph; masks of it are drawn meanwhile."""
_ears = ThreadPoolExecutor(1, thread_name_prefix="ears")
"""What it says of a region comes while the mask is stored; and it does not wait behind a look at another picture."""
_kept: "OrderedDict[Name, Scene]" = OrderedDict()


@dataclass
class Scene:
    """One picture. Its models are copies that share their weights with the resident ones."""

    rgb: "Rgb"
    proposer: "Proposer | None" = None
    version: int | None = None
    looking: "Future[RegionJudge] | None" = None

    def segmenter(self) -> "Proposer":
        if self.proposer is None:
            own = copy(proposer())
            own.set_image(self.rgb)
            self.proposer = own
        return self.proposer

    def look(self, version: int) -> "Future[RegionJudge]":
        """Has the model of a version's row look at the picture, and does not wait for it. Raises VersionError."""
        if self.looking is None or self.version != version:
            _let_go_of_other_versions(version)
            _put_off_others()
            own = copy(predictor(version))
            self.version, self.looking = version, _eyes.submit(_looked, own, self.rgb)
        return self.looking

    def judge(self, version: int) -> "RegionJudge":
        """The model, when it has looked. Raises VersionError, and whatever stopped it, which the next call tries again."""
        return self._when_ready(self.look(version))

    def hear(self, version: int, mask: "Mask") -> "Future[Interview]":
        """What the model will say of a region. Raises nothing, its result what `judge` does."""
        try:
            looking = self.look(version)
        except Exception as error:
            looking = Future()
            looking.set_exception(error)
        return _ears.submit(self._heard, looking, mask)

    def _heard(self, looking: "Future[RegionJudge]", mask: "Mask") -> "Interview":
        from ml.judges.interview import interview  # slow import

        return interview(self._when_ready(looking), mask)

    def _when_ready(self, looking: "Future[RegionJudge]") -> "RegionJudge":
        try:
            return looking.result()
        except BaseException:
            self.looking = None
            raise


def scene(name: Name, read: Callable[[], bytes]) -> Scene:
    """The picture of that name, decoded when it is not in memory. Raises ImageError, OSError."""
    from ml.images import decode  # slow import

    if name not in _kept:
        _make_room()
        _kept[name] = Scene(decode(read()))
    _kept.move_to_end(name)
    return _kept[name]


def scene_of(of: Image | Picture) -> Scene:
    """The picture of that row. Raises ImageError, OSError."""

    def read() -> bytes:
        with of.file.open("rb") as file:
            return bytes(file.read())

    return scene((type(of).__name__, of.pk), read)


def forget(name: Name) -> None:
    _kept.pop(name, None)


def forget_all() -> None:
    _kept.clear()


def _make_room() -> None:
    """Before a new one comes, the oldest go."""
    while len(_kept) >= MOST or sum(_pixels()) > MOST_PIXELS:
        _kept.popitem(last=False)


def _pixels() -> Iterator[int]:
    return (one.rgb.shape[0] * one.rgb.shape[1] for one in _kept.values())


def _let_go_of_other_versions(version: int) -> None:
    """Their weights would stay in memory for the sake of a picture."""
    for one in _kept.values():
        if one.version != version:
            one.version = one.looking = None


def _put_off_others() -> None:
    """Who leafs through pictures waits for one look at most, not for those at all the pictures before."""
    for one in _kept.values():
        if one.looking is not None and one.looking.cancel():
            one.looking = None


def _looked(judge: "RegionJudge", rgb: "Rgb") -> "RegionJudge":
    judge.set_image(rgb)
    return judge
