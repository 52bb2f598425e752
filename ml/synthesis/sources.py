"""Real photographs that come inside the scikit-image package, and the views of them that are used."""

from dataclasses import dataclass
from importlib.resources import files

from ml.images import decode
from ml.synthesis.light import Rgb


@dataclass(frozen=True)
class View:
    """A photograph or a cut of it. `box` is (left, top, right, bottom) in shares of width and height."""

    name: str
    file: str
    quality: float
    """What a person would say of the undistorted view, 0..4; judged by eye."""
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    grey: bool = False

    @property
    def source(self) -> str:
        """The photograph it comes from: views of one source must not be split between training and test."""
        return self.file.partition(".")[0]


VIEWS = (
    View("astronaut", "astronaut.png", 3.8),
    View("astronaut-portrait", "astronaut.png", 3.7, (0.10, 0.0, 0.78, 0.62)),
    View("cat", "chelsea.png", 3.5),
    View("cat-eyes", "chelsea.png", 3.3, (0.18, 0.05, 0.85, 0.95)),
    View("coffee", "coffee.png", 3.7),
    View("coffee-cup", "coffee.png", 3.6, (0.12, 0.0, 0.75, 0.95)),
    View("motorcycle", "motorcycle_left.png", 3.7),
    View("motorcycle-engine", "motorcycle_left.png", 3.6, (0.25, 0.2, 0.9, 0.95)),
    View("rocket", "rocket.jpg", 3.4),
    View("rocket-pad", "rocket.jpg", 3.2, (0.3, 0.25, 0.8, 1.0)),
    View("deep-field", "hubble_deep_field.jpg", 3.4),
    View("retina", "retina.jpg", 3.3),
    View("retina-disc", "retina.jpg", 3.2, (0.0, 0.25, 0.6, 0.8)),
    View("tissue", "ihc.png", 3.4),
    View("photographer", "camera.png", 3.2, grey=True),
    View("photographer-at-work", "camera.png", 3.0, (0.05, 0.05, 0.85, 0.7), grey=True),
    View("coins", "coins.png", 2.8, grey=True),
    View("moon", "moon.png", 2.6, grey=True),
    View("brick", "brick.png", 3.2, grey=True),
    View("gravel", "gravel.png", 3.2, grey=True),
)


def pixels(view: View) -> Rgb:
    """uint8 HxWx3. Raises FileNotFoundError when the installed scikit-image does not hold the photograph."""
    whole = decode((files("skimage") / "data" / view.file).read_bytes())
    height, width = whole.shape[:2]
    left, top, right, bottom = view.box
    return whole[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
