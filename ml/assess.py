"""`python -m ml.assess IMAGE --point X,Y`: the region under a click, and what the model says about it."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ml.images import read
from ml.proposals import load_proposer
from ml.proposals.overlay import OverlayError, save
from ml.proposals.proposal import Box, Point, Proposal, Proposer
from ml.shipped import TINY
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES, word_of

if TYPE_CHECKING:
    from ml.judges import RegionJudge
    from ml.seagull.scoring import Assessment, Distribution

BARS: Final = " ▁▂▃▄▅▆▇█"
BEST: Final = 4.0
PRESENT: Final = 0.5
"""A distortion is named when it is likelier there than not."""


@dataclass(frozen=True)
class Finding:
    """`sentences` are the model's own answers by what they were asked about; only a SEAGULL network talks."""

    region: Proposal
    assessment: "Assessment"
    sentences: Mapping[str, str]


def assess(proposer: Proposer, judge: "RegionJudge", points: Sequence[Point], box: Box | None = None) -> Finding:
    """Both have looked at the same image already. Raises NoRegionError, and ValueError for what the judge cannot judge."""
    from ml.judges.interview import interview  # slow import of the package

    region = proposer.segment(points, box)
    heard = interview(judge, region.mask)
    return Finding(region, heard.assessment, heard.sentences())


def as_json(finding: Finding) -> dict[str, Any]:
    """Plain values: the box is x, y, width, height; each distribution has its probabilities, expectation and entropy."""
    said = finding.assessment
    return {
        "box": list(finding.region.box),
        "area": finding.region.area,
        "quality": asdict(said.quality),
        "importance": asdict(said.importance),
        "distortions": {name: asdict(said.distortions[name]) for name in DISTORTIONS},
        "clean": said.clean,
        "flags": sorted(said.flags),
        "sentences": dict(finding.sentences),
    }


def as_text(finding: Finding) -> str:
    """A few lines for a person, with a small bar for each level."""
    x, y, width, height = finding.region.box
    said = finding.assessment
    lines = [
        f"region       {finding.region.area} pixels in {width} x {height} at {x}, {y}",
        _scale("quality", said.quality, QUALITIES),
        _scale("importance", said.importance, IMPORTANCES),
        *(_distortion(name, said.distortions[name]) for name in DISTORTIONS),
        *(f"“{sentence}”" for sentence in finding.sentences.values()),
        *([f"careful      {', '.join(sorted(said.flags))}"] if said.flags else []),
    ]
    return "\n".join(lines)


def _scale(name: str, said: "Distribution", words: tuple[str, ...]) -> str:
    return (
        f"{name:13}{_bars(said.probabilities)}  {said.expectation:.2f}  {word_of(min(said.expectation, BEST), words)}"
    )


def _distortion(name: str, said: "Distribution") -> str:
    there = 1.0 - said.probabilities[-1]
    severity = sum(level * share for level, share in enumerate(said.probabilities[:-1])) / max(there, 1e-9)
    word = word_of(min(severity, BEST), SEVERITIES) if there >= PRESENT else "none"
    return f"{name:13}{_bars(said.probabilities)} {there:5.0%}  {word}"


def _bars(probabilities: Sequence[float]) -> str:
    return "".join(BARS[round(share * (len(BARS) - 1))] for share in probabilities)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def _point(text: str) -> Point:
    x, y = _numbers(text)
    return x, y, True


def _box(text: str) -> Box:
    x, y, width, height = _numbers(text)
    return x, y, width, height


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.assess", description=__doc__)
    add = parser.add_argument
    add("image", type=Path, metavar="IMAGE")
    add(
        "--point",
        type=_point,
        action="append",
        default=[],
        metavar="X,Y",
        help="a pixel of the region; may be repeated",
    )
    add("--box", type=_box, metavar="X,Y,WIDTH,HEIGHT", help="around the region")
    add("--version", type=Path, default=TINY, metavar="DIR", help="a model of any kind (default: Gullery's own)")
    add("--checkpoint", type=Path, metavar="FILE", help="segment-anything weights (default: the embedded proposer)")
    add("--overlay", type=Path, metavar="FILE.png", help="the picture with the region drawn on it")
    add("--json", action="store_true", help="one line of JSON instead of text")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    from ml.judges import load_judge  # slow import

    try:
        rgb = read(options.image)
        proposer, judge = load_proposer(options.checkpoint), load_judge(options.version)
        proposer.set_image(rgb)
        judge.set_image(rgb)
        finding = assess(proposer, judge, options.point, options.box)
    except (ValueError, OSError) as error:
        raise SystemExit(f"error: {error}") from error
    print(json.dumps(as_json(finding)) if options.json else as_text(finding))  # first: no picture is worth losing it
    try:
        if options.overlay:
            save(rgb, [finding.region], options.overlay)
    except OverlayError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
