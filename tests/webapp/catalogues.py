"""Reading translation files without GNU gettext's programs."""

import ast
import gettext
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+])?) )?(".*")$')


@dataclass
class Entry:
    """`said` has one text, or one for each plural form."""

    context: str = ""
    text: str = ""
    plural: str = ""
    said: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        return f"{self.context}\x04{self.text}" if self.context else self.text


def read_po(path: Path) -> list[Entry]:
    """Every entry but the header."""
    entries = [_entry(block) for block in path.read_text(encoding="utf-8").split("\n\n")]
    return [entry for entry in entries if entry.text]


def _entry(block: str) -> Entry:
    entry, parts, current = Entry(), dict[str, str](), ""
    for line in block.splitlines():
        found = _LINE.match(line)
        if line.startswith("#,"):
            entry.fuzzy = "fuzzy" in line
        elif found:
            current = found.group(1) or current
            parts[current] = parts.get(current, "") + ast.literal_eval(found.group(2))
    entry.context, entry.text = parts.get("msgctxt", ""), parts.get("msgid", "")
    entry.plural = parts.get("msgid_plural", "")
    entry.said = [text for name, text in parts.items() if name.startswith("msgstr")]
    return entry


def write_mo(path: Path, said: dict[str, str]) -> None:
    """As `msgfmt` would: a header, two tables of lengths and places in the order of the keys, and the texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n", **said}
    keys = sorted(texts)
    parts = [one.encode() for one in (*keys, *(texts[key] for key in keys))]
    place, tables = 28 + 8 * len(parts), b""
    for part in parts:
        tables += struct.pack("<II", len(part), place)
        place += len(part) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 28)
    path.write_bytes(head + tables + b"".join(part + b"\0" for part in parts))


def read_mo(path: Path) -> dict[str, list[str]]:
    """What each key is said as; of plural forms all, in their order."""
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found: dict[str, list[str]] = {}
    for key, said in catalogue.items():
        found.setdefault(key[0] if isinstance(key, tuple) else key, []).append(said)
    found.pop("", None)
    return found
