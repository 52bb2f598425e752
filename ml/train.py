"""`python -m ml.train DIR --out VERSION_DIR`: a model version from labelled regions."""

import argparse
import hashlib
import json
import math
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.records import RegionRecord, read_records
from ml.seagull.presets import PRESETS, SeagullConfig
from ml.training.recipes import RECIPES, Recipe

if TYPE_CHECKING:
    from ml.seagull.network import Seagull


POSITIVE = {name: name for name in ("epochs", "batch", "together", "minutes", "silence", "share")} | {"rate": "lr"}
"""Numbers by their names, and what they are called on the command line."""


class OptionError(ValueError):
    """Options that do not go together."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Exits with 128 + the signal's number when one stopped it, after saving."""
    options = _parser().parse_args(arguments)
    if options.stage is None:
        options.stage = 1 if options.parent is None else 2
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that wait by spinning cost a busy machine six times
    from safetensors import SafetensorError  # slow import

    from ml.training.stopping import Stopped  # slow import

    try:
        _train(options)
    except Stopped as stopped:
        print(stopped)
        raise SystemExit(128 + stopped.signal) from stopped
    except (ValueError, OSError, SafetensorError) as error:  # the last is also what a full disk raises
        raise SystemExit(f"error: {error}") from error


def _train(options: argparse.Namespace) -> None:
    from accelerate import PartialState  # type: ignore[import-untyped]  # slow import

    from ml.training.checking import check  # slow import
    from ml.training.loop import CHECKPOINTS, Run, train

    if options.out.exists():
        raise OptionError(f"{options.out} is there already, and a version is never changed; choose another name")
    recipe = recipe_for(options)
    records = read_records(options.directory)
    check(records)  # both splits together, whatever of them is used
    learnt = share_of([record for record in records if record.split == "train"], options.share)
    tested = [record for record in records if record.split == "test" and not options.no_test]
    seagull, parent = _start(options)
    run = Run(
        folder=options.work or options.out.with_name(f"{options.out.name}.training"),
        seed=options.seed,
        device=options.device,
        minutes=options.minutes,
        resume=options.resume,
        cache=(options.cache or options.directory.with_name(f"{options.directory.name}.prepared"))
        if recipe.cache
        else None,
        fresh=parent is None,
        parent=parent,
        silence=options.silence,
    )
    steps = train(seagull, learnt, recipe, run, tested)
    if PartialState().is_main_process:
        facts = {"steps": steps, "seed": options.seed, "minutes": options.minutes, "regions": len(learnt)}
        _finish(seagull, tested, {"stage": options.stage, **facts, "recipe": _plain(recipe)}, options.out, parent)
        shutil.rmtree(run.folder / CHECKPOINTS, ignore_errors=True)


def recipe_for(options: argparse.Namespace) -> Recipe:
    """The preset's recipe with what the command line changes. Raises OptionError."""
    check_numbers(options)
    if (options.preset, options.stage) not in RECIPES:
        raise OptionError(f"preset {options.preset} has no stage {options.stage}")
    recipe = RECIPES[options.preset, options.stage]
    given = {"epochs": options.epochs, "batch": options.batch, "rate": options.rate, "together": options.together}
    recipe = replace(recipe, **{name: value for name, value in given.items() if value is not None})
    if options.no_jir:
        recipe = replace(recipe, questions=replace(recipe.questions, judgements=0.0, types=0.0))
    if options.train_encoder or options.parent is None:
        recipe = replace(recipe, trained=recipe.trained | {"encoder"})
    return recipe


def check_numbers(options: argparse.Namespace) -> None:
    """Raises OptionError."""
    for name, number in vars(options).items():
        if name in POSITIVE and number is not None and not 0 < number < math.inf:
            raise OptionError(f"--{POSITIVE[name]} must be more than 0, not {number}")
    if options.share > 1:
        raise OptionError(f"--share is a part of the images, at most 1, not {options.share}")


def share_of(records: Sequence[RegionRecord], share: float) -> list[RegionRecord]:
    """Whole images, the same ones each time; those of a smaller share are among those of a larger."""
    return [record for record in records if _place(record.image.name) < share]


