"""The photographs that a build is made from: that every one can be read, and that they are the same when it goes on.

`photographs.json` in the build's folder holds their hashes. Names alone are in the order, so that the same photographs
elsewhere are the same order; another picture under the same name would make another build under the same order.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from tqdm import tqdm

from ml.images import ImageError, decode
from ml.synthesis.raw import RAW_SUFFIXES, RawError, read_raw
from ml.synthesis.references import Source

FILE: Final = "photographs.json"


class PhotographError(ValueError):
    """Photographs that nothing can be built from; the message names them all and says what to do."""


@dataclass(frozen=True, slots=True)
class Original:
    name: str
    sha256: str


def kept(folder: Path) -> list[Original]:
    """Those that the build was begun with; none for a build begun before they were kept, or not begun."""
    file = folder / FILE
    return [Original(*pair) for pair in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def as_text(originals: Sequence[Original]) -> str:
    lines = ",\n".join(json.dumps([original.name, original.sha256]) for original in originals)
    return f"[\n{lines}\n]\n"


def checked(sources: Sequence[Source], known: Sequence[Original], *, begun: bool, workers: int = 1) -> list[Original]:
    """One for each source, in their order; what is `known` has been read before. Raises PhotographError."""
    paths = [source.path for source in sources if source.path is not None]
    read_before = {original.sha256 for original in known}
    with ThreadPoolExecutor(workers) as pool:
        looks = pool.map(lambda path: _look(path, read_before), paths)
        found = list(tqdm(looks, total=len(paths), desc="photographs", unit="photograph"))
    if broken := [f"{path}: {trouble}" for path, (_, trouble) in zip(paths, found, strict=True) if trouble]:
        raise PhotographError(_listed("cannot be read", broken, len(paths), begun=begun))
    originals = [Original(source.name, digest) for source, (digest, _) in zip(sources, found, strict=True)]
    pairs = zip(paths, originals, known, strict=False)
    if known and (others := [str(path) for path, now, then in pairs if now != then]):
        raise PhotographError(_listed("are not what the build was begun with", others, len(paths), begun=True))
    return originals


def _look(path: Path, read_before: set[str]) -> tuple[str, str]:
    """The file's hash, and what is wrong with it or nothing."""
    try:
        data = path.read_bytes()
        digest = sha256(data).hexdigest()
        if digest not in read_before:
            if path.suffix.lower() in RAW_SUFFIXES:
                read_raw(path)
            else:
                decode(data)
    except (ImageError, RawError, OSError) as error:
        return "", str(error)
    return digest, ""


def _listed(what: str, lines: Sequence[str], count: int, *, begun: bool) -> str:
    advice = (
        "The build was begun with them: put the same files back, or build into another folder."
        if begun
        else "Nothing has been built: replace them or take them out of the folder, and start again."
    )
    return "\n".join((f"{len(lines)} of {count} photographs {what}:", *(f"  {line}" for line in lines), advice))
