"""An opinion: the eight numbers one person says about one region."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from annotation.errors import InvalidInput
from annotation.scales import DISTORTIONS, SCALES, TOP_LEVEL, WORDS

__all__ = ["DISTORTIONS", "SCALES", "TOP_LEVEL", "WORDS", "Opinion", "check_level", "parse_opinion"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """Distortions are 0 (extreme) to 5 (non-existent), quality and importance 0 to 4 (paper section 3.2)."""

    exposure: int
    noise: int
    blur: int
    contrast: int
    colorfulness: int
    compression: int
    quality: int
    importance: int

    def __post_init__(self) -> None:
        """Raises InvalidInput naming the first scale that is out of range."""
        for field in fields(self):
            check_level(field.name, getattr(self, field.name))

    def levels(self) -> tuple[int, ...]:
        """The eight levels in the order of SCALES."""
        return tuple([getattr(self, scale) for scale in SCALES])


def check_level(scale: str, level: object) -> None:
    top = TOP_LEVEL[scale]
    if type(level) is not int or not 0 <= level <= top:
        raise InvalidInput(f"{scale} must be a whole number from 0 to {top}, not {level!r}.")


def parse_opinion(values: Mapping[str, object]) -> Opinion:
    """An opinion from loose input. Raises InvalidInput naming what is missing, unknown or out of range."""
    missing = [scale for scale in SCALES if scale not in values]
    if missing:
        raise InvalidInput(f"The opinion lacks {', '.join(missing)}.")
    unknown = sorted(set(values) - set(SCALES))
    if unknown:
        raise InvalidInput(f"The opinion has unknown scales: {', '.join(unknown)}.")
    for scale in SCALES:
        check_level(scale, values[scale])
    return Opinion(**{scale: int(str(values[scale])) for scale in SCALES})
