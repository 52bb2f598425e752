"""Is this file a photograph whose bytes every browser shows as the same pixels? If not, why not, and what would be."""

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from annotation.exchange.colours import check_colours
from annotation.exchange.orientation import orientation_of
from annotation.exchange.signatures import jpeg_process, kind_of, png_chunks
from annotation.exchange.unfit import ADVICE, UnfitError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 100 * 1024 * 1024
MOST_PIXELS = 80_000_000
LEAST_SIDE = 32
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
EXTENSIONS = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png",),
    "WEBP": ("webp",),
}
"""The first is the one the bytes are stored under; a file without any is taken for what it is."""
_ENDING = re.compile(r"[a-z][a-z0-9]{1,4}")

__all__ = ["LEAST_SIDE", "MOST_BYTES", "MOST_PIXELS", "Photograph", "UnfitError", "inspect"]


@dataclass(frozen=True, slots=True)
class Photograph:
    """What is stored beside the bytes. Width and height are after the EXIF orientation (1 to 8)."""

    sha256: str
    media_type: str
    extension: str
    byte_size: int
    width: int
    height: int
    orientation: int


def inspect(data: bytes, name: str = "") -> Photograph:
    """Decodes the whole file once; `name` is looked at for its ending. Raises UnfitError, whatever is in the file."""
    if not data:
        raise UnfitError("The file is empty.")
    if len(data) > MOST_BYTES:
        raise UnfitError(f"The file has {len(data) // 2**20} MiB; the most is {MOST_BYTES // 2**20} MiB.")
    kind = kind_of(data)
    if kind is None and name.lower().endswith((".csv", ".tsv")):
        raise UnfitError(
            "A table among photographs is not read. Scores come in by “Outside scores” on the page of images."
        )
    if kind is None:
        raise UnfitError(f"This is not an image, whatever its name says. {ADVICE}")
    if kind == "Zip" and name.lower().endswith(".zip"):
        raise UnfitError("A zip among other files is not opened; bring it in by itself.")
    if kind not in EXTENSIONS:
        raise UnfitError(f"{kind} files are not taken. {ADVICE}")
    _check_ending(kind, name)
    return _decode(kind, data)


def _check_ending(kind: str, name: str) -> None:
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    if _ENDING.fullmatch(ending) and ending not in EXTENSIONS[kind]:
        raise UnfitError(f"The name ends in .{ending}, but this is a {kind} file; name it .{EXTENSIONS[kind][0]}.")


def _decode(kind: str, data: bytes) -> Photograph:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as picture:
            _check_header(kind, picture, data)
            _load(kind, picture, data)
            check_colours(picture, data)
            return _describe(kind, picture, data)
    except UnfitError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnfitError(f"The image has more than {MOST_PIXELS // 10**6} million pixels.") from error
    except Exception as error:  # a decoder raises anything at all on bytes that mean harm; only this file is unfit
        raise UnfitError(f"The file is damaged or cut short: {error}.") from error


def _check_header(kind: str, picture: "Picture", data: bytes) -> None:
    """Everything that can be said before the pixels are decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise UnfitError(f"The image has {width}×{height} pixels; the most is {MOST_PIXELS // 10**6} million.")
    if min(width, height) < LEAST_SIDE:
        raise UnfitError(f"The image has {width}×{height} pixels; each side needs at least {LEAST_SIDE}.")
    if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:  # a JPEG with a preview behind it shows its first
        raise UnfitError("The image is animated; save the one frame that is meant.")
    if kind == "PNG" and png_chunks(data)["IHDR"][8] == 16:
        raise UnfitError(f"The image has 16 bits per channel, which no screen shows as they are. {ADVICE}")
    if kind == "JPEG" and jpeg_process(data) == "arithmetic":
        raise UnfitError("The JPEG is arithmetically coded, which browsers cannot show; save it as an ordinary JPEG.")


def _load(kind: str, picture: "Picture", data: bytes) -> None:
    from PIL import Image

    if kind == "PNG":  # loading does not look at every checksum
        with Image.open(io.BytesIO(data), formats=[kind]) as copy:
            copy.verify()
    picture.load()


def _describe(kind: str, picture: "Picture", data: bytes) -> Photograph:
    orientation = orientation_of(kind, picture)
    width, height = picture.size if orientation < 5 else (picture.height, picture.width)
    digest = hashlib.sha256(data).hexdigest()
    return Photograph(digest, MEDIA_TYPES[kind], EXTENSIONS[kind][0], len(data), width, height, orientation)
