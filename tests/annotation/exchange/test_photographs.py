import io
import random
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from annotation.exchange.photographs import UnfitError, inspect
from tests.pictures import adobe_rgb, display_p3, nearly_srgb, picture_bytes, picture_of


def test_a_plain_jpeg_is_described() -> None:
    data = picture_bytes("JPEG", 60, 40)

    found = inspect(data)

    assert (found.media_type, found.extension, found.width, found.height) == ("image/jpeg", "jpg", 60, 40)
    assert (found.byte_size, found.orientation) == (len(data), 1)


@pytest.mark.parametrize("orientation, size", [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
def test_width_and_height_are_those_after_the_exif_orientation(orientation: int, size: tuple[int, int]) -> None:
    found = inspect(picture_bytes("JPEG", 60, 40, exif=turned(orientation)))

    assert (found.orientation, (found.width, found.height)) == (orientation, size)


@pytest.mark.parametrize("kind, mode", [("PNG", "RGB"), ("PNG", "L"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "L")])
def test_formats_every_browser_shows_alike_are_taken(kind: str, mode: str) -> None:
    assert inspect(picture_bytes(kind, 50, 50, mode=mode)).width == 50


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def animated(kind: str, **options: object) -> bytes:
    frames = [picture_of(40, 40, seed=seed) for seed in range(2)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], **options)
    return out.getvalue()


def sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)).save(out, "PNG")
    return out.getvalue()


def foreign_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return picture_bytes("JPEG", 50, 50, icc_profile=profile)


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def chunk(name: bytes, *numbers: int) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add(name, b"".join(number.to_bytes(4, "big") for number in numbers))
    return info


def wrong_checksum() -> bytes:
    """The last byte of the pixels' checksum, which decoding alone does not look at."""
    data = bytearray(picture_bytes("PNG", 50, 50))
    data[-13] ^= 1
    return bytes(data)


