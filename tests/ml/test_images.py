import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from ml.images import ImageError, decode, read
from tests.ml.pictures import scene


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_an_rgb_png_comes_back_pixel_for_pixel() -> None:
    picture = scene()
    pixels = decode(encoded(Image.fromarray(picture)))
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, picture)


def test_the_pixels_are_writable_and_contiguous() -> None:
    pixels = decode(encoded(Image.fromarray(scene())))
    assert pixels.flags.writeable
    assert pixels.flags.c_contiguous


def test_exif_orientation_is_applied() -> None:
    picture = scene(40, 60)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned clockwise: show it rotated by 90 degrees to the right
    pixels = decode(encoded(Image.fromarray(picture), exif=exif))
    assert np.array_equal(pixels, np.rot90(picture, -1))


def exif_with(tag: int, kind: int, value: bytes, orientation: int) -> bytes:
    """Two entries as a camera writes them, whatever Pillow thinks of the first."""
    entries = sorted(
        [
            (tag, struct.pack("<HHI4s", tag, kind, 1, value)),
            (0x0112, struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)),
        ]
    )
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + b"".join(entry for _, entry in entries) + bytes(4)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    "tag, kind, value",
    [(0x0100, 2, b"9\0\0\0"), (0x0128, 11, struct.pack("<f", 2)), (0x011A, 2, b"7\0\0\0")],
    ids=["width as text", "unit as a real number", "resolution as text"],
)
def test_what_else_the_exif_says_is_nobodys_business(tag: int, kind: int, value: bytes, orientation: int) -> None:
    picture = Image.fromarray(scene(40, 60))
    plain = Image.Exif()
    plain[0x0112] = orientation

    odd = decode(encoded(picture, "JPEG", exif=exif_with(tag, kind, value, orientation)))

    assert np.array_equal(odd, decode(encoded(picture, "JPEG", exif=plain)))
    assert odd.shape[:2] == ((60, 40) if orientation >= 5 else (40, 60))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["AVIF", "TIFF", "WEBP", "DDS"])
def test_a_file_that_ends_too_early_is_no_image_whatever_its_decoder_raises(kind: str, share: float) -> None:
    data = encoded(Image.fromarray(scene(64, 96)), kind)

    with pytest.raises(ImageError):
        decode(data[: int(share * len(data))])


def test_grey_becomes_three_equal_channels() -> None:
    grey = scene()[..., 0]
    assert np.array_equal(decode(encoded(Image.fromarray(grey))), np.dstack([grey] * 3))


def test_sixteen_bit_grey_is_scaled_by_257() -> None:
    values = np.array([[0, 257, 128 * 257, 65535]], dtype=np.uint16)
    assert decode(encoded(Image.fromarray(values)))[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize("values, expected", [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 100.0, 300.0], [0, 100, 255])])
def test_float_grey_is_read_as_0_to_1_or_0_to_255(values: list[float], expected: list[int]) -> None:
    data = encoded(Image.fromarray(np.array([values], dtype=np.float32)), "TIFF")
    assert decode(data)[0, :, 1].tolist() == expected


def test_float_grey_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ImageError, match="not numbers"):
        decode(encoded(Image.fromarray(np.array([[0.5, np.nan]], dtype=np.float32)), "TIFF"))


def test_transparency_lies_on_white() -> None:
    image = Image.new("RGBA", (2, 1), (200, 0, 0, 255))
    image.putpixel((1, 0), (200, 0, 0, 0))
    assert decode(encoded(image)).tolist() == [[[200, 0, 0], [255, 255, 255]]]


def test_a_palette_with_a_transparent_colour_lies_on_white() -> None:
    image = Image.new("P", (2, 1), 0)
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)
    assert decode(encoded(image, transparency=1)).tolist() == [[[10, 20, 30], [255, 255, 255]]]


def test_black_and_white_is_read() -> None:
    image = Image.new("1", (2, 1))
    image.putpixel((1, 0), 1)
    assert decode(encoded(image)).tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_cmyk_without_a_profile_is_read_by_complement() -> None:
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red = decode(encoded(image, "TIFF"))[8, 8]
    assert red.tolist() == [255, 0, 0]


def test_cmyk_with_a_profile_that_cannot_be_used_is_still_read() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert decode(encoded(image, "TIFF", icc_profile=profile)).tolist()[8][8] == [255, 0, 0]


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    data = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert decode(data)[4, 4].tolist() == [250, 0, 0]


@pytest.mark.parametrize("data, words", [(b"", "empty"), (b"hello", "not an image"), (b"\x89PNG\r\n\x1a\n", "image")])
def test_what_is_no_image_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        decode(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_a_truncated_file_is_refused(kind: str) -> None:
    data = encoded(Image.fromarray(scene()), kind)
    with pytest.raises(ImageError):
        decode(data[: len(data) // 2])


def test_more_pixels_than_allowed_are_refused_before_decoding() -> None:
    with pytest.raises(ImageError, match=r"200 x 160 is more than the 31,999 pixels allowed"):
        decode(encoded(Image.fromarray(scene())), max_pixels=31_999)


def test_read_takes_a_path(tmp_path: Path) -> None:
    (tmp_path / "a (1).png").write_bytes(encoded(Image.fromarray(scene())))
    assert np.array_equal(read(tmp_path / "a (1).png"), scene())
