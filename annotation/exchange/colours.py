"""Do a file's bytes mean the same colours everywhere? Ink, transparency and foreign colour spaces do not."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from annotation.exchange.signatures import kind_of, png_chunks
from annotation.exchange.unfit import ADVICE, UnfitError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_STEPS = range(0, 256, 15)
_SAME = 2
"""How far, in levels of 255, the many profiles that call themselves sRGB lie apart."""
_SRGB_GAMMA = 45455
_SRGB_POINTS = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
_GAMMA_SLACK, _POINT_SLACK = 100, 200


def check_colours(picture: "Picture", data: bytes) -> None:
    """Raises UnfitError for a loaded picture that another program may show in other colours."""
    if picture.mode == "CMYK":
        raise UnfitError(f"The image is in CMYK, which every program turns into other colours. {ADVICE}")
    if picture.mode not in {"RGB", "L", "P", "1"}:
        raise UnfitError(f"The image's pixels are {picture.mode}, perhaps with transparency. {ADVICE}")
    if "transparency" in picture.info:
        raise UnfitError(f"The image is partly transparent, so what is seen depends on the page. {ADVICE}")
    profile = picture.info.get("icc_profile")
    if profile and not _is_srgb(bytes(profile), grey=picture.mode in {"L", "1"}):
        raise UnfitError(f"The image has the colour profile “{_profile_name(profile)}”; convert it to sRGB.")
    if kind_of(data) == "PNG":
        _check_png(png_chunks(data))


def _check_png(chunks: dict[str, bytes]) -> None:
    if "cICP" in chunks:
        raise UnfitError("The PNG is coded for high dynamic range or another colour space; convert it to sRGB.")
    if "iCCP" in chunks or "sRGB" in chunks:  # they overrule what follows
        return
    gamma = _numbers(chunks.get("gAMA", b""))
    if gamma and abs(gamma[0] - _SRGB_GAMMA) > _GAMMA_SLACK:
        raise UnfitError(
            f"The PNG asks for a gamma of {100_000 / max(gamma[0], 1):.2f}, which not every program honours; save it as sRGB."
        )
    points = _numbers(chunks.get("cHRM", b""))
    if any(abs(one - srgb) > _POINT_SLACK for one, srgb in zip(points, _SRGB_POINTS, strict=False)):
        raise UnfitError(
            "The PNG has other primary colours than sRGB, which not every program honours; save it as sRGB."
        )


def _numbers(content: bytes) -> list[int]:
    return [int.from_bytes(content[place : place + 4], "big") for place in range(0, len(content) - 3, 4)]


@lru_cache(maxsize=64)
def _is_srgb(profile: bytes, *, grey: bool) -> bool:
    """By what it does, not by what it calls itself: no colour of a fine grid moves on its way to sRGB.

    A grey picture may have a profile of colours, of which its greys are some.
    """
    from PIL import Image, ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "L" if grey and source.profile.xcolor_space.strip() == "GRAY" else "RGB"
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return False
    grid = [(red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS]
    if grey:
        grid = [(grey, grey, grey) for grey in range(256)]
    before = Image.new("RGB", (len(grid), 1))
    before.putdata(grid)
    moved = ImageCms.applyTransform(before.convert(mode), transform)
    return moved is not None and _furthest(before, moved) <= _SAME


def _furthest(one: "Picture", other: "Picture") -> int:
    from PIL import ImageChops

    bands = ImageChops.difference(one, other).split()
    return max(int(band.getextrema()[1]) for band in bands)  # type: ignore[arg-type]


def _profile_name(profile: bytes) -> str:
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "unreadable"
