"""Training from top to bottom: `train` is all of it, for every preset, stage and number of devices."""

import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer
from tqdm import tqdm

from ml.records.region import RegionRecord
from ml.seagull.network import Seagull
from ml.training import checkpoints, order
from ml.training.cache import Cache
from ml.training.checking import by_image, check
from ml.training.checkpoints import Position
from ml.training.company import SILENCE, accelerator_on, meeting
from ml.training.identity import fingerprint
from ml.training.journal import Journal
from ml.training.numbers import learn_numbers
from ml.training.order import Step
from ml.training.parts import groups, open_parts, weights_of
from ml.training.pictures import Pictures
from ml.training.preparing import fill_cache
from ml.training.pupil import Pupil
from ml.training.questions import Teacher
from ml.training.recipes import Recipe
from ml.training.schedule import share_of_rate, warmup_of
from ml.training.settling import parted, settle
from ml.training.stopping import Stopped, Wish, wishes

if TYPE_CHECKING:
    from accelerate import Accelerator  # type: ignore[import-untyped]

METRICS = "metrics.jsonl"
CHECKPOINTS = "checkpoints"


class DivergedError(ValueError):
    """The loss is no number any more, and no later step would mend the weights."""

    def __init__(self, step: int) -> None:
        super().__init__(f"the loss of step {step} is no number: the weights are lost; take a smaller learning rate")


@dataclass(frozen=True)
class Run:
    """`folder` takes checkpoints and metrics. With `minutes` the schedule follows the clock and `epochs` says nothing."""

    folder: Path
    seed: int = 1
    device: str = "auto"
    minutes: float | None = None
    resume: bool = False
    save_every: float = 300.0
    """Seconds between two checkpoints."""
    silence: float = SILENCE
    cache: Path | None = None
    fresh: bool = False
    """The weights are random: the scale of the regions' statistics is taken from the records."""
    parent: str | None = None
    """The SHA-256 of the version whose weights they are: a run from another one does not go on with these."""


@dataclass
class Course:
    """A run under way: what a step needs."""

    accelerator: "Accelerator"
    pupil: torch.nn.Module
    optimizer: Optimizer
    pictures: Pictures
    teacher: Teacher
    recipe: Recipe
    run: Run
    name: str
    warmup: float


def train(
    seagull: Seagull, records: Sequence[RegionRecord], recipe: Recipe, run: Run, tested: Sequence[RegionRecord] = ()
) -> int:
    """Trains `seagull` in place on all of `records`; returns the number of steps. The images of `tested` are decoded
    before the first one, for whoever measures on them afterwards.

    Raises RecordError before anything is computed, CheckpointError, DivergedError, and Stopped after a signal.
    """
    check(records)
    if not run.resume:
        checkpoints.check_none(run.folder / CHECKPOINTS)
    run.folder.mkdir(parents=True, exist_ok=True)
    accelerator = accelerator_on(run.device, run.silence)
    prepare(seagull, Pictures(by_image(tested), seagull.config), accelerator, fit=False)
    learnt, kept = parted(records) if recipe.settled else (records, [])
    course = _begin(seagull, learnt, recipe, run, accelerator)
    judges = _pictures(seagull, kept, recipe, run)
    prepare(seagull, judges, accelerator, fit=False)
    before = weights_of(seagull) if kept else {}  # also of a run that goes on: LoRA starts as seeded
    start = Position(0, 0, 0, 0.0, course.name)
    if run.resume:
        start = checkpoints.restore(run.folder / CHECKPOINTS, seagull, course.optimizer, course.name) or start
    journal = Journal(run.folder / METRICS, step=start.step, seen=accelerator.is_main_process)
    try:
        with wishes() as wish:
            steps = _go(course, seagull, start, journal, wish)
    finally:
        journal.close()
    if kept:
        settle(seagull, before, Pupil(seagull, recipe.weights), judges, course.teacher)
    return steps


def _begin(
    seagull: Seagull, records: Sequence[RegionRecord], recipe: Recipe, run: Run, accelerator: "Accelerator"
) -> Course:
    torch.manual_seed(run.seed)  # the additions of LoRA start at random
    open_parts(seagull, recipe)
    seagull.to(accelerator.device)
    pictures = _pictures(seagull, records, recipe, run)
    numbers = prepare(seagull, pictures, accelerator, fit=run.fresh)
    if recipe.numbers and numbers is not None:
        regions = [record for of_image in pictures.images for record in of_image]
        learn_numbers(seagull, numbers, regions, recipe.weights, epochs=recipe.numbers, seed=run.seed)
    pupil, optimizer = accelerator.prepare(
        Pupil(seagull, recipe.weights), AdamW(groups(seagull, recipe), lr=recipe.rate, betas=recipe.betas)
    )
    teacher = Teacher(seagull.tokens, recipe.questions, recipe.weights)
    name = fingerprint(records, recipe, run.seed, seagull.config, run.parent)
    return Course(accelerator, pupil, optimizer, pictures, teacher, recipe, run, name, _warmup(pictures, recipe, run))


def _warmup(pictures: Pictures, recipe: Recipe, run: Run) -> float:
    """How many steps a clock will leave time for is not known."""
    steps = order.steps([len(records) for records in pictures.images], recipe.batch, seed=run.seed, epoch=0)
    return recipe.warmup if run.minutes is not None else warmup_of(recipe.warmup, recipe.epochs * len(steps))


