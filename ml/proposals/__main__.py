"""`python -m ml.proposals IMAGE --out overlay.png` draws regions; `... fetch vit_b --into DIR` downloads weights."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.images import ImageError, read
from ml.proposals import choose, load_proposer
from ml.proposals.checkpoints import KNOWN, CheckpointError, fetch_known
from ml.proposals.overlay import OverlayError, save


def main(arguments: Sequence[str]) -> str:
    """Does what the command line says and returns what to print. Raises SystemExit with a message for a person."""
    try:
        if arguments and arguments[0] == "fetch":
            return _fetch(arguments[1:])
        return _draw(arguments)
    except (CheckpointError, ImageError, OverlayError, OSError) as error:
        raise SystemExit(f"error: {error}") from error


def _fetch(arguments: Sequence[str]) -> str:
    parser = argparse.ArgumentParser(prog="python -m ml.proposals fetch")
    parser.add_argument("name", choices=sorted(KNOWN), help="which official segment-anything checkpoint")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    return str(fetch_known(options.name, options.into))


def _draw(arguments: Sequence[str]) -> str:
    parser = argparse.ArgumentParser(prog="python -m ml.proposals", description=__doc__)
    parser.add_argument("image", type=Path, metavar="IMAGE")
    parser.add_argument("--checkpoint", type=Path, help="segment-anything weights; without them the embedded proposer")
    parser.add_argument("--count", type=int, help="only the regions that a study would get, at most so many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, metavar="OVERLAY.png")
    options = parser.parse_args(arguments)
    rgb = read(options.image)
    proposer = load_proposer(options.checkpoint)
    proposer.set_image(rgb)
    proposals = proposer.propose()
    if options.count is not None:
        proposals = choose(proposals, options.count, options.seed)
    save(rgb, proposals, options.out)
    return "\n".join(f"{p.level:9} score {p.score:.2f}  area {p.area:7}  box {p.box}" for p in proposals)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
