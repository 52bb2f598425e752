"""Which way is up: the same for the browser and for Pillow, or the file is refused."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from annotation.exchange.orientation import exif_orientation, upright
from annotation.exchange.photographs import UnfitError, inspect
from tests.pictures import picture_bytes

BYTE, ASCII, SHORT, LONG, FLOAT = 1, 2, 3, 4, 11
ORIENTATION = 0x0112
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="r"><r:D tiff:Orientation="%d"/></r:RDF></x:xmpmeta>'


def exif(*entries: tuple[int, int, int, int | float | bytes], order: str = "<") -> bytes:
    """Tag, type, count and value; what is shorter than four bytes lies in the first of them."""
    values = {SHORT: "H2x", LONG: "I", BYTE: "B3x", ASCII: "4s", FLOAT: "f"}
    lines = [struct.pack(f"{order}HHI{values[kind]}", tag, kind, count, value) for tag, kind, count, value in entries]
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return b"Exif\0\0" + mark + struct.pack(f"{order}IH", 8, len(lines)) + b"".join(lines) + bytes(4)


def jpeg(*segments: bytes) -> bytes:
    """60 wide, 40 high, with these application segments before the others."""
    data = picture_bytes("JPEG", 60, 40)
    parts = [b"\xff\xe1" + struct.pack(">H", len(one) + 2) + one for one in segments]
    return data[:2] + b"".join(parts) + data[2:]


def with_xmp(orientation: int, **exif: Image.Exif) -> bytes:
    return picture_bytes("JPEG", 60, 40, xmp=XMP % orientation, **exif)


def turned(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    return tags


def text_of_a_png(name: str, text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt(name, text)
    return picture_bytes("PNG", 60, 40, pnginfo=info)


def raw_profile() -> bytes:
    """As ImageMagick writes it: EXIF as hexadecimal digits in a text, which browsers do not read."""
    tags = turned(6).tobytes()
    return text_of_a_png("Raw profile type exif", f"\nexif\n{len(tags):8}\n{tags.hex()}\n")


@pytest.mark.parametrize(
    "data, orientation",
    [
        (jpeg(exif((ORIENTATION, SHORT, 1, 6))), 6),
        (jpeg(exif((ORIENTATION, SHORT, 1, 6), order=">")), 6),
        (jpeg(exif((0x010F, SHORT, 1, 7), (ORIENTATION, SHORT, 1, 3))), 3),
        (jpeg(exif((ORIENTATION, SHORT, 1, 0))), 1),
        (jpeg(exif((ORIENTATION, SHORT, 1, 9))), 1),
        (jpeg(exif((ORIENTATION, LONG, 1, 1))), 1),
        (jpeg(exif((ORIENTATION, SHORT, 1, 6)), exif((ORIENTATION, SHORT, 1, 1))), 6),
        (jpeg(exif()), 1),
        (with_xmp(1), 1),
        (with_xmp(6, exif=turned(1)), 1),
        (with_xmp(1, exif=turned(6)), 6),
        (picture_bytes("PNG", 60, 40, exif=turned(1)), 1),
        (picture_bytes("WEBP", 60, 40, exif=turned(1)), 1),
    ],
)
def test_where_all_agree_the_file_is_taken_as_they_turn_it(data: bytes, orientation: int) -> None:
    found = inspect(data)

    assert (found.orientation, found.width) == (orientation, 40 if orientation > 4 else 60)
    with Image.open(io.BytesIO(data)) as picture:
        assert upright(picture).size == (found.width, found.height)


@pytest.mark.parametrize(
    "odd",
    [(0x0100, ASCII, 4, b"120\0"), (0x011A, ASCII, 4, b"120\0"), (0x0128, FLOAT, 1, 2.5)],
    ids=["width", "resolution", "unit"],
)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tag_of_an_odd_kind_changes_nothing(odd: tuple[int, int, int, float | bytes], orientation: int) -> None:
    plain, strange = (jpeg(exif(*others, (ORIENTATION, SHORT, 1, orientation))) for others in ([], [odd]))

    assert inspect(strange).orientation == orientation
    with Image.open(io.BytesIO(strange)) as picture, Image.open(io.BytesIO(plain)) as other:
        assert upright(picture).tobytes() == ImageOps.exif_transpose(other).tobytes()


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_png_or_webp_has_to_be_upright(kind: str, orientation: int) -> None:
    with pytest.raises(UnfitError, match=f"The {kind} file asks to be turned, which browsers do not agree on"):
        inspect(picture_bytes(kind, 60, 40, exif=turned(orientation)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: jpeg(exif((ORIENTATION, LONG, 1, 3))),
        lambda: jpeg(exif((ORIENTATION, LONG, 1, 6), order=">")),
        lambda: with_xmp(6),
        lambda: with_xmp(3, exif=Image.Exif()),
    ],
)
def test_a_jpeg_that_pillow_turns_and_browsers_do_not_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(UnfitError, match="in a way that not every program reads; save it upright"):
        inspect(make())


@pytest.mark.parametrize(
    "make",
    [
        raw_profile,
        lambda: text_of_a_png("XML:com.adobe.xmp", (XMP % 6).decode()),
        lambda: picture_bytes("WEBP", 60, 40, xmp=XMP % 6),
    ],
)
def test_what_only_pillow_finds_in_another_file_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(UnfitError, match="asks to be turned, which browsers do not agree on"):
        inspect(make())


@pytest.mark.parametrize("kind", ["TIFF", "AVIF"])
def test_other_formats_are_not_taken_however_they_lie(kind: str) -> None:
    with pytest.raises(UnfitError, match=f"{kind} files are not taken"):
        inspect(picture_bytes(kind, 60, 40, exif=turned(6)))


@pytest.mark.parametrize("length", range(27))
def test_a_directory_that_ends_too_early_turns_nothing(length: int) -> None:
    whole = exif((ORIENTATION, SHORT, 1, 6))
    assert exif_orientation(whole[: 6 + length]) == (6 if length >= 20 else 1)
