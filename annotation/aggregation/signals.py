"""What a screening rule says about one annotator."""

from dataclasses import dataclass

SIGNALS = (
    "kurtosis",
    "correlation",
    "vqeg",
    "leave_one_out",
    "inconsistency",
    "constant",
    "gold",
    "repeats",
    "too_fast",
    "too_slow",
    "pace",
)
CONDITIONAL = "vqeg"
DIAGNOSTIC = ("kurtosis", "correlation", "vqeg")
"""Rules of the Recommendations: shown beside the others, blind or trigger-happy in sparse designs."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One rule about one annotator. `value` is None where there is nothing to go by; `votes` is what it rests on.

    A flag needs enough: `too_few` says that there was not, whatever the value.
    """

    name: str
    value: float | None
    threshold: float | None
    flagged: bool
    too_few: bool
    votes: int


@dataclass(frozen=True, slots=True)
class Signals:
    """All rules about one annotator, in the order of SIGNALS."""

    annotator: int
    votes: int
    every: tuple[Signal, ...]

    def __getitem__(self, name: str) -> Signal:
        return self.every[SIGNALS.index(name)]

    @property
    def told(self) -> tuple[Signal, ...]:
        """Those to show: the rule by condition says nothing where regions have none."""
        return tuple(signal for signal in self.every if signal.votes or signal.name != CONDITIONAL)

    @property
    def flags(self) -> tuple[str, ...]:
        """The rules that speak against the annotator, those of the Recommendations aside."""
        return tuple(signal.name for signal in self.every if signal.flagged and signal.name not in DIAGNOSTIC)