def _pictures(seagull: Seagull, records: Sequence[RegionRecord], recipe: Recipe, run: Run) -> Pictures:
    frozen = None if "encoder" in recipe.trained else seagull.encoder
    return Pictures(by_image(records), seagull.config, None if run.cache is None else Cache(run.cache), frozen)


def prepare(seagull: Seagull, pictures: Pictures, accelerator: "Accelerator", *, fit: bool) -> Tensor | None:
    """Reads every image once, each process a share: a broken one is found now, and a cache is full.

    The statistics of all regions, M x S, where a view reads any and there is a cache; `fit` takes their scale.
    """
    if not pictures.images:
        return None
    meet = meeting(accelerator)
    if accelerator.is_main_process:
        fill_cache(pictures)
    meet()
    mine = range(accelerator.process_index, len(pictures.images), accelerator.num_processes)
    for image in tqdm(mine, desc="reading images", disable=not accelerator.is_main_process):
        pictures.keep(image)
    meet()
    read = seagull.config.local_view and seagull.config.extractor.statistics
    if pictures.cache is None or not read:
        return None
    numbers = torch.cat([pictures.statistics(image) for image in range(len(pictures.images))])
    if fit:
        seagull.extractor.local_view.fit_statistics(numbers)
    return numbers


def _go(course: Course, seagull: Seagull, start: Position, journal: Journal, wish: Wish) -> int:
    position, clock, saved = start, time.monotonic() - start.seconds, start.seconds
    sizes = [len(records) for records in course.pictures.images]
    while True:
        steps = order.steps(sizes, course.recipe.batch, seed=course.run.seed, epoch=position.epoch)
        while position.index < len(steps):
            seconds, stop = _agreed(course.accelerator, time.monotonic() - clock, wish.signal)
            progress = progress_of(course, position, len(steps), seconds)
            if progress >= 1.0:
                if position.step > start.step:  # what comes after training may fail
                    _save(course, seagull, position)
                return position.step
            if stop or seconds - saved > course.run.save_every:  # a moment that all processes agree on
                _save(course, seagull, position)
                saved = seconds
            if stop:
                raise Stopped(position.step, stop)
            step = steps[position.index]
            losses = _learn(course, step, position, progress)
            if not math.isfinite(losses["loss"]):
                raise DivergedError(position.step + 1)
            now = time.monotonic() - clock
            position = Position(position.step + 1, position.epoch, position.index + 1, now, course.name)
            rates = {
                "rate": course.recipe.rate * share_of_rate(progress, course.warmup),
                "regions_per_second": order.regions_in(step) / (now - seconds),
            }
            journal.note(
                {
                    "step": position.step,
                    "epoch": position.epoch,
                    "seconds": now,
                    "progress": progress,
                    **losses,
                    **rates,
                }
            )
        position = Position(position.step, position.epoch + 1, 0, position.seconds, course.name)


def progress_of(course: Course, position: Position, steps: int, seconds: float) -> float:
    """0..1: the share of the run that lies behind, by epochs or by the clock."""
    if course.run.minutes is not None:
        return seconds / (60.0 * course.run.minutes)
    return (position.epoch + position.index / steps) / course.recipe.epochs


def _learn(course: Course, step: Step, position: Position, progress: float) -> dict[str, float]:
    """One optimizer step over all its regions; gradients travel between processes in the last pass only."""
    accelerator, recipe, seed = course.accelerator, course.recipe, course.run.seed
    torch.manual_seed((seed * 1_000_003 + position.step) * 1009 + accelerator.process_index)
    for group in course.optimizer.param_groups:
        group["lr"] = recipe.rate * group["pace"] * share_of_rate(progress, course.warmup)
    passes = order.share_of(step, accelerator.process_index, accelerator.num_processes, recipe.together)
    sums: dict[str, float] = {}
    for number, (chunks, weight) in enumerate(passes, start=1):
        mirrored = (torch.rand(len(chunks)) < recipe.mirrored).tolist()
        examples = [course.pictures.example(chunk, mirrored=m) for chunk, m in zip(chunks, mirrored, strict=True)]
        asked = [record for example in examples for record in example.records] if recipe.weights.language else []
        lessons = [course.teacher.lesson(record, seed=seed, epoch=position.epoch) for record in asked]
        with nullcontext() if number == len(passes) else accelerator.no_sync(course.pupil):
            losses = course.pupil(examples, lessons, progress < recipe.blind)
            accelerator.backward(losses.total * weight)
        for name, part in {"loss": losses.total.detach(), **losses.parts}.items():
            sums[name] = sums.get(name, 0.0) + float(part) * weight / accelerator.num_processes
    accelerator.clip_grad_norm_(course.pupil.parameters(), recipe.clip)
    course.optimizer.step()
    course.optimizer.zero_grad()
    totals = accelerator.reduce(torch.tensor([*sums.values()], device=accelerator.device), "sum")
    return dict(zip(sums, totals.tolist(), strict=True))


def _agreed(accelerator: "Accelerator", seconds: float, stop: int) -> tuple[float, int]:
    """The slowest clock and any process's wish to stop: all must do the same number of steps."""
    if accelerator.num_processes == 1:
        return seconds, stop
    both = torch.tensor([[seconds, float(stop)]], device=accelerator.device)
    slowest, wish = accelerator.gather(both).amax(dim=0).tolist()
    return slowest, int(wish)


def _save(course: Course, seagull: Seagull, position: Position) -> None:
    if course.accelerator.is_main_process:
        checkpoints.save(course.run.folder / CHECKPOINTS, seagull, course.optimizer, position)
    course.accelerator.wait_for_everyone()
