"""The smallest RAW file that LibRaw accepts: an uncompressed DNG, written tag by tag."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BYTE, ASCII, SHORT, LONG, RATIONAL, SRATIONAL = 1, 2, 3, 4, 5, 10
SIZE = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, SRATIONAL: 8}
FORMAT = {BYTE: "B", SHORT: "H", LONG: "I", RATIONAL: "II", SRATIONAL: "ii"}
THOUSAND = 1000
BLACK, WHITE = 512, 16383
XYZ_OF_SRGB_D65 = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)
"""A camera whose primaries are those of sRGB: XYZ -> camera."""


def write_dng(path: Path, light: NDArray[np.float64], neutral: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> None:
    """`light` is HxWx3, 0..1 in camera RGB, of even sides; photosites lie red, green / green, blue."""
    height, width = light.shape[:2]
    sites = light[..., 1].copy()
    sites[::2, ::2], sites[1::2, 1::2] = light[::2, ::2, 0], light[1::2, 1::2, 2]
    strip = np.rint(BLACK + np.clip(sites, 0, 1) * (WHITE - BLACK)).astype("<u2").tobytes()
    tags = [
        (254, LONG, (0,)),
        (256, LONG, (width,)),
        (257, LONG, (height,)),
        (258, SHORT, (16,)),
        (259, SHORT, (1,)),
        (262, SHORT, (32803,)),  # colour filter array
        (271, ASCII, b"Tiny\0"),
        (272, ASCII, b"Camera\0"),
        (273, LONG, (0,)),  # where the strip begins, known below
        (274, SHORT, (1,)),
        (277, SHORT, (1,)),
        (278, LONG, (height,)),
        (279, LONG, (len(strip),)),
        (284, SHORT, (1,)),
        (33421, SHORT, (2, 2)),
        (33422, BYTE, (0, 1, 1, 2)),
        (50706, BYTE, (1, 4, 0, 0)),
        (50708, ASCII, b"Tiny Camera\0"),
        (50714, SHORT, (BLACK,)),
        (50717, SHORT, (WHITE,)),
        (50721, SRATIONAL, _rational(XYZ_OF_SRGB_D65)),
        (50728, RATIONAL, _rational(neutral)),
        (50778, SHORT, (21,)),  # D65
    ]
    path.write_bytes(_tiff(tags, strip))


def _rational(values: tuple[float, ...]) -> tuple[int, ...]:
    return tuple(number for value in values for number in (round(value * THOUSAND), THOUSAND))


def _tiff(tags: list[tuple[int, int, tuple[int, ...] | bytes]], strip: bytes) -> bytes:
    directory = 8 + 2 + 12 * len(tags) + 4
    packed = [(tag, kind, _packed(kind, values)) for tag, kind, values in tags]
    begin = directory + sum(len(data) for _, _, data in packed if len(data) > 4)
    packed = [(tag, kind, struct.pack("<I", begin) if tag == 273 else data) for tag, kind, data in packed]
    entries, rest = b"", b""
    for tag, kind, data in packed:
        place = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack("<I", directory + len(rest))
        entries += struct.pack("<HHI", tag, kind, len(data) // SIZE[kind]) + place
        rest += data if len(data) > 4 else b""
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + rest + strip


def _packed(kind: int, values: tuple[int, ...] | bytes) -> bytes:
    """Of even length, as TIFF wants the offsets."""
    if isinstance(values, bytes):
        return values + b"\0" * (len(values) % 2)
    letters = FORMAT[kind]
    return struct.pack(f"<{letters * (len(values) // len(letters))}", *values)
