"""Files that are rare and allowed: PNGs of every depth, interlaced too, and JPEGs as Pillow does not write them."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column and row, and the steps to the next ones."""
_GREY, _RGB, _PALETTE = 0, 2, 3


def png(
    pixels: NDArray[np.uint8], bits: int = 8, *, palette: NDArray[np.uint8] | None = None, interlaced: bool
) -> bytes:
    """`pixels` are HxW (grey levels or places in a palette of Nx3, of `bits` each) or HxWx3."""
    colour = _PALETTE if palette is not None else _GREY if pixels.ndim == 2 else _RGB
    steps = _PASSES if interlaced else ((0, 0, 1, 1),)
    lines = b"".join(_lines(pixels[top::down, left::right], bits) for left, top, right, down in steps)
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], bits, colour, 0, 0, interlaced)
    table = b"" if palette is None else _chunk(b"PLTE", palette.tobytes())
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + table
        + _chunk(b"IDAT", zlib.compress(lines))
        + _chunk(b"IEND", b"")
    )


def _lines(part: NDArray[np.uint8], bits: int) -> bytes:
    """Without a filter; a line begins with a byte that says so."""
    if not part.size:
        return b""
    rows = part.reshape(part.shape[0], -1)
    if bits < 8:
        rows = np.packbits(np.unpackbits(rows[..., None], axis=2)[..., 8 - bits :].reshape(len(rows), -1), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in rows)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def with_other_sampling(jpeg: bytes, brightness: int) -> bytes:
    """The same code read with other sampling factors (0x12: 4:4:0, 0x41: 4:1:1); as many blocks, a scrambled picture."""
    frame = next(place for mark in (b"\xff\xc0", b"\xff\xc2") if (place := jpeg.find(mark)) > 0)
    changed = bytearray(jpeg)
    changed[frame + 11] = brightness
    return bytes(changed)