def mislabelled_profile() -> bytes:
    """It calls itself sRGB, but red is green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"xxxx").replace(b"gXYZ", b"rXYZ").replace(b"xxxx", b"gXYZ")
    return picture_bytes("JPEG", 50, 50, icc_profile=swapped)


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
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG files are not taken"),
        (lambda: cut(picture_bytes("JPEG", 80, 80)), "damaged or cut short"),
        (lambda: cut(picture_bytes("PNG", 80, 80)), "damaged or cut short"),
        (bomb, "million"),
        (lambda: picture_bytes("JPEG", 50, 50, mode="CMYK"), "in CMYK"),
        (sixteen_bits, "16 bits per channel"),
        (lambda: picture_bytes("PNG", 50, 50, mode="RGBA"), "transparency"),
        (lambda: picture_bytes("PNG", 50, 50, transparency=(1, 2, 3)), "transparent"),
        (lambda: animated("WEBP"), "animated"),
        (lambda: animated("PNG"), "animated"),
        (lambda: animated("PNG", default_image=True), "animated"),  # of one frame, which a browser shows for the still
        (lambda: picture_bytes("GIF", 50, 50, mode="P"), "GIF files are not taken"),
        (lambda: picture_bytes("TIFF", 50, 50), "TIFF files are not taken"),
        (lambda: picture_bytes("BMP", 50, 50), "BMP files are not taken"),
        (lambda: picture_bytes("PNG", 31, 500), "31×500 pixels; each side needs at least 32"),
        (foreign_profile, "convert it to sRGB"),
        (lambda: picture_bytes("PNG", 50, 50, pnginfo=chunk(b"gAMA", 100_000)), "gamma of 1.00"),
        (lambda: picture_bytes("PNG", 50, 50, pnginfo=chunk(b"cHRM", 34567, *range(7))), "other primary colours"),
        (lambda: picture_bytes("PNG", 50, 50, pnginfo=chunk(b"cICP", 0x09100001)), "high dynamic range"),
        (lambda: picture_bytes("PNG", 50, 50, exif=turned(6)), "PNG file asks to be turned"),
        (lambda: picture_bytes("JPEG", 50, 50).replace(b"\xff\xc0", b"\xff\xc9", 1), "arithmetically coded"),
        (wrong_checksum, "damaged or cut short"),
        (mislabelled_profile, "convert it to sRGB"),
        (lambda: b"\0\0\0\x1cftypheic" + bytes(40), "HEIC files are not taken"),
    ],
)
def test_whatever_will_not_do_is_refused_with_the_reason(make: Callable[[], bytes], message: str) -> None:
    with pytest.raises(UnfitError, match=message):
        inspect(make())


def test_a_zip_among_other_files_is_told_how_it_comes_in() -> None:
    with pytest.raises(UnfitError, match="bring it in by itself"):
        inspect(b"PK\3\4" + bytes(40), "More.ZIP")
    with pytest.raises(UnfitError, match="Zip files are not taken"):
        inspect(b"PK\3\4" + bytes(40), "letter.docx")


def test_a_table_among_photographs_is_told_where_it_comes_in() -> None:
    for name in ("scores.csv", "in/MOS.TSV"):
        with pytest.raises(UnfitError, match="Scores come in by “Outside scores” on the page of images"):
            inspect(b"path,score\na.png,1\n", name)


def test_an_srgb_profile_is_fine() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert inspect(picture_bytes("JPEG", 50, 50, icc_profile=profile)).width == 50


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_grey_picture_may_have_the_profile_it_had_in_colour(kind: str) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    flatter = srgb.replace(bytes.fromhex("00026666"), bytes.fromhex("00010000"))  # the curve's exponent: 2.4, then 1

    assert inspect(picture_bytes(kind, 50, 50, mode="L", icc_profile=srgb)).width == 50
    with pytest.raises(UnfitError, match="colour profile “sRGB built-in”; convert it to sRGB"):
        inspect(picture_bytes(kind, 50, 50, mode="L", icc_profile=flatter))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("profile, name", [(display_p3, "Display P3"), (adobe_rgb, "Adobe RGB")])
def test_another_colour_space_is_refused_by_its_name(kind: str, profile: Callable[[], bytes], name: str) -> None:
    with pytest.raises(UnfitError, match=rf"colour profile “{name}”; convert it to sRGB"):
        inspect(picture_bytes(kind, 50, 50, icc_profile=profile()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_srgb_as_some_programs_round_it_is_fine(kind: str) -> None:
    assert inspect(picture_bytes(kind, 50, 50, icc_profile=nearly_srgb())).width == 50


@pytest.mark.parametrize(
    "name, kind",
    [
        ("a.jpg", "JPEG"),
        ("b.JPEG", "JPEG"),
        ("c.jfif", "JPEG"),
        ("d", "JPEG"),
        ("e.v2/f", "PNG"),
        ("of 2024.05.01", "PNG"),
        ("g.webp", "WEBP"),
    ],
)
def test_a_name_that_fits_or_has_no_ending_is_fine(name: str, kind: str) -> None:
    assert inspect(picture_bytes(kind, 50, 50), name).width == 50


@pytest.mark.parametrize("name", ["a.png", "a.jpg.txt", "a.exe"])
def test_a_name_that_lies_is_refused(name: str) -> None:
    with pytest.raises(UnfitError, match=r"this is a JPEG file; name it \.jpg"):
        inspect(picture_bytes("JPEG", 50, 50), name)


def test_a_plain_gamma_and_the_usual_primaries_are_srgb() -> None:
    usual = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)

    assert inspect(picture_bytes("PNG", 50, 50, pnginfo=chunk(b"gAMA", 45455))).width == 50
    assert inspect(picture_bytes("PNG", 50, 50, pnginfo=chunk(b"cHRM", *usual))).width == 50


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_bytes_that_were_tampered_with_are_fine_or_unfit_and_never_anything_else(kind: str) -> None:
    dice = random.Random(kind)
    whole = picture_bytes(kind, 48, 48, exif=turned(1))
    answers = set()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.choice([1, 3, 10])):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            answers.add(inspect(bytes(data)).width > 0)
        except UnfitError:
            answers.add(False)

    assert False in answers


def test_a_table_among_photographs_is_told_where_it_belongs() -> None:
    with pytest.raises(UnfitError, match=re.escape("Scores come in by “Outside scores” on the page of images.")):
        inspect(b"path,score\na.jpg,1\n", "photos/MOS.CSV")
    with pytest.raises(UnfitError, match="This is not an image"):
        inspect(b"path,score\na.jpg,1\n", "photos/MOS.jpg")
