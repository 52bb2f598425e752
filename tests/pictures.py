"""Pictures for tests."""

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

Point = tuple[float, float, float]


def picture_of(width: int, height: int, *, seed: int = 0, mode: str = "RGB") -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def picture_bytes(kind: str, width: int, height: int, *, seed: int = 0, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    picture_of(width, height, seed=seed, mode=mode).save(out, kind, **options)
    return out.getvalue()


def write_pictures(folder: Path, count: int, *, side: int = 48) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"photo ({number}).png" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(picture_bytes("PNG", side, side, seed=number))
    return paths


def profile_of(red: Point, green: Point, blue: Point, name: str = "sRGB built-in") -> bytes:
    """sRGB's curves with other primaries: XYZ under D50, as a profile holds them."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = bytearray(plain.replace("sRGB built-in".encode("utf-16-be"), name[:13].ljust(13).encode("utf-16-be")))
    for tag, point in {b"rXYZ": red, b"gXYZ": green, b"bXYZ": blue}.items():
        entry = data.index(tag)
        place = int.from_bytes(data[entry + 4 : entry + 8], "big") + 8
        data[place : place + 12] = struct.pack(">3i", *(round(value * 65536) for value in point))
    return bytes(data)


def display_p3() -> bytes:
    return profile_of((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841), "Display P3")


def adobe_rgb() -> bytes:
    """Its primaries alone; that is enough to be another space."""
    return profile_of((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446), "Adobe RGB")


def nearly_srgb() -> bytes:
    """sRGB as some programs round it: no colour moves by more than two levels of 255."""
    return profile_of((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1430, 0.0606, 0.7141))
