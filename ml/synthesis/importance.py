"""`python -m ml.synthesis.importance DIR`: where importance takes its steps, from the regions of a finished build."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml.synthesis.labels import SHARES
from ml.synthesis.shards import lines_of


def knots(harms: Sequence[float]) -> list[float]:
    """0 and the deciles from the second on: each of the five words gets a fifth of the regions, unharmed ones the first."""
    return [0.0, *np.quantile(list(harms), SHARES[1:]).round(4).tolist()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the numbers for `labels.IMPORTANCE_KNOTS`; training regions alone decide."""
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.importance", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    lines = lines_of(parser.parse_args(arguments).folder)
    print(json.dumps({"importances": knots([line["harm"] for line in lines if line["split"] == "train"])}))


if __name__ == "__main__":
    main()
