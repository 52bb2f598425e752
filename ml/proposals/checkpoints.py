"""The official segment-anything weights: where they are, how they are recognised, how they get here."""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tqdm import tqdm

OFFICIAL: Final = "https://dl.fbaipublicfiles.com/segment_anything/"
BLOCK: Final = 1 << 20
DIGITS: Final = 12
"""Of the wanted hash, in the name of an unfinished download."""
TIMEOUT_SECONDS: Final = 30


class CheckpointError(ValueError):
    """Weights that cannot be had or used; the message says why and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """`sha256` is of the whole file. (The six digits in the official names begin its MD5.)"""

    filename: str
    sha256: str


KNOWN: Final = {
    "vit_b": Checkpoint("sam_vit_b_01ec64.pth", "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912"),
    "vit_l": Checkpoint("sam_vit_l_0b3195.pth", "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622"),
    "vit_h": Checkpoint("sam_vit_h_4b8939.pth", "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e"),
}


def fetch_known(name: str, into: Path) -> Path:
    """Downloads the official checkpoint `name` (vit_b, vit_l, vit_h) into a folder. See `fetch`."""
    if name not in KNOWN:
        raise CheckpointError(f"no checkpoint is called {name!r}; there are {', '.join(KNOWN)}")
    return fetch(KNOWN[name], into, OFFICIAL)


def fetch(wanted: Checkpoint, into: Path, base_url: str) -> Path:
    """The file, downloaded unless it is there already, its hash checked and written beside it (`<name>.sha256`).

    A stopped download leaves `<name>.<its hash's beginning>.part` and goes on from there next time, never from what is
    left of another version of the file. The file appears under its own name only once it is whole and right; a wrong
    one is deleted. Raises CheckpointError.
    """
    into.mkdir(parents=True, exist_ok=True)
    target, part = into / wanted.filename, into / f"{wanted.filename}.{wanted.sha256[:DIGITS]}.part"
    if target.exists():
        _check(target, wanted, "delete it and fetch again")
        return target
    _download(base_url.rstrip("/") + "/" + wanted.filename, part)
    try:
        _check(part, wanted, "it was deleted; run the same command again")
    except CheckpointError:
        part.unlink()
        raise
    (into / f"{wanted.filename}.sha256").write_text(f"{wanted.sha256}  {wanted.filename}\n", encoding="ascii")
    part.replace(target)
    return target


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(path: Path, wanted: Checkpoint, advice: str) -> None:
    found = sha256_of(path)
    if found != wanted.sha256:
        raise CheckpointError(
            f"{path} is not the checkpoint {wanted.filename}: its SHA-256 is {found}, it should be {wanted.sha256}; "
            f"{advice}"
        )


def _download(url: str, part: Path) -> None:
    """Writes `url` to `part`, after what is there of an earlier attempt if the server can continue."""
    have = part.stat().st_size if part.exists() else 0
    with _answer(url, have) as answer:
        if answer is None:  # nothing lies beyond what is there: the earlier attempt was complete
            return
        continued = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        start = have if continued else 0
        length = answer.length
        with part.open("ab" if continued else "wb") as file:
            _copy(answer, file.fileno(), start=start, total=None if length is None else start + length)
    if length is not None and part.stat().st_size < start + length:
        raise CheckpointError(f"the download of {url} stopped early; run the same command again to go on")


@contextmanager
def _answer(url: str, have: int) -> Iterator[http.client.HTTPResponse | None]:
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 - fixed by the caller
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            yield answer
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise CheckpointError(f"{url} answers {error.code} {error.reason}") from error
        yield None
    except (OSError, http.client.HTTPException) as error:
        raise CheckpointError(f"{url} cannot be read ({error}); run the same command again to go on") from error


def _copy(answer: http.client.HTTPResponse, file: int, *, start: int, total: int | None) -> None:
    with tqdm(total=total, initial=start, unit="B", unit_scale=True, desc="checkpoint") as bar:
        while block := answer.read(BLOCK):
            os.write(file, block)
            bar.update(len(block))
        os.fsync(file)
