"""Scores and exclusions of every method on simulated panels whose truth is known, and how long it takes on large studies.

    python -m benchmarks.panel [--runs 40] [--figures docs/images] [--no-speed]

300 regions with scores of 0.3 to 3.7, 24 annotators, 7 votes a region; biases of sd .3, votes of sd .65 (.44 to .96 from one
honest person to another), whole levels 0 to 4. Prints Markdown.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import stdtrit

from annotation.aggregation.agreement import agreement_of
from annotation.aggregation.ballots import Ballots, Flags, Floats
from annotation.aggregation.bt500 import correlation_rule, kurtosis_rule
from annotation.aggregation.estimates import Z
from annotation.aggregation.intervals import SOS
from annotation.aggregation.recovery import project, subtract_biases
from annotation.aggregation.screening import screen
from annotation.aggregation.sos import own_sos
from annotation.aggregation.tables import histograms_of, table_of
from annotation.aggregation.widths import half_widths
from benchmarks.panel_figure import Shares, exclusion_figure, figure
from benchmarks.scratch import peak_memory

REGIONS, ANNOTATORS, VOTES, TOP = 300, 24, 7, 4
SIZES = {"3,261 x 24, 7 votes": (3261, 24, 7), "100,000 x 500, 10 votes": (100_000, 500, 10)}
PER_IMAGE = 3
OWN = ("leave_one_out", "inconsistency", "constant")
"""The signals that a person would go by."""


@dataclass(frozen=True, slots=True)
class Crowd:
    ballots: Ballots
    truth: Floats
    bad: Flags


@dataclass(frozen=True, slots=True)
class How:
    """`spoil` makes the bad annotators' votes from their honest ones; `full` is everybody on 120 regions."""

    spoil: Callable[[np.random.Generator, Floats], Floats] | None = None
    bad: int = 0
    full: bool = False
    narrow: bool = False


def crowd(seed: int, how: How) -> Crowd:
    rng = np.random.default_rng([seed, how.bad])
    regions, votes = (120, ANNOTATORS) if how.full else (REGIONS, VOTES)
    who = rng.random((regions, ANNOTATORS)).argsort(axis=1)[:, :votes].ravel()
    region = np.repeat(np.arange(regions), votes)
    truth = np.clip(rng.normal(2.1, 0.55, regions), 0, TOP) if how.narrow else rng.uniform(0.3, TOP - 0.3, regions)
    spread = 0.65 * np.exp(rng.normal(0, 0.2, ANNOTATORS))
    opinion = truth[region] + rng.normal(0, 0.3, ANNOTATORS)[who] + rng.normal(0, 1, len(who)) * spread[who]
    level, bad = np.clip(np.rint(opinion), 0, TOP), np.arange(ANNOTATORS) < how.bad
    if how.spoil is not None:
        level[bad[who]] = how.spoil(rng, level[bad[who]])
    return Crowd(Ballots(region, who, level, regions, ANNOTATORS), truth, bad)


def spammer(rng: np.random.Generator, level: Floats) -> Floats:
    return rng.integers(0, TOP + 1, len(level)).astype(float)


def half_spammer(rng: np.random.Generator, level: Floats) -> Floats:
    return np.where(rng.random(len(level)) < 0.5, spammer(rng, level), level)


def constant(_: np.random.Generator, level: Floats) -> Floats:
    return np.full(len(level), 2.0)


def contrarian(_: np.random.Generator, level: Floats) -> Floats:
    return TOP - level


PANELS = {
    "all honest": How(),
    "all honest, scores of sd .55": How(narrow=True),
    "2 at random": How(spammer, 2),
    "4 at random": How(spammer, 4),
    "2 half at random": How(half_spammer, 2),
    "2 constant": How(constant, 2),
    "2 contrarians": How(contrarian, 2),
    "2 at random, full design": How(spammer, 2, full=True),
}


def by_kurtosis(ballots: Ballots) -> Flags:
    return kurtosis_rule(ballots).rejected


def by_correlation(ballots: Ballots) -> Flags:
    return correlation_rule(ballots).rejected


