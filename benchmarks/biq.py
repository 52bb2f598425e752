"""Quality of real photographs that people have scored: what a small version learns from 2,000 of them.

`python -m benchmarks.biq --photos FOLDER --scores mos.csv --version VERSION` prints SROCC and PLCC on 400 photographs
that no model saw: of regressions on the low-level statistics, and of the network's direct quality head, starting from
the version's weights (synthetic pre-training) and from random ones. `--numbers` asks the head about the statistics
alone, without pixels: seconds instead of an hour. `--frozen` looks at each photograph once with the network as it is, and
puts a kernel ridge regression on what it sees: pixels for the price of one look. The whole photograph is the region.
`--scores` is a table with the columns image (a file name in FOLDER) and mos (any scale; more is better).
"""

import argparse
import csv
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.evaluation.bootstrap import Estimate, estimate
from ml.evaluation.correlation import plcc, srocc
from ml.evaluation.kernel_ridge import KernelRidge, fit_kernel_ridge
from ml.evaluation.ridge import Ridge, fit_ridge
from ml.images import read
from ml.records.region import RegionRecord, Split

if TYPE_CHECKING:
    from ml.seagull.network import Seagull
    from ml.training.recipes import Recipe

Floats = NDArray[np.float64]
TRAIN, TEST = 2000, 400
TOP = 4.0
NUMBERS = 20
"""Epochs over the statistics."""


@dataclass(frozen=True)
class Photo:
    """`score` of 0..4."""

    path: Path
    score: float


@dataclass(frozen=True)
class Result:
    """`seconds` until the answers were there: less where the cache already holds what an earlier method measured."""

    method: str
    srocc: Estimate
    plcc: Estimate
    seconds: float


def photos(folder: Path, scores: Path) -> list[Photo]:
    """All that have a score, brought from the lowest and highest score to 0..4, by name."""
    with scores.open(newline="", encoding="utf-8") as file:
        given = {row["image"]: float(row["mos"]) for row in csv.DictReader(file)}
    low, high = min(given.values()), max(given.values())
    return [Photo(folder / name, TOP * (mos - low) / (high - low)) for name, mos in sorted(given.items())]


def divided(everything: Sequence[Photo], seed: int, train: int, test: int) -> tuple[list[Photo], list[Photo]]:
    mixed = random.Random(seed).sample(everything, train + test)
    return mixed[:train], mixed[train:]


def statistics(chosen: Sequence[Photo], cache: Path) -> Floats:
    """N x STATISTICS of whole photographs; measured once."""
    from ml.seagull.lowlevel import STATISTICS, low_level  # slow import

    rows = []
    for photo in tqdm(chosen, desc="statistics"):
        kept = cache / f"{photo.path.name}.{STATISTICS}.npy"
        if not kept.exists():
            rgb = read(photo.path)
            np.save(kept, low_level(rgb).statistics(np.ones((1, *rgb.shape[:2]), dtype=np.bool_))[0])
        rows.append(np.load(kept))
    return np.stack(rows).astype(np.float64)


def as_record(photo: Photo, split: Split) -> RegionRecord:
    """The whole photograph as a region. Nobody scored its importance: the quality stands in, which pulls nowhere else."""
    from PIL import Image
    from pycocotools import mask as coco  # slow import

    with Image.open(photo.path) as image:
        size = image.height, image.width
    counts = coco.encode(np.ones(size, dtype=np.uint8, order="F"))["counts"].decode("ascii")
    return RegionRecord(photo.path.name, photo.path, photo.path.name, split, size, counts, photo.score, photo.score, {})


def by_look(train: Sequence[Photo], test: Sequence[Photo], options: argparse.Namespace, *, fresh: bool) -> Floats:
    """Kernel ridge on the statistics beside what a frozen encoder makes of the pixels."""
    known, asked_about = (
        np.hstack([statistics(side, options.cache), looks(side, options)[:, int(fresh)]]) for side in (train, test)
    )
    return fit_kernel_ridge(known, scores_of(train), [photo.path.name for photo in train]).predict(asked_about)


