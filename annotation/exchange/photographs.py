"""Is this file a photograph whose bytes every browser shows as the same pixels? If not, why not, and what would be."""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 100 * 1024 * 1024
MOST_PIXELS = 80_000_000
LEAST_SIDE = 32
_KINDS = {
    "JPEG": ("image/jpeg", "jpg"),
    "MPO": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
}
_ADVICE = "Save it as an 8-bit RGB or grey JPEG, PNG or WebP."
_SRGB_GAMMA = 1 / 2.2


class UnfitError(ValueError):
    """The file will not do; the message says why and what would."""


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


def inspect(data: bytes) -> Photograph:
    """Decodes the whole file once. Raises UnfitError."""
    from PIL import Image, UnidentifiedImageError

    if not data:
        raise UnfitError("The file is empty.")
    if len(data) > MOST_BYTES:
        raise UnfitError(f"The file has {len(data) // 2**20} MiB; the most is {MOST_BYTES // 2**20} MiB.")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            _check_header(picture, data)
            picture.load()
            _check_pixels(picture)
            return _describe(picture, data)
    except UnidentifiedImageError as error:
        raise UnfitError(f"This is not an image, whatever its name says. {_ADVICE}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnfitError(f"The image has more than {MOST_PIXELS // 10**6} million pixels.") from error
    except UnfitError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, MemoryError) as error:
        raise UnfitError(f"The file is damaged or cut short: {error}.") from error


def _check_header(picture: "Picture", data: bytes) -> None:
    """Everything that can be said before the pixels are decoded."""
    if picture.format not in _KINDS:
        raise UnfitError(f"{picture.format} files are not taken. {_ADVICE}")
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise UnfitError(f"The image has {width}×{height} pixels; the most is {MOST_PIXELS // 10**6} million.")
    if min(width, height) < LEAST_SIDE:
        raise UnfitError(f"The image has {width}×{height} pixels; each side needs at least {LEAST_SIDE}.")
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise UnfitError("The image is animated; save the one frame that is meant.")
    if picture.format == "PNG" and data[24:25] == b"\x10":
        raise UnfitError(f"The image has 16 bits per channel, which no screen shows as they are. {_ADVICE}")


def _check_pixels(picture: "Picture") -> None:
    """Whether the bytes mean the same pixels everywhere: no ink colours, no transparency, no foreign colour space."""
    if picture.mode == "CMYK":
        raise UnfitError(f"The image is in CMYK, which every program turns into other colours. {_ADVICE}")
    if picture.mode not in {"RGB", "L", "P", "1"}:
        raise UnfitError(f"The image's pixels are {picture.mode}, perhaps with transparency. {_ADVICE}")
    if "transparency" in picture.info:
        raise UnfitError(f"The image is partly transparent, so what is seen depends on the page. {_ADVICE}")
    gamma = picture.info.get("gamma")
    if gamma and "srgb" not in picture.info and abs(gamma - _SRGB_GAMMA) > 0.002:
        raise UnfitError(
            f"The PNG asks for a gamma of {1 / gamma:.2f}, which not every program honours; save it as sRGB."
        )
    profile = picture.info.get("icc_profile")
    if profile and not _is_srgb(profile):
        raise UnfitError(f"The image has the colour profile “{_profile_name(profile)}”; convert it to sRGB.")


def _is_srgb(profile: bytes) -> bool:
    name = _profile_name(profile).lower()
    return "srgb" in name.replace(" ", "") or name.startswith("c2")  # c2: the compact sRGB profiles of phones


def _profile_name(profile: bytes) -> str:
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "unreadable"


def _describe(picture: "Picture", data: bytes) -> Photograph:
    media_type, extension = _KINDS[picture.format or ""]
    orientation = picture.getexif().get(0x0112, 1)
    if orientation not in range(1, 9):
        orientation = 1
    width, height = picture.size if orientation < 5 else (picture.height, picture.width)
    digest = hashlib.sha256(data).hexdigest()
    return Photograph(digest, media_type, extension, len(data), width, height, orientation)
