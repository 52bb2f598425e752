"""`python -m ml.weights fetch`, `... convert FOLDER OUT`, `... verify DIR`: the published weights, and any version."""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError

from ml.proposals.checkpoints import CheckpointError
from ml.seagull.manifest import MANIFEST, VersionError
from ml.seagull.released import Match, ReleasedError
from ml.seagull.tokens import TokenError
from ml.weights.converting import check_released, check_version, convert
from ml.weights.fetching import PUBLISHED, check_fetched, fetch_released

CACHE: Final = Path.home() / ".cache" / "gullery" / "SEAGULL-7B"
PRECISIONS: Final = {"float16": torch.float16, "bfloat16": torch.bfloat16}


def main(arguments: Sequence[str] | None = None) -> str:
    """Does what the command line says and returns what to print. Raises SystemExit with a message for a person."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "fetch":
            return _fetch(options)
        if options.command == "convert":
            return _convert(options)
        return _verify(options.directory)
    except (CheckpointError, ReleasedError, VersionError, TokenError, SafetensorError, OSError) as error:
        raise SystemExit(f"error: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.weights", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    fetch = commands.add_parser("fetch", help="download the published files; run it again to go on where it stopped")
    fetch.add_argument("--into", type=Path, default=CACHE, metavar="DIR", help=f"default: {CACHE}")
    fetch.add_argument("--base-url", default=PUBLISHED, help=f"the folder of the files, default: {PUBLISHED}")
    fetch.add_argument("--sha256", action="append", default=[], metavar="FILE=HASH", help="a hash to insist on")
    convert = commands.add_parser("convert", help="make a model version of the published files")
    convert.add_argument("folder", type=Path, metavar="FOLDER")
    convert.add_argument("out", type=Path, metavar="OUT", help="the version's directory, which must not exist")
    convert.add_argument("--dtype", choices=PRECISIONS, default="float16", help="default: float16, as published")
    verify = commands.add_parser("verify", help="recompute the hashes of a version or of published files")
    verify.add_argument("directory", type=Path, metavar="DIR")
    return parser


def _fetch(options: argparse.Namespace) -> str:
    pins = dict(_pin(text) for text in options.sha256)
    return "\n".join(map(str, fetch_released(options.into, options.base_url, pins)))


def _pin(text: str) -> tuple[str, str]:
    name, _, sha256 = text.partition("=")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise CheckpointError(f"--sha256 takes FILE=HASH with 64 hexadecimal digits, not {text!r}")
    return name, sha256


def _convert(options: argparse.Namespace) -> str:
    converted = convert(options.folder, options.out, PRECISIONS[options.dtype])
    return f"{options.out} is version {converted.sha256}\n{_report(converted.match)}"


def _verify(directory: Path) -> str:
    if (directory / MANIFEST).exists():
        return f"{directory} is intact: version {check_version(directory)}"
    found = check_released(directory)
    hashed = check_fetched(directory)
    return f"{directory} is the published checkpoint; {hashed} hashes checked\n{_report(found)}"


def _report(found: Match) -> str:
    """How many tensors the network takes, and why it does not need the others."""
    reasons = Counter(found.unused.values())
    lines = [f"  {number:3} {reason}" for reason, number in reasons.items()]
    return "\n".join([f"{len(found.ours)} tensors used, {len(found.unused)} not needed:", *lines])


if __name__ == "__main__":
    print(main(sys.argv[1:]))