def looks(chosen: Sequence[Photo], options: argparse.Namespace) -> Floats:
    """N x 2 x features of whole photographs, by the version's encoder and by a random one; looked at once."""
    from ml.training.pictures import fingerprint  # slow import

    networks, rows = [started(options, fresh=fresh) for fresh in (False, True)], []
    name = "-".join(fingerprint(network.encoder)[:12] for network in networks)
    for photo in tqdm(chosen, desc="looking"):
        kept = options.cache / f"{photo.path.name}.{name}.npy"
        if not kept.exists():
            np.save(kept, look(networks, read(photo.path)))
        rows.append(np.load(kept))
    return np.stack(rows).astype(np.float64)


def look(networks: Sequence["Seagull"], rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Of each network (of one shape) a row: mean and deviation of every channel of the encoder's four levels."""
    import torch  # slow import

    from ml.seagull.preprocessing import measure, prepare_image

    config = networks[0].config
    pixels = prepare_image(rgb, config, measure(rgb, config))[None]
    with torch.inference_mode():
        levels = [network.encoder(pixels) for network in networks]
        rows = [[moment for one in of for moment in (one.mean(dim=(2, 3)), one.std(dim=(2, 3)))] for of in levels]
        return torch.cat([torch.cat(row, dim=1) for row in rows]).numpy()


def started(options: argparse.Namespace, *, fresh: bool) -> "Seagull":
    """The version, or a random network of its shape."""
    import torch  # slow import

    from ml.seagull.network import build
    from ml.seagull.versions import load_version

    seagull = load_version(options.version)
    if not fresh:
        return seagull
    torch.manual_seed(options.seed)
    return build(seagull.config, seagull.tokens).eval()


def by_network(train: Sequence[Photo], test: Sequence[Photo], options: argparse.Namespace, *, fresh: bool) -> Floats:
    """What the version's direct head says of `test` after learning `train`; or that of a random network of its shape."""
    from ml.training.loop import Run  # slow import
    from ml.training.loop import train as learn

    seagull = started(options, fresh=fresh)
    run = Run(options.cache / f"run-{time.time_ns()}", seed=options.seed, cache=options.cache / "prepared", fresh=fresh)
    learn(seagull, [as_record(photo, "train") for photo in train], recipe(options, fresh=fresh), run)
    return asked(seagull.eval(), test)


def by_head(train: Sequence[Photo], test: Sequence[Photo], options: argparse.Namespace, *, fresh: bool) -> Floats:
    """What the head and the layers that read statistics say after learning nothing else, mean of all seeds."""
    said = [numbers(train, test, options, fresh=fresh, seed=seed) for seed in range(options.seeds)]
    return np.asarray(np.mean(said, axis=0))


def numbers(
    train: Sequence[Photo], test: Sequence[Photo], options: argparse.Namespace, *, fresh: bool, seed: int
) -> Floats:
    import torch  # slow import

    from ml.seagull.network import build
    from ml.seagull.versions import load_version
    from ml.training.numbers import learn_numbers
    from ml.training.numbers import scores_of as said
    from ml.training.recipes import Weights

    seagull = load_version(options.version)
    if fresh:
        torch.manual_seed(seed)
        seagull = build(seagull.config, seagull.tokens)
    known, asked_about = (torch.from_numpy(statistics(side, options.cache)).float() for side in (train, test))
    if fresh:
        seagull.extractor.local_view.fit_statistics(known)
    records = [as_record(photo, "train") for photo in train]
    weights = Weights(language=0.0, scores=1.0, correlation=1.0)
    learn_numbers(seagull, known, records, weights, epochs=NUMBERS, seed=seed, anew=fresh)
    reader, heads = seagull.eval().extractor.local_view.statistics, seagull.heads
    if reader is None or heads is None:
        raise SystemExit(f"error: {options.version} has no heads or reads no statistics")
    with torch.inference_mode():
        return said(reader, heads, asked_about).quality.double().numpy()


def recipe(options: argparse.Namespace, *, fresh: bool) -> "Recipe":
    """Only the direct scores are learnt, by the extractor and the heads and, if wanted, the encoder.

    A random network has the first lesson of statistics alone, which would undo what the version knows.
    """
    from ml.training.recipes import RECIPES, Part, Weights

    parts: set[Part] = {"extractor", "heads", "encoder"} if options.train_encoder else {"extractor", "heads"}
    weights, usual = Weights(language=0.0, scores=1.0, correlation=1.0), RECIPES["tiny", 0]
    learnt = replace(usual, trained=frozenset(parts), rate=options.rate, epochs=options.epochs, weights=weights)
    return learnt if fresh else replace(learnt, numbers=0)


def asked(seagull: "Seagull", test: Sequence[Photo]) -> Floats:
    from ml.evaluation.judging import head_scores

    whole = ((rgb, np.ones((1, *rgb.shape[:2]), dtype=np.bool_)) for rgb in (read(photo.path) for photo in test))
    return np.array([float(head_scores(seagull, *one).quality) for one in tqdm(whole, total=len(test), desc="asking")])


def by_regression(
    fit: Callable[..., Ridge | KernelRidge], train: Sequence[Photo], test: Sequence[Photo], cache: Path
) -> Floats:
    known = fit(statistics(train, cache), scores_of(train), [photo.path.name for photo in train])
    return known.predict(statistics(test, cache))


def scores_of(chosen: Sequence[Photo]) -> Floats:
    return np.array([photo.score for photo in chosen])


def measured(method: str, test: Sequence[Photo], predict: Callable[[], Floats]) -> Result:
    start = time.perf_counter()
    said = predict()
    seconds = time.perf_counter() - start
    truth, names = scores_of(test), [photo.path.name for photo in test]
    return Result(
        method,
        estimate(lambda rows: srocc(truth[rows], said[rows]), names),
        estimate(lambda rows: plcc(truth[rows], said[rows]), names),
        seconds,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    options = parsed(arguments)
    options.cache.mkdir(parents=True, exist_ok=True)
    everything = photos(options.photos, options.scores)
    train, test = divided(everything, options.seed, options.train, options.test)
    methods: dict[str, Callable[[], Floats]] = {
        "ridge on the statistics": lambda: by_regression(fit_ridge, train, test, options.cache),
        "kernel ridge on the statistics": lambda: by_regression(fit_kernel_ridge, train, test, options.cache),
    }
    if options.version and options.numbers:
        methods["head on the statistics, from random weights"] = lambda: by_head(train, test, options, fresh=True)
        methods["head on the statistics, from the version"] = lambda: by_head(train, test, options, fresh=False)
    elif options.version and options.frozen:
        methods["kernel ridge on statistics and random pixels"] = lambda: by_look(train, test, options, fresh=True)
        methods["kernel ridge on statistics and pixels"] = lambda: by_look(train, test, options, fresh=False)
    elif options.version:
        methods["network, from random weights"] = lambda: by_network(train, test, options, fresh=True)
        methods["network, from the version"] = lambda: by_network(train, test, options, fresh=False)
    for method, predict in methods.items():
        print(json.dumps(asdict(measured(method, test, predict))), flush=True)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.biq", description=__doc__)
    add = parser.add_argument
    add("--photos", type=Path, required=True, metavar="FOLDER")
    add("--scores", type=Path, required=True, metavar="CSV", help="image,mos")
    add("--version", type=Path, metavar="VERSION", help="a tiny version; without it only the regressions")
    add(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "gullery-biq",
        help="measured and prepared photographs",
    )
    add("--seed", type=int, default=1, help="of the split and of random weights")
    add("--numbers", action="store_true", help="the head learns from the statistics alone")
    add("--frozen", action="store_true", help="one look of the frozen encoder at each photograph, then kernel ridge")
    add("--seeds", type=int, default=1, help="heads whose mean is taken, with --numbers")
    add("--train", type=int, default=TRAIN)
    add("--test", type=int, default=TEST)
    add("--epochs", type=float, default=20.0)
    add("--rate", type=float, default=5e-4)
    add("--train-encoder", action="store_true", help="the encoder learns, too: slower, and nothing of it is cached")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
