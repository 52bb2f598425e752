"""How a photograph is to be turned: where browsers and other programs read the file differently, it is unfit."""

import struct
from typing import TYPE_CHECKING

from annotation.exchange.unfit import UnfitError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_ORIENTATION = 0x0112
_SHORT = 3
_UPRIGHT = 1


def orientation_of(kind: str, picture: "Picture") -> int:
    """1 to 8. Raises UnfitError for one that is only in XMP or in a PNG's text, or not written as EXIF has it.

    Browsers pass those over. Pillow, with which workers read the file and many will read an export, goes by them, and the
    masks of its pixels would lie elsewhere on screen.
    """
    seen = exif_orientation(picture.info.get("exif") or b"")
    read = picture.getexif().get(_ORIENTATION, _UPRIGHT)
    read = read if read in range(1, 9) else _UPRIGHT
    if kind != "JPEG" and (seen, read) != (_UPRIGHT, _UPRIGHT):
        raise UnfitError(f"The {kind} file asks to be turned, which browsers do not agree on; save it upright.")
    if seen != read:
        raise UnfitError("The JPEG asks to be turned in a way that not every program reads; save it upright.")
    return seen


def upright(picture: "Picture") -> "Picture":
    """As Pillow turns it, which would also write the other tags anew, and fails at one of an odd kind."""
    from PIL import ImageOps

    picture.load()
    picture.getexif()  # is kept apart from the bytes that it was read from
    for written in ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp"):
        picture.info.pop(written, None)
    return ImageOps.exif_transpose(picture)


def exif_orientation(exif: bytes) -> int:
    """As browsers read it: one short number of the first directory, 1 to 8; anything else is upright."""
    tiff = exif.removeprefix(b"Exif\0\0")
    if tiff[:2] not in {b"II", b"MM"}:
        return _UPRIGHT
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
        for entry in range(entries):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, directory + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return int(value) if (kind, count) == (_SHORT, 1) and value in range(1, 9) else _UPRIGHT
    except struct.error:  # it ends too early
        pass
    return _UPRIGHT
