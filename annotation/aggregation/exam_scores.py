"""How close a person's answers are to those of experts. Two rules, because levels and presence are different questions.

Levels: an answer is within when it is at most one level off. Asked of quality and importance always, and of a distortion
where both the person and the experts see it (a level below 5): how strong something is can only be compared by two who see it.
Presence: balanced accuracy, the mean of the share found of what is there and the share left out of what is not, so that
nobody passes by answering "non-existent" everywhere. All six distortions of all regions are counted together; where the
experts see a distortion everywhere or nowhere, the one share there is counts alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from annotation.scales import DISTORTIONS, NON_EXISTENT, SCALES

Levels = Sequence[int]
"""Eight levels in the order of SCALES."""
OFF_BY_AT_MOST = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one scale, or of all together. A scale that knows no absence has neither found nor spared."""

    levels: int = 0
    within: int = 0
    higher: int = 0
    lower: int = 0
    there: int = 0
    found: int = 0
    absent: int = 0
    spared: int = 0

    @property
    def within_share(self) -> float | None:
        return self.within / self.levels if self.levels else None

    @property
    def balanced(self) -> float | None:
        """None where no presence was asked about."""
        shares = [part / whole for part, whole in ((self.found, self.there), (self.spared, self.absent)) if whole]
        return sum(shares) / len(shares) if shares else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*[getattr(self, name) + getattr(other, name) for name in _COUNTS])


_COUNTS = tuple(field.name for field in fields(Tally))


@dataclass(frozen=True, slots=True)
class ExamScore:
    scales: dict[str, Tally]

    @property
    def total(self) -> Tally:
        return sum(self.scales.values(), Tally())

    def passes(self, *, within: float, balanced: float) -> bool:
        """Both rules. Shares are compared as fractions, so that 8 of 10 passes 0.8."""
        return _at_least(self.total.within_share, within) and _at_least(self.total.balanced, balanced)


def score(answers: Iterable[tuple[Levels, Levels]]) -> ExamScore:
    """Pairs of what the person said and what the experts say of the same region."""
    pairs = list(answers)
    return ExamScore(
        {
            scale: sum((tally(scale, said[place], true[place]) for said, true in pairs), Tally())
            for place, scale in enumerate(SCALES)
        }
    )


def tally(scale: str, said: int, true: int) -> Tally:
    """One answer."""
    if scale not in DISTORTIONS:
        return _of_level(said, true)
    there, seen = true != NON_EXISTENT, said != NON_EXISTENT
    presence = Tally(there=there, found=there and seen, absent=not there, spared=not there and not seen)
    return presence + _of_level(said, true) if there and seen else presence


def is_right(scale: str, said: int, true: int) -> bool:
    """Whether both rules are content with one answer, as training tells it."""
    one = tally(scale, said, true)
    return one.within == one.levels and one.found == one.there and one.spared == one.absent


def _of_level(said: int, true: int) -> Tally:
    return Tally(levels=1, within=abs(said - true) <= OFF_BY_AT_MOST, higher=said > true, lower=said < true)


def _at_least(share: float | None, wanted: float) -> bool:
    """A millionth of slack: shares are quotients of small whole numbers."""
    return share is not None and share >= wanted - 1e-6
