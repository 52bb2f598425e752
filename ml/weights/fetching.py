"""The published files from where they are published: resumed where a download stopped, and hashed.

Nobody has published a list of hashes, so the first answer of the server is trusted and written down (`fetched.json`);
from then on every file has to be the one that was trusted. A hash known from elsewhere can be demanded from the start.
"""

import hashlib
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Final

from ml.proposals.checkpoints import TIMEOUT_SECONDS, Checkpoint, CheckpointError, fetch, sha256_of
from ml.seagull.versions import PIECES
from ml.weights.converting import ADDED
from ml.weights.reading import CONFIG, INDEX, read_json, shard_names

PUBLISHED: Final = "https://huggingface.co/Zevin2023/SEAGULL-7B/resolve/main/"
LOCK: Final = "fetched.json"
BEFORE_SHARDS: Final = (CONFIG, ADDED, PIECES, INDEX)
SMALL_BYTES: Final = 16_000_000
LINKED: Final = "X-Linked-Etag"
"""Where the hub says the SHA-256 of a large file, in its own answer, which sends on to a storage server."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server says about a file: its SHA-256, a SHA-1 of it (as git counts it, or plain), or nothing."""

    sha256: str | None = None
    sha1: str | None = None


class _StopAtHash(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if LINKED in headers:
            return None
        request = super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
        if request is not None:
            request.method = req.get_method()
        return request


def fetch_released(into: Path, base_url: str = PUBLISHED, pins: Mapping[str, str] | None = None) -> list[Path]:
    """Downloads everything that `convert` needs into a folder; what is there already is only checked.

    `pins` are SHA-256 by file name. Raises CheckpointError for what cannot be had or has another hash than a pin,
    fetched.json or the server says, and ReleasedError where the index makes no sense.
    """
    into.mkdir(parents=True, exist_ok=True)
    pins = dict(pins or {})
    paths = [_fetch_one(name, into, base_url, pins.pop(name, None)) for name in BEFORE_SHARDS]
    shards = sorted(set(shard_names(into / INDEX).values()))
    unknown = sorted(set(pins) - set(shards))
    if unknown:
        raise CheckpointError(f"no file is called {unknown[0]!r}; there are {', '.join((*BEFORE_SHARDS, *shards))}")
    return paths + [_fetch_one(name, into, base_url, pins.get(name)) for name in shards]


def check_fetched(folder: Path) -> int:
    """Hashes the files that fetched.json lists and returns their number, 0 without a list. Raises CheckpointError."""
    lock = _read_lock(folder)
    for name, wanted in lock.items():
        path = folder / name
        if not path.exists():
            raise CheckpointError(f"{path} is missing; fetch again")
        found = sha256_of(path)
        if found != wanted:
            raise CheckpointError(f"{path} has changed: its SHA-256 is {found}, {LOCK} says {wanted}")
    return len(lock)


def _fetch_one(name: str, into: Path, base_url: str, pin: str | None) -> Path:
    url = base_url.rstrip("/") + "/" + name
    lock = _read_lock(into)
    offer = Offer() if (into / name).exists() and name in lock else _offer(url)
    wanted = _agreed(name, {"--sha256": pin, LOCK: lock.get(name), "the server": offer.sha256})
    if wanted is None:
        wanted = _fetch_small(url, into / name, offer)
    _write_lock(into, lock | {name: wanted})
    return fetch(Checkpoint(name, wanted), into, base_url)


def _agreed(name: str, hashes: Mapping[str, str | None]) -> str | None:
    """The one hash that all who know one name. Raises CheckpointError."""
    said = {who: sha256 for who, sha256 in hashes.items() if sha256 is not None}
    if len(set(said.values())) > 1:
        disagreement = ", ".join(f"{who} says {sha256}" for who, sha256 in said.items())
        raise CheckpointError(f"which {name} is meant? {disagreement}; to trust another one than before, delete {LOCK}")
    return next(iter(said.values()), None)


def _fetch_small(url: str, target: Path, offer: Offer) -> str:
    """A file whose SHA-256 nobody says. Checks its SHA-1, if that is known, and returns its SHA-256."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - the caller's address
            content: bytes = answer.read(SMALL_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise CheckpointError(f"{url} cannot be read ({error}); run the same command again") from error
    if len(content) > SMALL_BYTES:
        raise CheckpointError(f"{url} says no SHA-256 of so large a file; give one: --sha256 {target.name}=...")
    if offer.sha1 not in (None, *_sha1s(content)):
        blob, plain = _sha1s(content)
        raise CheckpointError(
            f"{url} came with git blob id {blob} and SHA-1 {plain} instead of {offer.sha1}; run the same command again"
        )
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(content)
    part.replace(target)
    return hashlib.sha256(content).hexdigest()


def _sha1s(content: bytes) -> tuple[str, str]:
    """The git blob id, which the hub's ETag is, and the plain SHA-1, which other servers' may be."""
    blob, plain = (hashlib.sha1(begun + content, usedforsecurity=False) for begun in (b"blob %d\0" % len(content), b""))
    return blob.hexdigest(), plain.hexdigest()


def _offer(url: str) -> Offer:
    """Asks for the headers alone. Raises CheckpointError."""
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - the caller's address
    try:
        with urllib.request.build_opener(_StopAtHash).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _offer_in(answer.headers)
    except urllib.error.HTTPError as error:
        error.close()
        if LINKED in error.headers:
            return _offer_in(error.headers)
        raise CheckpointError(f"{url} answers {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise CheckpointError(f"{url} cannot be read ({error}); run the same command again") from error


def _offer_in(headers: Message) -> Offer:
    tag = (headers.get(LINKED) or headers.get("ETag") or "").removeprefix("W/").strip('"')
    if re.fullmatch(r"[0-9a-f]{64}", tag):
        return Offer(sha256=tag)
    return Offer(sha1=tag if re.fullmatch(r"[0-9a-f]{40}", tag) else None)


def _read_lock(folder: Path) -> dict[str, str]:
    if not (folder / LOCK).exists():
        return {}
    return {str(name): str(sha256) for name, sha256 in read_json(folder / LOCK).items()}


def _write_lock(folder: Path, hashes: Mapping[str, str]) -> None:
    part = folder / f"{LOCK}.part"
    part.write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n", encoding="ascii")
    part.replace(folder / LOCK)
