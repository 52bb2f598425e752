"""What a file is by its first bytes, and the parts of it that Pillow does not tell about."""

import struct

_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\1\0", "ICO"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"%PDF", "PDF"),
    (b"PK\3\4", "Zip"),
)
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}
_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_STANDALONE = {0x01, *range(0xD0, 0xD9)}


def kind_of(data: bytes) -> str | None:
    """The format's name, or None for bytes that are no image known here."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "SVG" if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head else None


def png_chunks(data: bytes) -> dict[str, bytes]:
    """The content of each kind of chunk before the pixels. Raises ValueError when the file ends before them."""
    found: dict[str, bytes] = {}
    place = 8
    while "IDAT" not in found:
        if place + 8 > len(data):
            raise ValueError("it ends before its pixels")
        length, name = struct.unpack(">I4s", data[place : place + 8])
        content = b"" if name == b"IDAT" else data[place + 8 : place + 8 + length]
        found.setdefault(name.decode("latin-1"), content)
        place += length + 12
    return found


def jpeg_process(data: bytes) -> str:
    """How the pixels are coded: `huffman`, `arithmetic`, or `unknown` when no frame begins where one should."""
    place = 2
    while place + 4 <= len(data):
        marker, length = struct.unpack(">xBH", data[place : place + 4])
        if data[place] != 0xFF:
            break
        if marker == 0xFF or marker in _STANDALONE:
            place += 1 if marker == 0xFF else 2
        elif marker in _START_OF_FRAME:
            return "arithmetic" if marker >= 0xC9 else "huffman"
        else:
            place += 2 + length
    return "unknown"
