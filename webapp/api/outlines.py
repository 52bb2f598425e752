"""Masks as clients send them: a polygon, or COCO's compressed run-length code, which is read with distrust."""

from collections.abc import Sequence

from annotation.errors import InvalidInput
from annotation.masks import Mask, decode_mask, encode_mask, polygon_mask

MOST_POINTS = 2000
MOST_CODE = 400_000


def mask_of(image_size: tuple[int, int], polygon: Sequence[Sequence[float]] | None, rle: str | None) -> Mask:
    """Raises InvalidInput unless exactly one of them is given and fits the image of (width, height) pixels."""
    width, height = image_size
    if (polygon is None) == (rle is None):
        raise InvalidInput("Give the region either as polygon or as rle.")
    try:
        if polygon is not None:
            return polygon_mask(_points(polygon, width, height), width, height)
        check_code(rle or "", width * height)
        return encode_mask(decode_mask(rle or "", width, height))
    except ValueError as error:
        raise InvalidInput(str(error)) from error


def _points(polygon: Sequence[Sequence[float]], width: int, height: int) -> list[tuple[float, float]]:
    if len(polygon) > MOST_POINTS:
        raise InvalidInput(f"A polygon takes at most {MOST_POINTS} points, not {len(polygon)}.")
    for point in polygon:
        if len(point) != 2 or not (0 <= point[0] <= width and 0 <= point[1] <= height):
            raise InvalidInput(f"Each point must be x, y inside the {width}×{height} image, not {list(point)}.")
    return [(point[0], point[1]) for point in polygon]


def check_code(rle: str, pixels: int) -> None:
    """Raises InvalidInput unless the runs add up to the image: the decoder is C and believes what it is given.

    The code is base 32, least digit first, in characters from "0"; a digit's sixth bit says that more follow, the last
    digit's fifth bit is the sign, and from the fourth run on each is the difference to the run before the last.
    """
    if len(rle) > MOST_CODE:
        raise InvalidInput(f"The mask's code has {len(rle)} characters; at most {MOST_CODE} are taken.")
    runs: list[int] = []
    value = shift = 0
    more = False
    for character in rle:
        digit = ord(character) - 48
        if not 0 <= digit < 64 or shift > 30:
            raise InvalidInput("The mask's code is not COCO's compressed run-length code.")
        value, shift, more = value | (digit & 31) << shift, shift + 5, bool(digit & 32)
        if not more:
            runs.append((value - (1 << shift) if digit & 16 else value) + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    if more or not runs or min(runs) < 0 or sum(runs) != pixels:
        raise InvalidInput(f"The mask's code does not describe the image's {pixels:,} pixels.")