def by_leave_one_out(ballots: Ballots) -> Flags:
    return np.array([one["leave_one_out"].flagged for one in screen(ballots)])


def by_inconsistency(ballots: Ballots) -> Flags:
    return np.array([one["inconsistency"].flagged for one in screen(ballots)])


def by_constancy(ballots: Ballots) -> Flags:
    return np.array([one["constant"].flagged for one in screen(ballots)])


def by_own_signals(ballots: Ballots) -> Flags:
    return np.array([any(one[name].flagged for name in OWN) for one in screen(ballots)])


RULES: dict[str, Callable[[Ballots], Flags]] = {
    "BT.500 kurtosis": by_kurtosis,
    "BT.500 correlation": by_correlation,
    "leave-one-out": by_leave_one_out,
    "inconsistency": by_inconsistency,
    "constant": by_constancy,
    "any of the last three": by_own_signals,
}


def without(ballots: Ballots, out: Flags) -> Ballots:
    return ballots.where(~out[ballots.annotator])


def plain_t(ballots: Ballots) -> tuple[Floats, Floats]:
    means, votes = ballots.means(), ballots.per_region()
    squares = ballots.per_region((ballots.level - means[ballots.region]) ** 2)
    half: Floats = np.asarray(stdtrit(votes - 1, 0.975) * np.sqrt(squares / (votes - 1) / votes), np.float64)
    return means, half


def shrunk(ballots: Ballots, noise: float | None = None) -> tuple[Floats, Floats]:
    """The label's interval, by this panel's noise unless given."""
    means, counts = ballots.means(), histograms_of(ballots)[1]
    return means, half_widths(counts, own_sos(table_of(ballots), TOP) if noise is None else noise)


def by_fisher(ballots: Ballots) -> tuple[Floats, Floats]:
    found = project(ballots)
    return found.score, Z * found.error


def by_votes(ballots: Ballots) -> tuple[Floats, Floats]:
    found = project(ballots)
    return found.score, Z * found.error_of_votes


INTERVALS: dict[str, Callable[[Ballots], tuple[Floats, Floats]]] = {
    "label, the panel's own noise": shrunk,
    "label, KonIQ-10k's noise": lambda ballots: shrunk(ballots, SOS),
    "our signals, label, own noise": lambda ballots: shrunk(without(ballots, by_own_signals(ballots))),
    "Student's t on the raw variance": plain_t,
    "P.910 shrunk, Fisher": by_fisher,
    "P.910 shrunk, P.910's error": by_votes,
}