def _place(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


def _start(options: argparse.Namespace) -> tuple["Seagull", str | None]:
    """The network to train and the SHA-256 of the version it comes from. Raises OptionError, VersionError."""
    import torch  # slow import

    from ml.seagull.manifest import read_manifest  # slow import
    from ml.seagull.network import build  # slow import
    from ml.seagull.tokens import WordTokens  # slow import
    from ml.seagull.versions import load_version  # slow import
    from ml.training.company import device_of  # slow import
    from ml.training.parts import spread  # slow import

    torch.manual_seed(options.seed)
    if options.parent is None:
        if options.preset != "tiny":
            raise OptionError(f"preset {options.preset} starts from weights: give them with --from")
        if options.stage == 2:
            raise OptionError("stage 2 fine-tunes a version: give it with --from, or learn from nothing with --stage 1")
        seagull = build(_switched(PRESETS[options.preset], options), WordTokens.of_this_project())
        spread(seagull)
        return seagull, None
    half = options.preset == "7b" and device_of(options.device).type == "cuda"
    loaded = load_version(options.parent, dtype=torch.bfloat16 if half else torch.float32)
    if loaded.config.preset != options.preset:
        raise OptionError(f"{options.parent} is a version of preset {loaded.config.preset}, not {options.preset}")
    with torch.device("meta"):
        switched = build(_switched(loaded.config, options), loaded.tokens)
    switched.load_state_dict(loaded.state_dict(), assign=True)
    return switched, read_manifest(options.parent).sha256


def _switched(config: SeagullConfig, options: argparse.Namespace) -> SeagullConfig:
    """Raises OptionError."""
    local, overview = config.local_view and not options.no_local_view, config.global_view and not options.no_global_view
    if options.stage == 0 and not overview:
        raise OptionError("stage 0 teaches the encoder through the global view; switch it off from stage 1 on")
    return replace(config, local_view=local, global_view=overview)


def _finish(
    seagull: "Seagull", tested: Sequence[RegionRecord], facts: dict[str, Any], out: Path, parent: str | None
) -> None:
    """Measures and writes the version; prints both as JSON."""
    from ml.seagull.versions import save_version  # slow import
    from ml.training.parts import close_parts  # slow import

    close_parts(seagull)
    metrics = {"training": facts, "test": _measured(seagull, tested, out.name) if tested else None}
    sha256 = save_version(out, seagull, metrics, parent)
    print(json.dumps({"version": str(out), "sha256": sha256, "parent": parent, **metrics}))


def _measured(seagull: "Seagull", tested: Sequence[RegionRecord], name: str) -> Any:
    from ml.evaluation.judging import judge_of  # slow import
    from ml.evaluation.predictions import PRESENT  # slow import
    from ml.evaluation.report import evaluate  # slow import

    judge = judge_of(seagull.eval(), device=str(seagull.device), dtype=seagull.dtype)
    report = evaluate(judge, tested, version=name, threshold=PRESENT)
    return json.loads(report.as_json(), parse_constant=lambda _: None)


def _plain(recipe: Recipe) -> dict[str, Any]:
    return {**asdict(recipe), "trained": sorted(recipe.trained)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.train", description=__doc__)
    add = parser.add_argument
    add("directory", type=Path, metavar="DIR", help="labelled regions: a seagull export or a synthetic build")
    add("--out", type=Path, required=True, metavar="VERSION_DIR", help="the version to write; must not exist yet")
    add("--preset", choices=sorted(PRESETS), default="tiny")
    add(
        "--stage",
        type=int,
        choices=(0, 1, 2),
        help="0 eyes (tiny), 1 pre-training, 2 fine-tuning (default 2 of a version, 1 from nothing)",
    )
    add("--from", dest="parent", type=Path, metavar="VERSION_DIR", help="start from a version, not from random weights")
    add("--epochs", type=float, help="passes over the regions")
    add("--batch", type=int, help="regions in a step")
    add("--together", type=int, help="images in one pass of a device; a step takes as many passes as it needs")
    add("--lr", dest="rate", type=float, help="highest learning rate")
    add("--seed", type=int, default=1)
    add("--device", choices=("auto", "cpu"), default="auto", help="several GPUs: accelerate launch -m ml.train ...")
    add("--minutes", type=float, help="train for so long, whatever the epochs; the schedule follows the clock")
    add(
        "--silence",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="of several, one so long silent is taken for dead",
    )
    add("--resume", action="store_true", help="go on after the last checkpoint")
    add("--work", type=Path, metavar="FOLDER", help="checkpoints and metrics.jsonl (default VERSION_DIR.training)")
    add("--cache", type=Path, metavar="FOLDER", help="prepared images (default DIR.prepared)")
    add("--no-test", action="store_true", help="do not measure the version on the test split (ml.evaluate can, later)")
    add("--train-encoder", action="store_true", help="do not freeze the encoder")
    add("--share", type=float, default=1.0, help="of the images, 0..1 (Table 3)")
    add("--no-jir", action="store_true", help="without yes-or-no questions (Table 4)")
    add("--no-local-view", action="store_true", help="without the local view token (Table 4)")
    add("--no-global-view", action="store_true", help="without the global view token (Table 4)")
    return parser


if __name__ == "__main__":
    main()
