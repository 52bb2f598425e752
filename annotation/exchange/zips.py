"""A zip of images. What is in it may mean harm, and says of itself what is not so."""

import struct
import zipfile
from functools import partial
from typing import IO, Any, cast

from annotation.exchange.photographs import MOST_BYTES, UnfitError
from annotation.exchange.sources import Entry, SourceError, sorted_out

MOST_ENTRIES = 200_000
MOST_ZIP_BYTES = 200 * 2**30
MOST_RATIO = 200
_SAYS_UTF8 = 0x800
_ENCRYPTED = 1
_COMMON = range(0xB0, 0xD8)
"""The first bytes of GB 2312's common characters."""
_IN_FRONT, _IN_TABLE = 30, 46
"""The bytes of a member's header before its data, and of its line in the table of contents, up to its name."""


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """Raises SourceError for something that is no zip."""
    try:
        return _opened(file)
    except Exception as error:  # a table of contents that is not what it says makes the reader raise anything at all
        raise SourceError(f"This is not a readable zip: {error}.") from error


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except UnicodeDecodeError:
        return zipfile.ZipFile(cast(IO[bytes], _Unclaimed(file)))


def zip_entries(archive: zipfile.ZipFile) -> list[Entry]:
    """The files of an archive, by name. Raises SourceError for one that is too large as a whole."""
    members = [(name_of(info), info) for info in archive.infolist()]
    files = [(name, info) for name, info in members if info.file_size or not name.endswith(("/", "\\"))]
    if sum(info.file_size for _, info in files) > MOST_ZIP_BYTES:
        raise SourceError(f"The zip unpacks to more than {MOST_ZIP_BYTES // 2**30} GiB.")
    files.sort(key=lambda file: file[0])
    entries = sorted_out((name, partial(read_member, archive, info)) for name, info in files)
    if len(entries) > MOST_ENTRIES:
        raise SourceError(f"The zip has {len(entries)} files; the most is {MOST_ENTRIES}.")
    return entries


def name_of(info: zipfile.ZipInfo) -> str:
    """Many programs write UTF-8 and do not say so, and those of Windows write their country's code page; the library takes
    both for the bytes of an old one. Of countries' pages China's is told, by its common characters.
    """
    if info.flag_bits & _SAYS_UTF8:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeError:
        return info.orig_filename
    return _text(raw, "utf-8") or _chinese(raw) or info.orig_filename


def _text(raw: bytes, encoding: str) -> str:
    """Empty where the bytes are none."""
    try:
        return raw.decode(encoding)
    except UnicodeError:
        return ""


def _chinese(raw: bytes) -> str:
    """Empty where no character is a common one: those bytes are frames of tables in the pages of other countries."""
    name = _text(raw, "gb2312")
    return name if any(letter.encode("gb2312")[0] in _COMMON for letter in name) else ""


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file of a zip, never more than the limit whatever its header claims."""
    if info.flag_bits & _ENCRYPTED:
        raise UnfitError("The file is encrypted; pack the zip without a password.")
    too_dense = info.file_size > MOST_RATIO * max(info.compress_size, 1) and info.file_size > 2**20
    if info.file_size > MOST_BYTES or too_dense:
        raise UnfitError(f"The file unpacks to {info.file_size // 2**20} MiB, more than a photograph does.")
    try:
        with archive.open(info) as file:
            data = file.read(MOST_BYTES + 1)
    except NotImplementedError as error:
        raise UnfitError("The file is packed by a method that is not read here; pack the zip by “deflate”.") from error
    except Exception as error:  # zlib.error and lzma.LZMAError share no base
        raise UnfitError(f"The zip is damaged here: {str(error) or 'it ends too early'}.") from error
    if len(data) > MOST_BYTES:
        raise UnfitError("The file unpacks to more than its header says.")
    return data


class _Unclaimed:
    """A zip in which some name is said to be UTF-8 and is not: here none is said to be, so that the others can be read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if data.startswith(b"PK\3\4") and len(data) == _IN_FRONT:
            return _without_claim(data, 6)
        return _without_claims(data) if data.startswith(b"PK\1\2") else data


def _without_claims(table: bytes) -> bytes:
    """The table of contents, which is read as a whole: each line has a name, more and a comment of the lengths it says."""
    at, lines = 0, []
    while at + _IN_TABLE <= len(table):
        length = _IN_TABLE + sum(struct.unpack_from("<3H", table, at + 28))
        lines.append(_without_claim(table[at : at + length], 8))
        at += length
    return b"".join(lines) + table[at:]


def _without_claim(header: bytes, at: int) -> bytes:
    flags = struct.unpack_from("<H", header, at)[0] & ~_SAYS_UTF8
    return header[:at] + struct.pack("<H", flags) + header[at + 2 :]