METHODS: dict[str, Callable[[Ballots], Floats]] = {
    "mean": lambda ballots: ballots.means(),
    "BT.500, mean": lambda ballots: without(ballots, by_kurtosis(ballots)).means(),
    "correlation, mean": lambda ballots: without(ballots, by_correlation(ballots)).means(),
    "our signals, mean": lambda ballots: without(ballots, by_own_signals(ballots)).means(),
    "P.913 bias": lambda ballots: subtract_biases(ballots).score,
    "P.913 bias, BT.500": lambda ballots: subtract_biases(without(ballots, by_kurtosis(ballots))).score,
    "P.910 exact": lambda ballots: project(ballots, 0).score,
    "P.910 shrunk": lambda ballots: project(ballots).score,
    "our signals, P.910 shrunk": lambda ballots: project(without(ballots, by_own_signals(ballots))).score,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--figures", type=Path, help="the folder for panel.svg and screening.svg")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--time", choices=list(SIZES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.time:
        print(json.dumps(timings(*SIZES[options.time])))
        return
    panels = {name: [crowd(seed, how) for seed in range(options.runs)] for name, how in PANELS.items()}
    errors = {method: {name: rmse(of, crowds) for name, crowds in panels.items()} for method, of in METHODS.items()}
    print(table("RMSE to the truth, levels", errors, "{:.3f}"))
    shares = {rule: exclusions(of, panels) for rule, of in RULES.items()}
    print(table("false / missed, %", {rule: worded(row) for rule, row in shares.items()}, "{}"))
    print(table("truths held / zero width, %", {name: held(of, panels) for name, of in INTERVALS.items()}, "{}"))
    if options.figures:
        (options.figures / "panel.svg").write_text(figure(errors))
        (options.figures / "screening.svg").write_text(exclusion_figure(shares))
    if not options.no_speed:
        print(table("CPU seconds", {size: timed_alone(size) for size in SIZES}, "{}"))


def rmse(method: Callable[[Ballots], Floats], crowds: list[Crowd]) -> float:
    return float(np.mean([np.sqrt(np.mean((method(one.ballots) - one.truth) ** 2)) for one in crowds]))


def exclusions(rule: Callable[[Ballots], Flags], panels: dict[str, list[Crowd]]) -> dict[str, Shares]:
    """Honest people excluded and bad ones kept; nothing of the latter where there are none."""
    said: dict[str, Shares] = {}
    for name, crowds in panels.items():
        found = [(rule(one.ballots), one.bad) for one in crowds]
        wrong = float(np.mean([out[~bad].mean() for out, bad in found]))
        missed = float(np.mean([1 - out[bad].mean() for out, bad in found])) if found[0][1].any() else None
        said[name] = wrong, missed
    return said


def worded(row: dict[str, Shares]) -> dict[str, object]:
    return {
        name: f"{wrong:.1%} / {'-' if missed is None else f'{missed:.0%}'}" for name, (wrong, missed) in row.items()
    }


def held(interval: Callable[[Ballots], tuple[Floats, Floats]], panels: dict[str, list[Crowd]]) -> dict[str, str]:
    """How many 95 % intervals hold the truth, and how many have no width."""
    said = {}
    for name, crowds in panels.items():
        found = [(*interval(one.ballots), one.truth) for one in crowds]
        inside = np.mean([np.abs(score - truth) <= half for score, half, truth in found])
        said[name] = f"{inside:.1%} / {np.mean([half < 1e-6 for _, half, _ in found]):.1%}"
    return said


def table(corner: str, rows: Mapping[str, Mapping[str, object]], how: str) -> str:
    heads = list(next(iter(rows.values())))
    lines = [f"| {corner} | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    lines += [f"| {row} | {' | '.join(how.format(cells[head]) for head in heads)} |" for row, cells in rows.items()]
    return "\n".join(lines) + "\n"


def timed_alone(size: str) -> Mapping[str, object]:
    """In a process of its own, for its peak memory."""
    command = [sys.executable, "-m", "benchmarks.panel", "--time", size]
    found: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def timings(regions: int, annotators: int, votes: int) -> dict[str, str]:
    ballots = sparse_panel(regions, annotators, votes)
    works: dict[str, Callable[[], object]] = {
        "P.910 exact": lambda: project(ballots, 0),
        "P.910 shrunk": lambda: project(ballots),
        "screening": lambda: screen(ballots),
        "agreement with all intervals": lambda: agreement_of(ballots, TOP, image=np.arange(regions) // PER_IMAGE),
    }
    seconds = {}
    for name, work in works.items():
        started = time.process_time()
        work()
        seconds[name] = f"{time.process_time() - started:.2f}"
    return seconds | {"peak memory": f"{peak_memory()} MiB"}


def sparse_panel(regions: int, annotators: int, votes: int) -> Ballots:
    """Different people on each region, without a matrix of everybody and everything."""
    rng = np.random.default_rng(0)
    steps = rng.integers(1, annotators // votes, (regions, votes)).cumsum(axis=1)
    who = ((rng.integers(0, annotators, (regions, 1)) + steps) % annotators).ravel()
    region = np.repeat(np.arange(regions), votes)
    spread = 0.65 * np.exp(rng.normal(0, 0.3, annotators))
    opinion = rng.uniform(0, TOP, regions)[region] + rng.normal(0, 0.3, annotators)[who]
    level = np.clip(np.rint(opinion + spread[who] * rng.normal(size=len(who))), 0, TOP)
    return Ballots(region, who, level, regions, annotators)


if __name__ == "__main__":
    main()
