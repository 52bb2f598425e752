"""From histograms of votes to labels: the rules of design section 5. Numbers in, dataclasses out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation.aggregation.intervals import SOS, Interval, interval
from annotation.aggregation.levels import category
from annotation.scales import AFFECTED, ALL, DISTORTIONS, NON_EXISTENT, SCALES, TOP_LEVEL, WORDS

RULES_VERSION = "gullery-1"
SCORE_TOP = 4
"""M of Eq. 1 for quality and importance."""

Histogram = Sequence[int]


@dataclass(frozen=True, slots=True)
class Rule:
    """The choices the paper leaves open, as one study made them."""

    severity_votes: str = AFFECTED
    severity_top: int = 4

    def __str__(self) -> str:
        return f"{RULES_VERSION} severity={self.severity_votes} M={self.severity_top}"


def parse_rule(text: str) -> Rule:
    """The inverse of str(rule). Raises ValueError for a text no rule of this version has."""
    try:
        version, votes, top = text.split()
        rule = Rule(votes.removeprefix("severity="), int(top.removeprefix("M=")))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a label rule.") from error
    if version != RULES_VERSION or str(rule) != text or rule.severity_votes not in {AFFECTED, ALL}:
        raise ValueError(f"{text!r} is not a rule of version {RULES_VERSION}.")
    return rule


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean, spread and interval of some votes on 0..top. All None without votes."""

    votes: int
    mean: float | None
    sd: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class ScaleLabel:
    """One scale's label. For a distortion `present` says with or without; a severity exists only with it."""

    scale: str
    histogram: tuple[int, ...]
    votes: int
    level: int | None
    word: str | None
    present: bool | None
    tied: bool
    of_record: Summary
    """The votes the level comes from: for a distortion those the rule names, else all."""
    of_all: Summary
    of_affected: Summary | None
    """For a distortion, votes 0 to 4 alone."""


def summarise(histogram: Histogram, top: int, sos: float = SOS) -> Summary:
    """Sample statistics of the votes in a histogram; the standard deviation needs two votes.

    `sos` is the panel's noise on the scale once it is known (see `noise`).
    """
    votes = sum(histogram)
    if not votes:
        return Summary(0, None, None, None)
    mean = sum(level * count for level, count in enumerate(histogram)) / votes
    squares = sum(count * (level - mean) ** 2 for level, count in enumerate(histogram))
    variance = squares / (votes - 1) if votes > 1 else 0.0
    return Summary(votes, mean, variance**0.5 if votes > 1 else None, interval(mean, variance, votes, top, sos))


def _total(histogram: Histogram) -> int:
    return sum(level * count for level, count in enumerate(histogram))


def is_without(histogram: Histogram) -> bool:
    """Strictly more than half say non-existent; a tie is with."""
    return 2 * histogram[NON_EXISTENT] > sum(histogram)


def is_tied(histogram: Histogram) -> bool:
    return sum(histogram) > 0 and 2 * histogram[NON_EXISTENT] == sum(histogram)


def distortion_level(histogram: Histogram, rule: Rule) -> int | None:
    """The severity class, or None without the distortion or without votes."""
    if not sum(histogram) or is_without(histogram):
        return None
    counted = histogram if rule.severity_votes == ALL else histogram[:NON_EXISTENT]
    return category(_total(counted), sum(counted), rule.severity_top)


def score_level(histogram: Histogram) -> int | None:
    """The class of quality or importance, or None without votes."""
    return category(_total(histogram), sum(histogram), SCORE_TOP) if sum(histogram) else None


def level_of(scale: str, histogram: Histogram, rule: Rule) -> int | None:
    return distortion_level(histogram, rule) if scale in DISTORTIONS else score_level(histogram)


def label_scale(scale: str, histogram: Histogram, rule: Rule, sos: float = SOS) -> ScaleLabel:
    """Everything that is said about one scale; `sos` is the noise of the votes of record.

    Raises ValueError when the histogram has the wrong length.
    """
    if len(histogram) != TOP_LEVEL[scale] + 1:
        raise ValueError(f"A histogram of {scale} has {TOP_LEVEL[scale] + 1} levels, not {len(histogram)}.")
    level = level_of(scale, histogram, rule)
    literal = scale not in DISTORTIONS or rule.severity_votes == ALL
    everyone = summarise(histogram, TOP_LEVEL[scale], sos if literal else SOS)
    affected = summarise(histogram[:NON_EXISTENT], SCORE_TOP, SOS if literal else sos) if scale in DISTORTIONS else None
    return ScaleLabel(
        scale=scale,
        histogram=tuple(histogram),
        votes=sum(histogram),
        level=level,
        word=None if level is None else WORDS[scale][level],
        present=None if affected is None or not sum(histogram) else level is not None,
        tied=affected is not None and is_tied(histogram),
        of_record=everyone if literal or affected is None else affected,
        of_all=everyone,
        of_affected=affected,
    )


def label_region(
    histograms: Mapping[str, Histogram], rule: Rule, noise: Mapping[str, float] | None = None
) -> dict[str, ScaleLabel]:
    known = noise or {}
    return {scale: label_scale(scale, histograms[scale], rule, known.get(scale, SOS)) for scale in SCALES}


def histograms_of(opinions: Sequence[Sequence[int]]) -> dict[str, list[int]]:
    """Counts per level for each scale, from opinions given as eight levels in the order of SCALES."""
    counts = {scale: [0] * (TOP_LEVEL[scale] + 1) for scale in SCALES}
    for levels in opinions:
        for scale, level in zip(SCALES, levels, strict=True):
            counts[scale][level] += 1
    return counts
