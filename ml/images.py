"""Image files as the 8-bit RGB pixels that the rest of `ml` works on."""

import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, MemoryError),
    *(RuntimeError, OverflowError, struct.error),
)
"""What decoders raise."""

MAX_PIXELS = 150_000_000
WHITE = (255, 255, 255)
ROWS = 64


class ImageError(ValueError):
    """The bytes cannot be turned into pixels; the message says why in words for a person."""


def decode(data: bytes, *, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """Pixels of an image file as RGB, uint8 0..255, HxWx3, upright (EXIF orientation applied), its own memory.

    The first frame of an animation; transparency lies on white; CMYK through its own ICC profile when it has one;
    16-bit and float grey scaled to 8 bits. Raises ImageError.
    """
    if not data:
        raise ImageError("the file is empty")
    try:
        with Image.open(io.BytesIO(data)) as image:
            _refuse_huge(image, max_pixels)
            image.load()
            _turn(image)
            return _pixels(_rgb(image))
    except ImageError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError("not an image that can be read (JPEG, PNG, TIFF, WebP, BMP and GIF can)") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"the image claims far more pixels than the {max_pixels:,} allowed") from error
    except DAMAGE as error:
        raise ImageError(f"the image is damaged or incomplete: {error}") from error


def read(path: Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """`decode` for a file on disk. Raises ImageError, and OSError when the file itself cannot be read."""
    return decode(path.read_bytes(), max_pixels=max_pixels)


def _turn(image: Image.Image) -> None:
    """Upright. Pillow would also write anew what else the EXIF says, and fails where a tag is of an odd kind."""
    image.getexif()  # is kept apart from the bytes that it was read from
    for written in ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp"):
        image.info.pop(written, None)
    ImageOps.exif_transpose(image, in_place=True)  # of an upright one no copy is made then


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Some rows at a time: the bytes of a whole photograph would be written down twice more on the way."""
    pixels = np.empty((image.height, image.width, len(image.getbands())), dtype=np.uint8)
    for top in range(0, image.height, ROWS):
        bottom = min(top + ROWS, image.height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return pixels


def _refuse_huge(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise ImageError(f"{image.width} x {image.height} is more than the {max_pixels:,} pixels allowed")


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(image)
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", image.size, WHITE)
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet


def _from_cmyk(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")
    return converted if converted is not None else image.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Integers fill 16 bits by convention; floats mean 0..1 unless they exceed it, then 0..255."""
    grey = np.asarray(image, dtype=np.float64)
    if not np.isfinite(grey).all():
        raise ImageError("the image holds values that are not numbers")
    scale = 255.0 / 65535.0
    if image.mode == "F":
        scale = 255.0 if grey.max(initial=0.0) <= 1.0 else 1.0
    return Image.fromarray(np.clip(np.rint(grey * scale), 0, 255).astype(np.uint8)).convert("RGB")
