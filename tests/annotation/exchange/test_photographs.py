import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from annotation.exchange.photographs import UnfitError, inspect
from tests.pictures import picture_bytes, picture_of


def test_a_plain_jpeg_is_described() -> None:
    data = picture_bytes("JPEG", 60, 40)

    found = inspect(data)

    assert (found.media_type, found.extension, found.width, found.height) == ("image/jpeg", "jpg", 60, 40)
    assert (found.byte_size, found.orientation) == (len(data), 1)


@pytest.mark.parametrize("orientation, size", [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
def test_width_and_height_are_those_after_the_exif_orientation(orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    found = inspect(picture_bytes("JPEG", 60, 40, exif=exif))

    assert (found.orientation, (found.width, found.height)) == (orientation, size)


@pytest.mark.parametrize("kind, mode", [("PNG", "RGB"), ("PNG", "L"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "L")])
def test_formats_every_browser_shows_alike_are_taken(kind: str, mode: str) -> None:
    assert inspect(picture_bytes(kind, 50, 50, mode=mode)).width == 50


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def animated() -> bytes:
    frames = [picture_of(40, 40, seed=seed) for seed in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)).save(out, "PNG")
    return out.getvalue()


def foreign_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return picture_bytes("JPEG", 50, 50, icc_profile=profile)


def bomb() -> bytes:
    """A PNG header that claims 50,000 x 50,000 pixels."""
    data = bytearray(picture_bytes("PNG", 50, 50))
    data[16:24] = (50_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: b"", "The file is empty"),
        (lambda: b"#!/bin/sh\necho no", "not an image, whatever its name says"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
        (lambda: cut(picture_bytes("JPEG", 80, 80)), "damaged or cut short"),
        (lambda: cut(picture_bytes("PNG", 80, 80)), "damaged or cut short"),
        (bomb, "million"),
        (lambda: picture_bytes("JPEG", 50, 50, mode="CMYK"), "in CMYK"),
        (sixteen_bits, "16 bits per channel"),
        (lambda: picture_bytes("PNG", 50, 50, mode="RGBA"), "transparency"),
        (lambda: picture_bytes("PNG", 50, 50, transparency=(1, 2, 3)), "transparent"),
        (animated, "animated"),
        (lambda: picture_bytes("GIF", 50, 50, mode="P"), "GIF files are not taken"),
        (lambda: picture_bytes("TIFF", 50, 50), "TIFF files are not taken"),
        (lambda: picture_bytes("BMP", 50, 50), "BMP files are not taken"),
        (lambda: picture_bytes("PNG", 31, 500), "31×500 pixels; each side needs at least 32"),
        (foreign_profile, "convert it to sRGB"),
    ],
)
def test_whatever_will_not_do_is_refused_with_the_reason(make: Callable[[], bytes], message: str) -> None:
    with pytest.raises(UnfitError, match=message):
        inspect(make())


def test_an_srgb_profile_is_fine() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert inspect(picture_bytes("JPEG", 50, 50, icc_profile=profile)).width == 50
